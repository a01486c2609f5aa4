"""OpenCode sessions as `opencode export` prints them (1.2+): one JSON document `{"info", "messages"}`.

A message is `{"info", "parts"}`. Times are Unix milliseconds; each row gets a `timestamp` beside them, in the
form that all other agents use.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM,
    NOTHING,
    USER_EVENT,
    Answer,
    Event,
    Events,
    Meta,
    Payload,
    Prompt,
    Remark,
    Settings,
    Thought,
    Title,
    ToolCall,
    ToolOutput,
    Unknown,
    UsageRecord,
    Verdict,
)
from codexlog.formats.json_text import figure

JsonObject = dict[str, Any]
PROGRAM = "OpenCode"
STATUSES = {"completed": "ok", "error": "failed"}
SILENT_PARTS = frozenset(("step-start", "step-finish", "snapshot", "patch", "agent", "retry"))
_LATEST = 1 << 43
"""Milliseconds that are still a time: the year 2248."""


def document_rows(document: JsonObject) -> list[JsonObject] | None:
    """The head and the messages of an export; None for a document of another shape."""
    info, messages = document.get("info"), document.get("messages")
    if not isinstance(info, dict) or not isinstance(messages, list):
        return None
    rows = [{"info": info, "session": True}]
    rows += [each if isinstance(each, dict) else {"type": "?", "value": each} for each in messages]
    return [_with_time(row) for row in rows]


def _with_time(row: JsonObject) -> JsonObject:
    info = row.get("info")
    info = info if isinstance(info, dict) else {}
    times = info.get("time")
    created = times.get("created") if isinstance(times, dict) else info.get("createdAt")
    at = _iso(created)
    return {**row, "timestamp": at} if at is not None else row


def _iso(milliseconds: Any) -> str | None:
    if type(milliseconds) not in (int, float) or not 0 < milliseconds < _LATEST:
        return None
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_opencode(row: JsonObject) -> bool:
    """Whether a row is a message of an export, or its head."""
    return "type" not in row and isinstance(row.get("info"), dict) and ("parts" in row or "session" in row)


def row_events(row: JsonObject) -> Events:
    """Events of one message."""
    info: JsonObject = row["info"]
    if "parts" not in row:
        return _head(info, row)
    parts = (
        [each for each in row["parts"] if isinstance(each, dict)] if isinstance(row["parts"], list) else []
    )
    if info.get("role") == "user":
        return _prompt(parts)
    return _answer(info, parts)


def _head(info: JsonObject, row: JsonObject) -> Events:
    began = text_or_none(row.get("timestamp"))
    cwd, parent = text_or_none(info.get("directory")), text_or_none(info.get("parentID"))
    version = text_or_none(info.get("version"))
    meta = Meta(text_or_none(info.get("id")), began, cwd, version, PROGRAM, parent_id=parent)
    title = text_or_none(info.get("title"))
    return (meta, Title(title)) if title else (meta,)


def _prompt(parts: list[JsonObject]) -> Events:
    """What was typed; what the program put in is `synthetic`."""
    typed = [each for each in parts if each.get("type") == "text" and each.get("synthetic") is not True]
    text = "\n".join(str(each.get("text") or "") for each in typed).strip()
    images = tuple(_file(each) for each in parts if each.get("type") == "file")
    if text or images:
        return (Prompt(USER_EVENT, text or "[Image]", images),)
    rest = [str(each.get("text")) for each in parts if each.get("text")]
    return (Remark("boilerplate", "\n".join(rest)),) if rest else NOTHING


def _file(part: JsonObject) -> Payload:
    return Payload("image", text_or_none(part.get("mime")) or "image/*", text_or_none(part.get("url")) or "")


def _answer(info: JsonObject, parts: list[JsonObject]) -> Events:
    key = text_or_none(info.get("id")) or ""
    model = text_or_none(info.get("modelID"))
    events: list[Event] = [Settings(model, None)] if model else []
    for part in parts:
        events += _part(part, key)
    error = info.get("error")
    if isinstance(error, dict):
        events.append(Remark("error", _error(error)))
    usage = _usage(info.get("tokens"), key)
    return [*events, usage] if usage is not None else events


def _error(error: JsonObject) -> str:
    data = error.get("data")
    said = text_or_none(data.get("message")) if isinstance(data, dict) else None
    return said or text_or_none(error.get("name")) or "error"


def _part(part: JsonObject, key: str) -> Events:
    kind, text = part.get("type"), text_or_none(part.get("text")) or ""
    if kind == "text":
        return (Answer(ANSWER_ITEM, text, None, key),) if text.strip() else NOTHING
    if kind == "reasoning":
        return (Thought(text, 0),) if text.strip() else NOTHING
    if kind == "tool":
        return _call(part)
    return NOTHING if kind in SILENT_PARTS else (Unknown(f"opencode/{kind}"),)


def _call(part: JsonObject) -> Events:
    call_id = text_or_none(part.get("callID"))
    state = part.get("state")
    state = state if isinstance(state, dict) else {}
    name = text_or_none(part.get("tool")) or "?"
    call = ToolCall(call_id, name, state.get("input"), is_unique=call_id is not None)
    status = STATUSES.get(str(state.get("status")))
    if status is None:
        return (call,)  # pending or running when it was exported
    text = text_or_none(state.get("output")) or text_or_none(state.get("error")) or ""
    return (call, ToolOutput(call_id, text, verdict=_verdict(status, state), duration_ms=_took(state)))


def _verdict(status: str, state: JsonObject) -> Verdict:
    """A shell command that failed is a completed call; its metadata has the exit code."""
    known = state.get("metadata")
    code = known.get("exit") if isinstance(known, dict) else None
    if type(code) is not int:
        return Verdict(status)
    return Verdict("ok" if code == 0 and status == "ok" else "failed", code)


def _took(state: JsonObject) -> int | None:
    times = state.get("time")
    if not isinstance(times, dict):
        return None
    start, end = times.get("start"), times.get("end")
    return end - start if type(start) is int and type(end) is int and end >= start else None


def _usage(tokens: Any, key: str) -> UsageRecord | None:
    """Input without the cache, so that both are added; reasoning inside or outside of the output."""
    if not isinstance(tokens, dict):
        return None
    cache = tokens.get("cache")
    cache = cache if isinstance(cache, dict) else {}
    fresh, output, reasoning = (figure(tokens.get(name)) for name in ("input", "output", "reasoning"))
    read, write = figure(cache.get("read")), figure(cache.get("write"))
    if reasoning and tokens.get("total") == fresh + output + reasoning + read + write:
        output += reasoning
    return UsageRecord(key, None, (fresh + read + write, read, write, output, reasoning), merge=True)
