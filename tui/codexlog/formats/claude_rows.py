"""Rows of Claude Code that are no message: what the program notes, attaches and keeps for itself.

Versions are those in which a kind was seen first, as far as that is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from codexlog.formats.claude_text import LOCAL_OUTPUT, SHELL, TASK, slash_command, starts, without_frames
from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import NOTHING, Compaction, Events, Remark, Settings, Title, TurnEnd, Unknown

JsonObject = dict[str, Any]
Handler = Callable[[JsonObject], Events]

SILENT_ROWS = frozenset(
    (
        "progress",  # 2.0 – 2.1.8x: hooks, sub-agents, running commands; their usage is told elsewhere
        "file-history-snapshot",
        "file-history-delta",  # 2.1.21x
        "queue-operation",
        "last-prompt",  # 2.1.7x+
        "mode",
        "permission-mode",
        "isolation-latch",
        "atis-latch",  # 2.1.21x
        "teleported-from",
        "agent-name",
        "agent-color",  # 2.1.119
        "agent-setting",
        "tag",
        "worktree-state",
        "relocated",
        "bridge-session",
        "frame-link",
        "cost-state",  # totals that every request tells
        "content-replacement",  # which results were shortened for the model; the whole ones stand in the file
        "attribution-snapshot",
        "speculation-accept",
        "history-suppression",
        "observer-ref",
        "fork-context-ref",
        "task-summary",
        "marble-origami-snapshot",
        "marble-origami-reset",
        "started",  # journal of a workflow
        *("stream_event", "rate_limit_event", "tool_progress", "tool_use_summary", "auth_status"),  # streams
        *("prompt_suggestion", "control_request", "control_response", "keep_alive"),
    )
)
STREAMED = frozenset(("system", "user", "assistant", "result", "stream_event", "rate_limit_event"))
"""Kinds of the rows that `claude -p --output-format stream-json` prints, with a `session_id` in each."""
SILENT_ROW_FAMILY = "artifact-"
BOOKKEEPING = {
    "summary": frozenset(("leafUuid",)),
    "file-history-snapshot": frozenset(("messageId",)),
    "file-history-delta": frozenset(("messageId",)),
    "started": frozenset(("agentId",)),
    "result": frozenset(("agentId",)),
}
"""Rows without a session: what else tells that they are Claude Code's."""

SUBTYPES = {
    "informational": "info",
    "microcompact_boundary": "microcompact",
    "away_summary": "recap",  # 2.1.9x: what was done while nobody looked
    "scheduled_task_fire": "scheduled",
    "agents_killed": "agents_killed",
    "model_refusal_fallback": "model",
    "model_consent_fallback": "model",
    "permission_retry": "info",
    "memory_saved": "info",
    "bridge_status": "info",
}
"""Subtypes of `system` rows that say something in `content`: the note that each becomes."""
SILENT_SUBTYPES = frozenset(
    (
        *("turn_duration", "api_metrics", "file_snapshot", "thinking"),
        *("status", "hook_started", "hook_progress", "hook_response"),  # streams
        *("task_started", "task_progress", "task_updated", "files_persisted", "session_state_changed"),
    )
)

SILENT_SUFFIXES = ("_delta", "_reminder", "_listing")
SILENT_ATTACHMENTS = frozenset(
    (
        *("hook_success", "hook_additional_context", "async_hook_response", "command_permissions"),
        *("file", "edited_text_file", "edited_image_file", "already_read_file", "pdf_reference", "directory"),
        *("selected_lines_in_ide", "opened_file_in_ide", "compact_file_reference", "plan_file_reference"),
        *("mcp_resource", "agent_mention", "read_truncation_notice", "diagnostics", "structured_output"),
        *("nested_memory", "relevant_memories", "memory", "ultramemory", "invoked_skills", "dynamic_skill"),
        *("plan_mode", "plan_mode_exit", "plan_mode_reentry", "auto_mode", "auto_mode_exit", "output_style"),
        *("ultra_effort_enter", "ultrathink_effort", "companion_intro", "team_context", "context_efficiency"),
        *("date", "date_change", "environment", "model", "instructions", "session_context"),  # 2.1.27x
        *("prompt_snapshot", "deferred_tools_record", "remote_session_change"),  # 2.1.27x
        *("workflow_size_guideline_change", "task_status", "background_task_status"),
        *("token_usage", "output_token_usage", "budget_usd", "todo", "task_progress", "autocheckpointing"),
    )
)
"""What the program told the model, or what another row shows."""
HOOK_SAID = {
    "hook_non_blocking_error": ("stderr", "stdout"),  # 2.1.21x
    "hook_error_during_execution": ("content",),
    "hook_system_message": ("content",),
    "hook_stopped_continuation": ("message",),
    "hook_cancelled": ("command",),
}
"""Hooks that did something a person should know: where their words stand."""

_FIELD = re.compile(r"<(summary|status|result)>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"</?[a-z-]+>")


def other_row(row: JsonObject) -> Events:
    """Events of a row whose kind is no message's; an unknown kind is a note."""
    kind: str = row["type"]
    handler = _ROWS.get(kind)
    if handler is not None:
        return handler(row)
    is_silent = kind in SILENT_ROWS or kind.startswith(SILENT_ROW_FAMILY)
    return NOTHING if is_silent else (Unknown(kind),)


def aside(text: str) -> Remark:
    """Text in the user role that is no prompt."""
    if starts(text, LOCAL_OUTPUT):
        return Remark("command_output", without_frames(text))
    if starts(text, SHELL):
        return Remark("shell", without_frames(text))
    if starts(text, TASK):
        return Remark("background_task", _of_task(text))
    return Remark("boilerplate", text)


def _of_task(text: str) -> str:
    """What a notice of a background task says, its result behind it."""
    fields = {field: value.strip() for field, value in _FIELD.findall(text)}
    said = fields.get("summary") or fields.get("status")
    if said is None:
        return _TAG.sub("", text).strip()
    return "\n\n".join(filter(None, (said, fields.get("result"))))


# -------------------------------------------------------------------------------------- system rows


def _system(row: JsonObject) -> Events:
    subtype = text_or_none(row.get("subtype")) or "?"
    content = row.get("content")
    text = content.strip() if isinstance(content, str) else ""
    handler = _SUBTYPES.get(subtype)
    if handler is not None:
        return handler(row, text)
    if subtype in SILENT_SUBTYPES:
        return NOTHING
    what = SUBTYPES.get(subtype)
    if what == "model":
        text = text or _models(row)
    return (Remark(what, text),) if what else (Unknown(f"system/{subtype}"),)


def _boundary(row: JsonObject, text: str) -> Events:
    known = row.get("compactMetadata", row.get("compact_metadata"))
    known = known if isinstance(known, dict) else {}
    facts = [text_or_none(known.get("trigger"))]
    for key, when in (("preTokens", "before"), ("pre_tokens", "before"), ("postTokens", "after")):
        if type(known.get(key)) is int:
            facts.append(f"{known[key]} tokens {when}")
    said = ", ".join(fact for fact in facts if fact)
    return (Compaction(0, f"{text} ({said})".strip() if said else text),)


def _local(_: JsonObject, text: str) -> Events:
    command = slash_command(text)
    return (Remark("command", command.text) if command else aside(text),)


def _api_error(row: JsonObject, _: str) -> Events:
    attempt, most = row.get("retryAttempt"), row.get("maxRetries")
    tries = f"retry {attempt} of {most}" if type(attempt) is int and type(most) is int else "retry"
    return (Remark("stream_error", f"{tries}: {_message(row.get('error')) or 'API error'}"),)


def _message(error: object) -> str | None:
    """The innermost message: the error of the API stands in that of the program."""
    said = None
    for _ in range(4):
        if not isinstance(error, dict):
            break
        said = text_or_none(error.get("message")) or text_or_none(error.get("formatted")) or said
        said = said or text_or_none(error.get("code"))
        error = error.get("error") or error.get("cause")
    return said


def _stop_hooks(row: JsonObject, _: str) -> Events:
    """Silent unless a hook failed or kept the model going."""
    errors = row.get("hookErrors")
    said = [_words_of(each) for each in errors] if isinstance(errors, list) else []
    reason = text_or_none(row.get("stopReason"))
    if row.get("preventedContinuation") is True and reason:
        said.append(reason)
    return (Remark("hook", _named("Stop", "\n".join(filter(None, said)))),) if any(said) else NOTHING


def _models(row: JsonObject) -> str:
    names = [text_or_none(row.get(key)) for key in ("originalModel", "fallbackModel")]
    return " → ".join(name for name in names if name)


def _init(row: JsonObject, _: str) -> Events:
    return (Settings(text_or_none(row.get("model")), text_or_none(row.get("cwd"))),)


def _api_retry(row: JsonObject, _: str) -> Events:
    tries = {"retryAttempt": row.get("attempt"), "maxRetries": row.get("max_retries")}
    error = row.get("error")
    return _api_error({**tries, "error": {"message": error} if isinstance(error, str) else error}, "")


def _task_ended(row: JsonObject, _: str) -> Events:
    return (
        Remark("background_task", text_or_none(row.get("summary")) or text_or_none(row.get("status")) or ""),
    )


_SUBTYPES: dict[str, Callable[[JsonObject, str], Events]] = {
    "compact_boundary": _boundary,
    "local_command": _local,
    "api_error": _api_error,
    "stop_hook_summary": _stop_hooks,
    "init": _init,  # streams: the first row
    "api_retry": _api_retry,
    "task_notification": _task_ended,
}


# -------------------------------------------------------------------------------------- attachments


def attached(attachment: JsonObject) -> Events:
    """Events of what a row carries beside the conversation (2.1.7x+)."""
    kind = attachment.get("type")
    if not isinstance(kind, str) or kind in SILENT_ATTACHMENTS or kind.endswith(SILENT_SUFFIXES):
        return NOTHING
    handler = _ATTACHED.get(kind)
    return handler(attachment) if handler is not None else (Unknown(f"attachment/{kind}"),)


def _hook(attachment: JsonObject) -> Events:
    name = text_or_none(attachment.get("hookName")) or text_or_none(attachment.get("hookEvent")) or "hook"
    keys = HOOK_SAID[attachment["type"]]
    said = next((text for key in keys if (text := _words_of(attachment.get(key)))), "")
    return (Remark("hook", _named(name, said)),)


def _blocked(attachment: JsonObject) -> Events:
    error = attachment.get("blockingError")
    said = _words_of(error.get("blockingError") if isinstance(error, dict) else error)
    return (Remark("hook", _named(text_or_none(attachment.get("hookName")) or "hook", said)),)


def _decided(attachment: JsonObject) -> Events:
    if attachment.get("decision") != "deny":
        return NOTHING
    return (Remark("hook", _named(text_or_none(attachment.get("hookEvent")) or "hook", "deny")),)


def _goal(attachment: JsonObject) -> Events:
    """A goal was set, is not met yet, is met, or was cleared (`/goal`, 2.1.1xx)."""
    met, is_mark = attachment.get("met"), attachment.get("sentinel") is True
    text = text_or_none(attachment.get("reason")) or text_or_none(attachment.get("condition")) or ""
    if type(met) is not bool:
        return (Unknown("attachment/goal_status"),)
    what = ("goal_cleared" if met else "goal_set") if is_mark else ("goal_met" if met else "goal_not_met")
    return (Remark(what, text),)


def _turns_used(attachment: JsonObject) -> Events:
    return (Remark("max_turns", f"{attachment.get('turnCount')} of {attachment.get('maxTurns')} turns"),)


def _mail(attachment: JsonObject) -> Events:
    """Messages of other agents of a team."""
    messages = attachment.get("messages")
    known = messages if isinstance(messages, list) else []
    texts = [_words_of(each.get("text")) for each in known if isinstance(each, dict)]
    return (Remark("agent_message", "\n\n".join(filter(None, texts))),)


def _named(name: str, said: str) -> str:
    return f"{name}: {said}" if said else name


def _words_of(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("message") or value.get("error")
    return value.strip() if isinstance(value, str) else ""


_ATTACHED: dict[str, Handler] = {
    **dict.fromkeys(HOOK_SAID, _hook),
    "hook_blocking_error": _blocked,
    "hook_permission_decision": _decided,
    "goal_status": _goal,
    "max_turns_reached": _turns_used,
    "teammate_mailbox": _mail,
}


# ---------------------------------------------------------------------------------------- other rows


def _title(key: str, weight: int) -> Handler:
    def title(row: JsonObject) -> Events:
        text = text_or_none(row.get(key))
        leaf = text_or_none(row.get("leafUuid"))
        return (Title(text, weight, leaf if weight == 0 else None),) if text else NOTHING

    return title


def _remark(what: str, *keys: str) -> Handler:
    def remark(row: JsonObject) -> Events:
        text = next((text for key in keys if (text := text_or_none(row.get(key)))), None)
        return (Remark(what, text),) if text else NOTHING

    return remark


def _result(row: JsonObject) -> Events:
    """The last row of a stream; a workflow's journal has rows of this kind without a subtype."""
    subtype = text_or_none(row.get("subtype"))
    if subtype is None:
        return NOTHING
    if subtype == "success" and row.get("is_error") is not True:
        return (TurnEnd(None),)
    errors = row.get("errors")
    said = [each for each in errors if isinstance(each, str)] if isinstance(errors, list) else []
    return (TurnEnd(None, text_or_none(row.get("result")) or "; ".join(said) or subtype),)


_ROWS: dict[str, Handler] = {
    "system": _system,
    "summary": _title("summary", 0),  # to 2.1.3x
    "ai-title": _title("aiTitle", 1),  # 2.1.7x+
    "custom-title": _title("customTitle", 2),
    "pr-link": _remark("pull_request", "prUrl"),
    "marble-origami-commit": _remark("microcompact", "summary"),  # a part of the history is summed up
    "continued-in": _remark("continued_in", "continuedInSessionId", "targetSessionId", "newSessionId"),
    "ended-by-model": _remark("ended_by_model", "reason", "content"),
    "result": _result,
}
KNOWN = frozenset(_ROWS)
