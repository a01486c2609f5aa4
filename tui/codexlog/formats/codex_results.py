"""Structured results of Codex: end events of calls, and the items of paginated history (0.147+)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codexlog.formats import tool_output
from codexlog.formats.boilerplate import own_words
from codexlog.formats.codex_fields import ITEM_STATUS, NOTICE, int_or_none, list_at
from codexlog.formats.codex_items import IMAGE_ONLY, content_images, content_text, name_of, text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM_COMPLETED,
    NOTHING,
    USER_ITEM_COMPLETED,
    Answer,
    Compaction,
    Events,
    Prompt,
    Remark,
    Thought,
    ToolResult,
    Unknown,
)

JsonObject = dict[str, Any]
Handler = Callable[[JsonObject], Events]

# -------------------------------------------------------------------------------- structured results


def _milliseconds(duration: Any) -> int | None:
    if not isinstance(duration, dict):
        return None
    seconds, nanos = duration.get("secs"), duration.get("nanos")
    if type(seconds) is not int:
        return None
    return seconds * 1000 + (nanos // 1_000_000 if type(nanos) is int else 0)


def exec_end(payload: JsonObject) -> Events:
    """The end of a command: `exec_command_end` (0.117 – 0.121)."""
    call_id = text_or_none(payload.get("call_id"))
    if call_id is None:
        return NOTHING
    code = int_or_none(payload.get("exit_code"))
    status = payload.get("status")
    took = _milliseconds(payload.get("duration"))
    if status == "declined":
        return (ToolResult(call_id, "denied", None, took, ends=True),)
    if code is None:
        return (ToolResult(call_id, ITEM_STATUS.get(name_of(status), "unknown"), None, took, ends=True),)
    output = text_or_none(payload.get("aggregated_output")) or ""
    return (ToolResult(call_id, tool_output.by_code(code, output).status, code, took, ends=True),)


def patch_end(payload: JsonObject) -> Events:
    """The end of a patch: `patch_apply_end` (0.119+)."""
    call_id = text_or_none(payload.get("call_id"))
    if call_id is None:
        return NOTHING
    if payload.get("status") == "declined":
        return (ToolResult(call_id, "denied"),)
    success = payload.get("success")
    return (ToolResult(call_id, "ok" if success else "failed"),) if isinstance(success, bool) else NOTHING


def mcp_end(payload: JsonObject) -> Events:
    """The end of an MCP call: `mcp_tool_call_end` (0.142+)."""
    call_id = text_or_none(payload.get("call_id"))
    result = payload.get("result")
    if call_id is None or not isinstance(result, dict):
        return NOTHING
    fine = result.get("Ok")
    failed = "Err" in result or (isinstance(fine, dict) and fine.get("isError") is True)
    return (ToolResult(call_id, "failed" if failed else "ok", None, _milliseconds(payload.get("duration"))),)


# --------------------------------------------------------------------------- paginated history (R3)


def item_completed(payload: JsonObject) -> Events:
    """An `item_completed` event: everything in paginated history, plans before."""
    item = payload.get("item")
    if not isinstance(item, dict):
        return (Unknown("item_completed"),)
    kind = name_of(item.get("type"))
    handler = COMPLETED_ITEMS.get(kind)
    if handler is not None:
        return handler(item)
    return NOTHING if kind in SILENT_COMPLETED else (Unknown(f"item_completed/{kind}"),)


def _completed_user(item: JsonObject) -> Events:
    images = content_images(item.get("content"))
    text = content_text(item.get("content"))
    if not text.strip() and not images:
        return NOTHING
    return (Prompt(USER_ITEM_COMPLETED, own_words(text) if text.strip() else IMAGE_ONLY, images),)


def _completed_agent(item: JsonObject) -> Events:
    text = content_text(item.get("content"))
    if not text.strip() or text.strip() == NOTICE:
        return NOTHING
    return (Answer(ANSWER_ITEM_COMPLETED, text, text_or_none(item.get("phase"))),)


def _completed_reasoning(item: JsonObject) -> Events:
    parts = [
        each for each in list_at(item, "summary_text") + list_at(item, "raw_content") if isinstance(each, str)
    ]
    return (Thought("\n\n".join(parts), 0, echo=True),)


def _completed_command(item: JsonObject) -> Events:
    call_id = text_or_none(item.get("id"))
    status = ITEM_STATUS.get(name_of(item.get("status")))
    if call_id is None or status is None:
        return NOTHING
    code = int_or_none(item.get("exit_code"))
    if code is not None and status != "denied":
        status = tool_output.by_code(code, text_or_none(item.get("aggregated_output")) or "").status
    return (ToolResult(call_id, status, code, _milliseconds(item.get("duration")), ends=True),)


def _completed_tool(item: JsonObject) -> Events:
    call_id = text_or_none(item.get("id"))
    status = ITEM_STATUS.get(name_of(item.get("status")))
    if item.get("error") or item.get("success") is False:
        status = "failed"
    if call_id is None or status is None:
        return NOTHING
    return (ToolResult(call_id, status, None, _milliseconds(item.get("duration"))),)


def _completed_compaction(_: JsonObject) -> Events:
    return (Compaction(2),)


def _completed_review(item: JsonObject) -> Events:
    entered = item.get("type") == "EnteredReviewMode"
    return (Remark("review", "review mode entered" if entered else "review mode left"),)


def _completed_plan(item: JsonObject) -> Events:
    return (Remark("plan", text_or_none(item.get("text")) or ""),)


COMPLETED_ITEMS: dict[str, Handler] = {
    "UserMessage": _completed_user,
    "AgentMessage": _completed_agent,
    "Reasoning": _completed_reasoning,
    "Plan": _completed_plan,
    "CommandExecution": _completed_command,
    "FileChange": _completed_tool,
    "McpToolCall": _completed_tool,
    "DynamicToolCall": _completed_tool,
    "ContextCompaction": _completed_compaction,
    "EnteredReviewMode": _completed_review,
    "ExitedReviewMode": _completed_review,
}
SILENT_COMPLETED = frozenset(
    (
        "CollabAgentToolCall",
        "SubAgentActivity",
        "WebSearch",
        "ImageView",
        "ImageGeneration",
        "Extension",
        "HookPrompt",
        "FunctionCallOutput",
        "Sleep",
    )
)
