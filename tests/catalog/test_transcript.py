"""An open session: outline, rows, attachments."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from catalog.conftest import session_rows, wrapped, write_rows
from codexlog.catalog.transcript import Stopped, Transcript
from codexlog.model import Call, Note
from codexlog.rows.source import SourceError
from codexlog.timeline.entries import BAD, CALL

LONG = "\n".join(f"line {number}" for number in range(100))


def with_long_output(path: Path) -> Path:
    rows = session_rows()
    rows[4]["payload"]["output"] = f"Exit code: 1\nWall time: 0.5 seconds\nOutput:\n{LONG}"
    return write_rows(path, rows)


def test_items_are_read_from_their_rows(tmp_path: Path) -> None:
    with Transcript.open(with_long_output(tmp_path / "a.jsonl")) as transcript:
        outline = transcript.outline()
        index = outline.entries.kind.index(CALL)
        call = transcript.item(outline, index)
        assert isinstance(call, Call)
        assert (call.row, call.output_row, call.status, call.exit_code, call.duration_ms) == (
            4,
            5,
            "failed",
            1,
            500,
        )
        assert call.arguments == {"command": "make"}
        assert [each.name for each in call.attachments] == ["row5-output.txt"]
        assert transcript.attachment("row5-output.txt") == call.output
        assert transcript.attachment("nothing") is None
        assert json.loads(transcript.raw(outline.entries.offset[index]))["payload"]["call_id"] == "c1"


def test_the_tail_of_a_long_session_reads_little(tmp_path: Path) -> None:
    filler = wrapped("event_msg", {"type": "agent_message", "message": "x" * 1000})
    rows = session_rows()
    path = write_rows(tmp_path / "a.jsonl", rows[:1] + [filler] * 3000 + rows[1:])
    with Transcript.open(path) as transcript:
        tail = transcript.tail_outline(rows=50)
        assert tail.is_tail
        assert tail.summary.id == rows[0]["payload"]["id"]
        assert tail.turns[-1].outcome == "completed"
        assert len(tail.entries) < 400


def test_the_tail_of_a_short_session_is_the_whole(tmp_path: Path) -> None:
    with Transcript.open(write_rows(tmp_path / "a.jsonl", session_rows())) as transcript:
        assert not transcript.tail_outline().is_tail


def test_bad_pieces_are_notes_with_their_text(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", session_rows())
    path.write_bytes(path.read_bytes() + b'{"timestamp": torn')
    with Transcript.open(path) as transcript:
        outline = transcript.outline()
        note = transcript.item(outline, outline.entries.kind.index(BAD))
        assert isinstance(note, Note)
        assert (note.what, note.text, note.row) == ("bad_row", '{"timestamp": torn', 7)


def test_reading_can_be_stopped(tmp_path: Path) -> None:
    with (
        Transcript.open(write_rows(tmp_path / "a.jsonl", session_rows())) as transcript,
        pytest.raises(Stopped),
    ):
        transcript.build(lambda: True)


def test_a_document_of_an_unknown_form_is_no_session(tmp_path: Path) -> None:
    path = tmp_path / "full.jsonl"
    path.write_text(json.dumps({"messages": [{}]}, indent=2))
    with pytest.raises(SourceError, match=r"full\.jsonl: one JSON document in a form that is not known"):
        Transcript.open(path)


def test_a_session_without_turns_keeps_its_items(tmp_path: Path) -> None:
    with Transcript.open(write_rows(tmp_path / "a.jsonl", [*session_rows()[:1], {"odd": 1}])) as transcript:
        session = transcript.session()
        assert session.summary.outcome == "empty"
        assert [item.kind for item in session.loose_items] == ["note"]
