"""Claude Code's own tools in one line each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.model import Call
from codexlog.report.calls import label, plan_lines

TODOS = {
    "todos": [
        {"content": "Read", "status": "completed", "activeForm": "Reading"},
        {"content": "Write", "status": "in_progress", "activeForm": "Writing"},
        {"content": "Test", "status": "pending"},
    ]
}


def call(name: str, arguments: Any) -> Call:
    return Call(1, None, "c", name, arguments, None, None, "ok", None, None)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("TodoWrite", TODOS, "1/3 Writing"),
        ("TaskCreate", {"subject": "Fix it", "description": "All of it"}, "Fix it"),
        ("TaskUpdate", {"taskId": "3", "status": "completed"}, "#3 completed"),
        ("Task", {"subagent_type": "Explore", "description": "Find it", "prompt": "…"}, "Explore: Find it"),
        ("Agent", {"prompt": "Find it\nnow"}, "Find it ↵ now"),
        ("AskUserQuestion", {"questions": [{"question": "Which?"}, {"question": "When?"}]}, "Which? / When?"),
        ("ExitPlanMode", {"plan": "# Plan\n1. Read"}, "# Plan ↵ 1. Read"),
        ("Skill", {"skill": "review", "args": "src"}, "review src"),
        ("SlashCommand", {"command": "/review"}, "/review"),
        ("BashOutput", {"bash_id": "b1"}, "b1"),
        ("KillShell", {"shell_id": "b1"}, "b1"),
        ("TaskOutput", {"task_id": "b1", "block": True}, "b1"),
        ("Read", {"file_path": "/srv/app/src/a.py"}, "src/a.py"),
        ("Read", {"file_path": "/srv/app/a.py", "offset": 10, "limit": 5}, "a.py  lines 10–14"),
        ("Read", {"file_path": "/etc/hosts", "limit": 5}, "/etc/hosts  5 lines"),
        ("mcp__acp__Read", {"file_path": "/srv/app/a.py", "offset": 3}, "a.py  from line 3"),
        ("Grep", {"pattern": "TODO", "path": "/srv/app/src"}, "TODO  in src"),
        ("Glob", {"pattern": "**/*.py"}, "**/*.py"),
        ("WebFetch", {"url": "https://example.org", "prompt": "sum up"}, "https://example.org  sum up"),
        ("WebSearch", {"query": "a b"}, "a b"),
        ("SendMessage", {"to": "a1", "message": {"type": "stop"}}, "a1: {'type': 'stop'}"),
        ("Read", {"other": 1}, '{"other": 1}'),
        ("EnterPlanMode", {}, ""),
    ],
)  # fmt: skip
def test_what_a_call_was_for(name: str, arguments: dict[str, Any], words: str) -> None:
    assert label(call(name, arguments), "/srv/app") == (name, words)


def test_todos_are_a_plan() -> None:
    assert plan_lines(TODOS) == ["✓ Read", "▸ Write", "· Test"]
    assert plan_lines({"todos": "later"}) is None


json = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["question", "status"]), each),
    max_leaves=6,
)
KEYS = ("todos", "taskId", "questions", "offset", "limit", "file_path", "plan", "skill", "description", "to")


@given(
    st.sampled_from(["TodoWrite", "TaskUpdate", "Task", "AskUserQuestion", "Read", "Skill", "SendMessage"]),
    st.dictionaries(st.sampled_from(KEYS), json),
)
def test_any_arguments(name: str, arguments: dict[str, Any]) -> None:
    tool, words = label(call(name, arguments), "/srv")
    assert (tool, "\n" in words) == (name, False)
    plan_lines(arguments)
