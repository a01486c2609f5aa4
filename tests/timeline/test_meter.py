"""What is kept of each request: points, marks, models, limits, the largest outputs."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.formats.codex_tokens import rate_windows
from codexlog.model.limits import RateWindow
from codexlog.rows.decode import Row
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.meter import MOST_OUTPUTS, Metering
from codexlog.timeline.outline import outline
from rollout import (
    FACTS,
    OWN,
    PARENT,
    build,
    call,
    event,
    exited,
    message,
    meta,
    output,
    task_started,
    tokens,
    usage_object,
    wrapped,
)

JsonObject = dict[str, Any]


def metering(*rows: JsonObject) -> Metering:
    found = outline(build(rows), FACTS).metering
    assert found is not None
    return found


def model(name: str) -> JsonObject:
    return wrapped("turn_context", {"model": name})


def record(key: str, *figures: int) -> JsonObject:
    of = usage_object(figures)  # type: ignore[arg-type]
    return wrapped("token_usage_record", {"response_id": key, "thread_id": OWN, "usage": of})


def limited(row: JsonObject, limits: object) -> JsonObject:
    return {**row, "payload": {**row["payload"], "rate_limits": limits}}


def test_each_request_is_a_point_after_the_entries_before_it() -> None:
    found = metering(
        meta(),
        message("user", "go"),
        tokens((100, 60, 10, 4), (100, 60, 10, 4)),
        call("a"),
        output("a", exited(0)),
        tokens((300, 200, 30, 9), (200, 140, 20, 5)),
    )
    first, second = found.points
    assert (first.entry, first.line, first.used) == (1, 3, 110)
    assert tuple(second) == (2, 6, 200, 140, 20, 5, 220)


def test_repeats_and_totals_that_were_made_up_are_no_requests() -> None:
    row = tokens((100, 60, 10, 4), (100, 60, 10, 4))
    found = metering(meta(), row, row, tokens((0, 0, 0, 0), None, 258_400))
    assert len(found.points) == 1
    assert found.basis.filled_up == 1


def test_a_total_without_its_last_request_has_unrecorded_figures() -> None:
    (point,) = metering(meta(), tokens((100, 60, 10, 4))).points
    assert point[2:] == (None, None, None, None, None)


def test_a_list_of_many_sessions_keeps_no_meter() -> None:
    builder = TimelineBuilder(figures_only=True)
    for number, row in enumerate((meta(), tokens((100, 60, 10, 4)), limited(tokens((1, 1, 1, 1)), {})), 1):
        builder.feed(Row(number, number, row))
    assert builder.own.meter is None


def test_responses_with_a_record_of_their_own_count_once() -> None:
    found = metering(meta(), record("r1", 10, 5, 2, 1), record("r1", 10, 5, 2, 1), record("r2", 20, 5, 4, 1))
    assert [point.input for point in found.points] == [10, 20]
    assert found.basis.rule == "records"


def test_rows_of_one_claude_message_are_one_point_with_its_greatest_figures() -> None:
    def row(key: str, out: int, stop: str | None) -> JsonObject:
        usage = {"input_tokens": 3, "cache_read_input_tokens": 7, "output_tokens": out}
        told = {"id": key, "role": "assistant", "model": "claude-x", "stop_reason": stop, "usage": usage}
        text = {"type": "text", "text": f"{key} {out}"}
        return {"type": "assistant", "uuid": f"{key}{out}", "message": {**told, "content": [text]}}

    found = metering(row("m1", 1, None), row("m1", 9, "end_turn"), row("m2", 4, None))
    assert [(point.input, point.cached, point.output, point.used) for point in found.points] == [
        (10, 7, 9, 19),
        (10, 7, 4, 14),
    ]
    assert (found.basis.rule, found.basis.unfinished) == ("messages", 1)
    assert [each.model for each in found.spent] == ["claude-x"]


def test_each_model_is_charged_with_what_was_used_while_it_was_set() -> None:
    found = metering(
        meta(),
        model("gpt-a"),
        tokens((100, 60, 10, 4), (100, 60, 10, 4)),
        model("gpt-a"),
        model("gpt-b"),
        tokens((300, 200, 30, 9), (200, 140, 20, 5)),
    )
    assert [(each.model, each.totals[0], each.totals[3]) for each in found.spent] == [
        ("gpt-a", 100, 10),
        ("gpt-b", 200, 20),
    ]


def test_what_was_used_before_a_model_is_named_is_nobodys() -> None:
    found = metering(meta(), tokens((100, 60, 10, 4), (100, 60, 10, 4)), model("a"), tokens((150, 60, 10, 4)))
    assert [(each.model, each.totals[0]) for each in found.spent] == [(None, 100), ("a", 50)]


def test_use_of_the_parent_is_kept_apart() -> None:
    parent_turn, own_turn = "019c0000-0000-7000-8000-0000000000aa", "019d0000-0000-7000-8000-0000000000bb"
    found = metering(
        meta(forked_from_id=PARENT),
        meta(PARENT),
        task_started(parent_turn, started_at=1_700_000_000),
        tokens((1000, 600, 100, 40), (1000, 600, 100, 40)),
        task_started(own_turn, started_at=1_800_000_000),
        tokens((1300, 800, 130, 49), (300, 200, 30, 9)),
    )
    assert found.basis.inherited is not None
    assert (found.basis.inherited[0], found.basis.inherited[3]) == (1000, 100)
    assert [point.input for point in found.points] == [300]


def test_a_counter_that_began_before_the_file_is_told_apart() -> None:
    found = metering(meta(), tokens((300, 200, 30, 9), (200, 140, 20, 5)))
    assert found.basis.before is not None
    assert found.basis.before[0] == 100
    assert found.basis.inherited is None


def test_a_fork_whose_history_stands_elsewhere_says_so() -> None:
    assert metering(meta(history_base={"thread_id": PARENT})).elsewhere
    assert not metering(meta()).elsewhere


def test_marks_stand_at_their_entries() -> None:
    found = metering(
        meta(),
        message("user", "go"),
        call("a"),
        output("a", exited(1)),
        wrapped("compacted", {"message": "summary"}),
        event("context_compacted"),
        call("b"),
        output("b", exited(0)),
    )
    assert found.failures == (1,)
    assert found.compactions == (2,)


def test_the_largest_outputs_are_kept_largest_first() -> None:
    rows = [meta(), message("user", "go")]
    for number in range(MOST_OUTPUTS + 5):
        rows += [call(f"c{number}"), output(f"c{number}", exited(0, "x" * number * 100))]
    found = metering(*rows).outputs
    assert len(found) == MOST_OUTPUTS
    assert [entry for _, entry in found] == list(range(MOST_OUTPUTS + 5, 5, -1))
    assert found[0][0] > found[-1][0]


def test_an_output_that_came_before_its_call_belongs_to_the_call() -> None:
    found = metering(meta(), output("late", exited(0, "x" * 5000)), call("late"))
    assert [entry for _, entry in found.outputs] == [1]
    assert outline(build((meta(), output("late", "x" * 5000), call("late"))), FACTS).attached == (1,)


def test_the_newest_state_of_each_limit_wins() -> None:
    def state(name: str | None, used: float) -> JsonObject:
        return {"limit_id": name, "primary": {"used_percent": used, "window_minutes": 300, "resets_at": 9}}

    rows = [
        limited(event("token_count", info=None), state("codex", 1.0)),
        limited(tokens((100, 60, 10, 4)), state("codex", 2.5)),
        limited(tokens((200, 60, 10, 4)), state("other", 7.0)),
        limited(tokens((300, 60, 10, 4)), None),
    ]
    first, second = metering(meta(), *rows).limits
    assert (first.limit_id, first.row, first.windows) == (
        "codex",
        3,
        (RateWindow("primary", 2.5, 300, 9, None),),
    )
    assert (second.limit_id, second.row) == ("other", 4)


@pytest.mark.parametrize(
    ("limits", "windows"),
    [
        (
            {"primary_used_percent": 3.4, "primary_window_minutes": 299, "secondary_used_percent": 1},
            [("primary", 3.4, 299, None, None), ("secondary", 1.0, None, None, None)],
        ),
        (
            {"primary": {"used_percent": 3, "resets_in_seconds": 60}, "secondary": None},
            [("primary", 3.0, None, None, 60)],
        ),
        ({"primary": {"used_percent": "much"}, "secondary": {"used_percent": True}}, []),
        ({"primary": {"used_percent": float("inf")}}, []),
        ({}, []),
    ],
)
def test_windows_of_every_era(limits: JsonObject, windows: list[tuple[object, ...]]) -> None:
    assert list(rate_windows(limits)) == [RateWindow(*each) for each in windows]  # type: ignore[arg-type]


def test_a_point_travels_in_few_bytes() -> None:
    def size(points: int) -> int:
        rows = [tokens((100 * n, 60 * n, 10 * n, 4), (100, 60, 10, 4)) for n in range(1, points + 1)]
        return len(pickle.dumps(metering(meta(), *rows), 5))

    assert size(1100) - size(100) <= 30 * 1000


FIGURES = st.tuples(*[st.integers(0, 10**6)] * 4)
REPORTS = st.lists(
    st.one_of(
        st.builds(model, st.sampled_from(("a", "b"))),
        st.builds(tokens, FIGURES, st.none() | FIGURES),
        st.builds(record, st.sampled_from(("r1", "r2", "r3")), *[st.integers(0, 10**6)] * 4),
        st.just(call("c")),
        st.just(output("c", exited(1, "x" * 50))),
    ),
    max_size=30,
)


@given(REPORTS)
def test_models_together_used_what_the_session_used(rows: list[JsonObject]) -> None:
    builder = build((meta(), *rows))
    found = outline(builder, FACTS)
    assert found.metering is not None
    points = list(found.metering.points)
    assert all(point.entry <= len(found.entries) for point in points)
    assert [point.line for point in points] == sorted(point.line for point in points)
    usage, spent = found.summary.usage, found.metering.spent
    if usage is not None:
        assert sum(each.totals[0] + each.totals[3] for each in spent) == usage.total_tokens
