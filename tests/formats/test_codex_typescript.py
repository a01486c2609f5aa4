"""One JSON document a session: the TypeScript generation, and what is none of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.formats.documents import document_rows

if TYPE_CHECKING:
    from pathlib import Path

SESSION = {"timestamp": "2025-04-20T10:00:00.000Z", "id": "5a", "instructions": "", "type": "odd"}
ITEMS = [
    {"type": "message", "role": "user", "content": "hi"},
    {"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": "c1"},
    {"type": "function_call_output", "call_id": "c1", "output": '{"output":"x","metadata":{"exit_code":2}}'},
    "odd",
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "done"}]},
]


@pytest.mark.parametrize("indent", [None, 2])
def test_document_is_read_as_a_session(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "rollout-2025-04-20-5a.json"
    path.write_text(json.dumps({"session": SESSION, "items": ITEMS}, indent=indent))
    with Transcript.open(path) as transcript:
        session = transcript.session()
    counts = session.summary.counts
    assert (session.summary.format, session.summary.id) == ("codex-typescript", "5a")
    assert session.summary.started_at == "2025-04-20T10:00:00.000Z"
    assert session.summary.ended_at is None
    assert (counts.rows, counts.prompts, counts.calls, counts.calls_failed, counts.messages) == (
        6,
        1,
        1,
        1,
        1,
    )
    assert [item.row for item in session.turns[0].items] == [2, 3, 5, 6]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"a":1}\n{"b":2}', b'{"session":{},"items":{}}', b"\xff"]
)
def test_what_is_no_document(data: bytes) -> None:
    assert document_rows(data) is None
