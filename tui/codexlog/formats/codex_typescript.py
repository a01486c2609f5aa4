"""The TypeScript generation (April – June 2025): one JSON document `{"session", "items"}` a session.

Its rows are numbered through `[session, *items]`, for the document's lines mean nothing.
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]


def document_rows(document: JsonObject) -> list[JsonObject] | None:
    """The rows of a session document; None for a document of another shape."""
    session, items = document.get("session"), document.get("items")
    if not isinstance(session, dict) or not isinstance(items, list):
        return None
    header = {key: value for key, value in session.items() if key != "type"}
    return [header, *(item if isinstance(item, dict) else {"type": "?", "value": item} for item in items)]
