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
        self._visible: list[int] = []
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
        return len(self._all)

    @property
    def counted(self) -> int:
        """Of how many every figure is known."""
        return sum(row.counted or row.found.error is not None for row in self._all)

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
        self._sift()

    def learn(self, summaries: Mapping[int, Summary], *, whole: bool) -> None:
        """Take what has been read. The ends of a file never replace its figures."""
        for index, summary in summaries.items():
            row = self._all[index]
            if row.counted and not whole and row.summary is not None:
                summary = replace(row.summary, title=summary.title, archived=summary.archived)
            counted = whole or row.counted or summary.counts.rows > 0
            self._all[index] = SessionRow(row.found, summary, counted)
            if self.sieve is not None:
                self.sieve.sift_one(index, self._all[index])

    def filter(self, sieve: Sieve | None) -> None:
        """Show the sessions that a sieve lets through; without one all of them."""
        self.sieve = sieve
        self._sift()

    def explain(self) -> tuple[str, ...]:
        """Why no session meets the query."""
        return self.sieve.explain(self._all) if self.sieve is not None else ()

    def may_match(self, sieve: Sieve, query: Query) -> bool:
        """Whether any session meets, or may yet meet, a query."""
        return bool(sieve.tally(query, self._all))

    def _sift(self) -> None:
        if self.sieve is None:
            self._visible = list(range(len(self._all)))
            return
        self.sieve.sift(self._all)
        self._visible = self.sieve.shown
