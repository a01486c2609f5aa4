"""A rate limit in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from codexlog.report.words import NOT_RECORDED, duration, list_time

if TYPE_CHECKING:
    from codexlog.model.limits import RateWindow

MINUTE = "%Y-%m-%d %H:%M"


def window_words(window: RateWindow, at: str | None) -> str:
    """How full a window is, how long it is and when it ends; `at` is the time of its row."""
    length = f" of {_length(window.window_minutes)}" if window.window_minutes else ""
    if window.resets_at is not None:
        resets = f", resets {list_time(_iso(window.resets_at), MINUTE) or NOT_RECORDED}"
    elif window.resets_in is not None:
        told = list_time(at, MINUTE)
        resets = f", resets {duration(window.resets_in * 1000)} after {told or 'that row'}"
    else:
        resets = f", reset {NOT_RECORDED}"
    return f"{window.name}: {window.used_percent:g} % used{length}{resets}"


def _length(minutes: int) -> str:
    """`5 h`, `7 d`; Codex writes 299 and 10079 as well."""
    if minutes >= 2 * 1440 - 1:
        return f"{round(minutes / 1440)} d"
    return f"{round(minutes / 60)} h" if minutes >= 59 else f"{minutes} min"


def _iso(seconds: int) -> str | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
