"""What goes over the wire, measured in a real terminal."""

from __future__ import annotations

import base64
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
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pyte
import pytest

DRIVER = """
import os, sys
from pathlib import Path
from codexlog.app import run
from codexlog.app.options import options_from
sys.exit(run(options_from([Path(each) for each in sys.argv[1:]], os.environ, Path.home())))
"""
FOREIGN = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "SSH_TTY", "SSH_CONNECTION")
"""What the terminal of whoever runs the tests says about itself."""
LIMIT = 2_048
PAGE_LIMIT = 15_000


class Terminal:
    def __init__(self, path: Path, columns: int = 120, rows: int = 40, **env: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            inherited = {key: value for key, value in os.environ.items() if key not in FOREIGN}
            os.execve(
                sys.executable,
                [sys.executable, "-c", DRIVER, str(path)],
                inherited | {"TERM": "xterm-256color", "TZ": "UTC"} | env,
            )
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)

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
        with contextlib.suppress(Exception):
            self.stream.feed(out.replace(b"\x1b[>", b"\x1b["))
        return out

    def first_bytes(self) -> bytes:
        """Everything until the list is on the screen."""
        out, end = b"", time.monotonic() + 20
        while "Sessions" not in self.text:
            assert time.monotonic() < end, self.text
            out += self.read(0.1, 1.0)
        return out + self.read(0.6)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 20
        while text not in self.text:
            assert time.monotonic() < end, self.text
            self.read(0.1, 1.0)
        self.read(0.6)

    def settle(self) -> None:
        """Wait until everything is read and counted."""
        end = time.monotonic() + 30
        while "counting" in self.text or "looking" in self.text or "reading" in self.text:
            assert time.monotonic() < end, self.text
            self.read(0.1, 1.0)
        self.read(0.5)

    def press(self, key: str) -> int:
        os.write(self.fd, key.encode())
        return len(self.read(0.2))

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def end(self) -> int:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            for _ in range(200):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    return os.waitstatus_to_exitcode(status)
                self.read(0.05, 0.1)
                time.sleep(0.02)
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        return -1


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    yield one
    with contextlib.suppress(OSError):
        os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)


def test_a_step_sends_little(terminal: Terminal) -> None:
    down = "\x1b[B"
    steps = [terminal.press(down) for _ in range(12)]
    assert max(steps) < LIMIT, steps
    for _ in range(9):
        terminal.press("\x1b[A")
    terminal.press("\r")
    terminal.settle()
    inside = [terminal.press("\x1b[A") for _ in range(15)]
    assert median(inside) < LIMIT, inside
    assert sum(inside) / len(inside) < LIMIT, inside


def test_a_step_sends_little_in_every_theme_with_a_ground_of_its_own(home: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"], "codexlog", "state.json")
    state.parent.mkdir(parents=True)
    state.write_text('{"theme": "dark", "theme_over": "terminal"}')
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    steps = [one.press("\x1b[B") for _ in range(12)]
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    assert 0 < median(steps) < LIMIT, steps
    assert sum(steps) / len(steps) < LIMIT, steps


def test_a_page_sends_less_than_a_screen(terminal: Terminal) -> None:
    assert terminal.press("\x1b[6~") < PAGE_LIMIT
    assert terminal.press("\x1b[5~") < PAGE_LIMIT


def test_a_change_of_pane_sends_little(terminal: Terminal) -> None:
    assert max(terminal.press("\t") for _ in range(3)) < LIMIT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signals_leave_the_terminal_as_it_was(terminal: Terminal, number: signal.Signals) -> None:
    os.kill(terminal.pid, number)
    out = terminal.read(0.5)
    assert b"\x1b[?1049l" in out
    assert terminal.end() == 128 + number


def test_ctrl_c_leaves(terminal: Terminal) -> None:
    os.write(terminal.fd, b"\x03")
    assert b"\x1b[?1049l" in terminal.read(0.5)
    assert terminal.end() == 0


def test_no_colour_is_sent_where_none_is_wanted(home: Path) -> None:
    one = Terminal(home, NO_COLOR="1")
    out = one.first_bytes()
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    sgr = {part for codes in re.findall(rb"\x1b\[([\d;]+)m", out) for part in codes.split(b";")}
    assert sgr
    assert not {b"31", b"32", b"33", b"34", b"35", b"36", b"38", b"48"} & sgr


MOUSE = (b"\x1b[?1000h", b"\x1b[?1003h")
"""What a terminal is sent that shall report the mouse instead of selecting text."""


@pytest.mark.parametrize(("env", "wanted"), [({}, True), ({"SSH_TTY": "/dev/pts/9"}, False)])
def test_the_mouse_is_the_terminals_over_ssh(home: Path, env: dict[str, str], wanted: bool) -> None:
    one = Terminal(home, **env)  # type: ignore[arg-type]
    out = one.first_bytes()
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    assert b"\x1b[?1049h" in out
    assert [mode in out for mode in MOUSE] == [wanted] * 2


def test_a_copy_is_asked_of_a_bare_terminal_in_one_piece(home: Path, tmp_path: Path) -> None:
    one = Terminal(home, XDG_STATE_HOME=str(tmp_path), TMUX="", DISPLAY="", WAYLAND_DISPLAY="")
    one.wait_for("Sessions  47")
    one.settle()
    os.write(one.fd, b"c")
    out = one.read(1.0)
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", out)
    assert len(sent) == 1
    path = base64.b64decode(sent[0]).decode()
    assert path.startswith("sample_sessions/sessions/2026/10/06/rollout-")
    assert (tmp_path / "codexlog" / "copy.txt").read_text(encoding="utf-8") == path


def test_the_pager_gets_the_screen_and_gives_it_back(home: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho PAGED; head -c 200 "$1"; sleep 0.4\n')
    pager.chmod(0o755)
    one = Terminal(home, PAGER=str(pager))
    one.wait_for("Sessions  47")
    one.settle()
    one.press("\r")
    one.settle()
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert b"PAGED" in out
    assert out.index(b"\x1b[?1049l") < out.index(b"PAGED") < out.rindex(b"\x1b[?1049h")
    one.wait_for("Sessions  47")
    os.write(one.fd, b"q")
    assert one.end() == 0
    os.close(one.fd)


def test_a_program_that_ends_at_once_does_not_flash(home: Path) -> None:
    one = Terminal(home, PAGER="cat")
    one.wait_for("Sessions  47")
    one.settle()
    one.press("\r")
    one.settle()
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert b"Press Enter to return." in out
    assert b"\x1b[?1049h" not in out
    os.write(one.fd, b"\r")
    one.wait_for("Sessions  47")
    os.write(one.fd, b"q")
    assert one.end() == 0
    os.close(one.fd)


def test_the_editor_gets_a_copy_that_cannot_be_changed(home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "an editor"
    editor.write_text('#!/bin/sh\necho EDITED "$1"; stat -c %a "$2"; sleep 0.5\n')
    editor.chmod(0o755)
    one = Terminal(home, VISUAL=f"'{editor}' --wait", EDITOR="false")
    one.wait_for("Sessions  47")
    one.settle()
    one.press("\r")
    one.settle()
    os.write(one.fd, b"e")
    out = one.read(1.0)
    assert b"EDITED --wait" in out
    assert b"400" in out
    one.wait_for("Sessions  47")
    os.write(one.fd, b"q")
    assert one.end() == 0
    os.close(one.fd)


def test_a_step_on_the_usage_page_sends_little(terminal: Terminal) -> None:
    for _ in range(3):
        terminal.press("\x1b[B")
    terminal.press("\r")
    terminal.settle()
    os.write(terminal.fd, b"$")
    terminal.wait_for("Every turn")
    steps = [terminal.press("j") for _ in range(12)]
    assert max(steps) < LIMIT, steps
    os.write(terminal.fd, b"q")
    terminal.wait_for("Sessions  47")


def test_a_picture_waits_for_enter(home: Path) -> None:
    (path,) = home.rglob("*019f29d9-66b0-73f5-9018-bda3ce4b77a4.jsonl")
    one = Terminal(path, SSH_TTY="/dev/pts/9")
    one.wait_for("quit")
    one.settle()
    os.write(one.fd, b"A")
    one.wait_for("2 attachments")
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert out.index(b"\x1b[?1049l") < out.index("▀".encode()) < out.index(b"Press Enter")
    os.write(one.fd, b"\r")
    one.wait_for("2 attachments")
    os.write(one.fd, b"\x03")
    assert one.end() == 0
    os.close(one.fd)
