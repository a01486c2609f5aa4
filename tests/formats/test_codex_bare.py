"""Rows without a wrapper, as releases before 0.32 wrote them."""

from __future__ import annotations

from typing import Any

from rollout import summary

META = {
    "id": "05821152-e9dd-4256-9d17-733659a48da7",
    "timestamp": "2025-08-01T10:00:00.000Z",
    "instructions": None,
}
STATE = {"record_type": "state"}
SHELL = {"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "a"}
FAILED = {
    "type": "function_call_output",
    "call_id": "a",
    "output": '{"output":"x","metadata":{"exit_code":1,"duration_seconds":0.1}}',
}


def said(role: str, text: str) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}


def environment(cwd: str) -> dict[str, Any]:
    return said("user", f"<environment_context>\n<cwd>{cwd}</cwd>\n</environment_context>")


def test_identity_comes_from_the_untyped_first_row() -> None:
    found = summary({**META, "git": {"branch": "main"}}, STATE, said("user", "hi"))
    assert (found.format, found.id, found.branch) == ("codex-legacy", META["id"], "main")
    assert (found.started_at, found.ended_at) == ("2025-08-01T10:00:00.000Z", None)
    assert (found.cwd, found.model, found.usage) == (None, None, None)
    assert (found.counts.rows, found.counts.unknown_rows) == (3, 0)


def test_directory_of_the_meta_before_that_of_the_first_environment_context() -> None:
    assert summary(META, environment("/a"), environment("/b")).cwd == "/a"
    assert summary({**META, "cwd": "/c"}, environment("/a")).cwd == "/c"
    assert summary(META, said("user", "what is <cwd>/tmp</cwd>?")).cwd is None


def test_prompts_messages_and_calls() -> None:
    rows = (META, environment("/a"), said("user", "do"), SHELL, STATE, FAILED, said("assistant", "done"))
    found = summary(*rows)
    counts = found.counts
    assert (counts.prompts, counts.calls, counts.calls_failed, counts.messages) == (1, 1, 1, 1)
    assert (found.first_prompt, found.outcome) == ("do", "completed")


def test_later_rows_may_be_wrapped() -> None:
    wrapped = {
        "timestamp": "2025-09-01T10:00:00.000Z",
        "type": "response_item",
        "payload": said("assistant", "x"),
    }
    found = summary(META, said("user", "do"), wrapped)
    assert (found.format, found.ended_at) == ("codex", "2025-09-01T10:00:00.000Z")
    assert (found.counts.prompts, found.counts.messages) == (1, 1)


def test_unknown_types_are_kept() -> None:
    found = summary(META, {"type": "telepathy"}, {"type": None}, {"type": 7})
    assert found.counts.unknown_rows == 3
