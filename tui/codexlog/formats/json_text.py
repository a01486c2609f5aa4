"""A parsed JSON value as text again, whatever a transcript put into it."""

from __future__ import annotations

import json
from typing import Any

import orjson

TOO_DEEP = "(nested too deeply to show)"


def json_text(value: Any) -> str:
    """Compact JSON. Never raises: integers beyond 64 bits are fine, bottomless nesting gives a remark."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        pass
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except (RecursionError, ValueError):
        return TOO_DEEP


def figure(value: Any) -> int:
    """A number of things; 0 for what is none."""
    return value if type(value) is int and value >= 0 else 0


def showable(value: Any) -> Any:
    """The value, or its text where no document could hold it (depth, integers beyond 64 bits)."""
    if value is None or isinstance(value, str):
        return value
    try:
        orjson.dumps(value)
    except TypeError:
        return json_text(value)
    return value
