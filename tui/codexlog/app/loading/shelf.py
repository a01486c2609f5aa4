"""The session list's reader: finds files, reads their ends at once and their figures in the background."""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import CancelledError
from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.loading.ahead import FIRST_HEADS, FirstLook, facts, first_look, head_of
from codexlog.app.loading.events import Listed, Summarized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from codexlog.app.loading.ahead import Ahead
    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
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
        self._found: tuple[Found, ...] = ()
        self._wanted: deque[int] = deque()
        self._side: SideShelf | None = None
        self._workers: Workers | None = None
        self._closed = False
        self._counted_round = 0
        self._counting: tuple[Found, ...] = ()
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
        if self._workers is not None:
            self._workers.close()

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
                future.add_done_callback(partial(self._counted, round_, index))

    # ------------------------------------------------------------------------------------- private

    def _read(self, round_: int, look: Callable[[], FirstLook]) -> None:
        first = look()
        self._found = first.found
        self.first = first
        self._say(Listed(round_, first.found, first.problem))
        if first.summaries:
            self._say(Summarized(round_, first.summaries, whole=False))
        self._first_heads.set()
        self._go_on.wait()
        self._read_titles(round_)
        self._read_rest(round_)

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
