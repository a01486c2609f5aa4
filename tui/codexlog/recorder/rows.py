"""What is said → the rows of a transcript: pure, with clock and ids given."""

from __future__ import annotations

import json
import math
import os
from typing import TYPE_CHECKING, Any

import orjson

from codexlog.formats.json_text import TOO_DEEP
from codexlog.formats.marks import KEY as MARK
from codexlog.formats.marks import RAW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

JsonObject = dict[str, Any]
NO_RESULT = "no result was recorded"
DEEPEST = 100
"""Levels of nesting that are written; readers refuse JSON that goes much deeper."""


def clean(text: str) -> str:
    """Text that UTF-8 can hold: what is no character becomes U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def encode(row: JsonObject) -> bytes:
    """One line: a JSON object and a newline, no newline inside. Never raises."""
    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # lone surrogates, integers beyond 64 bits, and what is no JSON at all
        return clean(as_json(row)).encode() + b"\n"


def random_id() -> str:
    """A UUID of version 4, in a quarter of the time that the `uuid` module takes."""
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def new_message_id() -> str:
    """An id for a response that came without one."""
    return f"msg_{os.urandom(16).hex()}"


def as_json(value: Any) -> str:
    """Compact JSON of anything: what JSON cannot hold becomes its text."""
    try:
        return _dump(value)
    except (TypeError, ValueError, RecursionError):
        return _dump(_holdable(value, DEEPEST))


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)


def _holdable(value: Any, depth: int) -> Any:
    """The value with texts for NaN and infinities, for keys that are none, and for what lies too deep."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, (dict, list, tuple)) and depth == 0:
        return TOO_DEEP
    if isinstance(value, dict):
        return {str(key): _holdable(each, depth - 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_holdable(each, depth - 1) for each in value]
    return value


def plain_object(value: Any) -> Any:
    """An object of an SDK as a dict; anything else as it is."""
    dump = getattr(value, "model_dump", None)
    return dump(mode="json", exclude_unset=True) if callable(dump) else value


def assistant_content(blocks: Any) -> list[Any]:
    """Content of an assistant row: always a list, and every tool input an object."""
    if blocks is None:
        return []
    if isinstance(blocks, str):
        return [{"type": "text", "text": blocks}]
    return [_block(plain_object(block)) for block in ([blocks] if isinstance(blocks, dict) else blocks)]


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
    """The calls in the content of an assistant row; a text has none."""
    if isinstance(content, str):
        return []
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
    known = {key: result[key] for key in ("exit_code", "duration_ms") if type(result.get(key)) is int}
    if result.get("is_error") or known.get("exit_code"):
        block["is_error"] = True
    return {**block, MARK: known} if known else block
