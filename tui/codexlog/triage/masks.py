"""What changes from run to run, taken out of a text, so that two runs of one thing compare equal."""

from __future__ import annotations

import re

_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "UUID"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "DATE"),
    (re.compile(r"(?:/private)?/(?:tmp|var/folders|var/tmp)/[^\s'\":)]*"), "TMP"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "N"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b", re.IGNORECASE), "HASH"),
    (re.compile(r"\d+(?:[.,:]\d+)*"), "N"),
)
_BLANKS = re.compile(r"\s+")


def masked(text: str) -> str:
    """A text without numbers, dates, hashes, ids and temporary paths, blanks folded."""
    for pattern, word in _MASKS:
        text = pattern.sub(word, text)
    return _BLANKS.sub(" ", text).strip()
