"""Runs the explorer on a pseudo-terminal of its own, as a person's terminal would."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyte
from textual.keys import key_to_character

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = """
import os, sys
from pathlib import Path
from codexlog.app import run
from codexlog.app.options import options_from
sys.exit(run(options_from([Path(each) for each in sys.argv[1:]], os.environ, Path.home())))
"""
FOREIGN = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "SSH_TTY", "SSH_CONNECTION")
"""What the terminal of whoever runs the tests says about itself."""
FOREIGN_TO_PYTE = re.compile(rb"\x1b\[(?:[<>=][\d;]*u|\?\d+\$p)")
"""Sequences about the keyboard and queries, of which pyte would print the last letter."""
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "f1": "\x1bOP",
}
"""What a terminal sends for the keys that are no characters."""


def bytes_of(key: str) -> str:
    """What a terminal sends for a key as Textual names it."""
    if key.startswith("ctrl+"):
        return chr(ord(key[5].upper()) - 64)
    return KEYS.get(key) or key_to_character(key) or key


class Terminal:
    """A program, the screen that it draws, and the bytes that it sent."""

    def __init__(
        self, *paths: Path | str, columns: int = 120, rows: int = 40, program: str = DRIVER, **env: str
    ) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            inherited = {key: value for key, value in os.environ.items() if key not in FOREIGN}
            os.execve(
                sys.executable,
                [sys.executable, "-c", program, *map(str, paths)],
                inherited | {"TERM": "xterm-256color", "TZ": "UTC"} | env,
            )
        self._new_screen(columns, rows)

    def _new_screen(self, columns: int, rows: int) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)

    # ---------------------------------------------------------------------------------------- reading

    def read(self, quiet: float = 0.3, limit: float = 15.0) -> bytes:
        """Everything until nothing comes for a while."""
        out, end = b"", time.monotonic() + limit
        while time.monotonic() < end and select.select([self.fd], [], [], quiet)[0]:
            try:
                out += (block := os.read(self.fd, 1 << 16))
            except OSError:
                break
            if not block:
                break
        self.stream.feed(FOREIGN_TO_PYTE.sub(b"", out))
        return out

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)

    def until(self, holds: Callable[[str], object], seconds: float = 30.0) -> bytes:
        """Read until the screen shows what is waited for; returns what came."""
        out, end = b"", time.monotonic() + seconds
        while not holds(self.text):
            assert time.monotonic() < end, f"never came true; the screen:\n{self.text}"
            out += self.read(0.05, 1.0)
        return out

    def wait_for(self, text: str) -> None:
        """Read until a text is on the screen and nothing more comes."""
        self.until(lambda screen: text in screen)
        self.read()

    def settle(self) -> None:
        """Wait until everything is read and counted."""
        self.until(lambda screen: not any(word in screen for word in ("counting", "looking", "reading")))
        self.read()

    # ---------------------------------------------------------------------------------------- sending

    def press(self, key: str, quiet: float = 0.2) -> int:
        """Send the bytes of a key; returns how many the answer has."""
        self.type(key)
        return len(self.read(quiet))

    def type(self, text: str) -> None:
        """Send bytes."""
        os.write(self.fd, text.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size; the system tells the program."""
        self._new_screen(columns, rows)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # ----------------------------------------------------------------------------------------- ending

    def state(self) -> str:
        """One letter of the system's: R and S run, T is stopped."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def modes(self) -> list[object]:
        """How the terminal treats what is typed and printed."""
        return termios.tcgetattr(self.fd)

    def end(self, seconds: float = 10.0) -> int:
        """Wait for the program; returns its exit code, -1 where it had to be killed."""
        stop = time.monotonic() + seconds
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            while time.monotonic() < stop:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    return os.waitstatus_to_exitcode(status)
                self.read(0.05, 0.1)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        return -1

    def close(self) -> None:
        """End the program, in whatever state it is, and the terminal."""
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self.fd)
