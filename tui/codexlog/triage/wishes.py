"""What a person changed about the loops, remembered in a small JSON file of the state folder.

Everything is kept by session id, so that it holds while loops grow. A file that cannot be read counts as
none; one that cannot be written is the caller's to tell.
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from codexlog.triage.grouping import GAP, Wishes

if TYPE_CHECKING:
    from pathlib import Path

    from codexlog.triage.loops import Loop

SCHEMA = "codexlog.wishes/1"
GAPS = (GAP, 1_800.0, 3_600.0, 14_400.0, 86_400.0)
"""The pauses that widening goes through, in seconds."""


def load_wishes(path: Path) -> Wishes:
    """What the file says; the defaults where there is none or it says nothing that can be used."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return Wishes()
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        return Wishes()
    gap = document.get("gap")
    usable = isinstance(gap, int | float) and not isinstance(gap, bool) and 0 < gap < float("inf")
    return Wishes(
        float(gap) if usable and gap else GAP, _ids(document.get("splits")), _ids(document.get("joins"))
    )


def save_wishes(path: Path, wishes: Wishes) -> None:
    """Write the file anew, whole or not at all. Raises OSError."""
    document = {
        "schema": SCHEMA,
        "gap": wishes.gap,
        "splits": sorted(wishes.splits),
        "joins": sorted(wishes.joins),
    }
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def widened(wishes: Wishes) -> Wishes:
    """The next longer pause between iterations; after the longest one the default again."""
    return replace(wishes, gap=next((gap for gap in GAPS if gap > wishes.gap), GAP))


def split_at(wishes: Wishes, session_id: str) -> Wishes:
    """Begin a new loop with this session; a second time takes that back."""
    if session_id in wishes.splits:
        return replace(wishes, splits=wishes.splits - {session_id})
    return replace(wishes, splits=wishes.splits | {session_id}, joins=wishes.joins - {session_id})


def joined(wishes: Wishes, loop: Loop) -> Wishes:
    """Let a loop carry on the one before it in its folder; a second time takes that back."""
    first = loop.iterations[0].session_id if loop.iterations else None
    if first is None:
        return wishes
    return join_at(wishes, first)


def join_at(wishes: Wishes, session_id: str) -> Wishes:
    """Let a session carry on what ran before it in its folder; a second time takes that back."""
    if session_id in wishes.joins:
        return replace(wishes, joins=wishes.joins - {session_id})
    return replace(wishes, joins=wishes.joins | {session_id}, splits=wishes.splits - {session_id})


def _ids(value: Any) -> frozenset[str]:
    return (
        frozenset(each for each in value if isinstance(each, str)) if isinstance(value, list) else frozenset()
    )
