from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.model import Call
from codexlog.model.items import Status
from codexlog.triage.plans import MOST_ITEMS, TaskList, plan_items


@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        ({"plan": [{"step": "a", "status": "completed"}]}, (("a", "completed"),)),
        ({"todos": [{"content": "a", "status": "pending"}, {"content": "b"}]}, (("a", "pending"), ("b", ""))),
        ({"plan": "later"}, ()),
        ({"plan": [None, 7, {"status": "completed"}]}, ()),
        ("plan", ()),
        (None, ()),
    ],
)
def test_plans(arguments: Any, items: tuple[tuple[str, str], ...]) -> None:
    assert plan_items(arguments) == items


@given(
    st.recursive(st.none() | st.text(max_size=9) | st.integers(), lambda inner: st.lists(inner, max_size=4))
)
def test_any_plan_is_taken(value: Any) -> None:
    assert len(plan_items({"plan": value})) <= MOST_ITEMS


def task(name: str, arguments: Any, output: str = "", status: Status = "ok") -> Call:
    return Call(1, None, "c", name, arguments, output, 2, status, None, None)


def test_tasks_that_single_calls_change_are_a_plan() -> None:
    tasks = TaskList()
    first = task("TaskCreate", {"subject": "Read"}, "Task #1 created successfully: Read")
    assert tasks.after(first) == (("Read", "pending"),)
    assert tasks.after(task("TaskCreate", {"subject": "Write"}, "Task #2 created successfully: Write"))
    assert tasks.after(task("Bash", {"command": "ls"})) == ()
    assert tasks.after(task("TaskUpdate", {"taskId": "1", "status": "completed"})) == (
        ("Read", "completed"),
        ("Write", "pending"),
    )
    assert tasks.after(task("TaskUpdate", {"taskId": "2", "status": "x"}, status="failed")) == ()
    assert tasks.after(task("TaskUpdate", {"taskId": "2", "status": "deleted"})) == (("Read", "completed"),)


@pytest.mark.parametrize("arguments", [None, {}, {"subject": 3}, {"taskId": [], "status": []}, "x"])
def test_any_task_call_is_taken(arguments: Any) -> None:
    for name in ("TaskCreate", "TaskUpdate"):
        assert TaskList().after(task(name, arguments, "Task #1 created")) == ()
