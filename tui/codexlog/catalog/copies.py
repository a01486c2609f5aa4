"""Sessions that several files hold: an agent's own, what Entire keeps of it, what a second home does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found

COPIED = frozenset(("claude", "entire"))


def copies(found: Iterable[Found]) -> set[Path]:
    """Name the files that another file of the same session stands for.

    The agent's own file stays, for it is appended to; of copies the longest one, each of which begins
    with the shorter ones. Codex's files are none of each other: a reverted thread has several.
    """
    return {each.path for _, group in _groups(found) for each in group}


def noted(found: Sequence[Found]) -> list[Found]:
    """The same list; those that stand for others name them."""
    names = {kept.path: tuple(map(_line, group)) for kept, group in _groups(found)}
    if not names:
        return list(found)
    return [
        replace(each, copies=(*each.copies, *names[each.path])) if each.path in names else each
        for each in found
    ]


def _line(found: Found) -> str:
    older = f" ({', '.join(found.copies)})" if found.copies else ""
    return f"{found.path}{older}"


def _groups(found: Iterable[Found]) -> list[tuple[Found, list[Found]]]:
    """Each session that is there more than once: the file that stays, and the others."""
    sessions: dict[str, list[Found]] = {}
    for one in found:
        session = one.session
        if session is not None:
            sessions.setdefault(session, []).append(one)
    groups = []
    for files in sessions.values():
        copied = [each for each in files if each.agent in COPIED]
        originals = [each for each in files if each.agent not in COPIED and each.error is None]
        kept = max(originals or copied, key=_worth, default=None)
        others = [each for each in copied if each is not kept]
        if kept is not None and others and (not originals or any(each.agent == "entire" for each in others)):
            groups.append((kept, others))
    return groups


def _worth(found: Found) -> tuple[bool, bool, int, bool, float]:
    return found.error is None, found.agent == "claude", found.size, not found.in_git, found.mtime
