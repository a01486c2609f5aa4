"""Which dialect a row speaks, decided row by row."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import Unknown


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([], None),
        ([{"type": "session_meta", "payload": {}}], "codex"),
        ([{"record_type": "state"}], "codex-legacy"),
        ([{"id": "a", "timestamp": "b"}], "codex-legacy"),
        ([{"type": "message", "role": "user", "content": []}], "codex-legacy"),
        ([{"id": "a", "timestamp": "b"}, {"type": "event_msg", "payload": {}}], "codex"),
        ([{"type": "thread.started", "thread_id": "a"}], "codex-exec"),
        ([{"type": "session_meta", "payload": None}], None),
        ([{}], None),
        ([{"type": "telepathy"}], None),
    ],
)
def test_format_of_a_file(rows: list[dict[str, Any]], name: str | None) -> None:
    decoder = Decoder()
    for row in rows:
        decoder.events(row)
    assert decoder.format == name


def test_bare_rows_of_a_document() -> None:
    decoder = Decoder(document=True)
    decoder.events({"id": "a", "timestamp": "b"})
    assert decoder.format == "codex-typescript"


@pytest.mark.parametrize(
    "row", [{}, {"type": None}, {"type": []}, {"id": 1, "timestamp": "x"}, {"payload": []}]
)
def test_row_of_no_dialect_gives_one_unknown(row: dict[str, Any]) -> None:
    (found,) = Decoder().events(row)
    assert type(found) is Unknown


@pytest.mark.parametrize(
    ("row", "whole"),
    [
        ({"timestamp": "t", "type": "x", "payload": {}}, True),
        ({"type": "input_text", "text": "x"}, False),
        ({"timestamp": "t", "id": "x"}, False),
        ({"type": "x", "payload": {}}, False),
    ],
)
def test_whole_row(row: dict[str, Any], whole: bool) -> None:
    assert is_whole_row(row) is whole
