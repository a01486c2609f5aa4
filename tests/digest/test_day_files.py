from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from codexlog.catalog.discover import Found
from codexlog.digest.calendar import days_between
from codexlog.digest.chosen_files import Days, Ends, choose

DAY = Days(date(2025, 9, 23), date(2025, 9, 23))
NOON = datetime(2025, 9, 23, 12, tzinfo=UTC).timestamp()
MUCH_LATER = datetime(2026, 9, 23, tzinfo=UTC).timestamp()
LONG_BEFORE = datetime(2025, 9, 1, tzinfo=UTC).timestamp()
ID = "0199757e-bbc4-7eb3-8bb9-9fdafefc22ff"


def found(name: str, mtime: float = NOON, error: str | None = None) -> Found:
    path = Path(name)
    return Found(path, path, None, archived=False, size=1, mtime=mtime, error=error)


def rollout(day: str, mtime: float = NOON) -> Found:
    return found(f"rollout-{day}T09-34-23-{ID}.jsonl", mtime)


def chosen(one: Found, ends: Ends = (None, None), days: Days = DAY) -> tuple[str, int]:
    """(what became of it, how many files were opened)"""
    opened: list[Found] = []

    def ends_of(each: Found) -> Ends:
        opened.append(each)
        return ends

    result = choose([one], days, ends_of)
    what = "read" if result.files else "timeless" if result.timeless else "left"
    return what, len(opened)


CASES = [
    # the name tells, whatever the modification time is
    (rollout("2025-09-23"), (None, None), ("read", 0)),
    (rollout("2025-09-23", LONG_BEFORE), (None, None), ("read", 0)),
    (rollout("2025-09-24"), (None, None), ("left", 0)),
    (rollout("2026-01-01"), (None, None), ("left", 0)),
    # an older one that did not change since
    (rollout("2025-09-10", LONG_BEFORE + 20 * 86400), (None, "2025-09-23T10:00:00Z"), ("left", 0)),
    # changed on the day or later: its last row tells
    (rollout("2025-09-10"), (None, "2025-09-23T10:00:00Z"), ("read", 1)),
    (rollout("2025-09-10", MUCH_LATER), (None, "2025-09-12T10:00:00Z"), ("left", 1)),
    (rollout("2025-09-10", MUCH_LATER), (None, "2025-12-01T10:00:00Z"), ("read", 1)),
    (rollout("2025-09-10", MUCH_LATER), (None, None), ("left", 1)),
    # a file older than its own name tells nothing by its age
    (rollout("2025-09-10", 0.0), (None, "2025-09-23T10:00:00Z"), ("read", 1)),
    # far east the day begins while UTC has the one before
    (rollout("2025-09-10"), (None, "2025-09-22T11:00:00Z"), ("read", 1)),
    (rollout("2025-09-10"), (None, "2025-09-22T09:00:00Z"), ("left", 1)),
    # without a date in the name the rows tell
    (found("b.jsonl"), ("2025-09-23T08:00:00Z", "2025-09-23T09:00:00Z"), ("read", 1)),
    (found("b.jsonl"), ("2025-09-20T08:00:00Z", "2025-09-25T09:00:00Z"), ("read", 1)),
    (found("b.jsonl"), ("2025-09-20T08:00:00Z", "2025-09-21T09:00:00Z"), ("left", 1)),
    (found("b.jsonl"), ("2025-09-25T08:00:00Z", "2025-09-26T09:00:00Z"), ("left", 1)),
    (found("b.jsonl"), ("2025-09-23T08:00:00Z", None), ("read", 1)),
    (found("b.jsonl"), (None, None), ("timeless", 1)),
    (found("b.jsonl", LONG_BEFORE), (None, None), ("left", 0)),
    (found("b.jsonl", error="Permission denied"), (None, None), ("left", 0)),
]


@pytest.mark.parametrize(("one", "ends", "expected"), CASES)
def test_which_files_are_read(one: Found, ends: Ends, expected: tuple[str, int]) -> None:
    assert chosen(one, ends) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-09-22", "read"), ("2025-09-23", "read"), ("2025-09-24", "read"), ("2025-09-25", "left")],
)
def test_a_day_of_utc_may_be_another_one_in_the_name(day: str, expected: str) -> None:
    assert chosen(rollout(day), days=DAY._replace(utc=True)) == (expected, 0)


def test_days_of_a_range() -> None:
    days = Days(date(2025, 2, 27), date(2025, 3, 1))
    assert days_between(days.first, days.last) == [date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1)]
    assert date(2025, 3, 1) in days
    assert date(2025, 3, 2) not in days
    assert days.begins.isoformat() == "2025-02-26T10:00:00+00:00"
    assert days.ends.isoformat() == "2025-03-02T12:00:00+00:00"
