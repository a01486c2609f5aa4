"""`codexlog record`: stdin is recorded, and what an agent streams goes on to stdout as it came."""

from __future__ import annotations

import os
import select
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from codexlog import __version__
from codexlog.arguments import NothingFound, UsageError
from codexlog.recorder import Recorder
from codexlog.recorder.incoming import Incoming, passes_on
from codexlog.recorder.journal import warn
from codexlog.report.safe_text import safe_line

if TYPE_CHECKING:
    import argparse
    from types import FrameType

BLOCK = 1 << 16
TERMINATED, INTERRUPTED = 128 + signal.SIGTERM, 128 + signal.SIGINT


class Terminated(Exception):
    """SIGTERM came."""


class Tee:
    """Passes bytes on, unbuffered; stops when nobody reads any more, or nobody can."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def write(self, data: bytes) -> None:
        """Pass all of it on."""
        view = memoryview(data)
        while view and self._descriptor is not None:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except BrokenPipeError:
                self._descriptor = None
            except OSError as error:
                self._descriptor = None
                warn(f"the stream does not get through: {error.strerror}; it is recorded all the same")


def record(options: argparse.Namespace, stdin: int = 0, stdout: int = 1) -> int:
    """Record until stdin ends; returns the exit code. Raises UsageError."""
    if options.kind is None and os.isatty(stdin):
        raise UsageError("record reads stdin: pipe an agent's output into it (see codexlog record --help)")
    recorder = _start(options)
    incoming = Incoming(recorder, options.kind, warn, options.prompt)
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        if not _pump(incoming, Tee(stdout), stdin):
            return 2
        undecided = incoming.end()
    except (KeyboardInterrupt, Terminated) as error:
        incoming.stop()
        return TERMINATED if isinstance(error, Terminated) else INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
        recorder.close()
    return _ended(incoming, recorder, undecided, stdout)


def _start(options: argparse.Namespace) -> Recorder:
    if options.cwd is not None and not Path(options.cwd).is_dir():
        raise UsageError(f"{options.cwd}: no such folder")
    try:
        return Recorder.start(
            cwd=options.cwd, version=__version__, model=options.model, session_id=options.session
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    except FileNotFoundError as error:
        raise UsageError("the working folder is gone; name one with --cwd") from error


def _pump(incoming: Incoming, tee: Tee, stdin: int) -> bool:
    """Pass each piece on before it is recorded; hold it back only until the first line tells its kind.

    Returns whether recording lasted to the end: whatever becomes of it, the stream goes on.
    """
    goes_on = incoming.kind and incoming.kind != "turns"
    held, is_whole = b"", True
    while chunk := os.read(stdin, BLOCK):
        if goes_on is None:
            held += chunk
            goes_on = passes_on(held)
            if goes_on:
                tee.write(held)
        elif goes_on:
            tee.write(chunk)
        is_whole = is_whole and _feed(incoming, chunk)
    if goes_on is None:
        tee.write(held)
    return is_whole


def _feed(incoming: Incoming, chunk: bytes) -> bool:
    try:
        incoming.feed(chunk)
    except (KeyboardInterrupt, Terminated):
        raise
    except Exception as error:  # noqa: BLE001 - the stream goes on, and stderr says why it is not recorded
        warn(f"the rest is not recorded: {type(error).__name__}: {error}")
        return False
    return True


def _ended(incoming: Incoming, recorder: Recorder, undecided: list[int], stdout: int) -> int:
    if undecided:
        raise UsageError(
            f"line {undecided[0]} of stdin is neither a turn nor an event; name its kind with --from"
        )
    if not (recorder.directory.is_dir() or recorder.journal.has_warned):
        raise NothingFound("nothing came in, so nothing was recorded")
    if not recorder.journal.has_warned:
        _tell(recorder.directory, stdout, on_stdout=incoming.kind == "turns")
    return 2 if incoming.has_wrong_lines else 0


def _tell(directory: Path, stdout: int, *, on_stdout: bool) -> None:
    """Say where the session is: on stdout for scripts, where nothing else goes there."""
    if not on_stdout:
        warn(f"recorded in {directory}")
    elif os.isatty(stdout):
        Tee(stdout).write(f"{safe_line(str(directory))}\n".encode())
    else:
        Tee(stdout).write(os.fsencode(directory) + b"\n")


def _terminate(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Terminated
