"""Rows → what they record beside any item: edits with line numbers, settings of turns. Pure, a row at a time.

* `patch_apply_end` (0.119+) and `FileChange` items (0.147+): `changes` by path, updates as unified diffs
* `toolUseResult` of Claude Code's Edit, MultiEdit and Write: `structuredPatch`, a list of hunks
* `turn_context` and `thread_settings_applied`: effort, sandbox, approval
* `permissionMode` of Claude Code's user rows
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.formats.claude_blocks import blocks_of, content_of, is_result
from codexlog.formats.codex_items import text_or_none
from codexlog.model.changes import RecordedChange, RecordedEdit, TurnSettings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.model.changes import ChangeKind

JsonObject = dict[str, Any]
_HUNK = re.compile(r"@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")
_KINDS: dict[str, ChangeKind] = {"add": "added", "update": "updated", "delete": "deleted"}


class _Diff(NamedTuple):
    added: int = 0
    removed: int = 0
    line: int | None = None


def edit_of(row: JsonObject) -> RecordedEdit | None:
    """What a row says of an edit; None for one that records none."""
    payload = row.get("payload")
    if isinstance(payload, dict):
        return _codex(row, payload)
    return _claude(row)


def settings_of(row: JsonObject) -> TurnSettings | None:
    """The settings that a row notes; None for one that notes none."""
    payload = row.get("payload")
    if not isinstance(payload, dict):
        mode = text_or_none(row.get("permissionMode")) if row.get("type") == "user" else None
        return TurnSettings(approval=mode) if mode is not None else None
    if row.get("type") == "turn_context":
        return _settings(payload, "effort")
    if payload.get("type") != "thread_settings_applied":
        return None
    inner = payload.get("thread_settings")
    return _settings(inner, "reasoning_effort") if isinstance(inner, dict) else None


def _settings(found: JsonObject, effort: str) -> TurnSettings:
    sandbox = found.get("sandbox_policy")
    if isinstance(sandbox, dict):  # `mode` up to 0.57
        sandbox = sandbox.get("type") or sandbox.get("mode")
    return TurnSettings(
        text_or_none(found.get("model")),
        text_or_none(found.get(effort)),
        text_or_none(sandbox),
        text_or_none(found.get("approval_policy")),
        text_or_none(found.get("timezone")),
    )


# ---------------------------------------------------------------------------------------------- Codex


def _codex(row: JsonObject, payload: JsonObject) -> RecordedEdit | None:
    if row.get("type") != "event_msg":
        return None
    if payload.get("type") == "patch_apply_end":
        ok = payload.get("success") is True and payload.get("status") in (None, "completed")
        return RecordedEdit(text_or_none(payload.get("call_id")), ok, tuple(_changes(payload.get("changes"))))
    item = payload.get("item")
    if payload.get("type") != "item_completed" or not isinstance(item, dict):
        return None
    if item.get("type") != "FileChange":
        return None
    ok = item.get("status") == "completed"
    return RecordedEdit(text_or_none(item.get("id")), ok, tuple(_changes(item.get("changes"))))


def _changes(changes: Any) -> Iterator[RecordedChange]:
    if not isinstance(changes, dict):
        return
    for path, change in changes.items():
        kind = _KINDS.get(str(change.get("type"))) if isinstance(change, dict) else None
        if kind is not None:
            yield _change(path, kind, change)


def _change(path: str, kind: ChangeKind, change: JsonObject) -> RecordedChange:
    if kind == "updated":
        diff = _unified(_text(change, "unified_diff").split("\n"))
        moved = text_or_none(change.get("move_path"))
        return RecordedChange(path, kind, diff.added, diff.removed, diff.line, moved)
    lines = _count(_text(change, "content"))
    if kind == "added":
        return RecordedChange(path, kind, lines, 0, 1)
    return RecordedChange(path, kind, 0, lines)


def _text(holder: JsonObject, key: str) -> str:
    return text_or_none(holder.get(key)) or ""


def _count(text: str) -> int:
    return text.count("\n") + (bool(text) and not text.endswith("\n"))


def _unified(lines: Iterable[str]) -> _Diff:
    """Counts of a unified diff, and its first changed line."""
    added = removed = 0
    first = at = None
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            at = int(hunk[1])
        elif at is not None:  # what stands before the first hunk names files
            mark = line[:1]
            added, removed = added + (mark == "+"), removed + (mark == "-")
            if first is None and mark in ("+", "-"):
                first = at
            at += mark in (" ", "+")
    return _Diff(added, removed, first)


# ---------------------------------------------------------------------------------------- Claude Code


def _claude(row: JsonObject) -> RecordedEdit | None:
    result = row.get("toolUseResult")
    if not isinstance(result, dict) or not isinstance(result.get("structuredPatch"), list):
        return None
    path = text_or_none(result.get("filePath"))
    found = [each for each in blocks_of(content_of(row)) or [] if is_result(each)]
    if path is None or len(found) != 1:  # the result belongs to none of several
        return None
    ok = found[0].get("is_error") is not True
    return RecordedEdit(text_or_none(found[0].get("tool_use_id")), ok, (_claude_change(path, result),))


def _claude_change(path: str, result: JsonObject) -> RecordedChange:
    if result.get("type") == "create":
        return RecordedChange(path, "added", _count(_text(result, "content")), 0, 1)
    diff = _structured(result["structuredPatch"])
    return RecordedChange(path, "updated", diff.added, diff.removed, diff.line)


def _structured(hunks: list[Any]) -> _Diff:
    lines: list[str] = []
    for hunk in hunks:
        start = hunk.get("newStart") if isinstance(hunk, dict) else None
        told = hunk.get("lines") if isinstance(hunk, dict) else None
        if type(start) is int and isinstance(told, list):
            lines += [f"@@ -0 +{start} @@", *(each for each in told if isinstance(each, str))]
    return _unified(lines)
