"""Sessions that are one JSON document instead of lines: Codex of early 2025, Gemini CLI, OpenCode.

And a list of Claude Code's events: `claude -p --output-format json --verbose`, its GitHub action.
"""

from __future__ import annotations

from typing import Any

import orjson

from codexlog.formats import claude, codex_typescript, gemini, opencode

JsonObject = dict[str, Any]
SHAPES = (codex_typescript.document_rows, opencode.document_rows, gemini.document_rows)
HEADS = (b'{"sessionId"', b'{"info"', b'{"messages"', b'[{"type"')
"""How a document begins that was written on one line."""


class UnsupportedDocument(ValueError):
    """A whole-file JSON document of a program that no reader knows; `str()` says so."""


def may_be_document(head: bytes) -> bool:
    """Whether a file that begins so may be one document: nobody writes rows over several lines."""
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    is_pretty = head.startswith((b"{", b"[")) and head[1:].lstrip(b" \t\r")[:1] == b"\n"
    return is_pretty or head.startswith(HEADS)


def document_rows(data: bytes) -> list[JsonObject] | None:
    """The rows of a session document; None if the bytes are not one JSON document.

    Raises UnsupportedDocument for messages in a shape that is none of those above.
    """
    try:
        document = orjson.loads(data)
    except ValueError:
        return None
    if isinstance(document, list):
        return _events(document)
    if not isinstance(document, dict):
        return None
    for rows_of in SHAPES:
        rows = rows_of(document)
        if rows is not None:
            return rows
    if isinstance(document.get("messages"), list):
        raise UnsupportedDocument("one JSON document in a form that is not known")
    return None


def _events(document: list[Any]) -> list[JsonObject] | None:
    """A list of the events of a stream; what is no object in it becomes one, so that nothing is lost."""
    if not any(isinstance(each, dict) and claude.is_claude(each) for each in document):
        return None
    return [each if isinstance(each, dict) else {"type": "?", "value": each} for each in document]
