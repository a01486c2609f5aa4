"""Gemini CLI sessions (0.2x): one JSON document `{"sessionId", "messages"}`.

Entire keeps it in `full.jsonl`. A message of the model holds its thoughts, its text, its calls with their
results, and its tokens.
"""

from __future__ import annotations

import re
from typing import Any

from codexlog.formats.codex_items import IMAGE_ONLY, text_or_none
from codexlog.formats.events import (
    ANSWER_ITEM,
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
    ToolCall,
    ToolOutput,
    UsageRecord,
    Verdict,
)
from codexlog.formats.json_text import figure, json_text

JsonObject = dict[str, Any]
PROGRAM = "Gemini CLI"
REMARKS = {"info": "info", "warning": "notice", "error": "error"}
STATUSES = {"success": "ok", "error": "failed", "cancelled": "aborted"}
_EXIT_CODE = re.compile(
    r"(?:\A|\n)Exit Code: (-?\d{1,9})(?:\n(?:Signal|Background PIDs|Process Group PGID): [^\n]*)*\s*\Z"
)
_END = 400
SPOKEN = frozenset(("user", "gemini", *REMARKS))


def document_rows(document: JsonObject) -> list[JsonObject] | None:
    """The head and the messages of a session; None for a document of another shape."""
    messages = document.get("messages")
    if not isinstance(messages, list) or not isinstance(document.get("sessionId"), str):
        return None
    head = {key: value for key, value in document.items() if key != "messages"}
    return [head, *(each if isinstance(each, dict) else {"type": "?", "value": each} for each in messages)]


def is_gemini(row: JsonObject) -> bool:
    """Whether a row is a message, or the head of a session."""
    kind = row.get("type")
    if isinstance(kind, str):
        return kind in SPOKEN and "content" in row and "message" not in row
    return "type" not in row and "sessionId" in row and ("startTime" in row or "projectHash" in row)


def row_events(row: JsonObject) -> Events:
    """Events of one message."""
    kind = row.get("type")
    if kind is None:
        return (Meta(row["sessionId"], text_or_none(row.get("startTime")), originator=PROGRAM),)
    text, images = _content(row["content"])
    if kind == "user":
        return (Prompt(USER_EVENT, text or IMAGE_ONLY, images),) if text.strip() or images else ()
    if kind in REMARKS:
        return (Remark(REMARKS[kind], text),)
    return _answer(row, text)


def _answer(row: JsonObject, text: str) -> Events:
    key = text_or_none(row.get("id")) or ""
    model = text_or_none(row.get("model"))
    events: list[Event] = [Settings(model, None)] if model else []
    events += [Thought(_thought(each), 0) for each in _objects(row.get("thoughts"))]
    if text.strip():
        events.append(Answer(ANSWER_ITEM, text, None, key))
    for each in _objects(row.get("toolCalls")):
        events += _call(each)
    usage = _usage(row.get("tokens"), key)
    return [*events, usage] if usage is not None else events


def _objects(value: Any) -> list[JsonObject]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _thought(thought: JsonObject) -> str:
    parts = (text_or_none(thought.get(key)) for key in ("subject", "description"))
    return "\n".join(filter(None, parts))


def _content(content: Any) -> tuple[str, tuple[Payload, ...]]:
    """Text and images of a content: a text, a part or a list of parts."""
    if isinstance(content, str):
        return content, ()
    parts = [content] if isinstance(content, dict) else content if isinstance(content, list) else []
    texts = [each if isinstance(each, str) else _part_text(each) for each in parts]
    return "\n".join(filter(None, texts)), tuple(
        _image(each["inlineData"]) for each in _objects(parts) if isinstance(each.get("inlineData"), dict)
    )


def _part_text(part: Any) -> str:
    if not isinstance(part, dict):
        return json_text(part)
    text = text_or_none(part.get("text"))
    return text if text is not None else "" if "inlineData" in part else json_text(part)


def _image(data: JsonObject) -> Payload:
    media = text_or_none(data.get("mimeType")) or "image/*"
    return Payload("image", media, f"data:{media};base64,{text_or_none(data.get('data')) or ''}")


def _call(call: JsonObject) -> list[Event]:
    call_id = text_or_none(call.get("id"))
    found: Event = ToolCall(
        call_id, text_or_none(call.get("name")) or "?", call.get("args"), is_unique=call_id is not None
    )
    status = text_or_none(call.get("status"))
    if "result" not in call and status not in STATUSES:
        return [found]  # not over when this was written
    text, images = _result(call.get("result"))
    return [found, ToolOutput(call_id, text, images, _verdict(STATUSES.get(status or "", "unknown"), text))]


def _verdict(status: str, text: str) -> Verdict:
    """A command that failed is a call that succeeded; the code stands at the end of what it printed."""
    told = _EXIT_CODE.search(text[-_END:]) if status == "ok" else None
    if told is None:
        return Verdict(status)
    return Verdict("ok" if told[1] == "0" else "failed", int(told[1]))


def _result(result: Any) -> tuple[str, tuple[Payload, ...]]:
    """What the model was given: the responses, and images beside them."""
    if isinstance(result, str):
        return result, ()
    texts: list[str] = []
    images: list[Payload] = []
    for part in _objects(result):
        answer = part.get("functionResponse")
        if isinstance(answer, dict):
            texts.append(_response(answer.get("response")))
            continue
        text, pictures = _content(part)
        texts.append(text)
        images += pictures
    return "\n".join(filter(None, texts)), tuple(images)


def _response(response: Any) -> str:
    if isinstance(response, dict):
        for key in ("output", "error"):
            if isinstance(response.get(key), str):
                return str(response[key])
    return json_text(response) if response is not None else ""


def _usage(tokens: Any, key: str) -> UsageRecord | None:
    """Thoughts are counted beside the output, and what tools put into the prompt beside the input."""
    if not isinstance(tokens, dict):
        return None
    names = ("input", "tool", "cached", "output", "thoughts")
    given, tool, cached, output, thoughts = (figure(tokens.get(name)) for name in names)
    return UsageRecord(key, None, (given + tool, cached, None, output + thoughts, thoughts), merge=True)
