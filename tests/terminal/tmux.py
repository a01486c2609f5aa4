"""Drives a program through tmux, as a person at a keyboard would: keys in, the picture out."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

TMUX = shutil.which("tmux")
LOOK_EVERY = 0.05
PATIENCE = 60.0
"""Seconds until a wait gives up: far beyond what anything takes, for the machine may have other work."""
STILL = 12
"""Looks at an unchanged screen after which nothing more is expected."""
PROMPT = "ready$ "


class Tmux:
    """A server of its own with one window, in which a shell waits for commands."""

    def __init__(self, folder: Path, columns: int, rows: int, env: Mapping[str, str]) -> None:
        assert TMUX is not None
        self._start = [TMUX, "-L", f"codexlog-{uuid.uuid4().hex[:12]}", "-f", os.devnull]
        keep = {key: os.environ[key] for key in ("PATH", "TMPDIR") if key in os.environ}
        given = {**keep, "PS1": PROMPT, "HOME": str(folder), "TERM": "xterm-256color", "TZ": "UTC", **env}
        size = ["-x", str(columns), "-y", str(rows)]
        shell = ["env", "-i", *(f"{key}={value}" for key, value in given.items()), "sh", "-i"]
        self._run("new-session", "-d", *size, "-c", str(folder), *shell)
        self._run("set-option", "-g", "escape-time", "0")
        self._run("set-option", "-g", "status", "off")
        self._run("resize-window", *size)
        self.until(lambda screen: screen.rstrip().endswith(PROMPT.strip()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._run("kill-server")

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._start, *arguments], capture_output=True, text=True, check=True)
        return done.stdout

    # ---------------------------------------------------------------------------------------- screen

    @property
    def screen(self) -> str:
        """What stands on the screen."""
        return self._run("capture-pane", "-p")

    @property
    def coloured_screen(self) -> str:
        """What stands on the screen, with the escape sequences that draw it so."""
        return self._run("capture-pane", "-p", "-e")

    def tell(self, variable: str) -> str:
        """One of tmux's variables of the pane: alternate_on, cursor_flag, mouse_any_flag…"""
        return self._run("display-message", "-p", f"#{{{variable}}}").strip()

    def until(self, holds: Callable[[str], object]) -> str:
        """Wait until the screen shows something; returns the screen."""
        end = time.monotonic() + PATIENCE
        while not holds(screen := self.screen):
            assert time.monotonic() < end, f"never came true; the screen:\n{screen}"
            time.sleep(LOOK_EVERY)
        return screen

    def until_shown(self, *texts: str, gone: tuple[str, ...] = ()) -> str:
        """Wait until every text is on the screen, and some are no longer."""
        return self.until(
            lambda screen: all(text in screen for text in texts) and not any(text in screen for text in gone)
        )

    def until_still(self) -> str:
        """Wait until the screen has stayed the same for a good while; returns it."""
        looks: list[str] = []

        def is_still(screen: str) -> bool:
            looks.append(screen)
            return len(looks) > STILL and len(set(looks[-STILL:])) == 1

        return self.until(is_still)

    # ---------------------------------------------------------------------------------------- keys

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names of them: Enter, Escape, C-z, or a character."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type characters."""
        self._run("send-keys", "-l", text)

    def command(self, line: str) -> None:
        """Give a command to the shell, which waits for one."""
        self.type(line)
        self.until(lambda screen: screen.replace("\n", "").rstrip().endswith(line))
        self.press("Enter")
