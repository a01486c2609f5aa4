from __future__ import annotations

import io
from datetime import UTC, date, timedelta, timezone

import rollout as ro
from codexlog.catalog.transcript import Transcript
from codexlog.digest.calendar import Clock
from codexlog.digest.sittings import Sitting, sittings
from codexlog.rows.source import spool
from codexlog.triage.reading import trace_of
from codexlog.triage.trace import Trace

START = "2026-03-01T21:30:00.000Z"
DAY = date(2026, 3, 1)
CLOCK = Clock(timezone(timedelta(hours=1)), "name")


def turn(number: int, began: str, ended: str | None) -> list[ro.JsonObject]:
    """A turn of one prompt and one answer; without an end where `ended` is None."""
    rows = [
        ro.event("task_started", began, turn_id=f"t{number}"),
        ro.event("user_message", began, message=f"do thing {number}"),
    ]
    if ended is not None:
        answer = [{"type": "output_text", "text": f"did {number}"}]
        rows += [
            ro.item("message", ended, role="assistant", content=answer),
            ro.event("task_complete", ended, turn_id=f"t{number}", last_agent_message=f"did {number}"),
        ]
    return rows


def trace(*turns: list[ro.JsonObject]) -> Trace:
    rows = [ro.meta(timestamp=START), *(row for each in turns for row in each)]
    with Transcript(spool(io.BytesIO(ro.encode(rows)), "a.jsonl"), ro.FACTS) as transcript:
        return trace_of(transcript)


def sat(*turns: list[ro.JsonObject], clock: Clock = CLOCK) -> list[tuple[int, int, int, bool]]:
    """(days after the first, first turn, last turn, over midnight)"""
    return [
        ((each.day - DAY).days, each.first_turn, each.last_turn, each.over_midnight)
        for each in sittings(trace(*turns), clock, DAY)
    ]


def test_a_session_of_one_day() -> None:
    first, second = (
        turn(1, "2026-03-01T21:31:00.000Z", "2026-03-01T21:40:00.000Z"),
        turn(2, "2026-03-01T22:41:00.000Z", "2026-03-01T22:50:00.000Z"),
    )
    assert sat(first, second) == [(0, 1, 2, False)]
    assert sittings(trace(first, second), CLOCK, DAY) == [
        Sitting(DAY, 1, 2, START, "2026-03-01T22:50:00.000Z", over_midnight=False)
    ]


def test_work_that_goes_on_over_midnight_belongs_to_its_first_day() -> None:
    late = turn(1, "2026-03-01T22:50:00.000Z", "2026-03-01T23:10:00.000Z")  # ends 00:10
    more = turn(2, "2026-03-01T23:40:00.000Z", "2026-03-01T23:50:00.000Z")  # 00:40 to 00:50
    assert sat(late) == [(0, 1, 1, True)]
    assert sat(late, more) == [(0, 1, 2, True)]
    assert sat(late, more, clock=Clock(UTC, "asked")) == [
        (0, 1, 2, False)
    ]  # midnight is another moment there


def test_a_resumed_session_stands_on_each_day_with_prompts() -> None:
    first = turn(1, "2026-03-01T21:31:00.000Z", "2026-03-01T21:40:00.000Z")
    second = turn(2, "2026-03-02T08:00:00.000Z", "2026-03-02T08:10:00.000Z")
    third = turn(3, "2026-03-02T12:00:00.000Z", "2026-03-02T12:10:00.000Z")
    last = turn(4, "2026-04-02T12:00:00.000Z", "2026-04-02T12:10:00.000Z")
    assert sat(first, second, third, last) == [(0, 1, 1, False), (1, 2, 3, False), (32, 4, 4, False)]
    assert sittings(trace(first, second), CLOCK, DAY)[1].started_at == "2026-03-02T08:00:00.000Z"


def test_a_night_without_work_ends_a_sitting_even_in_the_small_hours() -> None:
    first = turn(1, "2026-03-01T21:31:00.000Z", "2026-03-01T21:40:00.000Z")
    night = turn(2, "2026-03-02T02:30:00.000Z", "2026-03-02T02:40:00.000Z")  # 03:30, five hours later
    assert sat(first, night) == [(0, 1, 1, False), (1, 2, 2, False)]


def test_a_morning_prompt_begins_a_day_though_the_agent_worked_all_night() -> None:
    night = turn(1, "2026-03-01T21:31:00.000Z", "2026-03-02T06:30:00.000Z")
    morning = turn(2, "2026-03-02T06:45:00.000Z", "2026-03-02T06:50:00.000Z")
    assert sat(night, morning) == [(0, 1, 1, True), (1, 2, 2, False)]


def test_a_first_prompt_days_after_the_start_is_of_its_own_day() -> None:
    assert sat(turn(1, "2026-03-03T08:00:00.000Z", None)) == [(2, 1, 1, False)]


def test_without_turns_or_times_nothing_is_guessed() -> None:
    assert sittings(trace(), CLOCK, DAY) == []
    rows: list[ro.JsonObject] = [
        {"id": ro.OWN, "timestamp": START, "instructions": None},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]},
    ]
    with Transcript(spool(io.BytesIO(ro.encode(rows)), "a.jsonl"), ro.FACTS) as transcript:
        bare = trace_of(transcript)
    assert [each[:3] for each in sittings(bare, Clock(None, "lost"), DAY)] == [(DAY, 1, 1)]
