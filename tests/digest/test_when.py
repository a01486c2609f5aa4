from __future__ import annotations

import pytest

from codexlog.digest.when import When, clock, offset_of, stamp

ID = "019d0000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("local", "utc", "offset"),
    [
        ("2026-07-20T08-56-00", "2026-07-20T06:56:00.000Z", 120),
        ("2026-07-20T12-26-00", "2026-07-20T06:56:00.900Z", 330),
        ("2026-07-20T00-56-00", "2026-07-20T06:56:00Z", -360),
        ("2026-07-20T06-56-00", "2026-07-20T06:56:00Z", 0),
        ("2026-07-21T02-41-00", "2026-07-20T12:56:00Z", 825),
        ("2026-07-20T23-30-00", "2026-07-21T06:30:00Z", -420),
        ("2026-07-20T08-56-00", "2026-07-20T06:57:00.000Z", None),
        ("2026-07-20T08-56-00", "2026-07-18T06:56:00.000Z", None),
        ("2026-07-20T08-56-61", "2026-07-20T06:56:00.000Z", None),
        ("2026-07-20T08-56-00", None, None),
    ],
)
def test_the_offset_is_what_the_name_is_ahead_of_utc(local: str, utc: str | None, offset: int | None) -> None:
    assert offset_of(f"rollout-{local}-{ID}.jsonl", utc) == offset


def test_other_names_tell_no_offset() -> None:
    assert offset_of(f"{ID}.jsonl", "2026-07-20T06:56:00Z") is None


def test_times_are_told_by_the_recorders_clock() -> None:
    at = "2026-07-20T20:30:59.999Z"
    assert [stamp(at, offset) for offset in (330, -360, 0, None)] == [
        "2026-07-21T02:00:59+05:30",
        "2026-07-20T14:30:59-06:00",
        "2026-07-20T20:30:59+00:00",
        "2026-07-20T20:30:59Z",
    ]
    assert (clock(at, 330), clock(at, None), clock(None, 330), stamp("x", 0)) == (
        "02:00:59",
        "20:30:59",
        "",
        "",
    )


def test_how_long_it_took() -> None:
    assert When("2026-07-20T20:30:00Z", "2026-07-20T20:31:30.500Z", None).seconds == 90.5
    assert When("2026-07-20T20:30:00Z", "2026-07-20T20:29:00Z", None).seconds == 0
    assert When(None, "2026-07-20T20:29:00Z", None).seconds is None
