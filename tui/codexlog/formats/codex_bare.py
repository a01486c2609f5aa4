"""Codex before 0.32: bare rows, and the items of the TypeScript generation.

The first row is `{"id", "timestamp", "instructions", "git"?}` without a type, then bare items and
`{"record_type": "state"}` rows. 0.2x – 0.31 add `cwd`, `originator` and `cli_version` to the first row.
These releases format the local time with a literal `Z`; it is passed on as it stands.
"""

from __future__ import annotations

from typing import Any

from codexlog.formats.boilerplate import environment_cwd
from codexlog.formats.codex_items import ITEM_TYPES, content_texts, item_events, name_of, text_or_none
from codexlog.formats.events import NOTHING, Events, Meta, Settings, Unknown

JsonObject = dict[str, Any]


def is_bare(row: JsonObject) -> bool:
    """Whether a row without a payload is bare Codex."""
    kind = row.get("type")
    if kind is None:
        return "record_type" in row or is_bare_meta(row)
    return isinstance(kind, str) and kind in ITEM_TYPES


def is_bare_meta(row: JsonObject) -> bool:
    """The untyped identity row at the head of the file."""
    return "type" not in row and isinstance(row.get("id"), str) and "timestamp" in row


def row_events(row: JsonObject) -> Events:
    """Events of one bare row."""
    if "record_type" in row:
        return NOTHING
    if "type" not in row:
        return _meta(row)
    found = item_events(row)
    if found is None:
        return (Unknown(name_of(row.get("type"))),)
    if row.get("role") == "user" and (cwd := _environment_cwd(row)):
        return [Settings(None, cwd), *found]
    return found


def _environment_cwd(row: JsonObject) -> str | None:
    return next(filter(None, map(environment_cwd, content_texts(row.get("content")))), None)


def _meta(row: JsonObject) -> Events:
    git = row.get("git")
    return (
        Meta(
            id=text_or_none(row.get("id")),
            started_at=text_or_none(row.get("timestamp")),
            cwd=text_or_none(row.get("cwd")),
            version=text_or_none(row.get("cli_version")),
            originator=text_or_none(row.get("originator")),
            branch=text_or_none(git.get("branch")) if isinstance(git, dict) else None,
            commit=text_or_none(git.get("commit_hash")) if isinstance(git, dict) else None,
        ),
    )
