"""What stands in a Claude Code message: a text, or a list of blocks."""

from __future__ import annotations

from typing import Any

from codexlog.formats import claude_results
from codexlog.formats.claude_spilled import MARK
from codexlog.formats.codex_items import text_or_none
from codexlog.formats.events import Event, Payload, ToolOutput
from codexlog.formats.json_text import json_text

JsonObject = dict[str, Any]
TEXT_BLOCK = "text"
IMAGE_BLOCKS = frozenset(("image", "document"))
FOUND_PAGE = "web_search_result"
RESULT_SUFFIX = "tool_result"
"""`tool_result`, `web_search_tool_result`, `mcp_tool_result`, …"""


def blocks_of(content: Any) -> list[JsonObject] | None:
    """A message's content as blocks; None where it is neither text nor a list."""
    if isinstance(content, str):
        return [{"type": TEXT_BLOCK, "text": content}]
    if not isinstance(content, list):
        return None
    return [each if isinstance(each, dict) else _text_block(each) for each in content]


def _text_block(value: Any) -> JsonObject:
    return {"type": TEXT_BLOCK, "text": value if isinstance(value, str) else json_text(value)}


def is_side(row: JsonObject) -> bool:
    """Whether a row is a sub-agent's; in a stream it names the call that started that."""
    return row.get("isSidechain") is True or isinstance(row.get("parent_tool_use_id"), str)


def kind_of(block: JsonObject) -> str:
    """The block's type; `?` for what is none."""
    return text_or_none(block.get("type")) or "?"


def content_of(row: JsonObject) -> Any:
    """The content of a row's message; the message itself where it is no object."""
    message = row.get("message")
    return message.get("content") if isinstance(message, dict) else message


def texts_of(blocks: list[JsonObject]) -> list[str]:
    """Each text."""
    return [each["text"] for each in blocks if isinstance(each.get("text"), str)]


def images_of(blocks: list[JsonObject]) -> tuple[Payload, ...]:
    """Each image or document."""
    return tuple(_image(each) for each in blocks if kind_of(each) in IMAGE_BLOCKS)


def _image(block: JsonObject) -> Payload:
    """Base64 data becomes a data URL, anything else stays the reference that it is."""
    source = block.get("source")
    source = source if isinstance(source, dict) else {}
    media = text_or_none(source.get("media_type")) or "image/*"
    data = text_or_none(source.get("data"))
    if data is not None and source.get("type") == "base64":
        return Payload("image", media, f"data:{media};base64,{data}")
    reference = data or text_or_none(source.get("url")) or text_or_none(source.get("file_id"))
    return Payload("image", media, reference or "")


def is_result(block: JsonObject) -> bool:
    """Whether it answers a call."""
    return kind_of(block).endswith(RESULT_SUFFIX)


def is_known(block: JsonObject) -> bool:
    """Whether it is of a kind that stands in the user role."""
    return kind_of(block) == TEXT_BLOCK or kind_of(block) in IMAGE_BLOCKS or is_result(block)


def result_of(block: JsonObject, twin: Any) -> ToolOutput:
    """The answer to a call; `twin` is the row's structured result where it can only belong to this block."""
    content = block.get("content")
    blocks = blocks_of(content) or []
    text = content if isinstance(content, str) else "\n".join(filter(None, map(_shown, blocks)))
    if isinstance(content, dict):  # server tools report their own errors so
        text = json_text(content)
    failed = isinstance(content, dict) and kind_of(content).endswith("_error")
    verdict = claude_results.verdict(
        text,
        is_error=block.get("is_error") is True or failed,
        interrupted=claude_results.is_interrupted(twin),
    )
    call_id = text_or_none(block.get("tool_use_id"))
    took, is_spilled = claude_results.duration_ms(twin), text.startswith(MARK)
    return ToolOutput(call_id, text, images_of(blocks), verdict, took, is_spilled)


def _shown(block: JsonObject) -> str:
    text = block.get("text")
    if isinstance(text, str):
        return text
    if kind_of(block) in IMAGE_BLOCKS:
        return ""
    if kind_of(block) == FOUND_PAGE:  # what else it holds is encrypted
        return "\n".join(filter(None, (text_or_none(block.get(key)) for key in ("title", "url"))))
    return text_or_none(block.get("tool_name")) or json_text(block)


def results_of(row: JsonObject, blocks: list[JsonObject]) -> list[Event]:
    """The answers to calls that a user row holds."""
    found = [each for each in blocks if is_result(each)]
    twin = row.get("toolUseResult", row.get("tool_use_result")) if len(found) == 1 else None
    return [result_of(each, twin) for each in found]
