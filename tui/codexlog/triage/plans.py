"""The plan that a run kept: the last `update_plan` or `TodoWrite` call, or its list of tasks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.model import Call
    from codexlog.triage.trace import Step, Trace

STEP_NAMES = ("step", "content", "text", "title")
MOST_ITEMS = 100
_TASK = re.compile(r"#(\d{1,6})\b")
"""How the answer to `TaskCreate` names the task that was made."""


def plan_items(arguments: Any) -> tuple[tuple[str, str], ...]:
    """(item, state) of a plan call's arguments; () where they hold no plan."""
    if not isinstance(arguments, dict):
        return ()
    steps = arguments.get("plan") or arguments.get("todos")
    return tuple(_items(steps)) if isinstance(steps, list) else ()


def plan_of(trace: Trace) -> tuple[tuple[str, str], ...]:
    """The plan at the end of a run; () where it kept none."""
    return next((step.plan for step in reversed(trace.steps) if step.plan), ())


class TaskList:
    """The tasks that single calls make and change (Claude Code 2.1+); feed it every call in order."""

    def __init__(self) -> None:
        self._tasks: dict[str, tuple[str, str]] = {}

    def after(self, call: Call) -> tuple[tuple[str, str], ...]:
        """(task, state) of every task after a call that changed one; () after any other call."""
        arguments = call.arguments
        if not isinstance(arguments, dict) or call.status != "ok":
            return ()
        if call.name == "TaskCreate":
            self._make(arguments, call.output or "")
        elif call.name == "TaskUpdate":
            self._change(arguments)
        else:
            return ()
        return tuple(self._tasks.values())

    def _make(self, arguments: dict[str, Any], answer: str) -> None:
        found, subject = _TASK.search(answer), arguments.get("subject")
        if found is not None and isinstance(subject, str) and len(self._tasks) < MOST_ITEMS:
            self._tasks[found[1]] = (subject[:200], "pending")

    def _change(self, arguments: dict[str, Any]) -> None:
        task, state = str(arguments.get("taskId")), arguments.get("status")
        if state == "deleted":
            self._tasks.pop(task, None)
        elif task in self._tasks and isinstance(state, str):
            self._tasks[task] = (self._tasks[task][0], state)


def _items(steps: list[Any]) -> Iterator[tuple[str, str]]:
    for step in steps[:MOST_ITEMS]:
        if isinstance(step, dict):
            name = next((step[key] for key in STEP_NAMES if isinstance(step.get(key), str)), "")
            if name:
                yield name[:200], str(step.get("status") or "")


def open_items(trace: Trace) -> tuple[Step, int] | None:
    """The call that set the last plan, and how many items it leaves open; None where none is."""
    step = next((step for step in reversed(trace.steps) if step.plan), None)
    left = sum(state not in DONE for _, state in step.plan) if step is not None else 0
    return (step, left) if step is not None and left else None


def open_boxes(trace: Trace) -> tuple[Step, int] | None:
    """The step that read a list of tasks last, and how many boxes were open and not ticked since."""
    step = next((step for step in reversed(trace.steps) if step.boxes is not None), None)
    if step is None or step.boxes is None:
        return None
    after = [each for each in trace.steps if each.row > step.row]
    if any(each.writes for each in after):  # who knows what that ticked
        return None
    ticked = {item for each in after for edit in each.changed for item in edit.ticked}
    left = step.boxes - len(ticked)
    return (step, left) if left > 0 else None


DONE = frozenset(("completed", "done", "cancelled"))
