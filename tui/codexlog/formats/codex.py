"""Codex rollouts from 0.32 on: rows `{"timestamp", "type", "payload"}`, legacy and paginated history.

Unknown kinds become `Unknown` events; nothing is dropped without one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codexlog.formats.boilerplate import is_boilerplate, own_words
from codexlog.formats.codex_fields import NOTICE, error_code, error_text, int_or_none, list_at, policy_of
from codexlog.formats.codex_items import (
    IMAGE_ONLY,
    image_payload,
    item_events,
    name_of,
    text_or_none,
)
from codexlog.formats.codex_results import exec_end, item_completed, mcp_end, patch_end
from codexlog.formats.codex_tokens import token_count, usage_record
from codexlog.formats.events import (
    ANSWER_EVENT,
    NOTHING,
    USER_EVENT,
    Answer,
    Compaction,
    Events,
    Meta,
    Prompt,
    Remark,
    Rollback,
    Settings,
    Thought,
    Title,
    TurnAbort,
    TurnEnd,
    TurnStart,
    Unknown,
    WorldState,
)

JsonObject = dict[str, Any]
HARMLESS_ERRORS = frozenset(("active_turn_not_steerable", "thread_rollback_failed"))
"""Codes of errors that fail no turn."""


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
            commit=text_or_none(git.get("commit_hash")) if isinstance(git, dict) else None,
            forked_from=text_or_none(payload.get("forked_from_id")) or base_of(base),
            parent_id=parent_of(payload),
            history_start=int_or_none(start),
            referenced=isinstance(base, dict),
        ),
    )


def _turn_context(payload: JsonObject) -> Events:
    model, cwd = text_or_none(payload.get("model")), text_or_none(payload.get("cwd"))
    return (Settings(model, cwd, policy=policy_of(payload)),)


def _thread_settings(payload: JsonObject) -> Events:
    settings = payload.get("thread_settings")
    settings = settings if isinstance(settings, dict) else payload
    return (Settings(text_or_none(settings.get("model")), text_or_none(settings.get("cwd")), weak=True),)


# ---------------------------------------------------------------------------------- turns and marks


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
    started = int_or_none(payload.get("started_at"))
    window = int_or_none(payload.get("model_context_window"))
    return (TurnStart(turn_id, uuid7_seconds(turn_id) if started is None else started, window),)


def _turn_end(payload: JsonObject) -> Events:
    return (TurnEnd(text_or_none(payload.get("turn_id")), error_text(payload.get("error"))),)


def _turn_aborted(payload: JsonObject) -> Events:
    reason = text_or_none(payload.get("reason")) or "interrupted"
    return (TurnAbort(text_or_none(payload.get("turn_id")), reason),)


def _rolled_back(payload: JsonObject) -> Events:
    return (Rollback(int_or_none(payload.get("num_turns")) or 1),)


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
    images = tuple(
        image_payload(each) for each in list_at(payload, "images") + list_at(payload, "local_images")
    )
    if not text.strip():
        return (Prompt(USER_EVENT, IMAGE_ONLY, images),) if images else NOTHING
    return NOTHING if is_boilerplate(text) else (Prompt(USER_EVENT, own_words(text), images),)


def _agent_message(payload: JsonObject) -> Events:
    text = payload.get("message")
    if not isinstance(text, str) or not text.strip() or text.strip() == NOTICE:
        return NOTHING
    return (Answer(ANSWER_EVENT, text, text_or_none(payload.get("phase"))),)


def _agent_reasoning(payload: JsonObject) -> Events:
    return (Thought(text_or_none(payload.get("text")) or "", 0, echo=True),)


Handler = Callable[[JsonObject], Events]

ROWS: dict[str, Handler] = {
    "session_meta": _session_meta,
    "turn_context": _turn_context,
    "compacted": _compacted,
    "world_state": lambda _: (WorldState(),),  # 0.144+
    "token_usage_record": usage_record,  # 0.147+
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
    "token_count": token_count,
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
    "patch_apply_end": patch_end,  # 0.119+
    "exec_command_end": exec_end,  # 0.117 – 0.121
    "mcp_tool_call_end": mcp_end,  # 0.142+
    "thread_settings_applied": _thread_settings,  # 0.144+
    "item_completed": item_completed,  # everything in paginated history
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
