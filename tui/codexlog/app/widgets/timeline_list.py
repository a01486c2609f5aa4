"""The timeline of the open session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.cache import LRUCache

from codexlog.app.render.timeline_row import timeline_line, with_mark
from codexlog.app.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from codexlog.app.actions.hit_list import HitList
    from codexlog.app.outline_rows import OutlineRows, Row
    from codexlog.app.render.brief import Brief
    from codexlog.app.render.lines import Line
    from codexlog.catalog.find.needle import Needle

KEPT_BRIEFS = 4096


class TimelineList(VirtualList):
    """Draws the rows of an outline; the texts of the visible ones come from a reader."""

    rows: OutlineRows | None = None
    is_following = False
    """Whether the cursor goes along when rows arrive: so it is at the last row, however it came there."""
    read: Callable[[Sequence[int]], Mapping[int, Brief]] | None = None
    """Gives what can be read at once; the rest is brought later by `learn`."""

    needle: Needle | None = None
    """What is searched for."""
    hits: HitList | None = None
    """What was found of it."""

    def show(self, rows: OutlineRows | None) -> None:
        """Show another outline."""
        self.rows = rows
        self._briefs: LRUCache[int, Brief] = LRUCache(KEPT_BRIEFS)

    def forget(self, entries: Iterable[int]) -> None:
        """Have the texts of entries read again, for they have changed."""
        for entry in entries:
            self._briefs.discard(entry)

    def move_to(self, row: int, *, tell: bool = True) -> None:
        """Put the cursor on a row; at the last one it follows what comes."""
        super().move_to(row, tell=tell)
        self.is_following = self.is_at_end

    @property
    def is_at_end(self) -> bool:
        """Whether the cursor stands on the last row."""
        return self.cursor >= self.row_count() - 1

    def go_to_end(self) -> None:
        """Bring the last row to the screen: by half a page, so that most rows that come change two lines."""
        last = self.row_count() - 1
        page = self.page_rows()
        if last >= self.top + page:
            self.top = last - page // 2
        self.cursor = last
        self.repaint()

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
        line = timeline_line(self.rows, one, brief, width, self.glyphs, self.needle)
        return (with_mark(line, self.glyphs) if self._holds_hit(one) else line,)

    def _holds_hit(self, row: Row) -> bool:
        """Whether a row, or what is folded away below it, was found."""
        hits, rows = self.hits, self.rows
        if not hits or rows is None:
            return False
        if row.entry >= 0 and hits.any_in(row.entry, row.entry + 1):
            return True
        return any(hits.any_in(first, last) for first, last in rows.hidden(row))
