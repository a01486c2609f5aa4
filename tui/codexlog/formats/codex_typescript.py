"""The TypeScript generation (April – June 2025): one JSON document `{"session", "items"}` a session.

Its rows are numbered through `[session, *items]`, for the document's lines mean nothing.
"""

from __future__ import annotations

from typing import Any

import orjson


class UnsupportedDocument(ValueError):
    """A whole-file JSON document of another program; `str()` says which."""


def document_rows(data: bytes) -> list[dict[str, Any]] | None:
    """The rows of a session document; None if the bytes are not one JSON document.

    Raises UnsupportedDocument for a document that is no Codex session (Gemini's `messages`).
    """
    try:
        document = orjson.loads(data)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    session, items = document.get("session"), document.get("items")
    if isinstance(session, dict) and isinstance(items, list):
        header = {key: value for key, value in session.items() if key != "type"}
        return [header, *(item if isinstance(item, dict) else {"type": "?", "value": item} for item in items)]
    if isinstance(document.get("messages"), list):
        raise UnsupportedDocument("a Gemini transcript (one JSON document), not supported")
    return None
