"""Opens a session: its end first, then all of it, then what is written to it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from codexlog.app.loading.ahead import facts
from codexlog.app.loading.events import FileChanged, Grown, NotOpened, Opened
from codexlog.app.outline_rows import OutlineRows
from codexlog.report.words import size

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.catalog.growing import Growing, News
    from codexlog.catalog.transcript import Transcript
    from codexlog.catalog.workers import Workers
    from codexlog.rows.source import Stamp
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts

TAIL_FIRST = 1 << 18
"""Bytes below which reading the end first would not show anything sooner."""
LARGE = 4 << 20
"""Bytes above which another process reads the whole, so that this one stays quick."""
HUGE = 64 << 20
"""Bytes above which an index shows every turn and call seconds before the exact figures are there."""
LOOK_AGAIN = 0.2
"""Seconds between two looks at what the file system says of the open file: a `stat`, on every file system
the same. However fast rows are written, they come to the screen five times a second."""
PATIENCE = 0.2
"""Seconds between two looks whether anybody still waits for a child's answer."""

DELETED = "the file was deleted; this is what it held"
REPLACED = "the file was replaced since it was opened"
SHRUNK = "the file was cut shorter since it was opened"
PACKED = "the agent has packed the file; this is what it held"

READABLE_AGAIN = frozenset((REPLACED, SHRUNK))

T = TypeVar("T")


class Opener:
    """Opens one session at a time, each in a thread of its own that ends when the next is opened."""

    def __init__(self, options: Options, tell: Callable[[Event], None]) -> None:
        self._options = options
        self._tell = tell
        self._number = 0
        self._closed = threading.Event()

    def open(self, found: Found) -> int:
        """Begin to open a session; returns the number that its news will carry."""
        self._number += 1
        self._run(self._open, self._number, found)
        return self._number

    def take(self, transcript: Transcript) -> int:
        """Show a session that is open already."""
        self._number += 1
        self._run(self._show, self._number, transcript)
        return self._number

    def close(self) -> None:
        """Let the threads end."""
        self._number += 1
        self._closed.set()

    # ------------------------------------------------------------------------------------- private

    def _run(self, target: Callable[..., None], *arguments: object) -> None:
        threading.Thread(target=target, args=arguments, name="opener", daemon=True).start()

    def _open(self, number: int, found: Found) -> None:
        from codexlog.catalog.transcript import Transcript
        from codexlog.rows.source import SourceError

        try:
            transcript = Transcript.open(found.path, facts(found, self._options))
        except SourceError as error:
            self._say(NotOpened(number, error.cause))
            return
        self._show(number, transcript, found)

    def _show(self, number: int, transcript: Transcript, found: Found | None = None) -> None:
        from codexlog.catalog.transcript import Stopped
        from codexlog.rows.source import SourceError

        clock = self._options.clock
        reading = Reading(number, transcript, clock, self._say, lambda seconds: self._wait(number, seconds))
        try:
            reading.show(follow=found is not None and found.stored == found.path)
        except Stopped:
            return
        except (SourceError, OSError) as error:
            self._say(NotOpened(number, str(error)))
        except Exception as error:  # noqa: BLE001 - one session's trouble is a note in that session
            self._say(NotOpened(number, f"this session cannot be read: {error!r}"))
        finally:
            reading.close()

    def _wait(self, number: int, seconds: float) -> bool:
        """Wait; False where the session is no longer wanted."""
        return not self._closed.wait(seconds) and number == self._number

    def _say(self, event: Event) -> None:
        if not self._closed.is_set():
            self._tell(event)


class _State(NamedTuple):
    """What a look at the file's entry in its folder finds."""

    stamp: Stamp
    fresh: bool
    """Whether it changed within the running window."""


class Reading:
    """One open session, on its thread: first its end, then the whole, then patch by patch.

    Small ones are read here, others by a child process, which stays to follow those that grow.
    """

    def __init__(
        self,
        number: int,
        transcript: Transcript,
        clock: Callable[[], float],
        say: Callable[[Event], None],
        wait: Callable[[float], bool],
    ) -> None:
        self._number = number
        self._transcript = transcript
        self._clock = clock
        self._say = say
        self._wait = wait
        self._growing: Growing | None = None
        self._workers: Workers | None = None
        self._is_followed = False
        """Whether what was shown can be patched."""
        self._is_over = False
        """Whether the file holds other bytes than those that are shown."""
        self._pending = 0
        self._said = ""

    def show(self, *, follow: bool) -> None:
        """Say what the session holds. Raises Stopped when nobody wants to know any longer."""
        transcript = self._transcript
        opened = transcript.source.stamp()
        follow = follow and not transcript.is_document and not transcript.source.is_settled
        if follow and transcript.facts.growing and opened.size <= TAIL_FIRST:
            self._look(transcript.facts)
        else:
            self._show_first(opened.size)
        if not self._is_followed:
            self._dismiss()
        if follow:
            self._watch(opened)

    def close(self) -> None:
        """Let go of files and processes."""
        if self._growing is not None:
            self._growing.close()
        if self._workers is not None:
            self._workers.close()

    # ------------------------------------------------------------------------------------ the whole

    def _show_first(self, held: int) -> None:
        """The end, and the rest after it."""
        transcript = self._transcript
        if held > TAIL_FIRST:
            tail = transcript.tail_outline()
            self._say(Opened(self._number, transcript, OutlineRows(tail)))
            if not tail.is_tail and not transcript.facts.growing:
                return
        self._show_whole(held)

    def _show_whole(self, held: int) -> None:
        transcript = self._transcript
        is_elsewhere = held > LARGE and transcript.source.reopens and not transcript.is_document
        if is_elsewhere and held > HUGE and not self._show_quickly():
            return
        if transcript.facts.growing and not transcript.is_document:
            self._look(transcript.facts)
        else:
            self._show_outline(self._outline_elsewhere() if is_elsewhere else self._outline())

    def _show_quickly(self) -> bool:
        """The provisional outline of a huge session; False where that is the final one."""
        from codexlog.catalog.workers import WorkerDied

        try:
            found = self._ask(lambda pool, path, known: pool.quick_outline(path, known))
        except WorkerDied:
            return True
        self._show_outline(found)
        return found.provisional

    def _outline(self) -> Outline:
        return self._transcript.outline(lambda: not self._wait(0))

    def _outline_elsewhere(self) -> Outline:
        from codexlog.catalog.workers import WorkerDied

        try:
            return self._ask(lambda pool, path, known: pool.outline(path, known))
        except WorkerDied:
            return self._outline()

    def _show_outline(self, outline: Outline) -> None:
        if self._wait(0):
            self._say(Opened(self._number, self._transcript, OutlineRows(outline)))

    # ------------------------------------------------------------------------------------ what grows

    def _watch(self, opened: Stamp) -> None:
        """Take in what is written, as long as it is the same file; say once each what becomes of it."""
        last = _State(opened, self._transcript.facts.growing)
        while self._wait(LOOK_AGAIN) and not self._is_over:
            now = self._state()
            trouble = self._trouble(last.stamp, now)
            if trouble or now is None:
                self._note(trouble)
            elif now == last:
                self._note(_torn(self._pending))
            else:
                last = now
                if self._is_followed or now.stamp.size != opened.size:
                    self._look(self._facts(now))

    def _state(self) -> _State | None:
        from codexlog.rows.source import stamp_of

        try:
            stamp = stamp_of(self._transcript.source.path.stat())
        except OSError:
            return None
        known = self._transcript.facts
        return _State(stamp, replace(known, age=self._age(stamp)).growing)

    def _trouble(self, last: Stamp, now: _State | None) -> str:
        """What is the matter with the file, if anything."""
        from codexlog.rows.source import ZSTD_SUFFIX, physical_path

        path = self._transcript.source.path
        if now is None:
            return PACKED if physical_path(path).suffix == ZSTD_SUFFIX else DELETED
        if (now.stamp.inode, now.stamp.device) != (last.inode, last.device):
            return REPLACED
        return SHRUNK if now.stamp.size < last.size else ""

    def _age(self, stamp: Stamp) -> float:
        return max(0.0, self._clock() - stamp.mtime)

    def _facts(self, state: _State) -> FileFacts:
        return replace(self._transcript.facts, size=state.stamp.size, age=self._age(state.stamp))

    def _look(self, known: FileFacts) -> None:
        """Read what is new, and tell it."""
        news = self._news(known)
        if not self._wait(0):
            return
        if news.restarted:
            self._is_over = True
            self._note(REPLACED)
        if news.gone or news.restarted:
            return
        self._pending = news.pending
        self._note("")
        if news.patch is not None:
            self._say(Grown(self._number, news.patch))
        elif news.whole is not None:
            self._is_followed = True
            from codexlog.app.growing_rows import GrowingRows

            self._say(Opened(self._number, self._transcript, GrowingRows(news.whole)))

    def _news(self, known: FileFacts) -> News:
        if self._growing is None and known.size > LARGE:
            from codexlog.catalog.workers import WorkerDied

            try:
                return self._ask(lambda pool, path, _: pool.grow(path, known))
            except WorkerDied:
                self._dismiss()
        if self._growing is None:
            from codexlog.catalog.growing import Growing

            self._growing = Growing(self._transcript.source.path)
        news = self._growing.look(known)
        if news.whole is None:
            return news
        return news._replace(whole=replace(news.whole, entries=news.whole.entries.behind(0)))

    def _note(self, what: str) -> None:
        if what != self._said:
            self._said = what
            self._say(FileChanged(self._number, what))

    # ------------------------------------------------------------------------------------- elsewhere

    def _ask(self, job: Callable[[Workers, Path, FileFacts], Future[T]]) -> T:
        """What a child process answers. Raises Stopped, WorkerDied, or what the child raised."""
        from codexlog.catalog.transcript import Stopped
        from codexlog.catalog.workers import Workers

        if self._workers is None:
            self._workers = Workers(1)
        future = job(self._workers, self._transcript.source.path, self._transcript.facts)
        while self._wait(0):
            try:
                return future.result(PATIENCE)
            except TimeoutError:
                continue
        raise Stopped

    def _dismiss(self) -> None:
        """End the child: nobody asks for more."""
        if self._workers is not None:
            self._workers.close()
            self._workers = None


def _torn(pending: int) -> str:
    """What is to say of the bytes behind the last whole row."""
    return f"last row unfinished ({size(pending)})" if pending else ""
