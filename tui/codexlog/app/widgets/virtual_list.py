"""A list of any length with a cursor: asks for the rows that it shows and knows no others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from codexlog.app.widgets.line_view import BLANK, LineView, Painted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from codexlog.app.render.lines import Line

WHEEL = 3


class VirtualList(LineView):
    """Rows of equal height. Subclasses give the number of rows and the lines of each."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or on another thing at the same row."""

        view: VirtualList
        row: int

    @dataclass
    class Chosen(Message):
        """A row was clicked a second time."""

        view: VirtualList
        row: int

    cursor = 0
    top = 0
    advice: Sequence[Line] = ()
    """What stands in a list without rows."""

    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_height(self) -> int:
        """Lines of each row."""
        return 1

    def row_lines(self, row: int, width: int) -> tuple[Line, ...]:
        """The lines of a row."""
        raise NotImplementedError

    def before_paint(self, rows: range) -> None:
        """Called with the rows that are about to be drawn."""

    # ------------------------------------------------------------------------------------- drawing

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw the visible rows."""
        count, tall = self.row_count(), self.row_height()
        if not count:
            lines = [(line, "") for line in self.advice[:height]]
            return lines + [BLANK] * (height - len(lines))
        self._keep_in_view(max(1, height // tall), count)
        visible = range(self.top, min(count, self.top + -(-height // tall)))
        self.before_paint(visible)
        base = "cursor" if self.is_here else "cursor-away"
        painted: list[Painted] = []
        for row in visible:
            style = base if row == self.cursor else ""
            lines_of_row = self.row_lines(row, width)
            painted += [(lines_of_row[at] if at < len(lines_of_row) else (), style) for at in range(tall)]
        return painted[:height] + [BLANK] * (height - len(painted))

    def _keep_in_view(self, page: int, count: int) -> None:
        """Scroll by half a page where the cursor leaves the view: most steps then change two lines."""
        self.cursor = max(0, min(self.cursor, count - 1))
        if self.cursor < self.top:
            self.top = self.cursor if self.top - self.cursor > 1 else self.cursor - page // 2
        elif self.cursor >= self.top + page:
            far = self.cursor - (self.top + page) >= 1
            self.top = self.cursor - page + 1 if far else self.cursor - page // 2
        self.top = max(0, min(self.top, count - page))

    # -------------------------------------------------------------------------------------- moving

    def page_rows(self) -> int:
        """Rows that the view holds."""
        return max(1, self.size.height // self.row_height())

    def move_to(self, row: int, *, tell: bool = True) -> None:
        """Put the cursor on a row."""
        count = self.row_count()
        row = max(0, min(row, count - 1))
        moved = row != self.cursor
        self.cursor = row
        self.repaint()
        if moved and tell and count:
            self.post_message(self.Moved(self, row))

    def move_by(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + rows)

    def move_page(self, pages: float) -> None:
        """Move cursor and view together, so that the cursor keeps its place on the screen."""
        rows = round(pages * max(1, self.page_rows() - 1)) or (1 if pages > 0 else -1)
        self.top = max(0, min(self.top + rows, self.row_count() - self.page_rows()))
        self.move_by(rows)

    def show_around(self, row: int, screen_line: int) -> None:
        """Put the cursor on a row and that row on a line of the view."""
        self.cursor = row
        self.top = max(0, row - max(0, screen_line))
        self.repaint()

    # --------------------------------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        """Select a row; a click on the selected one chooses it."""
        row = self.top + event.y // self.row_height()
        if row >= self.row_count():
            return
        if row == self.cursor:
            self.post_message(self.Chosen(self, row))
        else:
            self.move_to(row)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move down with the wheel."""
        event.stop()
        self.move_by(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move up with the wheel."""
        event.stop()
        self.move_by(-WHEEL)
