"""What is said → the rows of a transcript: pure, with clock and ids given."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

JsonObject = dict[str, Any]
RAW = "_raw"
"""Key under which the text of a broken tool input is kept: `input` is always an object."""
NO_RESULT = "no result was recorded"


def clean(text: str) -> str:
    """Text that UTF-8 can hold: what is no character becomes U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def encode(row: JsonObject) -> bytes:
    """One line: a JSON object and a newline, no newline inside."""
    return clean(json.dumps(row, ensure_ascii=False, separators=(",", ":"))).encode() + b"\n"


def assistant_content(blocks: Any) -> list[Any]:
    """Content of an assistant row: always a list, and every tool input an object."""
    if blocks is None:
        return []
    if isinstance(blocks, str):
        return [{"type": "text", "text": blocks}]
    return [_block(block) for block in blocks]


def _block(block: Any) -> Any:
    if not isinstance(block, dict):
        return {"type": "text", "text": str(block)}
    if block.get("type") == "tool_use" and not isinstance(block.get("input"), dict):
        return {**block, "input": _input(block.get("input"))}
    return block


def _input(given: Any) -> JsonObject:
    """A tool input that came as anything but an object."""
    if given is None or given == "":
        return {}
    if isinstance(given, str):
        try:
            decoded = json.loads(given)
        except ValueError:
            return {RAW: given}
        return decoded if isinstance(decoded, dict) else {RAW: given}
    return {RAW: given}


def tool_uses(content: Iterable[Any]) -> list[JsonObject]:
    """The calls in the content of an assistant row."""
    return [block for block in content if isinstance(block, dict) and block.get("type") == "tool_use"]


def result_blocks(results: Iterable[Mapping[str, Any]], calls: Sequence[str]) -> list[JsonObject]:
    """One block a call, in the order of the calls; a call without a result gets one that says so.

    Raises ValueError for a result that answers none of the calls, or one that was answered already.
    """
    by_id: dict[str, JsonObject] = {}
    for result in results:
        name = str(result.get("tool_use_id"))
        if name not in calls:
            raise ValueError(f"tool_use_id {name!r} is none of the last assistant turn: {list(calls)}")
        if name in by_id:
            raise ValueError(f"tool_use_id {name!r} has two results")
        by_id[name] = _result(name, result)
    missing = {"type": "tool_result", "content": NO_RESULT, "is_error": True}
    return [by_id.get(name) or {**missing, "tool_use_id": name} for name in calls]


def _result(name: str, result: Mapping[str, Any]) -> JsonObject:
    content = result.get("content")
    if isinstance(content, bytes):
        content = content.decode("utf-8", "replace")
    block = {"type": "tool_result", "tool_use_id": name, "content": "" if content is None else content}
    if result.get("is_error"):
        block["is_error"] = True
    return block
