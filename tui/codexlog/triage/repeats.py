"""Whether a file may hold its first prompt several times: a quick look at bytes, nothing is parsed.

A loop that keeps one session (a stop hook, `exec resume`) leaves one file. Reading every session in full to
find those would cost minutes; counting a stretch of the prompt costs what reading the bytes costs.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.rows.source import Source

LEAST = 3
BLOCK = 1 << 20
SHORTEST, LONGEST = 4, 80
_UNSTEADY = re.compile(r"[\d\n\r\t\"\\/]+|\s--(?=\w)")
"""What differs between two iterations, or may be written in several ways in JSON; options of a command."""
_COMMAND = re.compile(r"^/\S+\s+(?=\S)")
"""The name of a command: it stands apart from its words in the file, and hooks do not repeat it."""


def needle_of(prompt: str) -> str:
    """The longest steady stretch of a prompt's beginning; empty where there is none."""
    words = _COMMAND.sub("", prompt[:400])
    best = max((part.strip() for part in _UNSTEADY.split(words)), key=len, default="")
    return best[:LONGEST] if len(best) >= SHORTEST else ""


def may_repeat(source: Source, prompt: str) -> bool:
    """Whether the prompt may stand in a file three times or more. Never False where it does."""
    needle = needle_of(prompt)
    if not needle:
        return True
    forms = {json.dumps(needle, ensure_ascii=ascii_only)[1:-1].encode() for ascii_only in (True, False)}
    return sum(_count(source, form) for form in forms) >= LEAST


def _count(source: Source, needle: bytes) -> int:
    found = offset = 0
    rest = b""
    while found < LEAST and (block := source.pread(BLOCK, offset)):
        offset += len(block)
        data = rest + block
        found += data.count(needle)
        rest = data[len(data) - len(needle) + 1 :] if len(needle) > 1 else b""
    return found
