"""Saved output of `claude -p --output-format stream-json`: a session without times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from claude_kit import SESSION, JsonObject, assistant, items, result, summary, text, tokens, use
from codexlog.catalog.transcript import Transcript
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.documents import document_rows
from codexlog.formats.events import Events, Remark, TurnEnd


def streamed(kind: str, **more: Any) -> JsonObject:
    return {"type": kind, "session_id": SESSION, **more}


def said(*blocks: JsonObject, key: str = "msg_1", side: str | None = None) -> JsonObject:
    message = assistant(*blocks, key=key, usage=tokens(output=5))["message"]
    return streamed("assistant", message=message, parent_tool_use_id=side)


def answered(call_id: str, side: str | None = None, **more: Any) -> JsonObject:
    content = [result(call_id, "done")]
    return streamed("user", message={"role": "user", "content": content}, parent_tool_use_id=side, **more)


INIT = streamed(
    "system", subtype="init", cwd="/srv/app", model="claude-opus-4-6", claude_code_version="2.1.40", tools=[]
)
DONE = streamed("result", subtype="success", is_error=False, num_turns=2, result="Fixed.")
RUN = [
    INIT,
    said(use("a")),
    answered("a", tool_use_result={"durationMs": 70}),
    said(text("Fixed."), key="msg_2"),
]


def events(row: JsonObject) -> Events:
    return Decoder().events(row)


def test_a_run() -> None:
    found = summary(*RUN, DONE, path="run.jsonl")
    assert (found.id, found.format, found.cwd, found.cli_version) == (SESSION, "claude", "/srv/app", "2.1.40")
    assert (found.model, found.source, found.outcome) == ("claude-opus-4-6", "sdk-cli", "completed")
    assert (found.counts.calls, found.counts.calls_unanswered, found.counts.messages) == (1, 0, 1)
    assert (found.counts.unknown_rows, found.counts.turns, found.started_at) == (0, 1, None)
    assert found.usage is not None and (found.usage.output_tokens, found.usage.complete) == (10, False)


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ({"subtype": "success", "is_error": False, "result": "x"}, None),
        (
            {"subtype": "success", "is_error": True, "result": "Credit balance is too low"},
            "Credit balance is too low",
        ),
        ({"subtype": "error_max_turns", "is_error": True}, "error_max_turns"),
        ({"subtype": "error_during_execution", "errors": ["a", 3, "b"]}, "a; b"),
    ],
)
def test_how_a_run_ended(end: dict[str, Any], error: str | None) -> None:
    assert list(events(streamed("result", **end))) == [TurnEnd(None, error)]
    outcome = summary(*RUN, streamed("result", **end)).outcome
    assert outcome == ("completed" if error is None else "failed")


def test_what_a_subagent_does_is_part_of_the_stream(tmp_path: Any) -> None:
    told = {"role": "user", "content": [text("Look")]}
    side = streamed("user", message=told, parent_tool_use_id="a")
    rows = [
        INIT,
        said(use("a", name="Task")),
        side,
        said(use("b"), side="a"),
        answered("b", "a"),
        answered("a"),
    ]
    found = summary(*rows, answered("a"))
    assert (found.parent_id, found.counts.calls, found.counts.prompts, found.counts.turns) == (None, 2, 0, 1)
    assert [getattr(each, "what", each.kind) for each in items(tmp_path, *rows)] == [
        *("call", "subagent_prompt", "call"),
    ]


@pytest.mark.parametrize(
    ("row", "note"),
    [
        (
            streamed("system", subtype="api_retry", attempt=1, max_retries=9, error="overloaded"),
            ("stream_error", "retry 1 of 9: overloaded"),
        ),
        (
            streamed("system", subtype="task_notification", status="completed", summary="make ended"),
            ("background_task", "make ended"),
        ),
    ],
)
def test_notes(row: JsonObject, note: tuple[str, str]) -> None:
    assert [(each.what, each.text) for each in events(row) if type(each) is Remark] == [note]


@pytest.mark.parametrize(
    "row",
    [
        streamed("stream_event", event={"type": "content_block_delta"}),
        streamed("rate_limit_event", rate_limit_info={}),
        streamed("system", subtype="status", status="compacting"),
        streamed("system", subtype="hook_started"),
    ],
)
def test_progress_is_silent(row: JsonObject) -> None:
    assert not events(row)
    assert is_whole_row(row)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_events_is_the_stream(tmp_path: Path, indent: int | None) -> None:
    """`--output-format json --verbose`, and what the GitHub action leaves."""
    path = tmp_path / "execution.json"
    path.write_text(json.dumps([*RUN, 3, DONE], indent=indent))
    with Transcript.open(path) as transcript:
        found = transcript.outline().summary
    assert (found.id, found.format, found.outcome, found.cwd) == (SESSION, "claude", "completed", "/srv/app")
    assert (found.counts.calls, found.counts.messages, found.counts.unknown_rows) == (1, 1, 1)


@pytest.mark.parametrize("other", [[], [1], [{"type": "text"}], ["type"]])
def test_any_other_list_is_no_session(other: list[Any]) -> None:
    assert document_rows(json.dumps(other).encode()) is None
