"""Figures and marks as people read them; the same in tables, panes and digests."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from codexlog.model import Outcome, Status

OUTCOME_MARKS: dict[Outcome, str] = {
    "completed": "✓",
    "failed": "✗",
    "interrupted": "!",
    "running": "▶",
    "incomplete": "…",
    "unknown": "?",
    "empty": "·",
}
STATUS_MARKS: dict[Status, str] = {
    "ok": "✓",
    "failed": "✗",
    "denied": "⊘",
    "timeout": "◷",
    "aborted": "!",
    "running": "▶",
    "unanswered": "…",
    "unknown": "·",
}
NOT_RECORDED = "not recorded"
_UNITS = ("", "k", "M", "G", "T")


def quantity(value: int | None) -> str:
    """`812`, `34.1k`, `1.2M`; "" where nothing is recorded."""
    if value is None:
        return ""
    size, unit = float(value), 0
    while abs(size) >= 999.5 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return (
        f"{value}"
        if unit == 0
        else f"{size:.1f}{_UNITS[unit]}"
        if size < 99.95
        else f"{size:.0f}{_UNITS[unit]}"
    )


def size(value: int) -> str:
    """Bytes: `512 B`, `34.1 kB`, `1.2 MB`."""
    text = quantity(value)
    return f"{text[:-1]} {text[-1]}B" if text[-1:].isalpha() else f"{text} B"


def duration(milliseconds: int | None) -> str:
    """`0.4s`, `12s`, `3m05s`, `2h07m`; "" where nothing is recorded."""
    if milliseconds is None:
        return ""
    if milliseconds < 9_950:
        return f"{milliseconds / 1000:.1f}s"
    seconds = round(milliseconds / 1000)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02d}s"
    return f"{seconds // 3600}h{seconds % 3600 // 60:02d}m"


def local_time(text: str | None, zone: tzinfo | None = None, form: str = "%Y-%m-%d %H:%M") -> str:
    """A recorded UTC time in a time zone (the machine's own where none is given)."""
    time = parse(text)
    return time.astimezone(zone).strftime(form) if time is not None else ""


def ago(text: str | None, now: float) -> str:
    """How long before `now` (Unix time): `5m`, `3h`, `2d`; "" where no time is recorded."""
    time = parse(text)
    if time is None:
        return ""
    seconds = max(0, int((datetime.fromtimestamp(now, UTC) - time).total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def plural(count: int, noun: str) -> str:
    """`1 call`, `2 calls`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
