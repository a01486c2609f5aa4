"""Which loop a session is in, for the documents of `list` and `show`. Nothing is judged for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.catalog.listing import facts_of, head_summary
from codexlog.triage.grouping import group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.catalog.discover import Found
    from codexlog.model import Summary
    from codexlog.triage.grouping import Wishes


class LoopIds:
    """Loops of several sessions, and the sessions that are their iterations."""

    def __init__(self, sessions: Iterable[Summary], wishes: Wishes) -> None:
        self._of_path = {each.path: loop.id for loop in group(sessions, wishes) for each in loop.members}

    @classmethod
    def among(cls, files: Sequence[Found], now: float, wishes: Wishes) -> LoopIds:
        """The loops among some files, of which the ends are read."""
        return cls((head_summary(facts_of(each, now), each.path) for each in files), wishes)

    def told(self, session: Summary) -> Summary:
        """The session with the id of its loop."""
        return replace(session, loop_id=self._of_path.get(session.path))

    def all_told(self, sessions: Iterable[Summary]) -> Iterator[Summary]:
        """Each with the id of its loop."""
        return map(self.told, sessions)
