"""Responses-API items: the model-visible history of Codex in every era.

The same shapes stand in `response_item` payloads (wrapped rows), as bare rows, and in the `items` list
of a TypeScript session. One function an item type; the table at the end is the index.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from codexlog.formats import tool_output
from codexlog.formats.boilerplate import is_boilerplate, own_words
from codexlog.formats.events import (
    ANSWER_ITEM,
    NOTHING,
    USER_MESSAGE,
    Answer,
    Event,
    Events,
    Payload,
    Prompt,
    Remark,
    Thought,
    ToolCall,
    ToolOutput,
    Verdict,
)
from codexlog.formats.json_text import json_text

if TYPE_CHECKING:
    from collections.abc import Callable

JsonObject = dict[str, Any]
IMAGE_ONLY = "[Image]"
OWN_STATUS = {"completed": "ok", "failed": "failed"}
CARRIERS = {"write_stdin": "session_id", "wait": "cell_id"}
"""Tools that carry a running process on, and the argument that names it (0.98+, code mode 0.137+)."""
IMAGE_TYPES = frozenset(("input_image", "image", "local_image", "output_image"))


def text_or_none(value: Any) -> str | None:
    """The value if it is a non-empty string."""
    return value if isinstance(value, str) and value else None


def name_of(value: Any) -> str:
    """The value of a `type` or `status` key if it is a string, else a word that no table has."""
    return value if isinstance(value, str) else "?"


def item_events(item: JsonObject, *, hidden: bool = False) -> Events | None:
    """Events of one item; None for a type that no table names.

    `hidden` marks text that the harness wrote and no person saw (`metadata.compaction_output`).
    """
    kind = name_of(item.get("type"))
    if kind == "message":
        return _message(item, hidden)
    handler = ITEMS.get(kind)
    if handler is not None:
        return handler(item)
    return NOTHING if kind in SILENT_ITEMS else None


def content_text(content: Any) -> str:
    """The texts of a content list joined by newlines; a plain string as it is."""
    if isinstance(content, str):
        return content
    return "\n".join(content_texts(content))


def content_texts(content: Any) -> list[str]:
    """Each text of a content list."""
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    return [each["text"] for each in content if isinstance(each, dict) and isinstance(each.get("text"), str)]


def content_images(content: Any) -> tuple[Payload, ...]:
    """Each image of a content list, by URL, path or file id."""
    if not isinstance(content, list):
        return ()
    images = [
        image_payload(each.get("image_url") or each.get("path") or each.get("file_id"))
        for each in content
        if isinstance(each, dict) and name_of(each.get("type")) in IMAGE_TYPES
    ]
    return tuple(images)


def image_payload(source: Any) -> Payload:
    """A payload for a data URL, a web URL or a path; `{"url": …}` objects are unwrapped."""
    if isinstance(source, dict):
        source = source.get("url")
    url = source if isinstance(source, str) else ""
    media = "image/*"
    if url.startswith("data:"):
        media = url[5:80].partition(";")[0].partition(",")[0] or media
    return Payload("image", media, url)


def _message(item: JsonObject, hidden: bool) -> Events:
    role, content = item.get("role"), item.get("content")
    if role == "assistant":
        text = content_text(content)
        if hidden or not text.strip():
            return NOTHING
        return (Answer(ANSWER_ITEM, text, text_or_none(item.get("phase"))),)
    if role == "user":
        return _user_message(content)
    text = content_text(content)
    return (Remark("boilerplate", text),) if text else NOTHING


def _user_message(content: Any) -> Events:
    events: list[Event] = []
    typed = []
    for text in content_texts(content):
        if is_boilerplate(text):
            events.append(Remark("boilerplate", text))
        elif text.strip():
            typed.append(text)
    images = content_images(content)
    if typed or images:
        words = own_words("\n".join(typed)) if typed else IMAGE_ONLY
        events.append(Prompt(USER_MESSAGE, words, images))
    return events


def _reasoning(item: JsonObject) -> Events:
    secret = item.get("encrypted_content")
    size = len(secret) if isinstance(secret, str) else 0
    summary, content = item.get("summary"), item.get("content")
    if not summary and not content:
        return (Thought("", size),)
    return (Thought("\n\n".join(content_texts(summary) + content_texts(content)), size),)


def _call_id(item: JsonObject) -> str | None:
    return text_or_none(item.get("call_id"))


def _function_call(item: JsonObject) -> Events:
    name = item.get("name")
    name = name if isinstance(name, str) else "?"
    arguments = item.get("arguments")
    carries = _carried(name, arguments) if name in CARRIERS else None
    return (ToolCall(_call_id(item), name, arguments, carries),)


def _carried(name: str, arguments: Any) -> str | None:
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments)
        except ValueError:
            return None
    key = CARRIERS[name]
    value = arguments.get(key) if isinstance(arguments, dict) else None
    if value is None or isinstance(value, (list, dict, bool)):
        return None
    return f"{tool_output.CELL}{value}" if key == "cell_id" else str(value)


def _custom_tool_call(item: JsonObject) -> Events:
    name = item.get("name")
    return (ToolCall(_call_id(item), name if isinstance(name, str) else "?", item.get("input")),)


def _local_shell_call(item: JsonObject) -> Events:
    call_id = _call_id(item) or text_or_none(item.get("id"))
    return (ToolCall(call_id, "local_shell", item.get("action")),)


def _own_status(item: JsonObject) -> str:
    status = item.get("status")
    return OWN_STATUS.get(status, "unknown") if isinstance(status, str) else "unknown"


def _web_search_call(item: JsonObject) -> Events:
    call_id = _call_id(item)
    own = None if call_id else _own_status(item)
    return (ToolCall(call_id, "web_search", item.get("action"), None, own),)


def _image_generation_call(item: JsonObject) -> Events:
    call_id = _call_id(item)
    own = None if call_id else _own_status(item)
    result = text_or_none(item.get("result"))
    arguments = {"revised_prompt": item.get("revised_prompt")}
    call = ToolCall(call_id, "image_generation", arguments, None, own)
    if result:
        call.result = Payload(
            "image", "image/png", result if ":" in result[:12] else f"data:image/png;base64,{result}"
        )
    return (call,)


def _tool_search_call(item: JsonObject) -> Events:
    call_id = _call_id(item)
    own = None if call_id else _own_status(item)
    return (ToolCall(call_id, "tool_search", item.get("arguments"), None, own),)


def _tool_search_output(item: JsonObject) -> Events:
    text = json_text(item.get("tools") or [])
    call_id = _call_id(item)
    if call_id is None:  # the server's own search: its call has no id either and is never unanswered
        return (Remark("tool_search", text),)
    return (ToolOutput(call_id, text, (), Verdict(_own_status(item))),)


def _output(item: JsonObject) -> Events:
    output = item.get("output")
    if isinstance(output, str):
        return (ToolOutput(_call_id(item), output, (), tool_output.verdict(output)),)
    if isinstance(output, dict):  # the oldest builds: {"content": …, "success": …}
        output = output.get("content")
    images = content_images(output)
    text = content_text(output)
    return (ToolOutput(_call_id(item), text, images, tool_output.verdict(text, has_image=bool(images))),)


def _agent_mail(item: JsonObject) -> Events:
    head = f"{name_of(item.get('author'))} → {name_of(item.get('recipient'))}"
    return (Remark("agent_message", f"{head}\n{content_text(item.get('content'))}"),)


ITEMS: dict[str, Callable[[JsonObject], Events]] = {
    "reasoning": _reasoning,
    "function_call": _function_call,
    "function_call_output": _output,
    "custom_tool_call": _custom_tool_call,  # 0.47+
    "custom_tool_call_output": _output,
    "local_shell_call": _local_shell_call,
    "web_search_call": _web_search_call,
    "image_generation_call": _image_generation_call,
    "tool_search_call": _tool_search_call,  # 0.142+
    "tool_search_output": _tool_search_output,
    "agent_message": _agent_mail,  # 0.144+
}
SILENT_ITEMS = frozenset(
    (
        "ghost_snapshot",  # 0.64 – 0.77
        "compaction",
        "compaction_summary",
        "context_compaction",
        "compaction_trigger",
        "additional_tools",
        "configuration_update",
        "other",
    )
)
ITEM_TYPES = frozenset(ITEMS) | SILENT_ITEMS | {"message"}
"""What marks a bare row as a Codex item."""
