"""What a row is, in one byte; told by `type` and `payload.type` alone.

The tables follow those of `codex` and `codex_items`: what no table names is `RARE` and must be parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats import codex, codex_items

if TYPE_CHECKING:
    from codexlog.formats.events import Events

(
    SILENT,  # nothing that a timeline shows
    TOKENS,
    REASONING,
    REASONING_EVENT,  # the echo of a reasoning item, or all that there is of it
    ANSWER,
    ANSWER_EVENT,  # the echo of an answer, rarely all that there is of it
    USER,  # user-role message: typed by a person or boilerplate
    INSTRUCTIONS,  # messages of every other role
    USER_EVENT,
    CALL,
    OUTPUT,
    RESULT,  # structured result of a call
    TURN_START,
    TURN_END,  # completed or aborted
    COMPACTED,
    SETTINGS,
    RARE,  # everything else
    BLANK,  # an empty line
    DAMAGED,  # a line that is not one JSON object
) = range(19)
"""Kinds of rows."""

(MESSAGE, FUNCTION_CALL, CUSTOM_CALL, OUTPUT_TEXT, PARSED, LONGER, UNSEEN) = range(32, 39)
"""Kinds that the type does not settle: the scanner looks further into the row."""
UNSETTLED = MESSAGE
"""The smallest of them."""

_EVENTS = {
    "user_message": USER_EVENT,
    "agent_message": ANSWER_EVENT,
    "agent_reasoning": REASONING_EVENT,
    "agent_reasoning_raw_content": REASONING_EVENT,
    "token_count": TOKENS,
    "task_started": TURN_START,
    "turn_started": TURN_START,
    "task_complete": TURN_END,
    "turn_complete": TURN_END,
    "turn_aborted": TURN_END,
    "exec_command_end": PARSED,
    "patch_apply_end": PARSED,
    "mcp_tool_call_end": PARSED,
    "item_completed": PARSED,
}
_ITEMS = {
    "message": MESSAGE,
    "reasoning": REASONING,
    "function_call": FUNCTION_CALL,
    "custom_tool_call": CUSTOM_CALL,
    "function_call_output": OUTPUT_TEXT,
    "custom_tool_call_output": OUTPUT_TEXT,
    "agent_message": RARE,
}
_ROWS = {"turn_context": SETTINGS, "compacted": COMPACTED, "world_state": SILENT}


def by_type(row_type: str, payload_type: str | None) -> int:
    """The kind of a wrapped row, settled or not. `payload_type` is None where the payload has none."""
    if row_type == "response_item":
        if payload_type in codex_items.SILENT_ITEMS:
            return SILENT
        known = payload_type in codex_items.ITEMS
        return _ITEMS.get(payload_type or "", PARSED if known else RARE)
    if row_type == "event_msg":
        if payload_type in codex.SILENT_EVENTS:
            return SILENT
        return _EVENTS.get(payload_type or "", RARE)
    return SILENT if row_type in codex.SILENT_ROWS else _ROWS.get(row_type, RARE)


def by_head(row_type: bytes, payload_type: bytes | None) -> int:
    """The kind by a row's head; `payload_type` is None where the payload begins with another key."""
    if payload_type is not None:
        return by_type(row_type.decode("utf-8", "replace"), payload_type.decode("utf-8", "replace"))
    if row_type in (b"response_item", b"event_msg"):
        return PARSED  # the payload's type stands further behind
    return by_type(row_type.decode("utf-8", "replace"), None)


def by_content(row: dict[str, Any], events: Events) -> int:
    """The kind of a parsed row that is no call, output or result."""
    payload = row.get("payload")
    if type(payload) is not dict:
        return RARE
    row_type, payload_type = row.get("type"), payload.get("type")
    kind = by_type(str(row_type), payload_type if isinstance(payload_type, str) else None)
    if kind == MESSAGE:
        return _message_kind(payload.get("role"), events)
    if kind < UNSETTLED:
        return kind
    return RARE if events else SILENT


def _message_kind(role: object, events: Events) -> int:
    if role == "user":
        return USER
    if role == "assistant":
        return ANSWER if events else SILENT
    return INSTRUCTIONS
