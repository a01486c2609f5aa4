"""Judges the loops of a list on a thread of its own; what was judged before comes from the cache."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import Done
from codexlog.app.render.loop_row import loop_row
from codexlog.catalog.cache import Cache
from codexlog.catalog.listing import current
from codexlog.catalog.workers import Workers
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS
from codexlog.triage.compare import compare
from codexlog.triage.finder import Finder, maker_of
from codexlog.triage.grouping import Wishes
from codexlog.triage.wishes import load_wishes
from codexlog.triage.worker import MODULE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.app.render.loop_row import LoopRow
    from codexlog.catalog.discover import Found
    from codexlog.triage.compare import Comparison
    from codexlog.triage.loops import Iteration, Loop

PATIENCE = 0.05
"""Seconds that a key waits for the loops: from the cache they mostly come within these."""
PROGRESS_EVERY = 0.1


class Judgement(NamedTuple):
    """The loops among some files."""

    loops: Sequence[Loop]
    files: Mapping[str, Found]
    """By the path that iterations have."""
    state: int
    """Other files, or the same ones in another state, have another one."""
    rows: Sequence[LoopRow]
    """The loops as the list shows them."""
    wishes: Wishes
    """What the person changed about them."""

    def of(self, path: str) -> Loop | None:
        """The loop that a file is a part of."""
        return next((loop for loop in self.loops if any(run.path == path for run in loop.iterations)), None)

    def with_id(self, name: str) -> Loop | None:
        """The loop with an id."""
        return next((loop for loop in self.loops if loop.id == name), None)


class _Stopped(Exception):
    """Nobody wants to know any longer."""


class Judge:
    """One job at a time; the answer comes at once where it is quick, else as news to the screen."""

    def __init__(self, options: Options, tell: Callable[[Event], None]) -> None:
        self._options = options
        self._limits = options.thresholds or Thresholds()
        self._tell = tell
        self._desk: Desk[Callable[[], None]] = Desk("judge", lambda then: tell(Done(then)))
        self._comparing: Desk[Callable[[], None]] = Desk("compare", lambda then: tell(Done(then)))
        self._job = 0
        self.is_busy = False

    def loops(
        self,
        files: Sequence[Found],
        then: Callable[[Judgement], None],
        progress: Callable[[str], None],
        patience: float = PATIENCE,
    ) -> None:
        """Judge every loop among some files; `progress` hears how far it is, and why it cannot be done.

        Waits up to `patience` seconds for it; where it takes longer, `then` hears of it later.
        """
        self._job += 1
        self.is_busy = True
        job = self._job

        def done(then: Callable[[], None]) -> None:
            if job == self._job:
                self.is_busy = False
                then()

        def work() -> Callable[[], None]:
            return partial(done, self._judge(job, files, then, progress))

        answer = self._desk.ask(work, patience)
        if answer is not None:
            answer()

    def compare(
        self,
        runs: tuple[Iteration, Iteration],
        files: Mapping[str, Found],
        then: Callable[[Comparison | str], None],
    ) -> None:
        """Compare two iterations, or say why that cannot be done."""
        answer = self._comparing.ask(lambda: partial(then, self._compare(runs, files)), PATIENCE)
        if answer is not None:
            answer()

    def stop(self) -> None:
        """Forget the job; what is judged already is kept."""
        self._job += 1
        self.is_busy = False
        self._desk.drop()

    def close(self) -> None:
        """Let the threads end."""
        self.stop()
        self._desk.close()
        self._comparing.close()

    # ------------------------------------------------------------------------------------- private

    def _judge(
        self,
        job: int,
        files: Sequence[Found],
        then: Callable[[Judgement], None],
        progress: Callable[[str], None],
    ) -> Callable[[], None]:
        """Runs on the desk's thread."""
        said = time.monotonic()

        def tell(note: str) -> None:
            if job == self._job:
                progress(note)

        def heed(what: str, done: int, of: int) -> None:
            nonlocal said
            if job != self._job:
                raise _Stopped
            if time.monotonic() - said > PROGRESS_EVERY:
                said = time.monotonic()
                self._tell(Done(partial(tell, f"{what} {done:,} of {of:,}…")))

        try:
            wishes = load_wishes(self._options.wishes) if self._options.wishes is not None else Wishes()
            loops = self._loops(current(files), wishes, heed)
        except _Stopped:
            return partial(tell, "")  # a stopped job is not this one any longer: nobody hears of it
        except Exception as error:  # noqa: BLE001 - the files may have changed in any way
            return partial(progress, f"The loops cannot be judged: {error}")
        found = {str(each.path): each for each in files}
        return partial(then, Judgement(loops, found, state_of(files), tuple(map(loop_row, loops)), wishes))

    def _loops(
        self, files: Sequence[Found], wishes: Wishes, heed: Callable[[str, int, int], None]
    ) -> Sequence[Loop]:
        options = self._options
        running = DEFAULT_RUNNING_SECONDS if options.running_seconds is None else options.running_seconds
        with Cache(options.cache, maker_of(self._limits)) as cache:
            children = Workers(options.children, MODULE)
            try:
                found = Finder(files, options.clock(), self._limits, cache, running, heed, children)
                return found.loops(wishes)
            finally:
                children.close()

    def _compare(self, runs: tuple[Iteration, Iteration], files: Mapping[str, Found]) -> Comparison | str:
        """Runs on the desk's thread."""
        try:
            with Cache(None, "") as cache:
                finder = Finder([files[run.path] for run in runs], self._options.clock(), self._limits, cache)
                before, after = map(finder.trace, runs)
                return compare(before, after)
        except Exception as error:  # noqa: BLE001 - the files may have changed in any way
            return f"They cannot be compared: {error}"


def state_of(files: Sequence[Found]) -> int:
    """A number for the state that some files are in."""
    return hash(tuple((each.path, each.size, each.mtime) for each in files))
