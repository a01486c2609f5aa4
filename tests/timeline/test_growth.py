"""However a session grows, its patches give the outline of the whole; and they cost what was appended."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.timeline import growth
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.entries import COLUMNS, Entries
from codexlog.timeline.growth import GrowingOutline, Patch, patched
from codexlog.timeline.outline import Outline, TurnHead, outline, turn_head
from rollout import (
    FACTS,
    PARENT,
    call,
    event,
    exited,
    item,
    message,
    meta,
    output,
    poll,
    running,
    task_started,
)
from timeline.test_properties import FEW, SESSION, seen

JsonObject = dict[str, Any]


def reasoning(**payload: Any) -> JsonObject:
    return item("reasoning", summary=[], **payload)


def claude(kind: str, text: str, **more: Any) -> JsonObject:
    role = {"role": kind, "content": text if kind == "user" else [{"type": "text", "text": text}]}
    return {
        "type": kind,
        "uuid": text,
        "sessionId": "s",
        "timestamp": "2026-03-01T10:00:00.000Z",
        "message": role,
        **more,
    }


ROWS: list[JsonObject] = [
    *SESSION,
    meta(forked_from_id=PARENT),
    task_started("t2", started_at=1),
    task_started("t3"),
    event("task_complete", turn_id="t1"),
    event("task_complete", turn_id="t2", error={"message": "limit"}),
    event("agent_reasoning", text="thinking"),
    reasoning(),
    message("assistant", "never written"),
    message("assistant", "another"),
    event("item_completed", item={"type": "AgentMessage", "content": [{"type": "Text", "text": "shown"}]}),
    event("agent_message", message="another"),
    event("user_message", message="again"),
    message("user", "again"),
    call("c"),
    output("c", running(9)),
    poll("d", 9),
    output("d", exited(0)),
    claude("user", "<command-name>/cost</command-name>"),
    claude("user", "<local-command-stdout>0</local-command-stdout>"),
    claude("user", "typed"),
    claude("assistant", "hello"),
]
GROWING = replace(FACTS, age=0.0)


def whole(rows: list[JsonObject]) -> Outline:
    builder = TimelineBuilder()
    for number, row in enumerate(rows):
        builder.feed_row(number + 1, number * 100, row)
    return outline(builder, GROWING)


def grown(rows: list[JsonObject], cuts: list[int]) -> Outline:
    builder = TimelineBuilder()
    growing = GrowingOutline(builder)
    found = copied(growing.whole(FACTS))
    for number, row in enumerate(rows):
        builder.feed_row(number + 1, number * 100, row)
        if number in cuts:
            found = after(found, growing)
    return after(found, growing)


def after(found: Outline, growing: GrowingOutline) -> Outline:
    patch = growing.patch(GROWING)
    return patched(found, patch) if patch is not None else copied(growing.whole(GROWING))


def copied(found: Outline) -> Outline:
    return replace(found, entries=found.entries.behind(0))


@FEW
@given(st.lists(st.sampled_from(ROWS), max_size=30), st.lists(st.integers(0, 30), max_size=12))
def test_patches_give_the_outline_of_the_whole(rows: list[JsonObject], cuts: list[int]) -> None:
    summary, turns, entries = seen(grown(rows, cuts))
    expected = seen(whole(rows))
    assert (summary, list(turns), entries) == (expected[0], list(expected[1]), expected[2])  # type: ignore[call-overload]


def test_a_late_output_changes_its_call_and_the_heading_of_its_turn() -> None:
    builder = TimelineBuilder()
    growing = GrowingOutline(builder)
    rows = [
        meta(),
        task_started("t1"),
        event("user_message", message="x"),
        call("a"),
        message("assistant", "y"),
    ]
    for number, row in enumerate(rows):
        builder.feed_row(number + 1, number, row)
    growing.whole(FACTS)
    builder.feed_row(6, 6, output("a", exited(3)))
    patch = growing.patch(FACTS)
    assert patch is not None
    assert [(at, entry.exit_code, entry.out_line) for at, entry in patch.changed.items()] == [(1, 3, 6)]
    assert [(index, head.failed) for index, head in patch.heads.items()] == [(0, 1)]
    assert len(patch.new) == 0
    assert patch.summary.counts.calls_failed == 1


def test_a_turn_that_falls_quiet_is_incomplete() -> None:
    builder = TimelineBuilder()
    growing = GrowingOutline(builder)
    builder.feed_row(1, 0, meta())
    builder.feed_row(2, 1, task_started("t1"))
    growing.whole(GROWING)
    patch = growing.patch(replace(FACTS, age=1e6))
    assert patch is not None
    assert [head.outcome for head in patch.heads.values()] == ["incomplete"]
    assert patch.summary.outcome == "incomplete"


class Counted(Entries):
    """Counts the entries that are looked at, and the elements that are copied."""

    __slots__ = ("looked",)

    def __init__(self) -> None:
        super().__init__()
        self.looked = 0

    def __getitem__(self, index: int) -> Any:
        self.looked += 1
        return super().__getitem__(index)

    def behind(self, first: int) -> Entries:
        self.looked += len(self) - first
        return super().behind(first)


def big(turns: int, calls: int) -> tuple[TimelineBuilder, GrowingOutline, int]:
    builder = TimelineBuilder()
    builder.own.entries = builder.own.pairing._entries = Counted()
    number = 0
    for turn in range(turns):
        for row in (task_started(f"t{turn}"), event("user_message", message="x")):
            number += 1
            builder.feed_row(number, number, row)
        for each in range(calls):
            name = f"{turn}-{each}"
            for row in (call(name), output(name, exited(each % 2)), event("agent_message", message=name)):
                number += 1
                builder.feed_row(number, number, row)
    return builder, GrowingOutline(builder), number


@pytest.mark.parametrize(("turns", "calls"), [(1, 10_000), (2_000, 5)])
def test_a_patch_touches_a_bounded_number_of_entries(
    turns: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder, growing, number = big(turns, calls)
    found = growing.whole(FACTS)
    assert len(found.entries) >= 20_000
    heads: list[int] = []
    make = turn_head

    def made(*args: Any) -> TurnHead:
        heads.append(args[2])
        return make(*args)

    monkeypatch.setattr(growth, "turn_head", made)
    looked: list[int] = []
    answers = builder.own.answers
    twin = answers._set_alone

    def judged(event: int, alone: bool) -> None:
        looked.append(event)
        twin(event, alone)

    monkeypatch.setattr(answers, "_set_alone", judged)
    entries = found.entries
    assert isinstance(entries, Counted)
    entries.looked = 0
    for row in (call("new"), output("new", exited(1)), event("agent_message", message="new")):
        number += 1
        builder.feed_row(number, number, row)
        patch = growing.patch(FACTS)
        assert isinstance(patch, Patch)
        assert len(patch.new) + len(patch.changed) + len(patch.heads) <= 4
    assert entries.looked <= 6
    assert len(heads) <= 3 * 10
    assert len(looked) <= 4


def test_columns_are_named_in_the_order_of_an_entry() -> None:
    entries = Entries()
    entries.append(1, 2, 3, 4, 5, 0)
    assert [getattr(entries, name)[0] for name in COLUMNS] == list(entries[0])
    assert isinstance(entries.behind(0).line, array)


def test_attachments_and_metering_of_a_session_that_ends_are_those_of_the_whole() -> None:
    rows = [
        meta(),
        task_started("t1"),
        event("user_message", message="x"),
        call("a", arguments={"cmd": "x" * 5000}),
        output("a", "y" * 5000),
        call("b"),
        output("b", exited(1)),
        event("task_complete", turn_id="t1"),
    ]
    found, expected = grown(rows, [1, 2, 3, 4, 5, 6]), whole(rows)
    assert list(found.attached) == list(expected.attached) != []
    assert found.metering is not None and expected.metering is not None
    assert found.metering.failures == expected.metering.failures != ()
    assert found.metering.outputs == expected.metering.outputs
