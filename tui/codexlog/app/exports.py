"""Saving and paging: what leaves the explorer.

It goes to a file of the person's choice, never over another file and never under an agent's own folder.
"""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.report.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

AGENT_FOLDERS = frozenset((".codex", ".claude"))
MOST_TRIES = 10_000
MOMENT = 0.3
"""Seconds within which nobody has read anything."""
_NAME = re.compile(r"[^\w.+-]+")


class CannotSave(Exception):
    """Why nothing was saved, in one line."""


def save(path: Path, content: str | bytes, guarded: Sequence[Path]) -> Path:
    """Write a new file and return its path; a taken name gets a number. Raises CannotSave."""
    path = path.expanduser()
    try:
        folder = path.parent.resolve(strict=True)
        _refuse_guarded(folder, guarded)
        return _write(folder / path.name, content)
    except FileNotFoundError:
        raise CannotSave(f"no such folder: {path.parent}") from None
    except OSError as error:
        raise CannotSave(f"{path}: {error.strerror or error}") from error


def file_name(name: str) -> str:
    """A name that is one part of a path, without what shells and systems trip over."""
    return _NAME.sub("-", name).strip("-.") or "codexlog.txt"


def run_on(program: Sequence[str], content: str, name: str) -> bool:
    """Run a pager or an editor on a read-only copy of a text, and wait for its end.

    Returns whether it was over in a moment, as `cat` is: nobody has read what it wrote. Raises OSError
    where the program cannot be started.
    """
    handle, path = tempfile.mkstemp(prefix="codexlog-", suffix=f"-{file_name(name)}")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(safe_text(content))
        Path(path).chmod(stat.S_IRUSR)
        began = time.monotonic()
        subprocess.run([*program, path], check=False)
        return time.monotonic() - began < MOMENT
    finally:
        Path(path).unlink(missing_ok=True)


def wait_for_enter() -> None:
    """Ask for Enter on a terminal that the explorer has let go of."""
    os.write(1, b"\r\nPress Enter to return. ")
    while (typed := os.read(0, 256)) and b"\n" not in typed and b"\r" not in typed:
        pass


def view_elsewhere(content: bytes, name: str) -> Path:
    """Hand a picture to the system's viewer; returns the temporary file. Raises OSError."""
    folder = Path(tempfile.mkdtemp(prefix="codexlog-"))
    path = folder / file_name(name)
    path.write_bytes(content)
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    subprocess.Popen(
        [opener, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return path


def _refuse_guarded(folder: Path, guarded: Sequence[Path]) -> None:
    for place in (each.expanduser().resolve() for each in guarded):
        if folder == place or place in folder.parents:
            raise CannotSave(f"the folder belongs to an agent, nothing is written to {place}")
    if AGENT_FOLDERS.intersection(folder.parts):
        raise CannotSave(f"the folder belongs to an agent, nothing is written to {folder}")


def _write(path: Path, content: str | bytes) -> Path:
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    for number in range(1, MOST_TRIES):
        free = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            with free.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        return free
    raise CannotSave(f"{path}: every such name is taken")
