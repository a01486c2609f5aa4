"""Figures as people read them: tokens, sizes, durations, times."""

from __future__ import annotations

import math
import time
from datetime import datetime

NOT_RECORDED = "not recorded"
_UNITS = ("B", "kB", "MB", "GB", "TB")


def tokens(count: int | None) -> str:
    """`950`, `12k`, `1.2M`."""
    if count is None:
        return ""
    for limit, suffix in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if count >= limit:
            share = count / limit
            return f"{share:.1f}{suffix}" if share < 10 and limit > 1_000 else f"{share:.0f}{suffix}"
    return str(count)


def grouped(count: int | None) -> str:
    """Every digit, in threes; said in words where the transcript has none."""
    return NOT_RECORDED if count is None else f"{count:,}"


def size(count: int) -> str:
    """`912 B`, `48 kB`, `3.9 MB`."""
    value = float(count)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.1f} {unit}" if value < 10 and unit != "B" else f"{value:.0f} {unit}"
        value /= 1000
    return ""


def duration(milliseconds: int | None) -> str:
    """`0.3s`, `41s`, `2m05`, `1h07`; nothing where it is not recorded."""
    if milliseconds is None:
        return ""
    seconds = milliseconds / 1000
    if seconds < 9.95:
        return f"{seconds:.1f}s"
    if seconds < 99.5:
        return f"{seconds:.0f}s"
    minutes = math.floor(seconds / 60)
    if minutes < 100:
        return f"{minutes}m{math.floor(seconds) % 60:02}"
    return f"{minutes // 60}h{minutes % 60:02}"


def share(part: int | None, whole: int | None) -> str:
    """`63 %`."""
    if part is None or not whole:
        return NOT_RECORDED
    return f"{100 * part / whole:.0f} %"


def moment(at: str | None) -> datetime | None:
    """An ISO 8601 time in the local zone."""
    if at is None:
        return None
    try:
        return datetime.fromisoformat(at).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def short_time(at: str | None, now: float) -> str:
    """Twelve cells at most: the clock time alone means today."""
    when = moment(at)
    if when is None:
        return ""
    today = time.localtime(now)
    if (when.year, when.month, when.day) == today[:3]:
        return f"{when:%H:%M}"
    return f"{when:%b %d %H:%M}" if when.year == today.tm_year else f"{when:%Y-%m-%d}"


def list_time(at: str | None, form: str) -> str:
    """Local date and time for a table; nothing where none is recorded."""
    when = moment(at)
    return "" if when is None else when.strftime(form)


def full_time(at: str | None) -> str:
    """Local date and time to the second, with the zone's offset."""
    when = moment(at)
    return NOT_RECORDED if when is None else f"{when:%Y-%m-%d %H:%M:%S %z}"


def clock_time(at: str | None) -> str:
    """Local date and time to the second; nothing where it is not recorded."""
    when = moment(at)
    return f"{when:%Y-%m-%d %H:%M:%S}" if when is not None else ""


def span(start: str | None, end: str | None) -> str:
    """How long it took from one time to another."""
    first, last = moment(start), moment(end)
    if first is None or last is None:
        return ""
    return duration(max(0, round((last - first).total_seconds() * 1000)))


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 turn`, `3 turns`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
