"""What a Claude Code tool result says of its call: by its flag and fixed first words, never by the body."""

from __future__ import annotations

import re
from typing import Any

from codexlog.formats.events import Verdict

ABORTED = (
    "[request interrupted by user",
    "cancelled: parallel tool call",
    "sibling tool call errored",
)
DENIED = (
    "the user doesn't want to proceed with this tool use",
    "the user doesn't want to take this action",
    "permission for this action was denied",
    "permission to use ",
    "claude requested permissions",
)
TIMED_OUT = "command timed out after"

_EXIT_CODE = re.compile(r"exit code (-?\d+)\b\s*")
_WORDS = 200
_OK = Verdict("ok")
_ABORTED = Verdict("aborted")


def verdict(text: str, *, is_error: bool, interrupted: bool = False) -> Verdict:
    """Status and exit code; a command that goes on in the background is ok."""
    if not is_error:
        return _ABORTED if interrupted else _OK
    words = text[:_WORDS].lstrip().removeprefix("<tool_use_error>").lstrip().lower().replace("’", "'")
    found = _EXIT_CODE.match(words)
    code = int(found[1]) if found else None
    if words.startswith(ABORTED):
        return _ABORTED
    if words.startswith(DENIED):
        return Verdict("denied")
    timed_out = words.startswith(TIMED_OUT, found.end() if found else 0)
    return Verdict("timeout" if timed_out else "failed", code)


def is_interrupted(result: Any) -> bool:
    """Whether the structured twin of a result (`toolUseResult`, 2.0+) says that a person stopped it."""
    return isinstance(result, dict) and result.get("interrupted") is True


def duration_ms(result: Any) -> int | None:
    """The time that the structured twin records: search tools and sub-agents have one."""
    if not isinstance(result, dict):
        return None
    for key in ("durationMs", "totalDurationMs"):
        value = result.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1 << 53:
            return round(value)
    return None
