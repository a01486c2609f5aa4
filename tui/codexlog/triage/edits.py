"""The files that a call changes → what triage keeps of them: counts, and hashes that tell a revert."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.edits import edits_of as changes_of
from codexlog.triage.trace import Edit, Hunk

if TYPE_CHECKING:
    from codexlog.model import Call
    from codexlog.report import patch

_DEBUG = re.compile(r"\b(?:print|println|printf|console\.\w+|dbg!|debug|log(?:ger)?\.\w+|fmt\.Print\w*)\b")


def edits_of(call: Call) -> tuple[Edit, ...]:
    """What a call sets out to change, a file each; () for calls that name no file."""
    changes = changes_of(call)
    if changes is None:
        return ()
    return tuple(
        Edit(file.moved_to or file.path, file.added, file.removed, tuple(map(_hunk, file.hunks)))
        for file in changes.files
    )


def _hunk(hunk: patch.Hunk) -> Hunk:
    minus = [line.text for line in hunk.lines if line.mark == "-"]
    plus = [line.text for line in hunk.lines if line.mark == "+"]
    changed = [text for text in (*minus, *plus) if text.strip()]
    is_debug = bool(changed) and all(_DEBUG.search(text) for text in changed)
    return Hunk(hash("\n".join(minus)), hash("\n".join(plus)), len(minus) + len(plus), is_debug)
