"""D9: cumulative totals with repeats, resets, baselines and fakes; exact usage records."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.model import Usage
from rollout import OWN, PARENT, event, meta, task_started, tokens, usage, usage_object, wrapped

FIRST, SECOND = (100, 60, 10, 4), (300, 200, 30, 9)
LAST = (200, 140, 20, 5)


def figures(found: Usage | None) -> tuple[int | None, ...] | None:
    if found is None:
        return None
    return found.input_tokens, found.cached_input_tokens, found.output_tokens, found.reasoning_output_tokens


def test_nothing_recorded() -> None:
    assert usage(meta()) is None
    assert usage(meta(), event("token_count", info=None, rate_limits=None)) is None
    assert usage(meta(), event("token_count", info={"total_token_usage": None})) is None


def test_last_total_is_the_use_and_repeats_change_nothing() -> None:
    found = usage(
        meta(), tokens(FIRST, FIRST), tokens(FIRST, FIRST), tokens(SECOND, LAST), tokens(SECOND, LAST)
    )
    assert figures(found) == SECOND
    assert found is not None
    assert found.total_tokens == 330
    assert (found.context_window, found.context_used) == (258400, 220)
    assert found.complete


def test_first_total_minus_its_last_is_a_baseline() -> None:
    assert figures(usage(meta(), tokens(SECOND, LAST))) == LAST
    assert figures(usage(meta(), tokens(SECOND, LAST), tokens((310, 200, 40, 9), (10, 0, 10, 0)))) == (
        210,
        140,
        30,
        5,
    )


@pytest.mark.parametrize(
    "last", [(100, 61, 10, 4), (101, 60, 10, 4), (100, 60, 11, 4), (100, 60, 10, 5), None]
)
def test_negative_or_missing_baseline_is_none(last: tuple[int, int, int, int] | None) -> None:
    assert figures(usage(meta(), tokens(FIRST, last))) == FIRST


def test_fall_of_the_total_closes_a_segment() -> None:
    rows = (meta(), tokens(FIRST, FIRST), tokens(SECOND, LAST), tokens((50, 5, 5, 1), (50, 5, 5, 1)))
    assert figures(usage(*rows)) == (350, 205, 35, 10)
    assert figures(usage(*rows, tokens((90, 9, 9, 1), (40, 4, 4, 0)))) == (390, 209, 39, 10)


def test_segment_after_a_fall_has_its_own_baseline() -> None:
    rows = (meta(), tokens(SECOND, SECOND), tokens((200, 100, 10, 2), (50, 20, 5, 1)))
    assert figures(usage(*rows)) == (350, 220, 35, 10)


def test_fill_of_the_window_is_no_use() -> None:
    fake = tokens((0, 0, 0, 0), None, 258400)
    found = usage(meta(), tokens(FIRST, FIRST), fake, tokens(SECOND, LAST))
    assert figures(found) == SECOND
    assert found is not None
    assert not found.complete
    assert usage(meta(), fake) is None


def test_zero_total_is_a_total() -> None:
    assert figures(usage(meta(), tokens((0, 0, 0, 0), (0, 0, 0, 0)))) == (0, 0, 0, 0)


def copied(*rows: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    """A fork with the parent's rows before its own first turn."""
    own_turn = task_started("own", started_at=1772359201)
    return meta(forked_from_id=PARENT), meta(PARENT), *rows, own_turn


def test_last_inherited_total_is_the_baseline() -> None:
    rows = (*copied(tokens(FIRST, FIRST)), tokens(SECOND, SECOND))
    assert figures(usage(*rows)) == LAST
    assert usage(*copied(tokens(FIRST, FIRST))) is None


def test_inherited_fill_is_no_baseline() -> None:
    rows = copied(tokens(FIRST, FIRST), tokens((0, 0, 0, 0), None, 258400))
    assert figures(usage(*rows, tokens(SECOND, LAST))) == LAST


def test_forked_counter_that_starts_at_zero() -> None:
    assert figures(usage(*copied(tokens(SECOND, SECOND)), tokens(FIRST, FIRST))) == FIRST


def test_inherited_rows_without_totals() -> None:
    assert figures(usage(*copied(), tokens(SECOND, LAST))) == LAST


def record(
    key: str | None, thread: str | None = OWN, each: tuple[int, int, int, int] = FIRST
) -> dict[str, Any]:
    return wrapped(
        "token_usage_record", {"response_id": key, "thread_id": thread, "usage": usage_object(each)}
    )


def test_usage_records_are_all_that_counts() -> None:
    rows = (meta(), tokens(SECOND, SECOND), record("r1"), record("r1"), record("r2"), record("r3", PARENT))
    assert figures(usage(*rows)) == (200, 120, 20, 8)


def test_cache_writes_are_kept_where_they_are_recorded() -> None:
    info = {"total_token_usage": {**usage_object(FIRST), "cache_write_input_tokens": 7}}
    found = usage(meta(), event("token_count", info=info))
    assert found is not None
    assert found.cache_write_tokens == 7
    plain = usage(meta(), tokens(FIRST, FIRST))
    assert plain is not None
    assert plain.cache_write_tokens is None
