"""Outputs that Claude Code put into files of their own (2.0.6x+), leaving their beginning in the row."""

from __future__ import annotations

import re
from typing import Any

JsonObject = dict[str, Any]
MARK = "<persisted-output>"
FOLDER = "tool-results"
_SAVED = re.compile(r"saved to: ?(?P<path>[^\n]+)")
_NAME = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,120}", re.ASCII)
_HEAD = 1_000


def spilled_name(text: str) -> str | None:
    """The name of the file that holds a whole output; None where the text is the output, or names no file.

    Of the path only the last part counts: the file is looked for beside the session and nowhere else.
    """
    if not text.startswith(MARK):
        return None
    found = _SAVED.search(text, 0, _HEAD)
    name = re.split(r"[/\\]", found["path"].strip())[-1] if found else ""
    return name if _NAME.fullmatch(name) else None


def result_blocks(row: JsonObject) -> list[tuple[JsonObject, str]]:
    """The results of a row that were put into files, each with its text."""
    message = row.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    found = []
    for block in content if isinstance(content, list) else []:
        inner = block.get("content") if isinstance(block, dict) else None
        if isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict):
            inner = inner[0].get("text")
        if isinstance(inner, str) and inner.startswith(MARK):
            found.append((block, inner))
    return found


def shown_output(row: JsonObject) -> str | None:
    """The output as the structured twin of a result still has it."""
    twin = row.get("toolUseResult")
    text = twin.get("stdout") if isinstance(twin, dict) else None
    return text if isinstance(text, str) and text and not text.startswith(MARK) else None


def with_texts(row: JsonObject, texts: dict[int, str]) -> JsonObject:
    """A row whose results have other texts, by the identity of their blocks."""
    message = row["message"]
    blocks = [
        {**block, "content": texts[id(block)]} if id(block) in texts else block
        for block in message["content"]
    ]
    return {**row, "message": {**message, "content": blocks}}
