"""Codex rollouts from 0.32 on: rows `{"timestamp", "type", "payload"}`, legacy and paginated history.

Unknown kinds become `Unknown` events; nothing is dropped without one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codexlog.formats import tool_output
from codexlog.formats.boilerplate import is_boilerplate, own_words
from codexlog.formats.codex_items import (
    IMAGE_ONLY,
    content_images,
    content_text,
    image_payload,
    item_events,
    name_of,
    text_or_none,
)
from codexlog.formats.events import (
    ANSWER_EVENT,
    ANSWER_ITEM_COMPLETED,
    NOTHING,
    USER_EVENT,
    USER_ITEM_COMPLETED,
    Answer,
    Compaction,
    Events,
    Meta,
    Payload,
    Prompt,
    Remark,
    Rollback,
    Settings,
    Thought,
    Title,
    Tokens,
    TokenTotals,
    ToolResult,
    TurnAbort,
    TurnEnd,
    TurnStart,
    Unknown,
    UsageRecord,
    WorldState,
)
from codexlog.formats.json_text import json_text

JsonObject = dict[str, Any]
NOTICE = "Compact task completed"
"""Harness text in an `agent_message` event; not an answer."""
HARMLESS_ERRORS = frozenset(("active_turn_not_steerable", "thread_rollback_failed"))
"""Codes of errors that fail no turn."""
ITEM_STATUS = {"completed": "ok", "failed": "failed", "declined": "denied"}


def row_events(row: JsonObject, payload: JsonObject) -> Events:
    """Events of one wrapped row."""
    kind = row.get("type")
    if kind == "response_item":
        metadata = row.get("metadata")
        hidden = isinstance(metadata, dict) and metadata.get("compaction_output") is True
        found = item_events(payload, hidden=hidden)
        return found if found is not None else (Unknown(f"response_item/{name_of(payload.get('type'))}"),)
    if kind == "event_msg":
        inner = name_of(payload.get("type"))
        handler = EVENTS.get(inner)
        if handler is not None:
            return handler(payload)
        return NOTHING if inner in SILENT_EVENTS else (Unknown(f"event_msg/{inner}"),)
    kind = name_of(kind)
    handler = ROWS.get(kind)
    if handler is not None:
        return handler(payload)
    return NOTHING if kind in SILENT_ROWS else (Unknown(kind),)


# ------------------------------------------------------------------------------- identity, settings


def source_name(source: Any) -> str | None:
    """`cli`, `exec`, `vscode`, `subagent`, …: the string, or the one key of the object form (0.47+)."""
    if isinstance(source, dict):
        source = next(iter(source), None)
    return text_or_none(source)


def parent_of(payload: JsonObject) -> str | None:
    """The thread that spawned this one: top level (0.137+) or inside `source.subagent` (0.104+)."""
    parent = text_or_none(payload.get("parent_thread_id"))
    source = payload.get("source")
    subagent = source.get("subagent") if isinstance(source, dict) else None
    spawn = subagent.get("thread_spawn") if isinstance(subagent, dict) else None
    return parent or (text_or_none(spawn.get("parent_thread_id")) if isinstance(spawn, dict) else None)


def base_of(base: Any) -> str | None:
    """The rollout that holds the inherited rows of a referenced fork (paginated history)."""
    return text_or_none(base.get("thread_id")) if isinstance(base, dict) else None


def _session_meta(payload: JsonObject) -> Events:
    git, base = payload.get("git"), payload.get("history_base")
    start = payload.get("subagent_history_start_ordinal")
    return (
        Meta(
            id=text_or_none(payload.get("id")),
            started_at=text_or_none(payload.get("timestamp")),
            cwd=text_or_none(payload.get("cwd")),
            version=text_or_none(payload.get("cli_version")),
            originator=text_or_none(payload.get("originator")),
            source=source_name(payload.get("source")),
            branch=text_or_none(git.get("branch")) if isinstance(git, dict) else None,
            forked_from=text_or_none(payload.get("forked_from_id")) or base_of(base),
            parent_id=parent_of(payload),
            history_start=_int(start),
            referenced=isinstance(base, dict),
        ),
    )


def _turn_context(payload: JsonObject) -> Events:
    return (Settings(text_or_none(payload.get("model")), text_or_none(payload.get("cwd"))),)


def _thread_settings(payload: JsonObject) -> Events:
    settings = payload.get("thread_settings")
    settings = settings if isinstance(settings, dict) else payload
    return (Settings(text_or_none(settings.get("model")), text_or_none(settings.get("cwd")), weak=True),)


# ---------------------------------------------------------------------------------- turns and marks


def _int(value: Any) -> int | None:
    return value if type(value) is int else None


def uuid7_seconds(text: str | None) -> int | None:
    """Unix seconds inside a UUIDv7; None for every other text."""
    if text is None or len(text) != 36 or text[14] != "7":
        return None
    try:
        return int(text[:8] + text[9:13], 16) // 1000
    except ValueError:
        return None


def _turn_start(payload: JsonObject) -> Events:
    turn_id = text_or_none(payload.get("turn_id"))
    started = _int(payload.get("started_at"))
    window = _int(payload.get("model_context_window"))
    return (TurnStart(turn_id, uuid7_seconds(turn_id) if started is None else started, window),)


def error_code(error: JsonObject) -> str | None:
    """`codex_error_info`: a string, or the one key of the object form."""
    info = error.get("codex_error_info")
    return text_or_none(next(iter(info), None) if isinstance(info, dict) else info)


def error_text(error: Any) -> str | None:
    """One line of a recorded error: its message, and its code where there is one."""
    if error is None:
        return None
    if not isinstance(error, dict):
        return error if isinstance(error, str) else json_text(error)
    code = error_code(error)
    words = [text_or_none(error.get("message")), f"({code})" if code else None]
    return " ".join(word for word in words if word) or "error"


def _turn_end(payload: JsonObject) -> Events:
    return (TurnEnd(text_or_none(payload.get("turn_id")), error_text(payload.get("error"))),)


def _turn_aborted(payload: JsonObject) -> Events:
    reason = text_or_none(payload.get("reason")) or "interrupted"
    return (TurnAbort(text_or_none(payload.get("turn_id")), reason),)


def _rolled_back(payload: JsonObject) -> Events:
    return (Rollback(_int(payload.get("num_turns")) or 1),)


def _compacted(payload: JsonObject) -> Events:
    return (Compaction(0, text_or_none(payload.get("message")) or ""),)


def _context_compacted(_: JsonObject) -> Events:
    return (Compaction(1),)


def _entered_review(payload: JsonObject) -> Events:
    return (
        Remark(
            "review", f"review mode entered {text_or_none(payload.get('user_facing_hint')) or ''}".strip()
        ),
    )


def _exited_review(payload: JsonObject) -> Events:
    output = payload.get("review_output")
    verdict = output.get("overall_correctness") if isinstance(output, dict) else None
    return (Remark("review", f"review mode left {text_or_none(verdict) or ''}".strip()),)


def _error(payload: JsonObject) -> Events:
    harmless = error_code(payload) in HARMLESS_ERRORS
    return (Remark("warning" if harmless else "error", error_text(payload) or "error"),)


def _stream_error(payload: JsonObject) -> Events:
    return (Remark("stream_error", error_text(payload) or "stream error"),)


def _name_updated(payload: JsonObject) -> Events:
    name = text_or_none(payload.get("thread_name"))
    return (Title(name, 1),) if name else NOTHING


# ----------------------------------------------------------------------------------------- messages


def _user_message(payload: JsonObject) -> Events:
    if payload.get("kind") not in (None, "plain"):  # 0.36 – 0.47 label the injected ones
        return NOTHING
    message = payload.get("message")
    text = message if isinstance(message, str) else ""
    images = tuple(image_payload(each) for each in _list(payload, "images") + _list(payload, "local_images"))
    if not text.strip():
        return (Prompt(USER_EVENT, IMAGE_ONLY, images),) if images else NOTHING
    return NOTHING if is_boilerplate(text) else (Prompt(USER_EVENT, own_words(text), images),)


def _list(payload: JsonObject, key: str) -> list[Any]:
    value = payload.get(key)
    return value if isinstance(value, list) else []


def _agent_message(payload: JsonObject) -> Events:
    text = payload.get("message")
    if not isinstance(text, str) or not text.strip() or text.strip() == NOTICE:
        return NOTHING
    return (Answer(ANSWER_EVENT, text, text_or_none(payload.get("phase"))),)


def _agent_reasoning(payload: JsonObject) -> Events:
    return (Thought(text_or_none(payload.get("text")) or "", 0, echo=True),)


# ------------------------------------------------------------------------------------------- tokens


def _count(value: Any) -> int:
    return value if type(value) is int else 0


def token_totals(usage: JsonObject) -> TokenTotals:
    """The five figures of a usage object; a missing one is 0, a missing cache write None."""
    return (
        _count(usage.get("input_tokens")),
        _count(usage.get("cached_input_tokens")),
        _int(usage.get("cache_write_input_tokens")),
        _count(usage.get("output_tokens")),
        _count(usage.get("reasoning_output_tokens")),
    )


def _token_count(payload: JsonObject) -> Events:
    info = payload.get("info")
    info = info if isinstance(info, dict) else {}
    usage = info.get("total_token_usage")
    limit = _limit(payload.get("rate_limits"))
    if not isinstance(usage, dict):
        return limit
    totals = token_totals(usage)
    total = _int(usage.get("total_tokens"))
    total = totals[0] + totals[3] if total is None else total
    last = info.get("last_token_usage")
    last = last if isinstance(last, dict) else None
    tokens = Tokens(
        totals,
        total,
        token_totals(last) if last is not None else None,
        _int(last.get("total_tokens")) if last is not None else None,
        _int(info.get("model_context_window")),
    )
    return (tokens, *limit) if limit else (tokens,)


def _limit(limits: Any) -> Events:
    """A note where a recorded rate limit is used up."""
    if not isinstance(limits, dict):
        return NOTHING
    reached = text_or_none(limits.get("rate_limit_reached_type"))
    if reached:
        return (Remark("rate_limit", f"rate limit reached: {reached}"),)
    for name in ("primary", "secondary"):
        window = limits.get(name)
        used = window.get("used_percent") if isinstance(window, dict) else limits.get(f"{name}_used_percent")
        if isinstance(used, (int, float)) and used >= 100:
            return (Remark("rate_limit", f"{name} rate limit: {min(used, 1e9):g} % used"),)
    return NOTHING


def _usage_record(payload: JsonObject) -> Events:
    usage = payload.get("usage")
    key = text_or_none(payload.get("response_id"))
    if not isinstance(usage, dict) or key is None:
        return NOTHING
    return (UsageRecord(key, text_or_none(payload.get("thread_id")), token_totals(usage)),)


# -------------------------------------------------------------------------------- structured results


def _milliseconds(duration: Any) -> int | None:
    if not isinstance(duration, dict):
        return None
    seconds, nanos = duration.get("secs"), duration.get("nanos")
    if type(seconds) is not int:
        return None
    return seconds * 1000 + (nanos // 1_000_000 if type(nanos) is int else 0)


def _exec_end(payload: JsonObject) -> Events:
    call_id = text_or_none(payload.get("call_id"))
    if call_id is None:
        return NOTHING
    code = _int(payload.get("exit_code"))
    status = payload.get("status")
    took = _milliseconds(payload.get("duration"))
    if status == "declined":
        return (ToolResult(call_id, "denied", None, took, ends=True),)
    if code is None:
        return (ToolResult(call_id, ITEM_STATUS.get(name_of(status), "unknown"), None, took, ends=True),)
    output = text_or_none(payload.get("aggregated_output")) or ""
    return (ToolResult(call_id, tool_output.by_code(code, output).status, code, took, ends=True),)


def _patch_end(payload: JsonObject) -> Events:
    call_id = text_or_none(payload.get("call_id"))
    if call_id is None:
        return NOTHING
    if payload.get("status") == "declined":
        return (ToolResult(call_id, "denied"),)
    success = payload.get("success")
    return (ToolResult(call_id, "ok" if success else "failed"),) if isinstance(success, bool) else NOTHING


def _mcp_end(payload: JsonObject) -> Events:
    call_id = text_or_none(payload.get("call_id"))
    result = payload.get("result")
    if call_id is None or not isinstance(result, dict):
        return NOTHING
    fine = result.get("Ok")
    failed = "Err" in result or (isinstance(fine, dict) and fine.get("isError") is True)
    return (ToolResult(call_id, "failed" if failed else "ok", None, _milliseconds(payload.get("duration"))),)


# --------------------------------------------------------------------------- paginated history (R3)


def _item_completed(payload: JsonObject) -> Events:
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
        each for each in _list(item, "summary_text") + _list(item, "raw_content") if isinstance(each, str)
    ]
    return (Thought("\n\n".join(parts), 0, echo=True),)


def _completed_command(item: JsonObject) -> Events:
    call_id = text_or_none(item.get("id"))
    status = ITEM_STATUS.get(name_of(item.get("status")))
    if call_id is None or status is None:
        return NOTHING
    code = _int(item.get("exit_code"))
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


Handler = Callable[[JsonObject], Events]

ROWS: dict[str, Handler] = {
    "session_meta": _session_meta,
    "turn_context": _turn_context,
    "compacted": _compacted,
    "world_state": lambda _: (WorldState(),),  # 0.144+
    "token_usage_record": _usage_record,  # 0.147+
}
SILENT_ROWS = frozenset(
    (
        "inter_agent_communication",  # 0.142+
        "inter_agent_communication_metadata",  # 0.144+
        "retained_context",
        "security_risk_score",
        "realtime_item",
    )
)
EVENTS: dict[str, Handler] = {
    "user_message": _user_message,
    "agent_message": _agent_message,
    "agent_reasoning": _agent_reasoning,  # to 0.107
    "agent_reasoning_raw_content": _agent_reasoning,
    "token_count": _token_count,
    "task_started": _turn_start,  # 0.99 – 0.104 on
    "turn_started": _turn_start,
    "task_complete": _turn_end,
    "turn_complete": _turn_end,
    "turn_aborted": _turn_aborted,
    "thread_rolled_back": _rolled_back,  # 0.8x+
    "context_compacted": _context_compacted,  # 0.6x+
    "entered_review_mode": _entered_review,
    "exited_review_mode": _exited_review,
    "error": _error,  # 0.10x – 0.12x in extended mode
    "stream_error": _stream_error,  # announces another try
    "thread_name_updated": _name_updated,
    "patch_apply_end": _patch_end,  # 0.119+
    "exec_command_end": _exec_end,  # 0.117 – 0.121
    "mcp_tool_call_end": _mcp_end,  # 0.142+
    "thread_settings_applied": _thread_settings,  # 0.144+
    "item_completed": _item_completed,  # everything in paginated history
}
SILENT_EVENTS = frozenset(
    (
        "web_search_end",  # 0.137+
        "image_generation_end",
        "sub_agent_activity",  # 0.144+
        "thread_goal_updated",  # 0.13x+
        "undo_completed",
        "agent_reasoning_section_break",
        "plan_update",
        "turn_diff",
        "warning",
        "background_event",
        "view_image_tool_call",
        "exec_command_begin",
        "patch_apply_begin",
        "mcp_tool_call_begin",
        "web_search_begin",
        "session_configured",
    )
)
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
__all__ = ["Payload", "error_text", "parent_of", "row_events", "source_name", "token_totals", "uuid7_seconds"]
