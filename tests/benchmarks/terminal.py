"""A program in a terminal of 120 × 40: when it painted, what it shows, how much it sends, what it holds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COLUMNS, LINES = 120, 40
PATIENCE = 120.0
QUIET = 0.35
"""Seconds of silence after which an answer is complete."""


class NeverShown(Exception):
    """The program did not show what was waited for."""


class Terminal:
    """Runs a Python program on a pseudo-terminal."""

    def __init__(self, arguments: Sequence[str], folder: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.started = time.perf_counter()
        self._process, self._descriptor = pty.fork()
        if self._process == 0:
            os.chdir(folder)
            environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
            os.execve(sys.executable, [sys.executable, *arguments], environment)
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the program and the processes that it started: what they still read would slow the next one."""
        for each in (*_children(self._process), self._process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        os.close(self._descriptor)
        os.waitpid(self._process, 0)

    def read(self, wait: float, most: int = 1 << 16) -> bytes:
        """What comes within `wait` seconds, at most so many bytes; b"" for silence."""
        ready, _, _ = select.select([self._descriptor], [], [], wait)
        if not ready:
            return b""
        try:
            return os.read(self._descriptor, most)
        except OSError:  # the program has ended
            return b""

    def first_paint(self, shows: Callable[[str], bool]) -> float:
        """Seconds from the start to the bytes that complete what is waited for."""
        arrived: list[tuple[float, bytes]] = []
        while time.perf_counter() - self.started < PATIENCE:
            data = self.read(0.1)
            if data:
                arrived.append((time.perf_counter() - self.started, data))
            elif arrived:  # a pause: time to look, for looking costs time
                for at, each in arrived:
                    self._stream.feed(each)
                    if shows(self.text()):
                        return at
                arrived.clear()
        raise NeverShown(self.text())

    def wait_until(self, shows: Callable[[str], bool]) -> None:
        """Read on until the screen shows something."""
        deadline = time.perf_counter() + PATIENCE
        while not shows(self.text()):
            if time.perf_counter() > deadline:
                raise NeverShown(self.text())
            self._stream.feed(self.read(0.2))

    def send(self, keys: bytes) -> None:
        """Send keys and read nothing."""
        os.write(self._descriptor, keys)

    def time_until(self, keys: bytes, shows: Callable[[str], bool]) -> float:
        """Seconds from some keys to the bytes that complete what is waited for."""
        self.started = time.perf_counter()
        self.send(keys)
        return self.first_paint(shows)

    def settle(self) -> int:
        """Read until nothing more comes; returns how many bytes that were."""
        total = 0
        while data := self.read(QUIET):
            self._stream.feed(data)
            total += len(data)
        return total

    def press(self, key: bytes) -> int:
        """Send a key; returns how many bytes the answer has."""
        self.send(key)
        return self.settle()

    def take(self, wait: float) -> None:
        """Draw what comes within `wait` seconds."""
        self._stream.feed(self.read(wait))

    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self._screen.display)

    def anonymous_bytes(self) -> int:
        """Anonymous memory of the program and of the processes that it started."""
        return sum(_anonymous(each) for each in (self._process, *_children(self._process)))


def _anonymous(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next(
        (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("RssAnon")), 0
    )


def _children(process: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found
