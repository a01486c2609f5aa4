"""Reads the settings file; the only part of this room that touches a disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from codexlog.settings.parse import Parsed


def read_settings(path: Path) -> Parsed | None:
    """What a file says; None where there is none. A file that cannot be read is a problem, not an error."""
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return _unread(f"cannot be read: {error.strerror or error}")
    from codexlog.settings.parse import parse

    try:
        return parse(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        return _unread("not UTF-8", line)


def _unread(cause: str, line: int | None = None) -> Parsed:
    from codexlog.settings.parse import Parsed, Problem

    return Parsed(problems=(Problem(line, cause),), is_broken=True)
