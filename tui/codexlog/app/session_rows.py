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
        self._visible: list[int] = []
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
        return len(self._all)

    @property
    def counted(self) -> int:
        """Of how many every figure is known."""
        return sum(row.counted or row.found.error is not None for row in self._all)

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
        self._texts.clear()
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
        if self.words:
            self._sift()

    def filter(self, text: str) -> None:
        """Keep the sessions in which every word is found, whatever its case."""
        self.words = tuple(text.lower().split())
        self._sift()

    def _sift(self) -> None:
        if not self.words:
            self._visible = list(range(len(self._all)))
            return
        self._visible = [
            index for index in range(len(self._all)) if all(word in self._text(index) for word in self.words)
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
