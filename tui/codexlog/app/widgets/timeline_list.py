"""The timeline of the open session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.cache import LRUCache

from codexlog.app.render.timeline_row import timeline_line
from codexlog.app.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from codexlog.app.outline_rows import OutlineRows, Row
    from codexlog.app.render.brief import Brief
    from codexlog.app.render.lines import Line

KEPT_BRIEFS = 4096


class TimelineList(VirtualList):
    """Draws the rows of an outline; the texts of the visible ones come from a reader."""

    rows: OutlineRows | None = None
    read: Callable[[Sequence[int]], Mapping[int, Brief]] | None = None
    """Gives what can be read at once; the rest is brought later by `learn`."""

    def show(self, rows: OutlineRows | None) -> None:
        """Show another outline."""
        self.rows = rows
        self._briefs: LRUCache[int, Brief] = LRUCache(KEPT_BRIEFS)

    def learn(self, briefs: Mapping[int, Brief]) -> None:
        """Take texts that came late."""
        for entry, brief in briefs.items():
            self._briefs[entry] = brief
        self.repaint()

    def current(self) -> Row | None:
        """What the cursor stands on."""
        return self.rows.row(self.cursor) if self.rows is not None and len(self.rows) else None

    def agents(self) -> tuple[str, ...]:
        """The sessions that the call under the cursor leads to."""
        row = self.current()
        brief = self._briefs.get(row.entry) if row is not None and row.entry >= 0 else None
        return brief.agents if brief is not None else ()

    def row_count(self) -> int:
        """Rows that are not folded away."""
        return len(self.rows) if self.rows is not None else 0

    def before_paint(self, rows: range) -> None:
        """Have the texts of the visible rows read, all in one go."""
        if self.rows is None or self.read is None:
            return
        entries = [entry for row in rows if (entry := self.rows.row(row).entry) >= 0]
        missing = [entry for entry in entries if entry not in self._briefs]
        if missing:
            for entry, brief in self.read(missing).items():
                self._briefs[entry] = brief

    def row_lines(self, row: int, width: int) -> tuple[Line, ...]:
        """The line of a row."""
        assert self.rows is not None
        one = self.rows.row(row)
        brief = self._briefs.get(one.entry) if one.entry >= 0 else None
        return (timeline_line(self.rows, one, brief, width, self.glyphs),)
