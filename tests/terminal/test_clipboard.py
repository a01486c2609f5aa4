"""Where a copy really arrives: in tmux, in GNU screen, on an X server, in a bare terminal."""

from __future__ import annotations

import base64
import contextlib
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from codexlog.clipboard import osc52, send

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


@needs("screen")
def test_screen_passes_it_on_in_pieces(tmp_path: Path) -> None:
    env = {"TERM": "screen", "STY": "1.x"}
    (tmp_path / "sequence").write_text(osc52(TEXT.encode(), env), encoding="utf-8")
    (tmp_path / "sockets").mkdir(mode=0o700)
    show = f"cat {tmp_path}/sequence; echo; echo SHOWN; exec sleep 60"
    outer = Pty("screen", "-c", os.devnull, "sh", "-c", show, SCREENDIR=str(tmp_path / "sockets"))
    try:
        outer.until(re.compile(b"SHOWN"))
        assert base64.b64decode(outer.until(OSC52)).decode() == TEXT
    finally:
        outer.close()


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


@needs("Xvfb", "xclip")
def test_xclip_holds_it_on_a_local_desktop(tmp_path: Path, display: str) -> None:
    env = {**INHERITED, "DISPLAY": display, "HOME": str(tmp_path)}
    assert send(TEXT, env, tmp_path).way == "xclip"
    held = subprocess.run(
        ["xclip", "-o", "-selection", "clipboard"], env=env, capture_output=True, check=True, timeout=20
    )
    assert held.stdout.decode() == TEXT
    remote = send("over SSH", env | {"SSH_CONNECTION": "1"}, tmp_path)
    assert remote.way == "terminal"


@needs("xclip")
def test_a_display_that_is_gone_leaves_the_terminal(tmp_path: Path) -> None:
    env = {**INHERITED, "DISPLAY": ":65432", "HOME": str(tmp_path)}
    assert send(TEXT, env, tmp_path).way == "terminal"
