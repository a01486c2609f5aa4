"""Which loops there are in some folders, and the judged iterations of each; worked out once a file.

Reads heads and tails to group, and only the members of loops in full. What was found out is kept in the
cache until the file changes, so that a second start opens no file; what a running session says of its end
is never kept.
"""

from __future__ import annotations

import hashlib
import pickle
from concurrent.futures import CancelledError
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog import __version__
from codexlog.catalog.cache import stamp_of
from codexlog.catalog.listing import facts_of, head_summary, unreadable
from codexlog.catalog.transcript import Transcript
from codexlog.catalog.workers import WORTH_A_CHILD, WorkerDied
from codexlog.rows.source import SourceError, open_source
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS
from codexlog.triage.grouping import LEAST, Wishes, group, is_candidate
from codexlog.triage.loops import Loop
from codexlog.triage.reading import iterations_in, loop_with, loops_of, parts_of, trace_of
from codexlog.triage.repeats import may_repeat
from codexlog.triage.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Future

    from codexlog.catalog.cache import Cache
    from codexlog.catalog.discover import Found
    from codexlog.catalog.workers import Workers
    from codexlog.model import Summary
    from codexlog.settings.thresholds import Thresholds
    from codexlog.timeline.summary import FileFacts
    from codexlog.triage.grouping import Group
    from codexlog.triage.loops import Iteration

ANSWER = "loops"
MANY = 400
"""Files from which children are worth their start, however small they are."""
LAYOUT = 8
"""Raised when what is kept looks or means anything else."""


class Judged(NamedTuple):
    """One file, judged twice: a session may ask somebody something, an iteration of a loop may not."""

    alone: list[Iteration]
    looped: list[Iteration]

    @property
    def is_over(self) -> bool:
        """Whether nothing about it will change by itself."""
        return all(each.verdict != "running" for each in self.looped)


class Known(NamedTuple):
    """What is kept of a file."""

    head: Summary
    repeats: bool
    """Whether the file may hold its first prompt several times."""
    judged: Judged | None


def maker_of(limits: Thresholds) -> str:
    """Names what made an entry: another version or other thresholds judge otherwise."""
    numbers = hashlib.sha1(repr(limits).encode(), usedforsecurity=False).hexdigest()[:8]
    return f"triage/{LAYOUT} {__version__} {numbers}"


class Finder:
    """Judges sessions, each once. Open the cache with `maker_of` the same thresholds."""

    def __init__(
        self,
        found: Sequence[Found],
        now: float,
        limits: Thresholds,
        cache: Cache,
        running_seconds: float = DEFAULT_RUNNING_SECONDS,
        heed: Callable[[str, int, int], None] = lambda what, done, all_of_them: None,  # noqa: ARG005
        pool: Workers | None = None,
    ) -> None:
        """`heed` hears before each file what is done, with how many it was and is to be; it may raise.

        With a `pool` of children that run `triage.worker` they read, where there is much to read.
        """
        self._pool = pool
        self._ahead: dict[tuple[str, Path], Future[Any]] = {}
        """What the children were asked for."""
        self._found = {str(each.path): each for each in found if each.error is None}
        self._running_seconds = running_seconds
        self._heed = heed
        self._judging, self._to_judge = 0, 0
        self._now = now
        self._limits = limits
        self._cache = cache
        self._known: dict[str, Known] | None = None
        self._fresh: set[str] = set()
        self._overtaken: frozenset[str] = frozenset()
        """Iterations that another one followed: they run no more, however young their files are."""
        self.opened = 0
        """How many files had to be opened so far."""
        self.decoded = 0
        """How many entries of the cache were used so far."""

    def loops(self, wishes: Wishes | None = None) -> list[Loop]:
        """Every loop, the newest first. Files that cannot be read are in none.

        Where no file changed since, the whole answer is kept: 400 iterations are one entry, as 8 are.
        """
        stamp = self._stamp(wishes)
        known = _loops_in(self._cache.answer(ANSWER, stamp)) if self._known is None else None
        if known is not None:
            self.decoded += 1
            return known
        try:
            loops = self._loops(wishes)
        finally:
            self._keep()
        if all(run.verdict != "running" for loop in loops for run in loop.iterations):
            self._cache.keep_answer(ANSWER, stamp, pickle.dumps(loops, pickle.HIGHEST_PROTOCOL))
        return loops

    def loop_of(self, path: Path, wishes: Wishes | None = None) -> Loop | None:
        """The loop of several sessions that one of the files is a part of; judges its members alone."""
        known = self._load()
        self._judging = self._to_judge = 0
        heads = [each.head for each in known.values()]
        self._overtaken = _overtaken(group(heads, wishes))
        try:
            return loop_with(known[str(path)].head, heads, self._looped, self._limits, wishes)
        finally:
            self._keep()

    def judge(self, session: Summary) -> Sequence[Iteration]:
        """The iterations in one session, by itself. An unreadable one is an iteration that says so."""
        alone = self._judged(session.path).alone
        self._keep()
        return alone

    def judge_path(self, path: Path) -> Sequence[Iteration]:
        """The same by the path of the file, which is among those that were given."""
        return self.judge(self._load()[str(path)].head)

    def trace(self, run: Iteration) -> Trace:
        """The steps of an iteration, read again; for comparing. Raises SourceError."""
        facts = self._facts(self._found[run.path])
        with Transcript.open(Path(run.path), facts) as transcript:
            trace = trace_of(transcript)
        if run.rows is None:
            return trace
        return next((part for part, rows in parts_of(trace) if rows[0] == run.rows[0]), trace)

    # ------------------------------------------------------------------------------------- private

    def _stamp(self, wishes: Wishes | None) -> str:
        """The state of all files, and what the person wants of the groups."""
        state = hashlib.sha1(usedforsecurity=False)
        for path, each in sorted(self._found.items()):
            state.update(f"{path}\0{stamp_of(each)}\n".encode("utf-8", "surrogateescape"))
        for part in fields(wishes or Wishes()):
            value = getattr(wishes or Wishes(), part.name)
            state.update(repr(sorted(value) if isinstance(value, frozenset) else value).encode())
        return state.hexdigest()

    def _loops(self, wishes: Wishes | None) -> list[Loop]:
        known = self._load()
        heads = [each.head for each in known.values()]
        waiting = [path for path, each in known.items() if each.judged is None]
        groups = group(heads, wishes) if waiting else []
        self._overtaken = _overtaken(groups)
        members = {member.path for found in groups for member in found.members}
        wanted = [path for path in waiting if path in members or known[path].repeats]
        self._to_judge, self._judging = len(wanted), 0
        self._ask_ahead("judge", [self._found[path] for path in wanted])
        return loops_of(heads, self._looped, self._limits, wishes, self._is_solo)

    def _load(self) -> dict[str, Known]:
        if self._known is None:
            stored = self._cache.get(list(self._found.values()))
            self._ask_ahead("look", [each for each in self._found.values() if each.path not in stored])
            self._known = {}
            for number, (path, each) in enumerate(self._found.items()):
                kept = _unpickled(stored.get(each.path))
                self.decoded += kept is not None
                if kept is None:
                    self._heed("looking into", number, len(self._found))
                self._known[path] = kept or self._look(each)
        return self._known

    def _look(self, found: Found) -> Known:
        """Identity and times of a file, and whether a full look at it may find a loop in it."""
        self._fresh.add(str(found.path))
        self.opened += 1
        head, repeats = self._asked("look", found.path) or look_into(self._facts(found), found.path)
        return Known(head, repeats, None)

    def _looped(self, session: Summary) -> Sequence[Iteration]:
        return self._judged(session.path).looped

    def _is_solo(self, session: Summary) -> bool:
        """Whether a file holds a loop by itself."""
        return self._load()[session.path].repeats and len(self._looped(session)) >= LEAST

    def _judged(self, path: str) -> Judged:
        known = self._load()
        judged = known[path].judged
        if judged is None:
            judged = self._read(self._found[path])
            known[path] = known[path]._replace(judged=judged)
            self._fresh.add(path)
        return judged

    def _read(self, found: Found) -> Judged:
        self._heed("judging", self._judging, max(self._to_judge, self._judging))
        self._judging += 1
        self.opened += 1
        asked: Judged | None = self._asked("judge", found.path)
        return asked or judge_file(self._facts(found), found.path, self._limits)

    def _ask_ahead(self, operation: str, files: Sequence[Found]) -> None:
        """Let the children begin with some files, where that is worth their start."""
        if self._pool is None or (len(files) < MANY and sum(each.size for each in files) < WORTH_A_CHILD):
            return
        for each in files:
            facts = self._facts(each)
            given = (facts, self._limits) if operation == "judge" else facts
            self._ahead[operation, each.path] = self._pool.ask(operation, given, each.path)

    def _asked(self, operation: str, path: Path) -> Any:
        """What a child found; None where none was asked, or it died: then it is done here."""
        future = self._ahead.pop((operation, path), None)
        if future is None:
            return None
        try:
            return future.result()
        except (WorkerDied, CancelledError):
            return None

    def _facts(self, found: Found) -> FileFacts:
        is_over = str(found.path) in self._overtaken
        return facts_of(found, self._now, 0.0 if is_over else self._running_seconds)

    def _keep(self) -> None:
        """Put into the cache what is new, without what will change by itself."""
        known = self._known or {}
        entries = {Path(path): _pickled(known[path]) for path in self._fresh}
        self._cache.put(entries, [self._found[path] for path in self._fresh])
        self._fresh.clear()


def _overtaken(groups: Iterable[Group]) -> frozenset[str]:
    """Every member of a loop but its last one."""
    return frozenset(member.path for found in groups for member in found.members[:-1])


def look_into(facts: FileFacts, path: Path) -> tuple[Summary, bool]:
    """Identity and times of a file, and whether it may hold its first prompt several times."""
    head = replace(head_summary(facts, path), path=str(path))
    return head, is_candidate(head) and _repeats(path, head.first_prompt or "")


def _repeats(path: Path, prompt: str) -> bool:
    try:
        with open_source(path) as source:
            return may_repeat(source, prompt)
    except SourceError:  # its head could be read a moment ago: it went
        return False


def judge_file(facts: FileFacts, path: Path, limits: Thresholds) -> Judged:
    """Every iteration in a file; one that cannot be read is an iteration that says so."""
    try:
        with Transcript.open(path, facts) as transcript:
            trace = trace_of(transcript)
    except SourceError as error:
        trace = Trace(unreadable(facts, error.cause), (), (), (), (), (), 0, "")
    alone, looped = (iterations_in(trace, limits, in_loop=each) for each in (False, True))
    return Judged(alone, looped)


def _pickled(known: Known) -> bytes:
    lasting = known.judged is not None and known.judged.is_over
    return pickle.dumps(known if lasting else known._replace(judged=None), pickle.HIGHEST_PROTOCOL)


def _unpickled(data: bytes | None) -> Known | None:
    """What was kept; None where there is nothing, or nothing that this version can use."""
    known = _thawed(data)
    return known if isinstance(known, Known) else None


def _loops_in(data: bytes | None) -> list[Loop] | None:
    """An answer that was kept; None as above."""
    loops = _thawed(data)
    return loops if isinstance(loops, list) and all(isinstance(each, Loop) for each in loops) else None


def _thawed(data: bytes | None) -> object:
    if data is None:
        return None
    try:
        return pickle.loads(data)
    except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, IndexError, TypeError, ValueError):
        return None
