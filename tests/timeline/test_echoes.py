"""D6: each assistant message once, although most stand in a file twice."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.timeline.entries import ANSWER, SHOWN
from rollout import counts, event, message, meta, outlined, wrapped

FILLER = wrapped("world_state", {})


def said(text: str) -> dict[str, Any]:
    return event("agent_message", message=text)


def completed(text: str) -> dict[str, Any]:
    return event("item_completed", item={"type": "AgentMessage", "content": [{"type": "Text", "text": text}]})


def messages(*rows: dict[str, Any]) -> int:
    return counts(meta(), *rows).messages


def shown(*rows: dict[str, Any]) -> list[int]:
    entries = outlined(*rows).entries
    return [
        entries.line[index]
        for index, kind in enumerate(entries.kind)
        if kind == ANSWER and entries.shown[index] == SHOWN
    ]


def test_event_and_item_are_one_message() -> None:
    assert messages(said("a"), message("assistant", "a")) == 1
    assert messages(said(" a\n"), message("assistant", "a")) == 1
    assert shown(said("a"), message("assistant", "a")) == [2]


def test_equal_text_may_stand_anywhere() -> None:
    assert messages(message("assistant", "a"), *[FILLER] * 20, said("a")) == 1
    assert messages(message("assistant", "a"), said("a"), said("a")) == 1


def test_two_items_of_equal_text_are_two() -> None:
    assert messages(message("assistant", "a"), message("assistant", "a")) == 2


@pytest.mark.parametrize(("between", "count"), [(0, 1), (4, 1), (5, 2)])
def test_item_with_another_text_within_five_rows(between: int, count: int) -> None:
    rows = (said("plan"), *[FILLER] * between, message("assistant", "<proposed_plan>plan</proposed_plan>"))
    assert messages(*rows) == count


def test_item_stands_for_one_event_only() -> None:
    assert messages(said("a"), said("b"), message("assistant", "c")) == 2
    assert messages(said("a"), message("assistant", "b"), said("b")) == 2


def test_message_that_was_shown_but_never_written() -> None:
    rows = (said("half an answer"), event("turn_aborted", reason="interrupted"))
    assert messages(*rows) == 1
    assert shown(*rows) == [1]


def test_echo_is_hidden_again_when_its_item_comes_late() -> None:
    assert shown(said("a"), *[FILLER] * 9, message("assistant", "a")) == [11]


def test_items_of_paginated_files_count_where_there_are_no_events() -> None:
    assert messages(completed("a"), message("assistant", "a"), completed("b")) == 2
    assert messages(said("a"), message("assistant", "a"), completed("b")) == 1


def test_what_is_no_message() -> None:
    hidden = message("assistant", "summary") | {"metadata": {"compaction_output": True}}
    assert messages(hidden, said("Compact task completed"), message("assistant", " \n"), said("")) == 0
    assert messages(message("assistant"), message("developer", "x"), message("system", "x")) == 0


def test_every_phase_counts() -> None:
    phases = ("commentary", "final_answer", "partial_answer")
    assert messages(*(message("assistant", phase, phase=phase) for phase in phases)) == 3
