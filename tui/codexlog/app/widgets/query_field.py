"""The field for a query, and the line below it that says how the word may go on or what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from codexlog.app.render.lines import crop, fit, line_width
from codexlog.app.render.page import LEAST_WIDTH, wrap
from codexlog.app.widgets.line_view import BLANK, LineView, Painted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.text import Text

    from codexlog.app.render.lines import Line, Palette

MOST_LINES = 3
NO_CONTROLS = r"[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]*"
"""What may be typed or pasted: nothing that a terminal would obey."""


class QueryField(Input):
    """One line; wrong words are underlined, and → at its end takes the first way to go on."""

    _wrong: tuple[tuple[int, int], ...] = ()

    def __init__(self, text: str, palette: Palette, accept: Callable[[], bool], name: str) -> None:
        super().__init__(
            text,
            placeholder="words, or field:value",
            highlighter=self._underline,  # type: ignore[arg-type]  # it is called and nothing else
            select_on_focus=False,
            restrict=NO_CONTROLS,
            id=name,
        )
        self.cursor_blink = False
        self._palette = palette
        self._accept = accept

    def point_at(self, wrong: Sequence[tuple[int, int]]) -> None:
        """Underline these parts of the text, and no others."""
        if tuple(wrong) != self._wrong:
            self._wrong = tuple(wrong)
            self.refresh()

    def set_text(self, text: str, cursor: int) -> None:
        """Put in another text."""
        self.value = text
        self.cursor_position = cursor

    def action_cursor_right(self, select: bool = False) -> None:
        """Go right; at the end take what is offered."""
        if select or not self.cursor_at_end or not self._accept():
            super().action_cursor_right(select)

    def _underline(self, text: Text) -> Text:
        text = text.copy()
        for start, end in self._wrong:
            text.stylize(self._palette["wrong"], start, end)
        return text


class Hint(LineView):
    """A remark, on one line or, where it is longer, on as many as it needs."""

    lines: Sequence[Line] = ()

    def show(self, remark: Line) -> None:
        """Say something else."""
        self.lines = wrap(remark, max(LEAST_WIDTH, self.size.width - 2), prose=True)[:MOST_LINES]
        if self.size.height != max(1, len(self.lines)):
            self.styles.height = max(1, len(self.lines))
        self.repaint()

    def offer(self, labels: Sequence[str], chosen: int | None) -> None:
        """Show ways to go on, the chosen one and those behind it."""
        line: Line = ()
        for number, label in enumerate(labels[chosen or 0 :]):
            is_chosen = chosen is not None and number == 0
            longer = (*line, (crop(label, 40), "match" if is_chosen else "dim"), ("  ", ""))
            if number and line_width(longer) > self.size.width - 1:
                break
            line = longer
        self.show(line)

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw it."""
        lines: list[Painted] = [(fit(((" ", ""), *line), width), "") for line in self.lines]
        return [*lines, *[BLANK] * height][:height]
