from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rollout as ro
from codexlog.formats.recorded import edit_of, settings_of
from codexlog.model.changes import RecordedChange, TurnSettings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
DIFF = "@@ -3,3 +3,4 @@\n one\n-two\n+zwei\n+drei\n four\n@@ -40,2 +41,1 @@\n keep\n-gone\n"


def update(diff: Any, **more: Any) -> dict[str, Any]:
    return {"type": "update", "unified_diff": diff, **more}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (update(DIFF), RecordedChange("a.py", "updated", 2, 2, 4)),
        (update("--- a\n+++ b\n" + DIFF), RecordedChange("a.py", "updated", 2, 2, 4)),
        (update("@@ -0,0 +1,2 @@\n+a\n+b\n"), RecordedChange("a.py", "updated", 2, 0, 1)),
        (update("@@ -8 +7,0 @@ def f():\n-a"), RecordedChange("a.py", "updated", 0, 1, 7)),
        (
            update("@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file"),
            RecordedChange("a.py", "updated", 1, 1, 1),
        ),
        (update("@@ def f():\n-a\n+b"), RecordedChange("a.py", "updated", 0, 0, None)),
        (update(None), RecordedChange("a.py", "updated", 0, 0, None)),
        (update(DIFF, move_path="b.py"), RecordedChange("a.py", "updated", 2, 2, 4, "b.py")),
        ({"type": "add", "content": "a\nb\n"}, RecordedChange("a.py", "added", 2, 0, 1)),
        ({"type": "add", "content": ""}, RecordedChange("a.py", "added", 0, 0, 1)),
        ({"type": "delete", "content": "a\nb"}, RecordedChange("a.py", "deleted", 0, 2, None)),
    ],
)
def test_changes_of_codex(change: dict[str, Any], found: RecordedChange) -> None:
    event = edit_of(ro.event("patch_apply_end", call_id="c", success=True, changes={"a.py": change}))
    item = edit_of(
        ro.event(
            "item_completed",
            item={"type": "FileChange", "id": "c", "status": "completed", "changes": {"a.py": change}},
        )
    )
    assert event is not None
    assert event == item == event._replace(call_id="c", ok=True, files=(found,))


@pytest.mark.parametrize(
    "payload",
    [
        {"success": False},
        {"success": True, "status": "failed"},
        {"success": True, "status": "declined"},
        {"success": None},
    ],
)
def test_what_failed_is_not_ok(payload: dict[str, Any]) -> None:
    found = edit_of(ro.event("patch_apply_end", call_id="c", changes={"a.py": update(DIFF)}, **payload))
    assert found is not None
    assert not found.ok


def claude(result: dict[str, Any], **block: Any) -> dict[str, Any]:
    content = [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "ok", **block}]
    return {"type": "user", "message": {"role": "user", "content": content}, "toolUseResult": result}


def test_changes_of_claude_code() -> None:
    hunks = [
        {"oldStart": 7, "oldLines": 2, "newStart": 9, "newLines": 2, "lines": [" a", "-b", "+c"]},
        {"oldStart": 70, "oldLines": 1, "newStart": 72, "newLines": 2, "lines": [" a", "+b"]},
    ]
    found = edit_of(claude({"filePath": "/x/a.py", "structuredPatch": hunks}))
    assert found is not None
    assert (found.call_id, found.ok, found.files) == (
        "toolu_1",
        True,
        (RecordedChange("/x/a.py", "updated", 2, 1, 10),),
    )
    made = edit_of(claude({"filePath": "a", "structuredPatch": [], "type": "create", "content": "x\ny"}))
    assert made is not None
    assert made.files == (RecordedChange("a", "added", 2, 0, 1),)
    failed = edit_of(claude({"filePath": "a", "structuredPatch": hunks}, is_error=True))
    assert failed is not None
    assert not failed.ok


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (
            ro.wrapped(
                "turn_context",
                {
                    "model": "gpt-5.5",
                    "effort": "high",
                    "approval_policy": "never",
                    "timezone": "Asia/Kolkata",
                    "sandbox_policy": {"type": "read-only"},
                },
            ),
            TurnSettings("gpt-5.5", "high", "read-only", "never", "Asia/Kolkata"),
        ),
        (
            ro.wrapped("turn_context", {"model": "m", "sandbox_policy": {"mode": "workspace-write"}}),
            TurnSettings("m", None, "workspace-write", None, None),
        ),
        (
            ro.event("thread_settings_applied", thread_settings={"model": "m", "reasoning_effort": "low"}),
            TurnSettings("m", "low", None, None, None),
        ),
        (ro.event("token_count"), None),
        ({"type": "user", "permissionMode": "plan"}, TurnSettings(approval="plan")),
        ({"type": "assistant", "permissionMode": "plan"}, None),
    ],
)
def test_settings(row: dict[str, Any], found: TurnSettings | None) -> None:
    assert settings_of(row) == found


@given(
    st.sampled_from(["patch_apply_end", "item_completed", "thread_settings_applied", "turn_context"]), JSON
)
def test_no_row_is_too_odd(kind: str, junk: object) -> None:
    inner = {"type": kind, "changes": junk, "item": junk, "sandbox_policy": junk, "thread_settings": junk}
    for row in (
        {"type": "event_msg", "payload": inner},
        {"type": "turn_context", "payload": inner},
        {"type": "event_msg", "payload": {**inner, "item": {"type": "FileChange", "changes": {"a": junk}}}},
        {
            "type": "event_msg",
            "payload": {**inner, "changes": {"a": {"type": "update", "unified_diff": junk}}},
        },
        {"toolUseResult": {"filePath": junk, "structuredPatch": junk}, "message": junk},
        {
            "toolUseResult": {"filePath": "a", "structuredPatch": [junk, {"newStart": 1, "lines": junk}]},
            "message": {"content": [{"type": "tool_result"}]},
        },
    ):
        edit_of(row)
        settings_of(row)
