"""The session list as data: what was found, what is known of each, which meet the query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.app.render.session_row import SessionRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from codexlog.app.sieve import Sieve
    from codexlog.catalog.discover import Found
    from codexlog.catalog.query.parse import Query
    from codexlog.model import Summary


class SessionRows:
    """Rows in the order of the list; `model[row]` is the row-th one that meets the query."""

    def __init__(self) -> None:
        self._all: list[SessionRow] = []
        """By index; those that are gone keep theirs."""
        self._order: list[int] = []
        """Indexes of those that are there, as they are listed."""
        self._visible: list[int] = []
        self._there: set[int] = set()
        self._uncounted: set[int] = set()
        self._live: set[int] = set()
        self._ranks: list[float] = []
        """By index: the order of the list, which new sessions do not follow."""
        self.sieve: Sieve | None = None
        """What leaves rows out; None where all are shown."""
        self.open_path: Path | None = None

    def __len__(self) -> int:
        return len(self._visible)

    def __getitem__(self, row: int) -> SessionRow:
        return self._all[self._visible[row]]

    @property
    def total(self) -> int:
        """How many sessions there are, whatever the query says."""
        return len(self._order)

    @property
    def counted(self) -> int:
        """Of how many every figure is known."""
        return len(self._order) - len(self._uncounted)

    @property
    def live(self) -> frozenset[int]:
        """Sessions that are being written: their last turn has not ended and rows came lately."""
        return frozenset(self._live)

    @property
    def pending(self) -> int:
        """Of how many it is not known yet whether they meet the query; they are not shown."""
        return len(self.sieve.open) if self.sieve is not None else 0

    def homes(self) -> list[Path]:
        """The agents' folders that the sessions stand in."""
        return sorted({row.found.home for row in self._all if row.found.home is not None})

    def summaries(self) -> Iterable[Summary]:
        """What is known of the sessions so far."""
        return (row.summary for row in self._all if row.summary is not None)

    def index(self, row: int) -> int:
        """The place of a visible row among all of them."""
        return self._visible[row]

    def row_of(self, found: Found) -> int | None:
        """The visible row of a file."""
        paths = (self._all[index].found.path for index in self._visible)
        return next((row for row, path in enumerate(paths) if path == found.path), None)

    def index_of(self, path: Path) -> int | None:
        """The index of a file that is there."""
        return next((index for index in self._order if self._all[index].found.path == path), None)

    def with_title(self, index: int, summary: Summary) -> Summary:
        """Figures with the title that the list has, which may come from elsewhere than the file."""
        known = self._all[index].summary
        return summary if known is None else replace(summary, title=known.title, archived=known.archived)

    def row_at(self, index: int) -> int | None:
        """The visible row of an index."""
        return self._visible.index(index) if index in self._there and index in self._visible else None

    def is_open(self, found: Found) -> bool:
        """Whether this session stands in the timeline."""
        return found.path == self.open_path

    def replace(self, found: Sequence[Found]) -> None:
        """Start over with other files; what is known of files that stay is kept."""
        known = {row.found.path: row for row in self._all}
        self._all = [
            known[each.path]._replace(found=each, counted=False) if each.path in known else SessionRow(each)
            for each in found
        ]
        self._order = list(range(len(self._all)))
        self._there = set(self._order)
        self._rank_all()
        self._uncounted.clear()
        self._live.clear()
        for index in self._order:
            self._mark(index)
        self._sift()

    def change(self, changes: Mapping[int, Found | None]) -> None:
        """Take sessions that are new or have changed, and drop those that are gone."""
        for index in sorted(changes):
            found = changes[index]
            if found is None:
                self._remove(index)
            elif index < len(self._all):
                self._all[index] = self._all[index]._replace(found=found)
            else:
                self._insert(index, found)
        if self.sieve is not None:
            self._sift()

    def learn(self, summaries: Mapping[int, Summary], *, whole: bool) -> None:
        """Take what has been read. The ends of a file never replace its figures."""
        for index, summary in summaries.items():
            row = self._all[index]
            if row.counted and not whole and row.summary is not None:
                summary = replace(row.summary, title=summary.title, archived=summary.archived)
            counted = whole or row.counted or summary.counts.rows > 0
            self._all[index] = SessionRow(row.found, summary, counted)
            self._mark(index)
            if self.sieve is not None and index in self._there:
                self.sieve.sift_one(index, self._all[index], self._ranks.__getitem__)

    def filter(self, sieve: Sieve | None) -> None:
        """Show the sessions that a sieve lets through; without one all of them."""
        self.sieve = sieve
        self._sift()

    def fall_quiet(self, index: int) -> None:
        """Nothing has been written for a while: a turn that has not ended is left as it is."""
        row = self._all[index]
        if row.summary is not None and row.summary.outcome == "running":
            self._all[index] = row._replace(summary=replace(row.summary, outcome="incomplete"))
        self._live.discard(index)

    def changed_at(self, index: int) -> float:
        """When the file of a session last changed, in Unix seconds."""
        return self._all[index].found.mtime

    def _mark(self, index: int) -> None:
        """Keep count of what is known of a session."""
        row = self._all[index]
        if row.counted or row.found.error is not None:
            self._uncounted.discard(index)
        elif index in self._there:
            self._uncounted.add(index)
        is_running = row.summary is not None and row.counted and row.summary.outcome == "running"
        if is_running and index in self._there:
            self._live.add(index)
        else:
            self._live.discard(index)

    def _insert(self, index: int, found: Found) -> None:
        """Put a new session where its age belongs: mostly first."""
        from codexlog.catalog.discover import age_of

        age, place = age_of(found), 0
        while place < len(self._order) and age_of(self._all[self._order[place]].found) > age:
            place += 1
        self._all.append(SessionRow(found))
        self._ranks.append(self._ranks[self._order[0]] - 1 if self._order else 0.0)
        self._order.insert(place, index)
        if place:
            self._rank_all()
        self._there.add(index)
        self._mark(index)

    def _remove(self, index: int) -> None:
        if index >= len(self._all):
            from codexlog.catalog.register import GONE

            self._all.append(SessionRow(GONE))
            self._ranks.append(0.0)
        if index in self._there:
            self._order.remove(index)
            self._there.discard(index)
        self._uncounted.discard(index)
        self._live.discard(index)

    def _rank_all(self) -> None:
        """Number the sessions as they are listed."""
        self._ranks = [0.0] * len(self._all)
        for place, index in enumerate(self._order):
            self._ranks[index] = float(place)

    def explain(self) -> tuple[str, ...]:
        """Why no session meets the query."""
        return self.sieve.explain(self._all, self._order) if self.sieve is not None else ()

    def may_match(self, sieve: Sieve, query: Query) -> bool:
        """Whether any session meets, or may yet meet, a query."""
        return bool(sieve.tally(query, self._all, self._order))

    def _sift(self) -> None:
        if self.sieve is None:
            self._visible = self._order
            return
        self.sieve.sift(self._all, self._order)
        self._visible = self.sieve.shown
