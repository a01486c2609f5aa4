"""Times as transcripts write them: ISO 8601, `Z` or an offset, no to nine digits of fraction."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_FRACTION = re.compile(r"(\.\d{6})\d+")


def parse(text: str | None) -> datetime | None:
    """An aware time in UTC; a text without offset is UTC too. None for what is no time."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def seconds(text: str | None) -> float | None:
    """Unix seconds of a time text."""
    time = parse(text)
    return time.timestamp() if time is not None else None


def utc(text: str | None) -> str | None:
    """The time as ISO 8601 in UTC with `Z`; texts that are so already pass through unchanged."""
    if not text or (text.endswith("Z") and len(text) > 19):
        return text or None
    time = parse(text)
    if time is None:
        return None
    return time.isoformat(timespec="milliseconds" if time.microsecond else "seconds").replace("+00:00", "Z")
