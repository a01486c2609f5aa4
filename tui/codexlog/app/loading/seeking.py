"""Searches the open session on a thread, and tells what was found as it is found."""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.loading.events import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.app.loading.events import Event
    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.transcript import Transcript
    from codexlog.timeline.outline import Outline

TELL_EVERY = 0.2
"""Seconds between two reports, but for the first hit, which is told at once."""
WORK, PAUSE = 0.008, 0.0004
"""Seconds after which the search lets go of the interpreter, and for how long: keys come first."""


class Task(NamedTuple):
    """What to search, and where to begin."""

    transcript: Transcript
    outline: Outline
    needle: Needle
    begin: int
    """Offset of the row to begin with; what stands before it comes last."""
    start: int = 0
    """Offset before which nothing is searched."""


class News(NamedTuple):
    """What a search brought since the last report."""

    hits: list[int]
    """Twice the entry, plus 1 where it is the output that matches."""
    share: float
    """How much has been searched, 0 to 1."""
    is_over: bool = False
    problem: str = ""
    """Why it ended early."""


class Seeker:
    """Runs one search at a time: a new one ends the one before, whose late news are dropped."""

    def __init__(self, tell: Callable[[Event], None], take: Callable[[News], None]) -> None:
        self._tell = tell
        self._take = take
        self._number = 0

    def start(self, task: Task) -> None:
        """Begin a search."""
        self._number += 1
        threading.Thread(target=self._run, args=(self._number, task), name="seeker", daemon=True).start()

    def stop(self) -> None:
        """End the search that runs."""
        self._number += 1

    def _run(self, number: int, task: Task) -> None:
        problem = ""
        try:
            if not self._seek(number, task):
                return
        except Exception as error:  # noqa: BLE001 - the file may have changed in any way; the screen says so
            problem = f"the search ended early: {error}"
        self._say(number, News([], 1.0, True, problem))

    def _seek(self, number: int, task: Task) -> bool:
        """Search to the end; False where another search has begun."""
        from codexlog.catalog.find.hits import Finder
        from codexlog.catalog.find.item_texts import OUTPUT

        hits: list[int] = []
        told = rested = time.monotonic()
        is_first = True
        for step in Finder(task.transcript, task.outline, task.needle).run(task.begin, task.start):
            if number != self._number:
                return False
            hits += (2 * match.entry + (match.kind == OUTPUT) for match in step.matches)
            now = time.monotonic()
            if now - told > TELL_EVERY or (hits and is_first):
                is_first = is_first and not hits
                told = now
                self._say(number, News(hits, step.share))
                hits = []
            if now - rested > WORK:
                time.sleep(PAUSE)
                rested = time.monotonic()
        self._say(number, News(hits, 1.0))
        return True

    def _say(self, number: int, news: News) -> None:
        self._tell(Done(partial(self._deliver, number, news)))

    def _deliver(self, number: int, news: News) -> None:
        if number == self._number:
            self._take(news)
