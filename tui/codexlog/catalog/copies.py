"""Sessions that several files hold: Claude Code's own, and what Entire or a second home keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.catalog.names import name_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codexlog.catalog.discover import Found

COPIED = frozenset(("claude", "entire"))


def copies(found: Iterable[Found]) -> set[Path]:
    """Name the files that another file of the same session stands for.

    The agent's own file stays, for it is appended to; of copies the longest one, each of which begins
    with the shorter ones.
    """
    sessions: dict[str, list[Found]] = {}
    for one in found:
        session = name_id(one.path) if one.agent in COPIED else None
        if session is not None:
            sessions.setdefault(session, []).append(one)
    old: set[Path] = set()
    for files in sessions.values():
        if len(files) > 1:
            kept = max(files, key=_worth)
            old.update(each.path for each in files if each is not kept)
    return old


def _worth(found: Found) -> tuple[bool, bool, int, float]:
    return found.error is None, found.agent == "claude", found.size, found.mtime
