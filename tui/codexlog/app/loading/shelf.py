"""The session list's reader: finds files, reads their ends at once and their figures in the background."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import CancelledError
from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.loading.ahead import FIRST_HEADS, FirstLook, facts, first_look, head_of
from codexlog.app.loading.events import Listed, Noticed, Said, Summarized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from pathlib import Path

    from codexlog.app.loading.ahead import Ahead
    from codexlog.app.loading.events import Event
    from codexlog.app.loading.noticing import Noticer
    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.register import Changes
    from codexlog.catalog.workers import Workers
    from codexlog.model import Summary

BATCH = 64


class Shelf:
    """One thread that reads the ends of sessions, and child processes that read all of them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._state = threading.Condition()
        self._tell: Callable[[Event], None] | None = None
        self._untold: list[Event] = []
        self._round = 0
        self._found: list[Found] = []
        """By index; those that are gone keep theirs."""
        self._wanted: deque[int] = deque()
        self._side: SideShelf | None = None
        self._workers: Workers | None = None
        self._noticer: Noticer | None = None
        self._live: Workers | None = None
        """One process that keeps the figures of sessions that grow."""
        self._grown: set[int] = set()
        """Sessions whose first figures, if they are still to come, are out of date."""
        self._asked: dict[int, bool] = {}
        """Sessions whose figures that process reads now, and whether they have grown since."""
        self.open_path: Path | None = None
        """The open session: whoever follows it knows its figures."""
        self._closed = False
        self._counted_round = 0
        self._counting: list[Found] | None = None
        """The files that are being counted; the list may be announced after the first frame asks for it."""
        self._first_heads = threading.Event()
        self._go_on = threading.Event()
        self.first = FirstLook()

    def start(self, ahead: Ahead | None = None) -> None:
        """Begin to look for sessions; whoever wants to hear of them connects later."""
        self._round += 1
        look = ahead.result if ahead is not None else partial(first_look, self._options)
        threading.Thread(target=self._read, args=(self._round, look), name="shelf", daemon=True).start()

    def connect(self, tell: Callable[[Event], None], patience: float) -> list[Event]:
        """Hear of what will be read from now on; returns what was read before.

        Waits up to `patience` seconds for the first lines, so that the first frame has them.
        """
        self._first_heads.wait(patience)
        with self._state:
            self._tell = tell
            untold, self._untold = self._untold, []
            return untold

    def want(self, indexes: Iterable[int]) -> None:
        """Read these sessions before the others."""
        with self._state:
            self._wanted.extendleft(indexes)

    def close(self) -> None:
        """End the thread and the child processes."""
        self._closed = True
        self._go_on.set()
        for each in (self._workers, self._live, self._noticer):
            if each is not None:
                each.close()

    def count(self, first: Iterable[int]) -> None:
        """Read on: the rest of the list, and every figure, those of the `first` indexes before the others.

        Called after the first frame, which none of this may hold up.
        """
        from codexlog.catalog.workers import Workers

        self._go_on.set()
        if self._counted_round == self._round and self._counting is self._found:
            return
        self._counted_round, self._counting = self._round, self._found
        if self._workers is not None:
            self._workers.close()
        self._workers = workers = Workers(self._options.children)
        now, round_ = self._options.clock(), self._round
        urgent = set(first)
        for index, found in enumerate(self._found):
            if found.error is None:
                future = workers.summary(found, now, index if index in urgent else index + len(self._found))
                future.add_done_callback(partial(self._first_counted, round_, index))

    # ------------------------------------------------------------------------------------- private

    def _read(self, round_: int, look: Callable[[], FirstLook]) -> None:
        first = look()
        self._found = list(first.found)
        self._grown.clear()
        self._asked.clear()
        self.first = first
        self._say(Listed(round_, first.found, first.problem))
        if first.summaries:
            self._say(Summarized(round_, first.summaries, whole=False))
        self._first_heads.set()
        self._go_on.wait()
        self._read_titles(round_)
        self._watch(round_)
        self._read_rest(round_)

    def _watch(self, round_: int) -> None:
        """Notice from now on what becomes of the sessions."""
        from codexlog.app.loading.ahead import is_single
        from codexlog.app.loading.noticing import Noticer

        if self._noticer is not None:
            self._noticer.close()
        if not is_single(self._options.paths, self.first.found) and not self._stale(round_):
            self._noticer = Noticer(
                self._options.paths,
                self._found,
                partial(self._noticed, round_),
                lambda note: self._say(Said(note)),
                partial(self._retitled, round_),
                self._options.watch,
                self._options.agent,
            )

    def _noticed(self, round_: int, changes: Changes) -> None:
        """Take in which sessions are new or have changed; read the ends of new ones and figures of all."""
        if self._stale(round_):
            return
        from codexlog.catalog.register import GONE

        known = len(self._found)
        for index in sorted(changes):
            self._found[index : index + 1] = [changes[index] or GONE]
        self._grown.update(changes)
        self._say(Noticed(round_, changes))
        there = [index for index, found in changes.items() if found is not None and found.error is None]
        self._heads(round_, [index for index in there if index >= known])
        for index in there:
            self._figure(round_, index)

    def _retitled(self, round_: int) -> None:
        """Read the agents' lists of titles once more, and the lines of the sessions that they name anew."""
        from codexlog.catalog.listing import SideShelf
        from codexlog.catalog.names import name_id

        before, self._side = self._side, SideShelf(self._options.sqlite_home)
        renamed: set[str] = set()
        for home in {found.home for found in self._found}:
            old, new = before.of(home).titles if before is not None else {}, self._side.of(home).titles
            renamed.update(key for key in {*old, *new} if old.get(key) != new.get(key))
        there = (index for index, found in enumerate(self._found) if found.error is None)
        self._heads(round_, [index for index in there if name_id(self._found[index].path) in renamed])

    def _figure(self, round_: int, index: int) -> None:
        """Have the figures of a session read that grows; once more afterwards, if it grew meanwhile."""
        from codexlog.catalog.workers import Workers

        found = self._found[index]
        if found.path == self.open_path:
            return
        with self._state:
            if index in self._asked:
                self._asked[index] = True
                return
            self._asked[index] = False
            if self._live is None and not self._closed:
                self._live = Workers(1)
            live = self._live
        if live is not None:
            future = live.figures(found.path, facts(found, self._options))
            future.add_done_callback(partial(self._figured, round_, index))

    def _figured(self, round_: int, index: int, future: Future[Summary]) -> None:
        with self._state:
            again = self._asked.pop(index, False)
        self._counted(round_, index, future)
        if again and not self._stale(round_):
            self._figure(round_, index)

    def _heads(self, round_: int, indexes: list[int]) -> None:
        summaries: dict[int, Summary] = {}
        for index in indexes:
            if self._stale(round_):
                return
            found = self._found[index]
            summaries[index] = self._complete(head_of(found, self._options), found)
        if summaries:
            self._say(Summarized(round_, summaries, whole=False))

    def _read_titles(self, round_: int) -> None:
        """The agents' own lists of titles; then the lines that are shown already once more."""
        from codexlog.catalog.listing import SideShelf

        side = SideShelf(self._options.sqlite_home)
        for home in {found.home for found in self._found}:
            if not self._stale(round_):
                side.of(home)
        self._side = side
        self._heads(round_, list(range(min(FIRST_HEADS, len(self._found)))))

    def _read_rest(self, round_: int) -> None:
        left = set(range(min(FIRST_HEADS, len(self._found)), len(self._found)))
        order = deque(sorted(left))
        while left and not self._stale(round_):
            batch: list[int] = []
            while left and len(batch) < BATCH:
                with self._state:
                    index = self._wanted.popleft() if self._wanted else order.popleft()
                if index in left:
                    left.discard(index)
                    batch.append(index)
            self._heads(round_, batch)

    def _first_counted(self, round_: int, index: int, future: Future[Summary]) -> None:
        if index not in self._grown or future.cancelled():
            self._counted(round_, index, future)

    def _counted(self, round_: int, index: int, future: Future[Summary]) -> None:
        try:
            summary = future.result()
        except CancelledError:
            return
        except Exception as error:  # noqa: BLE001 - one session's trouble is a line in the list
            from codexlog.catalog.listing import unreadable

            found = self._found[index]
            summary = unreadable(facts(found, self._options), f"cannot be counted: {error}")
        if not self._stale(round_):
            self._say(Summarized(round_, {index: self._complete(summary, self._found[index])}, whole=True))

    def _complete(self, summary: Summary, found: Found) -> Summary:
        return self._side.complete(summary, found) if self._side is not None else summary

    def _stale(self, round_: int) -> bool:
        return self._closed or round_ != self._round

    def _say(self, event: Event) -> None:
        with self._state:
            if self._tell is None:
                self._untold.append(event)
            elif not self._closed:
                self._tell(event)
