"""Figures as people read them."""

from datetime import UTC, timedelta, timezone

import pytest

from codexlog.report import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (0, "0"), (812, "812"), (999, "999"), (1000, "1.0k"), (34_120, "34.1k"), (99_960, "100k"),
        (999_499, "999k"), (999_600, "1.0M"), (1_234_567, "1.2M"), (8_379_664_298, "8.4G"),
    ],
)  # fmt: skip
def test_quantity(value: int | None, text: str) -> None:
    assert words.quantity(value) == text


def test_size_has_a_unit() -> None:
    assert (words.size(5), words.size(34_120)) == ("5 B", "34.1 kB")


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (None, ""),
        (0, "0.0s"),
        (400, "0.4s"),
        (9_949, "9.9s"),
        (12_000, "12s"),
        (185_000, "3m05s"),
        (7_620_000, "2h07m"),
    ],
)
def test_duration(milliseconds: int | None, text: str) -> None:
    assert words.duration(milliseconds) == text


def test_local_time_is_in_the_zone_that_is_asked_for() -> None:
    at = "2026-03-01T23:30:00.000Z"
    assert words.local_time(at, UTC) == "2026-03-01 23:30"
    assert words.local_time(at, timezone(timedelta(hours=5, minutes=30))) == "2026-03-02 05:00"
    assert words.local_time("no time") == ""


def test_ago() -> None:
    assert words.ago("2026-03-01T00:00:00Z", 1_772_323_200 + 3 * 3600) == "3h"
    assert words.ago("2026-03-01T00:00:00Z", 0) == "0s"
    assert words.ago(None, 0) == ""


def test_every_status_and_outcome_has_its_own_mark() -> None:
    assert len(set(words.OUTCOME_MARKS.values())) == len(words.OUTCOME_MARKS)
    assert len(set(words.STATUS_MARKS.values())) == len(words.STATUS_MARKS)


def test_plural() -> None:
    assert words.plural(1, "call") == "1 call"
    assert words.plural(0, "call") == "0 calls"
