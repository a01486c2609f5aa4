"""A saved `codex exec --json` stream: `thread.started`, `turn.*`, `item.*`. No times, prompt or cwd.

September 2025 builds write `session.created`, `item_type` and `assistant_message` instead.
"""

from __future__ import annotations

from typing import Any

from codexlog.formats import tool_output
from codexlog.formats.codex_fields import ITEM_STATUS, error_text, token_totals
from codexlog.formats.codex_items import name_of, text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM,
    NOTHING,
    Answer,
    Event,
    Events,
    Meta,
    Remark,
    Thought,
    Tokens,
    ToolCall,
    ToolOutput,
    TurnEnd,
    TurnStart,
    Unknown,
    Verdict,
)
from codexlog.formats.json_text import json_text

JsonObject = dict[str, Any]
STREAM_TYPES = frozenset(
    (
        "thread.started",
        "session.created",
        "turn.started",
        "turn.completed",
        "turn.failed",
        "item.started",
        "item.updated",
        "item.completed",
    )
)
ANSWERS = frozenset(("agent_message", "assistant_message"))
TOOLS = {
    "command_execution": ("command",),
    "file_change": ("changes",),
    "mcp_tool_call": ("server", "tool", "arguments"),
    "collab_tool_call": ("tool", "arguments"),
    "web_search": ("query",),
}
"""Item types that are calls, and the keys that are their arguments."""


RETRIES = ("reconnecting", "stream disconnected", "stream error")
"""How `error` rows begin that announce another try: the turn goes on."""


def is_stream_row(row: JsonObject) -> bool:
    """Whether a row without a payload belongs to a saved stream; its errors carry a message and no time."""
    kind = row.get("type")
    if kind == "error":
        return isinstance(row.get("message"), str) and "timestamp" not in row
    return isinstance(kind, str) and kind in STREAM_TYPES


class ExecStream:
    """Turns stream rows into events; remembers which items have started."""

    def __init__(self) -> None:
        self._started: set[str] = set()

    def row_events(self, row: JsonObject) -> Events:
        """Events of one stream row."""
        kind = row["type"]
        if kind in ("thread.started", "session.created"):
            return (Meta(id=text_or_none(row.get("thread_id")) or text_or_none(row.get("session_id"))),)
        if kind == "turn.started":
            return (TurnStart(None, None),)
        if kind == "turn.completed":
            return self._turn_completed(row)
        if kind == "turn.failed":
            return (TurnEnd(None, error_text(row.get("error")) or "error"),)
        if kind == "error":
            return (_error(row),)
        item = row.get("item")
        return self._item(kind, item) if isinstance(item, dict) else (Unknown(kind),)

    def _turn_completed(self, row: JsonObject) -> Events:
        usage = row.get("usage")
        if not isinstance(usage, dict):
            return (TurnEnd(None),)
        totals = token_totals(usage)
        return Tokens(totals, totals[0] + totals[3], None, None, None), TurnEnd(None)

    def _item(self, kind: str, item: JsonObject) -> Events:
        name = name_of(item.get("type") or item.get("item_type"))
        if name in TOOLS:
            return self._tool(kind, name, item)
        if kind != "item.completed":
            return NOTHING
        text = text_or_none(item.get("text")) or ""
        if name in ANSWERS:
            return (Answer(ANSWER_ITEM, text),) if text.strip() else NOTHING
        if name == "reasoning":
            return (Thought(text, 0),)
        if name == "error":
            return (Remark("error", text_or_none(item.get("message")) or "error"),)
        if name == "todo_list":
            return (Remark("plan", _todo(item)),)
        return (Remark("plan", text),) if name == "plan" else (Unknown(f"item/{name}"),)

    def _tool(self, kind: str, name: str, item: JsonObject) -> Events:
        call_id = text_or_none(item.get("id"))
        events: list[Event] = []
        if call_id is None or call_id not in self._started:
            events.append(ToolCall(call_id, name, {key: item[key] for key in TOOLS[name] if key in item}))
            if call_id is not None:
                self._started.add(call_id)
        if kind == "item.completed":
            events.append(ToolOutput(call_id, _output(item), (), _verdict(item)))
        return events


def _error(row: JsonObject) -> Remark:
    text = error_text(row) or "error"
    return Remark("stream_error" if text.lower().startswith(RETRIES) else "error", text)


def _output(item: JsonObject) -> str:
    output = item.get("aggregated_output")
    if isinstance(output, str):
        return output
    for key in ("error", "result"):
        if item.get(key):
            value = item[key]
            return value if isinstance(value, str) else json_text(value)
    return ""


def _verdict(item: JsonObject) -> Verdict:
    code, status = item.get("exit_code"), ITEM_STATUS.get(name_of(item.get("status")), "unknown")
    if status == "denied":
        return Verdict(status)
    if type(code) is int:
        return tool_output.by_code(code, _output(item))
    if status == "unknown" and item.get("error"):
        status = "failed"
    return Verdict(status)


def _todo(item: JsonObject) -> str:
    rows = item.get("items")
    done = [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
    return "\n".join(
        f"[{'x' if each.get('completed') else ' '}] {name_of(each.get('text'))}" for each in done
    )
