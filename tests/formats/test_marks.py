"""What codexlog adds to its own rows: read where it is right, passed over where it is anything else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.formats.dialect import Decoder
from codexlog.formats.events import (
    OWN_SIZE,
    Compaction,
    Event,
    Prompt,
    Remark,
    Rollback,
    Settings,
    ToolCall,
    ToolOutput,
    TurnAbort,
    TurnEnd,
    TurnStart,
    UsageRecord,
)

JsonObject = dict[str, Any]
FOUR = {"input_tokens": 1, "output_tokens": 2, "cache_creation_input_tokens": 3, "cache_read_input_tokens": 4}


def user(content: Any, **keys: Any) -> JsonObject:
    return {
        "type": "user",
        "sessionId": "s",
        "uuid": "u",
        "message": {"role": "user", "content": content},
        **keys,
    }


def answer(content: Any, **keys: Any) -> JsonObject:
    message = {"id": "m", "role": "assistant", "model": "unknown", "content": content, **keys}
    return {"type": "assistant", "sessionId": "s", "uuid": "u", "message": message}


def events(row: JsonObject) -> list[Event]:
    return list(Decoder().events(row))


@pytest.mark.parametrize(
    ("note", "wanted"),
    [
        ({"what": "session", "text": "t"}, Remark("session", "t")),
        ({"what": "error", "text": "t"}, Remark("error", "t")),
        ({"what": "aborted", "text": "t"}, TurnAbort(None, "t")),
        ({"what": "compacted", "text": "t"}, Compaction(0, "t")),
        ({"what": "rolled_back", "text": "3 turns rolled back"}, Rollback(3)),
        ({"what": "rolled_back", "text": "some"}, Rollback(1)),
        ({}, Remark("note", "")),
    ],
)
def test_notes(note: JsonObject, wanted: Event) -> None:
    assert events(user([], isMeta=True, codexlog={"note": note})) == [wanted]


def test_a_turn_begins_before_its_row_and_ends_behind_it() -> None:
    mark = {"turn_start": {"id": "t", "window": 9, "model": "m"}, "turn_end": {}, "prompt": True}
    found = events(user("go", codexlog=mark))
    assert found == [TurnStart("t", None, 9), Settings("m", None), Prompt(0, "go"), TurnEnd(None)]


@pytest.mark.parametrize("text", ["<system-reminder>x</system-reminder>", "Caveat: the messages below", " a"])
def test_a_marked_prompt_is_taken_as_it_stands(text: str) -> None:
    assert events(user(text, codexlog={"prompt": True})) == [Prompt(0, text)]


@pytest.mark.parametrize(
    ("mark", "wanted"),
    [
        ({"usage": None}, None),
        ({"usage": [9, 4, None, 2, 1]}, UsageRecord("m", None, (9, 4, None, 2, 1), merge=True)),
        (
            {"usage": [9, 4, 3, 2, None], "partial": True, "context": None},
            UsageRecord("m", None, (9, 4, 3, 2, None), None, merge=True, final=False),
        ),
        ({"usage": [9, True, -1, 2.5, "x"]}, UsageRecord("m", None, (9, 0, None, 0, None), merge=True)),
        ({"usage": [1, 2]}, None),
        ({}, UsageRecord("m", None, (8, 4, 3, 2, None), OWN_SIZE, merge=True, final=False)),
    ],
)
def test_usage(mark: JsonObject, wanted: UsageRecord | None) -> None:
    found = [each for each in events(answer([], usage=FOUR, codexlog=mark)) if type(each) is UsageRecord]
    assert found == ([wanted] if wanted is not None else [])


def test_calls() -> None:
    use = {"type": "tool_use", "id": "c", "name": "n", "input": {"_raw": "*** Begin Patch"}}
    mark = {"status": "ok", "continues": "b", "nameless": True}
    found = [each for each in events(answer([use, {**use, "codexlog": mark}])) if type(each) is ToolCall]
    assert [(each.call_id, each.arguments, each.own_status, each.carries) for each in found] == [
        ("c", "*** Begin Patch", None, None),
        (None, "*** Begin Patch", "ok", "b"),
    ]


@pytest.mark.parametrize(
    ("mark", "wanted"),
    [
        ({"status": "denied"}, ("denied", None, None)),
        ({"status": "failed", "exit_code": 3, "process": "c"}, ("failed", 3, "c")),
        ({"exit_code": 0}, ("ok", 0, None)),
        ({"exit_code": 124}, ("timeout", 124, None)),
        ({"status": "odd", "exit_code": "x"}, ("failed", None, None)),
    ],
)
def test_results(mark: JsonObject, wanted: tuple[Any, ...]) -> None:
    block = {"type": "tool_result", "tool_use_id": "c", "content": "x", "is_error": True}
    (found,) = events(user([{**block, "codexlog": {**mark, "duration_ms": 7}}]))
    assert isinstance(found, ToolOutput)
    assert found.verdict is not None
    assert (found.verdict.status, found.verdict.exit_code, found.verdict.process) == wanted
    assert found.duration_ms == 7


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda each: st.lists(each, max_size=5) | st.dictionaries(st.text(max_size=6), each, max_size=3),
    max_leaves=8,
)
NAMES = ("turn_start", "turn_end", "note", "prompt", "usage", "partial", "context", "status", "exit_code")
MARKS = JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))


@given(MARKS, MARKS, MARKS)
def test_any_mark_is_read(row: Any, message: Any, block: Any) -> None:
    result = {"type": "tool_result", "tool_use_id": "c", "content": "x", "codexlog": block}
    use = {"type": "tool_use", "id": "c", "name": "n", "input": {}, "codexlog": block}
    for each in (
        user([result], codexlog=row),
        {**answer([use], usage=FOUR, codexlog=message), "codexlog": row},
    ):
        assert all(event is not None for event in events(each))
