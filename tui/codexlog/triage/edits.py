"""The files that a call changes → what triage keeps of them: counts, and hashes that tell a revert."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

from codexlog.report.edits import edits_of as changes_of
from codexlog.triage.trace import Edit, Hunk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.model import Call
    from codexlog.report import patch

_DEBUG = re.compile(r"\b(?:print|println|printf|console\.\w+|dbg!|debug|log(?:ger)?\.\w+|fmt\.Print\w*)\b")
_BOX = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\]\s+(.+)")


def edits_of(call: Call) -> tuple[Edit, ...]:
    """What a call sets out to change, a file each; () for calls that name no file."""
    changes = changes_of(call)
    if changes is None:
        return ()
    return tuple(
        Edit(
            file.moved_to or file.path,
            file.added,
            file.removed,
            tuple(map(_hunk, file.hunks)),
            tuple(_ticked(file.hunks)),
            file.what,
            file.path if file.moved_to else None,
        )
        for file in changes.files
    )


def _hunk(hunk: patch.Hunk) -> Hunk:
    minus = [line.text for line in hunk.lines if line.mark == "-"]
    plus = [line.text for line in hunk.lines if line.mark == "+"]
    changed = [text for text in {*minus} ^ {*plus} if text.strip()]
    is_debug = bool(changed) and all(_DEBUG.search(text) for text in changed)
    return Hunk(_digest(minus), _digest(plus), len(minus) + len(plus), is_debug)


def _digest(lines: list[str]) -> int:
    """Equal in every process: what one run changed is compared with what a later one takes back."""
    text = "\n".join(lines).encode("utf-8", "replace")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")


def _ticked(hunks: Iterable[patch.Hunk]) -> Iterator[str]:
    """The items of a list whose open box became a ticked one."""
    opened, ticked = set(), []
    for hunk in hunks:
        for line in hunk.lines:
            box = _BOX.match(line.text) if line.mark in "+-" else None
            if box and line.mark == "-" and box[1] == " ":
                opened.add(box[2].strip())
            elif box and line.mark == "+" and box[1] != " ":
                ticked.append(box[2].strip())
    return (text[:120] for text in ticked if text in opened)
