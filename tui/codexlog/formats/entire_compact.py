"""Entire's own compact transcript (`transcript.jsonl`, 0.5+): `{"v", "type", "ts", "content", …}`.

One schema for every agent, made from the agent's transcript: thoughts are dropped, the result of a call
stands inside the call, and of the tokens only two figures are kept: what was read from a cache is missing.
"""

from __future__ import annotations

from typing import Any

from codexlog.formats.claude_blocks import blocks_of, images_of, kind_of, texts_of
from codexlog.formats.claude_text import starts, without_insertions
from codexlog.formats.codex_items import IMAGE_ONLY, text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM,
    USER_EVENT,
    Answer,
    Event,
    Events,
    Meta,
    Prompt,
    Remark,
    ToolCall,
    ToolOutput,
    Unknown,
    UsageRecord,
    Verdict,
)
from codexlog.formats.json_text import figure, json_text

JsonObject = dict[str, Any]
STATUSES = {"success": "ok", "error": "failed"}
NOT_TYPED = ("<local-command-stdout>", "<bash-stdout>", "<task-notification>", "[request interrupted by user")


def is_compact(row: JsonObject) -> bool:
    """Whether a row is of this form: a version that is a number, a kind and a content."""
    return type(row.get("v")) is int and isinstance(row.get("type"), str) and "content" in row


def row_events(row: JsonObject) -> Events:
    """Events of one row; each row names the agent, so each one carries the identity."""
    agent = text_or_none(row.get("agent"))
    events: list[Event] = [Meta(None, text_or_none(row.get("ts")), originator=agent)]
    blocks = blocks_of(row["content"]) or []
    kind = row["type"]
    if kind == "user":
        events += _user(blocks)
    elif kind == "assistant":
        events += _assistant(row, blocks)
    else:
        events.append(Unknown(f"compact/{kind}"))
    return events


def _user(blocks: list[JsonObject]) -> list[Event]:
    text = without_insertions("\n".join(texts_of(blocks)))
    images = images_of(blocks)
    if text and starts(text, NOT_TYPED):
        return [Remark("boilerplate", text)]
    return [Prompt(USER_EVENT, text or IMAGE_ONLY, images)] if text or images else []


def _assistant(row: JsonObject, blocks: list[JsonObject]) -> list[Event]:
    key = text_or_none(row.get("id"))
    events: list[Event] = []
    for block in blocks:
        kind = kind_of(block)
        if kind == "tool_use":
            events += _call(block)
        elif kind != "text":
            events.append(Unknown(f"compact/{kind}"))
        elif (text := text_or_none(block.get("text"))) and text.strip():
            events.append(Answer(ANSWER_ITEM, text, None, key))
    usage = _usage(row, key)
    return [*events, usage] if usage is not None else events


def _call(block: JsonObject) -> list[Event]:
    call_id = text_or_none(block.get("id"))
    call = ToolCall(call_id, text_or_none(block.get("name")) or "?", block.get("input"), is_unique=True)
    result = block.get("result")
    if not isinstance(result, dict):
        return [call]
    output = result.get("output")
    text = output if isinstance(output, str) else json_text(output) if output is not None else ""
    status = STATUSES.get(str(result.get("status")), "unknown")
    return [call, ToolOutput(call_id, text, verdict=Verdict(status))]


def _usage(row: JsonObject, key: str | None) -> UsageRecord | None:
    """The two figures that are there: never the whole."""
    fresh, output = (row.get(name) for name in ("input_tokens", "output_tokens"))
    if key is None or not (figure(fresh) or figure(output)):
        return None
    totals = (figure(fresh), 0, None, figure(output), None)
    return UsageRecord(key, None, totals, merge=True, final=False, cached=False)
