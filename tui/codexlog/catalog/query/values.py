"""Values of the query language: amounts, ranges of them, points in time.

Every reader raises ValueError with a few words that say what was expected.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = {"k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12}
SIZES = {
    "": 1.0,
    "b": 1.0,
    **UNITS,
    **{f"{unit}b": factor for unit, factor in UNITS.items()},
    **{f"{unit}ib": 1024.0**power for power, unit in enumerate(UNITS, 1)},
}
COUNTS = {"": 1.0, **UNITS}
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}

_AMOUNT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)([a-z]*)", re.ASCII | re.IGNORECASE)
_SPANS = re.compile(r"(?:\d+(?:\.\d+)?[smhdw])+", re.ASCII | re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhdw])", re.ASCII | re.IGNORECASE)
_INTEGER = re.compile(r"-?\d+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"\d\d?:\d\d", re.ASCII)


class Range(NamedTuple):
    """The figures from one bound to another."""

    low: float = float("-inf")
    high: float = float("inf")
    takes_low: bool = True
    takes_high: bool = True

    def holds(self, figure: float) -> bool:
        """Whether a figure lies in it."""
        above = figure >= self.low if self.takes_low else figure > self.low
        return above and (figure <= self.high if self.takes_high else figure < self.high)


def amount(text: str) -> float:
    """`1500`, `1.5k`, `2M`."""
    return _with_unit(text, COUNTS, "1500, 2k or 1.5M")


def size(text: str) -> float:
    """Bytes: `4096`, `500k`, `1.5MB`, `2MiB`."""
    return _with_unit(text, SIZES, "500k, 2MB or 1GiB")


def span(text: str) -> float:
    """Seconds: `90`, `90s`, `5m`, `1h30m`."""
    if _INTEGER.fullmatch(text) and not text.startswith("-"):
        return float(text)
    if not _SPANS.fullmatch(text):
        raise ValueError(f"{text} is no duration; write 90s, 5m or 1h30m")
    return sum(float(figure) * SECONDS[unit.lower()] for figure, unit in _SPAN.findall(text))


def code(text: str) -> float:
    """An exit code: `0`, `101`, `-1`."""
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text} is no exit code")
    return float(text)


def ranged(text: str, read: Callable[[str], float]) -> Range:
    """`5`, `>5`, `>=5`, `<5`, `<=5`, `=5`, `5..9`, `5..`, `..9`; `read` reads one figure."""
    for mark in (">=", "<=", ">", "<", "="):
        if text.startswith(mark):
            figure = read(_present(text[len(mark) :], mark))
            return _compared(mark, figure)
    low, dots, high = text.partition("..")
    if not dots:
        figure = read(text)
        return Range(figure, figure)
    if not low and not high:
        raise ValueError("a range needs a bound, as in 1..5")
    found = Range(read(low) if low else float("-inf"), read(high) if high else float("inf"))
    if found.low > found.high:
        raise ValueError(f"{text} runs backwards")
    return found


def moment(text: str, now: float, *, is_end: bool) -> float:
    """Unix time of `2d` (ago), `today`, `yesterday`, `14:30`, `2025-09-23`, `2025-09-23T10:00`.

    Local time where no zone is named. `is_end`: a whole day means its end.
    """
    today = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    word = text.lower()
    if _SPANS.fullmatch(word):
        return now - span(word)
    try:
        if word in ("today", "yesterday"):
            return _day(today - timedelta(days=word == "yesterday"), is_end=is_end)
        if _DAY.fullmatch(word):
            return _day(datetime.fromisoformat(word), is_end=is_end)
        if _CLOCK.fullmatch(word):
            hour, minute = map(int, word.split(":"))
            return today.replace(hour=hour, minute=minute).timestamp()
        if _DAY.match(word):
            return datetime.fromisoformat(text.upper()).timestamp()
    except (ValueError, OverflowError, OSError):
        pass
    raise ValueError(f"{text} is no time; write 2d, today or 2025-09-23T10:00")


def _day(day: datetime, *, is_end: bool) -> float:
    if is_end:
        return (day + timedelta(days=1)).timestamp() - 0.001
    return day.timestamp()


def _compared(mark: str, figure: float) -> Range:
    match mark:
        case ">=":
            return Range(low=figure)
        case ">":
            return Range(low=figure, takes_low=False)
        case "<=":
            return Range(high=figure)
        case "<":
            return Range(high=figure, takes_high=False)
    return Range(figure, figure)


def _present(text: str, mark: str) -> str:
    if not text:
        raise ValueError(f"a figure is missing behind {mark}")
    return text


def _with_unit(text: str, units: dict[str, float], examples: str) -> float:
    match = _AMOUNT.fullmatch(text)
    factor = units.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise ValueError(f"{text} is no number; write {examples}")
    return float(match[1]) * factor
