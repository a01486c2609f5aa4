"""A view of wrapped lines that scrolls: the details, the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.lines import line_width, window
from codexlog.app.widgets.line_view import BLANK, LineView, Painted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from codexlog.app.render.lines import Line

WHEEL = 3
MARGIN = (" ", "")
MARGINS = 1
"""Cells that a page leaves free: one at its left, none at its right, for many outputs are 80 wide."""


class TextView(LineView):
    """Lines and the first one that is shown."""

    lines: Sequence[Line] = ()
    top = 0
    left = 0
    """Cells that are scrolled out at the left."""
    on_scrolled: Callable[[], None] | None = None

    def show(self, lines: Sequence[Line], top: int = 0) -> None:
        """Show other lines."""
        self.lines = lines
        self.top = top
        self.left = min(self.left, self._most_left()) if self.left else 0
        self.repaint()

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw the visible lines."""
        self.top = max(0, min(self.top, len(self.lines) - height))
        shown = [
            ((MARGIN, *window(line, self.left, width - MARGINS)) if line else line, "")
            for line in self.lines[self.top : self.top + height]
        ]
        return shown + [BLANK] * (height - len(shown))

    def page_rows(self) -> int:
        """Lines that the view holds."""
        return max(1, self.size.height)

    def move_to(self, row: int) -> None:
        """Scroll to a line."""
        before = self.top
        self.top = max(0, min(row, len(self.lines) - self.size.height))
        if self.top != before:
            self.repaint()
            if self.on_scrolled is not None:
                self.on_scrolled()

    def move_sideways(self, cells: int) -> None:
        """Scroll to the side, no further than the longest line goes."""
        before = self.left
        self.left = max(0, min(before + cells, self._most_left()))
        if self.left != before:
            self.repaint()
            if self.on_scrolled is not None:
                self.on_scrolled()

    def _most_left(self) -> int:
        widest = max(map(line_width, self.lines), default=0)
        return max(0, widest - self.size.width + MARGINS + 1)

    def move_by(self, rows: int) -> None:
        """Scroll by some lines."""
        self.move_to(self.top + rows)

    def move_page(self, pages: float) -> None:
        """Scroll by pages."""
        self.move_by(round(pages * max(1, self.size.height - 1)))

    def row_count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self.move_by(WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self.move_by(-WHEEL)
