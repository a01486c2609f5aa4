from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.digest.calendar import ASKED_CLOCK, NO_TIME, Clock, clock_of, day_of

ID = "0199757e-bbc4-7eb3-8bb9-9fdafefc22ff"


def rollout(local: str | None) -> str:
    """The name of a file that was begun at a local time."""
    return f"rollout-{local.replace(':', '-')}-{ID}.jsonl" if local else f"{ID}.jsonl"


OFFSETS = [
    # name's local time, first row, minutes
    ("2025-09-23T12:06:19", "2025-09-23T10:06:19.501Z", 120),
    ("2025-09-26T17:01:04", "2025-09-26T11:31:04.567Z", 330),  # +05:30
    ("2025-09-26T17:16:04", "2025-09-26T11:31:04.567Z", 345),  # +05:45
    ("2025-07-01T03:00:00", "2025-07-01T09:00:00.000Z", -360),  # -06:00
    ("2025-12-31T23:59:59", "2026-01-01T06:59:59.999Z", -420),
    ("2026-03-15T18:28:28", "2026-03-15T18:28:28.330Z", 0),
    ("2026-01-01T13:00:00", "2025-12-31T23:00:00.900Z", 840),
    ("2026-01-01T13:00:02", "2025-12-31T23:00:00.900Z", 840),  # the name was made a moment later
]


@pytest.mark.parametrize(("name", "row", "minutes"), OFFSETS)
def test_the_offset_is_the_name_minus_the_first_row(name: str, row: str, minutes: int) -> None:
    clock = clock_of(rollout(name), row)
    when = clock.local(row)
    assert when is not None
    assert (clock.source, when.utcoffset()) == ("name", timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        (rollout("2025-09-23T12:06:19"), "2025-09-23T10:00:00.000Z"),  # no quarter of an hour
        (rollout("2025-09-24T12:06:19"), "2025-09-23T10:06:19.000Z"),  # more than a day apart: renamed
        (f"rollout-2025-09-23-{ID}.jsonl", "2025-09-23T10:06:19.000Z"),
        (rollout(None), "2025-09-23T10:06:19.000Z"),
        (rollout("2025-09-23T12:06:19"), None),
        (rollout("2025-09-23T12:06:19"), "yesterday"),
    ],
)
def test_what_does_not_fit_gives_no_offset(name: str, row: str | None) -> None:
    assert clock_of(name, row).source == "utc"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)), st.integers(-48, 56))
def test_every_offset_comes_back(start: datetime, quarters: int) -> None:
    local = (start + timedelta(minutes=15 * quarters)).isoformat(timespec="seconds")
    row = f"{start.isoformat(timespec='milliseconds')}Z"
    when = clock_of(rollout(local), row).local(row)
    assert when is not None
    assert when.utcoffset() == timedelta(minutes=15 * quarters)
    assert when.isoformat(timespec="seconds")[:19] == local


CLOCKS = [
    # name, row, format → short, full
    ("2025-09-23T12:06:19", "2025-09-23T10:06:19.5Z", None, "12:06 (+02:00)", "2025-09-23T12:06:19+02:00"),
    ("2025-09-26T17:01:04", "2025-09-26T11:31:04.5Z", None, "17:01 (+05:30)", "2025-09-26T17:01:04+05:30"),
    ("2025-07-01T03:00:00", "2025-07-01T09:00:00Z", None, "03:00 (-06:00)", "2025-07-01T03:00:00-06:00"),
    ("2026-03-15T18:28:28", "2026-03-15T18:28:28.3Z", None, "18:28 (+00:00)", "2026-03-15T18:28:28+00:00"),
    (None, "2026-03-15T18:28:28.330Z", "claude", "18:28 (Z)", "2026-03-15T18:28:28Z"),
    ("2025-07-19T11:02:44", "2025-07-19T11:02:44.1Z", "codex-legacy", "11:02", "2025-07-19T11:02:44"),
    (None, None, "codex-exec", NO_TIME, NO_TIME),
]


@pytest.mark.parametrize(("name", "row", "form", "short", "full"), CLOCKS)
def test_times_as_the_recorder_saw_them(
    name: str | None, row: str | None, form: str | None, short: str, full: str
) -> None:
    clock = clock_of(rollout(name), row, form)
    assert (clock.short(row), clock.full(row)) == (short, full)


def test_utc_has_milliseconds_and_no_other_form() -> None:
    for at in ("2025-09-30T08:30:09.923Z", "2025-09-30T10:30:09.923+02:00"):
        assert ASKED_CLOCK.full(at) == ASKED_CLOCK.short(at) == "2025-09-30T08:30:09.923Z"
    assert ASKED_CLOCK.full("2025-09-30T08:30:09Z") == "2025-09-30T08:30:09.000Z"


def test_a_recorded_zone_knows_when_summer_ends() -> None:
    began = (rollout("2026-10-25T01:30:00"), "2026-10-24T23:30:00.2Z")
    after = "2026-10-25T02:30:00.000Z"
    assert clock_of(*began, zone_name="Europe/Berlin").full(after) == "2026-10-25T03:30:00+01:00"
    assert clock_of(*began).full(after) == "2026-10-25T04:30:00+02:00"


@pytest.mark.parametrize(
    "zone", ["Asia/Tokyo", "Nowhere/Atall", "../../etc/passwd", "/etc/localtime", "\0", "Europe"]
)
def test_a_zone_that_disagrees_with_the_name_or_is_none_does_not_count(zone: str) -> None:
    clock = clock_of(rollout("2025-09-23T12:06:19"), "2025-09-23T10:06:19.501Z", None, zone)
    assert (clock.source, clock.full("2025-09-23T10:06:19Z")) == ("name", "2025-09-23T12:06:19+02:00")


def test_a_wished_zone_is_for_sessions_that_record_none() -> None:
    wish, at = timezone(timedelta(hours=9)), "2026-03-15T18:28:28Z"
    assert clock_of(rollout(None), at, "claude", given=wish).full(at) == "2026-03-16T03:28:28+09:00"
    kept = clock_of(rollout("2025-09-23T12:06:19"), "2025-09-23T10:06:19.501Z", given=wish)
    assert kept.source == "name"


def test_days() -> None:
    assert Clock(UTC, "utc").day("2026-03-15T23:59:59Z") == date(2026, 3, 15)
    assert Clock(timezone(timedelta(hours=1)), "name").day("2026-03-15T23:59:59Z") == date(2026, 3, 16)
    assert day_of("2026-03-15T23:59:59") == date(2026, 3, 15)
    assert day_of("2026-02-30") is None
    assert day_of("") is None
