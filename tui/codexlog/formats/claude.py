"""Claude Code sessions (2.0 – 2.1.170) and what Entire and its kin copy or write: `{"type", "message", …}`.

One response of the model is several rows of one `message.id`, each with one block and the same usage; one
row may as well hold all blocks, and the results of several calls (forgeflare). What depends on other rows
(sub-agents, commands that were handled locally, queued prompts, repeated ids) is marked in the event and
settled by the timeline. Unknown kinds become `Unknown` events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codexlog.formats import marks
from codexlog.formats.claude_blocks import (
    blocks_of,
    content_of,
    images_of,
    is_known,
    is_result,
    is_side,
    kind_of,
    result_of,
    results_of,
    texts_of,
)
from codexlog.formats.claude_rows import BOOKKEEPING, KNOWN, STREAMED, aside, attached, other_row
from codexlog.formats.claude_text import INTERRUPTED, NOT_TYPED, slash_command, starts, without_insertions
from codexlog.formats.codex_items import IMAGE_ONLY, text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM,
    LAST_RESORT,
    NOTHING,
    USER_EVENT,
    USER_MESSAGE,
    Answer,
    Compaction,
    Event,
    Events,
    Payload,
    Prompt,
    Remark,
    Settings,
    Thought,
    TokenTotals,
    ToolCall,
    TurnAbort,
    Unknown,
    UsageRecord,
)

JsonObject = dict[str, Any]
SYNTHETIC = "<synthetic>"
"""The model of rows that the program wrote in the assistant's name: API errors, `No response requested.`"""
CALL_BLOCKS = frozenset(("tool_use", "server_tool_use", "mcp_tool_use"))
STRIPPED = frozenset(("type", "uuid", "message"))
"""All that Entire keeps of a row when it writes a transcript anew."""
_NEVER: frozenset[str] = frozenset()


def is_claude(row: JsonObject) -> bool:
    """Whether a row without a payload is Claude Code's, or one that Entire stripped to three keys."""
    kind = row.get("type")
    if not isinstance(kind, str):
        return False
    if "sessionId" in row or "uuid" in row or ("session_id" in row and kind in STREAMED):
        return True
    known = kind in MESSAGES or kind in KNOWN
    return (known and "message" in row) or not BOOKKEEPING.get(kind, _NEVER).isdisjoint(row)


def is_whole(row: JsonObject) -> bool:
    """Whether an object is a row of its own and not the message of a sub-agent inside a `progress` row."""
    if not is_claude(row):
        return False
    has_session = "sessionId" in row or "session_id" in row
    return has_session or row.keys() == STRIPPED or row.get("type") in BOOKKEEPING


def row_events(row: JsonObject) -> Events:
    """Events of one row."""
    kind: str = row["type"]
    handler = MESSAGES.get(kind)
    return handler(row) if handler is not None else other_row(row)


# ---------------------------------------------------------------------------------------- user rows


def _user(row: JsonObject) -> Events:
    blocks = blocks_of(content_of(row))
    if blocks is None:
        return (Unknown("user row without content"),)
    events = results_of(row, blocks)
    events += [Unknown(f"user/{kind_of(each)}") for each in blocks if not is_known(each)]
    if (marks.mark_of(row) or {}).get("prompt") is True:
        images = images_of(blocks)
        return [*events, Prompt(_stream(row), "\n".join(texts_of(blocks)) or IMAGE_ONLY, images)]
    if row.get("isCompactSummary") is True:
        return [*events, Compaction(LAST_RESORT, "\n".join(texts_of(blocks)))]
    is_meta = row.get("isMeta") is True
    typed = _typed(blocks, events, is_meta=is_meta)
    images = images_of(blocks)
    if is_meta:
        return events
    if typed:
        events.append(_prompt(row, "\n".join(typed), images))
    elif images and not any(map(is_result, blocks)):
        events.append(Prompt(_stream(row), IMAGE_ONLY, images))
    return events


def _typed(blocks: list[JsonObject], events: list[Event], *, is_meta: bool = False) -> list[str]:
    """The texts that a person typed; all others are added to `events` as what they are."""
    typed = []
    is_aborted = False
    for text in texts_of(blocks):
        words = without_insertions(text)
        if starts(words, INTERRUPTED):
            if not is_aborted:
                events.append(TurnAbort(None, words))
            is_aborted = True
        elif is_meta or not words or starts(words, NOT_TYPED):
            if text.strip():
                events.append(aside(words or text.strip()))
        else:
            typed.append(words)
    return typed


def _stream(row: JsonObject) -> int:
    """A sub-agent's prompts count where the whole file is a sub-agent's."""
    return USER_MESSAGE if is_side(row) else USER_EVENT


def _prompt(row: JsonObject, text: str, images: tuple[Payload, ...]) -> Event:
    if isinstance(row.get("parent_tool_use_id"), str):  # in a stream, whose own prompt no row holds
        return Remark("subagent_prompt", text)
    command = slash_command(text)
    if command is None:
        return Prompt(_stream(row), text, images)
    if command.is_local:
        return Remark("command", command.text)
    return Prompt(_stream(row), command.text, images, is_command=True)


def _attachment(row: JsonObject) -> Events:
    attachment = row.get("attachment")
    attachment = attachment if isinstance(attachment, dict) else {}
    is_queued = attachment.get("type") == "queued_command"
    return _queued(row, attachment) if is_queued else attached(attachment)


def _queued(row: JsonObject, attachment: JsonObject) -> Events:
    """What was typed while the model was busy."""
    blocks = blocks_of(attachment.get("prompt")) or []
    events: list[Event] = []
    if attachment.get("commandMode") not in (None, "prompt"):
        text = "\n".join(texts_of(blocks)).strip()
        return (aside(text),) if text else NOTHING
    typed = _typed(blocks, events)
    images = images_of(blocks)
    if typed or images:
        text = "\n".join(typed) if typed else IMAGE_ONLY
        events.append(Prompt(_stream(row), text, images, is_queued=True))
    return events


# ----------------------------------------------------------------------------------- assistant rows


def _assistant(row: JsonObject) -> Events:
    message = row.get("message")
    blocks = blocks_of(content_of(row))
    if blocks is None:
        return (Unknown("assistant row without content"),)
    message = message if isinstance(message, dict) else {}
    if message.get("model") == SYNTHETIC:
        return _synthetic(row, blocks)
    key = text_or_none(message.get("id")) or text_or_none(row.get("uuid")) or ""
    model = text_or_none(message.get("model"))
    events: list[Event] = [Settings(model, None)] if model and model != marks.UNNAMED else []
    events += [event for block in blocks if (event := _answer_block(block, key)) is not None]
    usage = _usage(message, key, copied="forkedFrom" in row)
    if usage is not None:
        events.append(usage)
    if "0" in message:  # 2.1.81: a raw stream, spread over keys that count its characters
        events.append(Unknown("assistant row with a raw stream"))
    return events


def _answer_block(block: JsonObject, key: str) -> Event | None:
    kind = kind_of(block)
    if kind == "text":
        text = text_or_none(block.get("text"))
        return Answer(ANSWER_ITEM, text, None, key) if text and text.strip() else None
    if kind == "thinking":
        text = text_or_none(block.get("thinking")) or ""
        return Thought(text, 0 if text else len(text_or_none(block.get("signature")) or ""))
    if kind == "redacted_thinking":
        return Thought("", len(text_or_none(block.get("data")) or ""))
    if kind in CALL_BLOCKS:
        return _call(block)
    return result_of(block, None) if is_result(block) else Unknown(f"assistant/{kind}")


def _call(block: JsonObject) -> ToolCall:
    name, mark = text_or_none(block.get("name")) or "?", marks.mark_of(block) or {}
    status = text_or_none(mark.get("status"))
    return ToolCall(
        None if mark.get("nameless") is True else text_or_none(block.get("id")),
        name,
        marks.raw_input(block.get("input")),
        carries=text_or_none(mark.get("continues")),
        own_status=status if status in marks.STATUSES else None,
        is_unique=True,
    )


def _synthetic(row: JsonObject, blocks: list[JsonObject]) -> Events:
    is_error = row.get("isApiErrorMessage") is True or bool(row.get("error"))
    text = "\n".join(texts_of(blocks))
    code = text_or_none(row.get("error")) if is_error else None
    return (Remark("error" if is_error else "notice", f"{text} ({code})" if code and text else text),)


def _usage(message: JsonObject, key: str, *, copied: bool) -> UsageRecord | None:
    """Figures so far of one response; the output is a placeholder until a row has a `stop_reason`."""
    usage, mark = message.get("usage"), marks.mark_of(message)
    if mark is not None and "usage" in mark:
        figures = marks.figures(mark)
        if figures is None:
            return None
        final, size = mark.get("partial") is not True, marks.context_size(mark)
        return UsageRecord(key, None, figures, size, merge=True, final=final)
    if not isinstance(usage, dict):
        return None
    fresh, write = _count(usage, "input_tokens"), _count(usage, "cache_creation_input_tokens")
    read, output = _count(usage, "cache_read_input_tokens"), _count(usage, "output_tokens")
    if all(each is None for each in (fresh, write, read, output)):
        return None
    totals: TokenTotals = ((fresh or 0) + (write or 0) + (read or 0), read or 0, write, output or 0, None)
    is_final = bool(message.get("stop_reason"))
    return UsageRecord(key, None, totals, merge=True, final=is_final, copied=copied)


def _count(usage: JsonObject, key: str) -> int | None:
    value = usage.get(key)
    return value if type(value) is int and value >= 0 else None


Handler = Callable[[JsonObject], Events]

MESSAGES: dict[str, Handler] = {
    "user": _user,
    "assistant": _assistant,
    "attachment": _attachment,  # 2.1.7x+
}
