"""A saved `codex exec --json` stream: no times, no prompt, one thread."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.formats.dialect import Decoder
from codexlog.formats.events import Remark
from rollout import build, outlined, statuses, summary

JsonObject = dict[str, Any]
THREAD = {"type": "thread.started", "thread_id": "t"}
BEGIN = {"type": "turn.started"}
USAGE = {"input_tokens": 10, "cached_input_tokens": 4, "output_tokens": 2}
DONE = {"type": "turn.completed", "usage": USAGE}


def row(kind: str, name: str, **fields: Any) -> JsonObject:
    return {"type": f"item.{kind}", "item": {"id": "item_0", "type": name, **fields}}


def command(kind: str, **fields: Any) -> JsonObject:
    return row(kind, "command_execution", command="ls", **fields)


ANSWER = row("completed", "agent_message", text="done")


def test_stream_becomes_one_session() -> None:
    found = summary(THREAD, BEGIN, ANSWER, DONE)
    assert (found.format, found.id, found.started_at, found.ended_at, found.cwd) == (
        "codex-exec",
        "t",
        *[None] * 3,
    )
    assert (found.counts.turns, found.counts.messages, found.counts.prompts) == (1, 1, 0)
    assert found.outcome == "completed"
    assert found.usage is not None
    assert (found.usage.total_tokens, found.usage.cached_input_tokens) == (12, 4)


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"status": "completed", "exit_code": 0}, ("ok", 0)),
        ({"status": "failed", "exit_code": 2}, ("failed", 2)),
        ({"status": "failed", "exit_code": 124}, ("timeout", 124)),
        ({"status": "declined", "exit_code": None}, ("denied", None)),
        ({"status": "failed", "exit_code": None}, ("failed", None)),
        ({"status": "odd"}, ("unknown", None)),
    ],
)
def test_command_is_one_call_from_start_to_end(fields: JsonObject, wanted: tuple[str, int | None]) -> None:
    end = command("completed", aggregated_output="x", **fields)
    update = command("updated", status="in_progress")
    assert statuses(THREAD, BEGIN, command("started", status="in_progress"), update, end) == [wanted]
    assert statuses(THREAD, BEGIN, end) == [wanted]


def test_command_that_never_ended_is_unanswered() -> None:
    assert statuses(THREAD, BEGIN, command("started", status="in_progress")) == [("unanswered", None)]


def test_other_tools() -> None:
    error = row("completed", "mcp_tool_call", server="s", tool="t", arguments={}, error={"message": "x"})
    assert statuses(THREAD, BEGIN, error) == [("failed", None)]
    patch = row("completed", "file_change", changes=[{"path": "a", "kind": "add"}], status="completed")
    assert statuses(THREAD, BEGIN, patch) == [("ok", None)]


def test_failed_turn_and_errors() -> None:
    failed = {"type": "turn.failed", "error": {"message": "limit"}}
    assert summary(THREAD, BEGIN, failed).outcome == "failed"
    assert summary(THREAD, BEGIN, {"type": "error", "message": "boom"}).outcome == "failed"


def test_announced_retry_fails_nothing() -> None:
    retry = {"type": "error", "message": "Reconnecting... 1/5"}
    assert summary(THREAD, BEGIN, retry, ANSWER, DONE).outcome == "completed"
    assert list(Decoder().events(retry)) == [Remark("stream_error", "Reconnecting... 1/5")]


def test_words_of_september_2025() -> None:
    old = {
        "type": "item.completed",
        "item": {"id": "itm_0", "item_type": "assistant_message", "text": "done"},
    }
    found = summary({"type": "session.created", "session_id": "s"}, BEGIN, old, DONE)
    assert (found.id, found.counts.messages) == ("s", 1)


def test_lists_thoughts_and_unknown_items() -> None:
    rows = (
        row("completed", "todo_list", items=[{"text": "a", "completed": True}, {"text": "b"}, 3]),
        row("completed", "reasoning", text="hm"),
        row("completed", "error", message="careful"),
        row("completed", "dream"),
        {"type": "item.completed"},
        row("started", "agent_message"),
    )
    found = outlined(THREAD, BEGIN, *rows)
    assert found.summary.counts.unknown_rows == 2
    assert len(found.entries) == 5


def test_error_row_alone_is_a_stream() -> None:
    assert build([{"type": "error", "message": "x"}]).decoder.format == "codex-exec"
    assert build([{"type": "error", "message": "x", "timestamp": "y"}]).decoder.format is None
