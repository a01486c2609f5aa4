"""Opens a session: its end first, then all of it, and an eye on what becomes of the file."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.app.loading.ahead import facts
from codexlog.app.loading.events import FileChanged, NotOpened, Opened
from codexlog.app.outline_rows import OutlineRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.catalog.transcript import Transcript
    from codexlog.rows.source import Stamp
    from codexlog.timeline.builder import TimelineBuilder
    from codexlog.timeline.outline import Outline

TAIL_FIRST = 1 << 18
"""Bytes below which reading the end first would not show anything sooner."""
LARGE = 4 << 20
"""Bytes above which another process reads the whole, so that this one stays quick."""
HUGE = 64 << 20
"""Bytes above which an index shows every turn and call seconds before the exact figures are there."""
LOOK_AGAIN = 1.0

DELETED = "the file was deleted; this is what it held"
REPLACED = "the file was replaced since it was opened"
SHRUNK = "the file was cut shorter since it was opened"
GREW = "the file has grown since it was read"


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

    def _stale(self, number: int) -> bool:
        return number != self._number

    def _open(self, number: int, found: Found) -> None:
        from codexlog.catalog.transcript import Transcript
        from codexlog.rows.source import SourceError

        try:
            transcript = Transcript.open(found.path, facts(found, self._options))
        except SourceError as error:
            self._say(NotOpened(number, error.cause))
            return
        stamp = transcript.source.stamp() if found.stored == found.path else None
        self._show(number, transcript)
        if stamp is not None and self._watch(number, found, stamp):
            self._follow(number, found, transcript)

    def _show(self, number: int, transcript: Transcript) -> None:
        from codexlog.catalog.transcript import Stopped
        from codexlog.rows.source import SourceError

        try:
            if transcript.source.size > TAIL_FIRST:
                tail = transcript.tail_outline()
                self._say(Opened(number, transcript, OutlineRows(tail)))
                if not tail.is_tail:
                    return
            self._show_whole(number, transcript)
        except Stopped:
            return
        except (SourceError, OSError) as error:
            self._say(NotOpened(number, str(error)))
        except Exception as error:  # noqa: BLE001 - one session's trouble is a note in that session
            self._say(NotOpened(number, f"this session cannot be read: {error!r}"))

    def _show_whole(self, number: int, transcript: Transcript) -> None:
        large = transcript.source.size > LARGE and transcript.source.path.exists()
        outline = (
            self._outline_elsewhere(number, transcript)
            if large and not transcript.is_document
            else transcript.outline(lambda: self._stale(number))
        )
        if not self._stale(number):
            self._say(Opened(number, transcript, OutlineRows(outline)))

    def _outline_elsewhere(self, number: int, transcript: Transcript) -> Outline:
        from codexlog.catalog.transcript import Stopped
        from codexlog.catalog.workers import WorkerDied, Workers

        workers = Workers(1)
        path, known = transcript.source.path, transcript.facts
        try:
            if transcript.source.size > HUGE:
                first = self._wait(number, workers.quick_outline(path, known))
                self._say(Opened(number, transcript, OutlineRows(first)))
                if not first.provisional:
                    raise Stopped
            return self._wait(number, workers.outline(path, known))
        except WorkerDied:
            return transcript.outline(lambda: self._stale(number))
        finally:
            workers.close()

    def _wait(self, number: int, future: Future[Outline]) -> Outline:
        from codexlog.catalog.transcript import Stopped

        while not self._stale(number):
            try:
                return future.result(LOOK_AGAIN / 5)
            except TimeoutError:
                continue
        raise Stopped

    def _watch(self, number: int, found: Found, opened: Stamp) -> bool:
        """Say once each what happens to the file; True once it grows and is small enough to follow."""
        said = ""
        while not self._closed.wait(LOOK_AGAIN) and not self._stale(number):
            now = _change(found, opened)
            if now == GREW and opened.size <= LARGE and found.path.suffix != ".json":
                return True
            if now != said:
                said = now
                self._say(FileChanged(number, now))
        return False

    def _follow(self, number: int, found: Found, transcript: Transcript) -> None:
        """Show new rows as they are written, each read once; a torn last row waits until it is whole."""
        from codexlog.formats.dialect import is_whole_row
        from codexlog.rows.follow import Follower
        from codexlog.rows.source import SourceError
        from codexlog.timeline.builder import TimelineBuilder

        follower, builder = Follower(found.path, is_whole_row), TimelineBuilder()
        try:
            while not self._stale(number):
                growth = follower.poll()
                if growth.gone or growth.restarted:
                    self._say(FileChanged(number, DELETED if growth.gone else REPLACED))
                    return
                if growth.pieces:
                    for piece in growth.pieces:
                        builder.feed(piece)
                    self._say(Opened(number, transcript, OutlineRows(_as_it_is(builder, transcript))))
                if self._closed.wait(LOOK_AGAIN / 2):
                    return
        except SourceError as error:
            self._say(FileChanged(number, error.cause))
        finally:
            follower.close()

    def _say(self, event: Event) -> None:
        if not self._closed.is_set():
            self._tell(event)


def _as_it_is(builder: TimelineBuilder, transcript: Transcript) -> Outline:
    """The outline of a growing session; its columns are a copy, for the builder goes on."""
    from codexlog.timeline.outline import outline

    now = outline(builder, replace(transcript.facts, size=transcript.source.size, age=0.0))
    return replace(now, entries=now.entries.copy())


def _change(found: Found, opened: Stamp) -> str:
    from codexlog.rows.source import physical_path

    try:
        now = physical_path(found.path).stat()
    except OSError:
        return DELETED
    if (now.st_ino, now.st_dev) != (opened.inode, opened.device):
        return REPLACED
    if now.st_size < opened.size:
        return SHRUNK
    return GREW if now.st_size > opened.size else ""
