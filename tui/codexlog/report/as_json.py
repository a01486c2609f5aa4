"""Sessions as the documents of the `--json` contract. A change of meaning raises a schema's number."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

import orjson

from codexlog.model import Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.model import Session

LIST_SCHEMA = "codexlog.list/1"
SESSION_SCHEMA = "codexlog.session/1"
_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]|\x7f|\xe2(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])|\xd8\x9c")
"""C1 controls, DEL, line separators and marks that turn the reading order round, in UTF-8: legal in JSON,
but a terminal may obey them."""
_OF_SUMMARY = tuple(each.name for each in fields(Summary) if each.name != "call_ends")


def list_document(summaries: Iterable[Summary]) -> dict[str, Any]:
    """`codexlog list --json`."""
    return {"schema": LIST_SCHEMA, "sessions": [summary_document(each) for each in summaries]}


def summary_document(summary: Summary) -> dict[str, Any]:
    """One line of `codexlog list --jsonl`; of its calls the names of the tools."""
    return {**{name: getattr(summary, name) for name in _OF_SUMMARY}, "tools": summary.tools}


def session_document(session: Session) -> dict[str, Any]:
    """`codexlog show SESSION --json`: the summary's fields and the turns."""
    return {
        "schema": SESSION_SCHEMA,
        **summary_document(session.summary),
        "turns": list(session.turns),
        "loose_items": list(session.loose_items),
    }


def session_lines(session: Session) -> Iterator[dict[str, Any]]:
    """`codexlog show SESSION --jsonl`: the summary, then each item with the number of its turn."""
    yield {"schema": SESSION_SCHEMA, **summary_document(session.summary)}
    for item in session.loose_items:
        yield {"turn": None, **asdict(item)}
    for turn in session.turns:
        for item in turn.items:
            yield {"turn": turn.index, **asdict(item)}


def dumps(document: Any, *, indent: bool = False) -> bytes:
    """One JSON document, without control characters of any kind."""
    try:
        data = orjson.dumps(document, option=orjson.OPT_INDENT_2 if indent else None)
    except TypeError:  # an integer beyond 64 bits, which a transcript may hold
        data = json.dumps(document, default=asdict, ensure_ascii=False).encode("utf-8", "replace")
    return _CONTROLS.sub(_escape, data)


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
