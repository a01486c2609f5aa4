"""Where a copy goes: a tool of this desktop, tmux, the terminal itself; and always a file.

A clipboard stands where the person sits, which over SSH is another machine: a local tool would fill the
wrong one and report success. So it is asked on a local desktop alone. tmux hands a buffer on to the
terminal that it runs in (`load-buffer -w`, 3.2 and later) even where it drops the sequence of a program
in it. Else the terminal gets OSC 52, which nobody answers: what comes back here says what was sent and
never that it was copied.

Whatever is copied goes through `send`, which leaves secrets out. The tools are asked here and not through
pyperclip: that waits for a tool without end, reads the environment by itself, and prefers a local display
over SSH.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.redaction import leave_out, redact
from codexlog.report.safe_text import safe_text
from codexlog.report.words import count, size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codexlog.report.redaction import Redacted

TOOL_SECONDS = 2.0
"""How long a tool may take; a display that is gone makes some of them wait for ever."""
TERMINAL_BYTES = 74_994
"""What a terminal may be sent: 100,000 bytes as base64, above which some drop all of it."""
SCREEN_PIECE = 700
"""GNU screen cuts a string off after 768 bytes; longer ones go through in pieces."""
FILE = "copy.txt"

_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")


class Tool(NamedTuple):
    """A program that takes a copy on its standard input."""

    command: tuple[str, ...]
    needs: str
    """The environment variable without which it has no desktop to talk to; "" for none."""
    encoding: str = "utf-8"


TOOLS: Mapping[str, tuple[Tool, ...]] = {
    "darwin": (Tool(("pbcopy",), ""),),
    "linux": (
        Tool(("clip.exe",), "WSL_DISTRO_NAME", "utf-16"),
        Tool(("wl-copy",), "WAYLAND_DISPLAY"),
        Tool(("xclip", "-selection", "clipboard"), "DISPLAY"),
        Tool(("xsel", "--clipboard", "--input"), "DISPLAY"),
    ),
}
"""In the order in which they are tried, by `sys.platform`."""
_TMUX = (Tool(("tmux", "load-buffer", "-w", "-"), "TMUX"),)


class Sent(NamedTuple):
    """What became of a copy."""

    bytes: int
    way: str
    """The program that took it, `terminal`, or "" where nothing did."""
    path: Path | None
    """The file that holds it as well; None where it could not be written."""
    problem: str = ""
    """Why it could not."""
    changed: bool = False
    """Whether characters had to be replaced before it was safe."""
    sequence: str = ""
    """What the caller must write to the terminal, in one piece, between two of its own writes."""
    is_too_long: bool = False
    """Whether there was a terminal to ask that takes no text of this length."""
    left_out: int = 0
    """Secrets in whose place `[redacted]` stands."""

    def sentence(self, home: Path | None = None) -> str:
        """One line for the person; paths below `home` with a `~`."""
        left_out = f"{count(self.left_out, 'secret')} left out; " if self.left_out else ""
        return left_out + self._where(home)

    def _where(self, home: Path | None) -> str:
        said = f"written to {_short(self.path, home)}" if self.path is not None else self.problem
        if self.way == "terminal":
            said += "; the terminal was asked to copy it"
        elif self.way:
            said = f"sent {size(self.bytes)} through {self.way}; {said}"
        elif self.is_too_long:
            said = f"{size(self.bytes)} are too long for a terminal's clipboard; {said}"
        return said + ("; tabs or control characters replaced" if self.changed else "")


def send(
    text: str,
    env: Mapping[str, str],
    folder: Path,
    *,
    terminal: bool = True,
    platform: str = sys.platform,
    redacts: bool = True,
    runs: bool = False,
    limit: float = TERMINAL_BYTES,
) -> Sent:
    """Make a text safe, write it to a file in `folder` and hand it to the nearest clipboard.

    Blocks for up to TOOL_SECONDS a tool. `terminal`: whether the caller can write to one; it gets at most
    `limit` bytes. `redacts`: whether secrets are left out. `runs`: the text is a command or a path, which
    has to work where it is pasted, so that home folders stay: no shell knows a quoted `~`.
    """
    safe = safe_text(text)
    kept, left_out = _redacted(safe, env, runs=runs) if redacts else (safe, 0)
    data = kept.encode("utf-8")
    path, problem = _keep(data, folder)
    tools = (*(TOOLS.get(platform, ()) if _is_local(env) else ()), *_TMUX)
    way = next((tool.command[0] for tool in tools if _took(tool, kept, env)), "")
    is_asked = not way and terminal
    fits = len(data) <= limit
    sequence = osc52(data, env) if is_asked and fits else ""
    return Sent(
        len(data),
        way or ("terminal" if sequence else ""),
        path,
        problem,
        changed=safe != text,
        sequence=sequence,
        is_too_long=is_asked and not fits and limit > 0,
        left_out=left_out,
    )


def _redacted(text: str, env: Mapping[str, str], *, runs: bool) -> Redacted:
    return leave_out(text) if runs else redact(text, home=env.get("HOME", ""))


def osc52(data: bytes, env: Mapping[str, str]) -> str:
    """The sequence that asks a terminal to take a copy; in screen, wrapped so that it is passed on."""
    coded = base64.b64encode(data).decode("ascii")
    whole = f"\x1b]52;c;{coded}\x07"
    if not _is_screen(env):
        return whole
    pieces = (whole[start : start + SCREEN_PIECE] for start in range(0, len(whole), SCREEN_PIECE))
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def _is_screen(env: Mapping[str, str]) -> bool:
    """GNU screen, also one on the other side of SSH; `screen-256color` is what tmux often calls itself."""
    term = env.get("TERM", "")
    return not env.get("TMUX") and (bool(env.get("STY")) or term == "screen" or term.startswith("screen."))


def _is_local(env: Mapping[str, str]) -> bool:
    return not any(env.get(name) for name in _REMOTE)


def _took(tool: Tool, text: str, env: Mapping[str, str]) -> bool:
    """Whether a tool is there and took the text."""
    if tool.needs and not env.get(tool.needs):
        return False
    program = shutil.which(tool.command[0], path=env.get("PATH"))
    return program is not None and _run((program, *tool.command[1:]), text.encode(tool.encoding), env)


def _run(command: Sequence[str], data: bytes, env: Mapping[str, str]) -> bool:
    """Feed a program; its own child may stay behind and hold what was copied, so nobody reads from it."""
    try:
        done = subprocess.run(
            command,
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TOOL_SECONDS,
            env=dict(env),
            check=False,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _keep(data: bytes, folder: Path) -> tuple[Path | None, str]:
    """Write the file, for the person's eyes alone; the one before is replaced."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}-")  # 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            return Path(name).replace(folder / FILE), ""
        except OSError:
            Path(name).unlink()
            raise
    except OSError as error:
        return None, f"not written to {folder / FILE}: {error.strerror or error}"


def _short(path: Path, home: Path | None) -> str:
    if home is not None and path.is_relative_to(home):
        return f"~/{path.relative_to(home)}"
    return str(path)
