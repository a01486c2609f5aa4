"""The session list as data: what was found, what is known of each, which pass the filter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.app.render.session_row import SessionRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found
    from codexlog.model import Summary


class SessionRows:
    """Rows in the order of the list; `model[row]` is the row-th one that passes the filter."""

    def __init__(self) -> None:
        self._all: list[SessionRow] = []
        """By index; those that are gone keep theirs."""
        self._order: list[int] = []
        """Indexes of those that are there, as they are listed."""
        self._visible: list[int] = []
        self._there: set[int] = set()
        self._uncounted: set[int] = set()
        self._live: set[int] = set()
        self._texts: dict[int, str] = {}
        self.words: tuple[str, ...] = ()
        self.open_path: Path | None = None

    def __len__(self) -> int:
        return len(self._visible)

    def __getitem__(self, row: int) -> SessionRow:
        return self._all[self._visible[row]]

    @property
    def total(self) -> int:
        """How many sessions there are, whatever the filter says."""
        return len(self._order)

    @property
    def counted(self) -> int:
        """Of how many every figure is known."""
        return len(self._order) - len(self._uncounted)

    @property
    def live(self) -> frozenset[int]:
        """Sessions that are being written: their last turn has not ended and rows came lately."""
        return frozenset(self._live)

    def homes(self) -> list[Path]:
        """The agents' folders that the sessions stand in."""
        return sorted({row.found.home for row in self._all if row.found.home is not None})

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
        self._texts.clear()
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
        if self.words:
            self._sift()

    def learn(self, summaries: Mapping[int, Summary], *, whole: bool) -> None:
        """Take what has been read. The ends of a file never replace its figures."""
        for index, summary in summaries.items():
            row = self._all[index]
            if row.counted and not whole and row.summary is not None:
                summary = replace(row.summary, title=summary.title, archived=summary.archived)
            counted = whole or row.counted or summary.counts.rows > 0
            self._all[index] = SessionRow(row.found, summary, counted)
            self._texts.pop(index, None)
            self._mark(index)
        if self.words:
            self._sift()

    def filter(self, text: str) -> None:
        """Keep the sessions in which every word is found, whatever its case."""
        self.words = tuple(text.lower().split())
        self._sift()

    def fall_quiet(self, index: int) -> None:
        """Nothing has been written for a while: a turn that has not ended is left as it is."""
        row = self._all[index]
        if row.summary is not None and row.summary.outcome == "running":
            self._all[index] = row._replace(summary=replace(row.summary, outcome="incomplete"))
            self._texts.pop(index, None)
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
        self._order.insert(place, index)
        self._there.add(index)
        self._mark(index)

    def _remove(self, index: int) -> None:
        if index >= len(self._all):
            from codexlog.catalog.register import GONE

            self._all.append(SessionRow(GONE))
        if index in self._there:
            self._order.remove(index)
            self._there.discard(index)
        self._uncounted.discard(index)
        self._live.discard(index)

    def _sift(self) -> None:
        if not self.words:
            self._visible = self._order
            return
        self._visible = [
            index for index in self._order if all(word in self._text(index) for word in self.words)
        ]

    def _text(self, index: int) -> str:
        text = self._texts.get(index)
        if text is None:
            text = self._texts[index] = _searched(self._all[index])
        return text


def _searched(row: SessionRow) -> str:
    parts: list[str | None] = [row.found.path.name]
    summary = row.summary
    if summary is not None:
        parts += [summary.title, summary.first_prompt, summary.cwd, summary.id, summary.model, summary.branch]
        parts += [summary.cli_version, summary.originator, summary.error]
        if row.counted:
            parts.append(summary.outcome)
    if row.found.archived:
        parts.append("archived")
    return "\n".join(part for part in parts if part).lower()
