"""What is too long to stand in a timeline: attachments and their previews."""

from __future__ import annotations

from typing import Any

MAX_LINES = 40
MAX_CHARACTERS = 4_000
PREVIEW_LINES = 12


def is_oversized(payload: Any) -> bool:
    """Whether a text is over the threshold of 40 lines or 4,000 characters."""
    if not isinstance(payload, str):
        return False
    return len(payload) > MAX_CHARACTERS or (len(payload) > MAX_LINES and payload.count("\n") >= MAX_LINES)


def preview(text: str, lines: int = PREVIEW_LINES) -> tuple[list[str], int, list[str]]:
    """(first lines, how many are left out, last lines): balanced, for both ends tell something."""
    rows = text.split("\n")
    if len(rows) <= lines + 1:
        return rows, 0, []
    head = lines // 2
    tail = lines - head
    return rows[:head], len(rows) - lines, rows[-tail:]
