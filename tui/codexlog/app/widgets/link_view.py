"""A page of lines some of which lead somewhere; the cursor steps over those alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from codexlog.app.render.lines import EMPTY, fit
from codexlog.app.widgets.line_view import BLANK, LineView, Painted
from codexlog.app.widgets.text_view import MARGIN, WHEEL

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events

    from codexlog.app.render.lines import LinkedLine


class LinkView(LineView):
    """Scrolls; `cursor` is the line of a link, or -1 before the first one."""

    @dataclass
    class Chosen(Message):
        """A link was clicked a second time."""

        view: LinkView

    lines: Sequence[LinkedLine] = ()
    top = 0
    cursor = -1
    on_moved: Callable[[], None] | None = None
    """Called when the cursor stands on another line, or on another text."""

    def repaint(self) -> None:
        """Bring the screen up to date, and whoever speaks of the line under the cursor."""
        super().repaint()
        if self.on_moved is not None and (here := (self.cursor, self.link())) != self._told:
            self._told = here
            self.on_moved()

    _told: tuple[int, object | None] = (-1, None)

    def show(self, lines: Sequence[LinkedLine]) -> None:
        """Show other lines, with the cursor on the same link in their order."""
        before = bisect_left(self._stops, self.cursor) if self.cursor >= 0 else 0
        self.lines = lines
        self._stops = [index for index, each in enumerate(lines) if each.link is not None]
        self.cursor = self._stops[min(before, len(self._stops) - 1)] if self._stops else -1
        self.repaint()

    _stops: list[int] = []  # noqa: RUF012 - replaced, never changed

    def link(self) -> object | None:
        """What the cursor stands on."""
        return self.lines[self.cursor].link if 0 <= self.cursor < len(self.lines) else None

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw the visible lines."""
        self.top = max(0, min(self.top, len(self.lines) - height))
        shown: list[Painted] = []
        for index, (line, _) in enumerate(self.lines[self.top : self.top + height], self.top):
            base = "cursor" if index == self.cursor else ""
            shown.append((fit((MARGIN, *line), width) if line else EMPTY, base))
        return shown + [BLANK] * (height - len(shown))

    def row_count(self) -> int:
        """How many lines there are."""
        return len(self.lines)

    # -------------------------------------------------------------------------------------- moving

    def move_by(self, rows: int) -> None:
        """Go to the next link; scroll where it is more than a page away, or where there is none."""
        height = max(1, self.size.height)
        at = bisect_right(self._stops, self.cursor) - 1 if rows > 0 else bisect_left(self._stops, self.cursor)
        wanted = at + rows
        if not 0 <= wanted < len(self._stops):
            self._go_to(self.top + (height // 2 if rows > 0 else -(height // 2)))
            return
        target = self._stops[wanted]
        if target >= self.top + 2 * height or target < self.top - height:
            self._go_to(self.top + (height - 1 if rows > 0 else 1 - height))
            return
        self._select(target)

    def move_page(self, pages: float) -> None:
        """Scroll, and take the cursor along."""
        rows = round(pages * max(1, self.size.height - 1))
        self.top = max(0, min(self.top + rows, len(self.lines) - self.size.height))
        self.move_to(max(0, self.cursor) + rows)

    def move_to(self, row: int) -> None:
        """Put the cursor on the link nearest to a line; the first and last line are scrolled to."""
        row = max(0, min(row, len(self.lines) - 1))
        if self._stops:
            at = bisect_left(self._stops, row)
            near = self._stops[max(0, at - 1) : at + 1] or self._stops[-1:]
            self.cursor = min(near, key=lambda each: abs(each - row))
        self._bring_into_view()
        if row == 0 or row == len(self.lines) - 1:
            self.top = row
        self.repaint()

    def _select(self, line: int) -> None:
        self.cursor = line
        self._bring_into_view()
        self.repaint()

    def _bring_into_view(self) -> None:
        """Scroll by half a page where the cursor leaves the view: most steps then change two lines."""
        height = max(1, self.size.height)
        if self.cursor >= 0 and not self.top <= self.cursor < self.top + height:
            self.top = max(0, min(self.cursor - height // 2, len(self.lines) - height))

    def _go_to(self, top: int) -> None:
        self.top = max(0, min(top, len(self.lines) - self.size.height))
        self.repaint()

    # --------------------------------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        """Select a link; a click on the selected one follows it."""
        row = self.top + event.y
        if row >= len(self.lines) or self.lines[row].link is None:
            return
        if row == self.cursor:
            self.post_message(self.Chosen(self))
        else:
            self._select(row)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down with the wheel."""
        event.stop()
        self._go_to(self.top + WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up with the wheel."""
        event.stop()
        self._go_to(self.top - WHEEL)
