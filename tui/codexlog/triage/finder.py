"""Which loops there are in some folders, and the judged iterations of each; worked out once a file.

Reads heads and tails to group, and only the members of loops in full. What was judged is kept in the
cache until the file changes; a session that is still being written is never kept.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.listing import facts_of, head_summary, unreadable
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import SourceError
from codexlog.triage.reading import iterations_in, loops_of, trace_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.catalog.cache import Cache
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary
    from codexlog.triage.grouping import Wishes
    from codexlog.triage.loops import Iteration, Loop
    from codexlog.triage.thresholds import Thresholds

MAKER = "triage/1"
"""Raised when judged iterations look or mean anything else."""


class Finder:
    """Judges sessions, each once."""

    def __init__(self, found: Sequence[Found], now: float, limits: Thresholds, cache: Cache) -> None:
        self._found = {str(each.path): each for each in found if each.error is None}
        self._now = now
        self._limits = limits
        self._cache = cache
        self._judged: dict[str, list[Iteration]] = {}

    def loops(self, wishes: Wishes | None = None) -> list[Loop]:
        """Every loop, the newest first."""
        heads = [self._head(each) for each in self._found.values()]
        known = self._cache.get(list(self._found.values()))
        self._judged |= {str(path): pickle.loads(data) for path, data in known.items()}
        before = set(self._judged)
        loops = loops_of(heads, self.judge, self._limits, wishes)
        self._keep(set(self._judged) - before)
        return loops

    def judge(self, session: Summary) -> Sequence[Iteration]:
        """The iterations in one session. An unreadable one is an iteration that says so."""
        if session.path not in self._judged:
            self._judged[session.path] = self._read(self._found[session.path])
        return self._judged[session.path]

    def _read(self, found: Found) -> list[Iteration]:
        facts = facts_of(found, self._now)
        try:
            with Transcript.open(found.path, facts) as transcript:
                return iterations_in(trace_of(transcript), self._limits)
        except SourceError as error:
            from codexlog.triage.trace import Trace

            nothing = Trace(unreadable(facts, error.cause), (), (), (), (), (), 0, "")
            return iterations_in(nothing, self._limits)

    def _head(self, found: Found) -> Summary:
        summary = head_summary(facts_of(found, self._now), found.path)
        return replace(summary, path=str(found.path))

    def _keep(self, paths: set[str]) -> None:
        """Put into the cache what will not change by itself."""
        done = {
            Path(path): pickle.dumps(self._judged[path], pickle.HIGHEST_PROTOCOL)
            for path in paths
            if not any(each.verdict == "running" for each in self._judged[path])
        }
        self._cache.put(done, [self._found[str(path)] for path in done])
