"""A Markdown table → aligned lines; cells that are too wide for the page go on below, in their column."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from codexlog.app.render.lines import EMPTY, line_width
from codexlog.app.render.page import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from codexlog.app.render.lines import Line

GAP = 2
LEAST_COLUMN = 4
RULE = "─"


class Table:
    """Collects the cells of one table after the other."""

    def __init__(self) -> None:
        self._rows: list[list[Line]] = []
        self._row: list[Line] = []
        self._to_the_right: list[bool] = []
        self._in_cell = False

    def begin_cell(self, token: Token) -> None:
        """What comes next belongs to a cell."""
        self._in_cell = True
        if token.type == "th_open":
            self._to_the_right.append("right" in str(token.attrs.get("style", "")))

    def take(self, lines: Sequence[Line]) -> bool:
        """Take the text of a cell; False where no cell is open."""
        if not self._in_cell:
            return False
        self._row.append(tuple(span for line in lines for span in line))
        self._in_cell = False
        return True

    def end_row(self, _: Token) -> None:
        """Begin the next row."""
        self._rows.append(self._row)
        self._row = []

    def lines(self, room: int | None) -> Iterator[Line]:
        """The lines of the table, which is over with this. `room` None: as wide as it wants to be."""
        rows, self._rows = self._rows, []
        right, self._to_the_right = self._to_the_right, []
        widths = _widths(rows, room)
        for number, row in enumerate(rows):
            yield from _row_lines(row, widths, right)
            if number == 0:
                yield ((RULE * (sum(widths) + GAP * (len(widths) - 1)), "dim"),)


def _widths(rows: Sequence[Sequence[Line]], room: int | None) -> list[int]:
    """The cells of each column: the widest ones give way until all of them fit."""
    columns = max((len(row) for row in rows), default=0)
    widths = [
        max((line_width(row[column]) for row in rows if column < len(row)), default=0)
        for column in range(columns)
    ]
    if room is None or not widths:
        return widths
    free = room - GAP * (columns - 1)
    limit = max(widths)
    while limit > LEAST_COLUMN and sum(min(width, limit) for width in widths) > free:
        limit -= 1
    return [min(width, limit) for width in widths]


def _row_lines(row: Sequence[Line], widths: Sequence[int], right: Sequence[bool]) -> Iterator[Line]:
    cells = [wrap(cell, max(1, width), prose=True) for cell, width in zip(row, widths, strict=False)]
    for parts in zip_longest(*cells, fillvalue=EMPTY):
        line: Line = ()
        for column, part in enumerate(parts):
            blanks = " " * max(0, widths[column] - line_width(part))
            before = blanks if column < len(right) and right[column] else ""
            after = "" if before or column == len(widths) - 1 else blanks
            line = (*line, (before, ""), *part, (after + " " * GAP * (column < len(widths) - 1), ""))
        yield line
