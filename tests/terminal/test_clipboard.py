"""Where a copy really arrives: in tmux, in GNU screen, on an X server, in a bare terminal."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from codexlog.clipboard import osc52, send

SOURCES = Path(__file__).parents[2] / "tui"
TEXT = "cargo test --lib\necho 'ö'; grep x " + "y" * 3_000
PATIENCE = 30.0
OSC52 = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
INHERITED = {key: os.environ[key] for key in ("PATH", "TMPDIR", "LANG") if key in os.environ}


def needs(*programs: str) -> pytest.MarkDecorator:
    missing = [each for each in programs if shutil.which(each) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


class Pty:
    """A program on a terminal of its own, and what it wrote there."""

    def __init__(self, *command: str, **env: str) -> None:
        self.out = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**INHERITED, "TERM": "xterm-256color", **env})

    def resize(self, columns: int, rows: int) -> None:
        """Make the terminal another size; the system tells the program."""
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, pattern: re.Pattern[bytes]) -> bytes:
        """Read until something comes; the first group of it."""
        end = time.monotonic() + PATIENCE
        while (match := pattern.search(self.out)) is None:
            assert time.monotonic() < end, self.out[-2_000:]
            if select.select([self.fd], [], [], 0.1)[0]:
                with contextlib.suppress(OSError):
                    self.out += os.read(self.fd, 1 << 16)
        return match[1] if pattern.groups else match[0]

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


class Server:
    """A tmux server without settings but those given, and a terminal that is attached to it."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self._start = ["tmux", "-L", f"codexlog-{uuid.uuid4().hex[:12]}", "-f", os.devnull]
        self("new-session", "-d", "-x", "80", "-y", "24", "cat")
        for setting in settings:
            self("set-option", "-s", *setting.split())
        self.outer = Pty(*self._start, "attach")
        end = time.monotonic() + PATIENCE
        while not self("list-clients").strip():
            assert time.monotonic() < end
            time.sleep(0.02)
        place = self("display-message", "-p", "#{socket_path},#{pid},0").strip()
        self.env = {**INHERITED, "TMUX": place, "TERM": "screen", "SSH_CONNECTION": "1", "HOME": str(folder)}

    def __call__(self, *words: str) -> str:
        done = subprocess.run([*self._start, *words], check=True, capture_output=True, text=True, timeout=20)
        return done.stdout

    def close(self) -> None:
        self("kill-server")
        self.outer.close()


@needs("tmux")
@pytest.mark.parametrize(
    "settings", [(), ("set-clipboard on",), ("set-clipboard off",)], ids=["default", "on", "off"]
)
def test_tmux_hands_it_on_to_the_terminal_that_it_runs_in(tmp_path: Path, settings: tuple[str, ...]) -> None:
    server = Server(tmp_path, *settings)
    try:
        sent = send(TEXT, server.env, tmp_path)
        assert (sent.way, sent.sequence) == ("tmux", "")
        assert server("show-buffer") == TEXT
        assert base64.b64decode(server.outer.until(OSC52)).decode() == TEXT
    finally:
        server.close()


@contextlib.contextmanager
def in_screen(folder: Path, *command: str, **env: str) -> Iterator[Pty]:
    """A program in GNU screen without settings, and the terminal around it."""
    sockets = folder / "sockets"
    sockets.mkdir(mode=0o700)
    outer = Pty("screen", "-S", "it", "-c", os.devnull, *command, SCREENDIR=str(sockets), **env)
    outer.resize(100, 30)
    try:
        yield outer
    finally:
        end = ["screen", "-S", "it", "-X", "quit"]
        subprocess.run(end, env={**INHERITED, "SCREENDIR": str(sockets)}, check=False, capture_output=True)
        outer.close()


@needs("screen")
def test_screen_passes_it_on_in_pieces(tmp_path: Path) -> None:
    env = {"TERM": "screen", "STY": "1.x"}
    (tmp_path / "sequence").write_text(osc52(TEXT.encode(), env), encoding="utf-8")
    show = f"cat {tmp_path}/sequence; echo; echo SHOWN; exec sleep 60"
    with in_screen(tmp_path, "sh", "-c", show) as outer:
        outer.until(re.compile(b"SHOWN"))
        assert base64.b64decode(outer.until(OSC52)).decode() == TEXT


@needs("screen")
def test_a_key_in_the_explorer_copies_out_of_screen(home: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(SOURCES), "HOME": str(tmp_path), "SSH_CONNECTION": "1", "NO_COLOR": "1"}
    with in_screen(tmp_path, sys.executable, "-m", "codexlog", str(home), **env) as outer:
        outer.until(re.compile(rb"Sessions.{0,20}47"))
        outer.until(re.compile(rb"quit"))
        os.write(outer.fd, b"c")
        path = base64.b64decode(outer.until(OSC52)).decode()
        assert path.startswith(f"{home}/sessions/2026/10/06/rollout-")


@pytest.fixture
def display() -> Iterator[str]:
    """An X server that draws nowhere."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-screen", "0", "64x64x8"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        number = told.readline().decode().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def held_by(display: str) -> str:
    """What the clipboard holds; xclip takes it over a moment after it has ended."""
    read = ["xclip", "-o", "-selection", "clipboard"]
    end = time.monotonic() + PATIENCE
    while True:
        done = subprocess.run(read, env=INHERITED | {"DISPLAY": display}, capture_output=True, timeout=20)
        if done.returncode == 0:
            return done.stdout.decode()
        assert time.monotonic() < end, done.stderr
        time.sleep(0.05)


@needs("Xvfb", "xclip")
def test_xclip_holds_it_on_a_local_desktop(tmp_path: Path, display: str) -> None:
    env = {**INHERITED, "DISPLAY": display, "HOME": str(tmp_path)}
    assert send(TEXT, env, tmp_path).way == "xclip"
    assert held_by(display) == TEXT
    remote = send("over SSH", env | {"SSH_CONNECTION": "1"}, tmp_path)
    assert remote.way == "terminal"


@needs("xclip")
def test_a_display_that_is_gone_leaves_the_terminal(tmp_path: Path) -> None:
    env = {**INHERITED, "DISPLAY": ":65432", "HOME": str(tmp_path)}
    assert send(TEXT, env, tmp_path).way == "terminal"
