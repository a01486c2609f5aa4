"""What is exported reads as what was read: turns, calls, texts, usage."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Session
from codexlog.recorder.export import COPIED, Writer, entire_files
from codexlog.rows.source import SourceError
from commandline import ROOT, SAMPLES

SHARED = ROOT.parent / "shared" / "transcripts"
OTHERS = ("history.jsonl", "session_index.jsonl", "expected.jsonl")
WRITER = Writer("0.1.0", datetime(2026, 1, 1, tzinfo=UTC))
COUNTS = (
    *("turns", "prompts", "messages", "calls", "calls_failed", "calls_unanswered", "orphan_outputs"),
    *("compactions", "aborts", "rollbacks", "input_words_approx"),
)
OF_CALL = ("call_id", "name", "arguments", "output", "status", "exit_code", "duration_ms", "continues")


def transcripts(folder: Path) -> list[Path]:
    files = [*folder.rglob("*.jsonl"), *folder.rglob("rollout-*.json"), *folder.rglob("*.zst")]
    return sorted(each for each in files if each.name not in OTHERS)


def exported(path: Path, folder: Path) -> tuple[Session, Session]:
    """A session, and what its export reads as."""
    with Transcript.open(path) as transcript:
        before = transcript.session()
        files = entire_files(transcript, before.summary.id or "none", WRITER)
    place = folder / ".entire" / "metadata" / (before.summary.id or "none")
    place.mkdir(parents=True)
    for name, data in files.items():
        (place / name).write_bytes(data)
    with Transcript.open(place / "full.jsonl") as transcript:
        return before, transcript.session()


def told(session: Session) -> list[Any]:
    """Everything that has to come back."""
    return [
        (
            turn.prompt,
            turn.outcome,
            turn.usage,
            turn.turn_id,
            [item for each in turn.items for item in _of(each)],
        )
        for turn in session.turns
    ]


def _of(item: Any) -> list[Any]:
    if item.kind == "call":
        return [tuple(getattr(item, name) for name in OF_CALL)]
    if item.kind == "reasoning":
        return [item.summary] if item.summary else []
    if item.kind == "message":
        return [(item.role, item.text, [each.media_type for each in item.attachments])]
    if item.kind == "note":
        return [(item.what, item.text)]
    return [item.output]


def check(path: Path, folder: Path) -> None:
    try:
        before, after = exported(path, folder)
    except SourceError:
        pytest.skip("no session")
    assert told(after) == told(before)
    assert after.summary.usage == before.summary.usage
    assert after.summary.format == "entire"
    for name in COUNTS:
        assert getattr(after.summary.counts, name) == getattr(before.summary.counts, name), name
    for name in ("id", "model", "cwd", "branch", "outcome"):
        assert getattr(after.summary, name) == getattr(before.summary, name), name
    if before.summary.format not in COPIED:
        check_rows(Path(after.summary.path), before.summary.counts.orphan_outputs)


def check_rows(path: Path, orphans: int) -> None:
    """The rows themselves, by the checklist for writers."""
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    ids = [row["uuid"] for row in rows]
    assert len(set(ids)) == len(ids)
    assert all(UUID(each).version == 4 for each in ids)
    assert [row["parentUuid"] for row in rows] == [None, *ids[:-1]]
    assert [row["timestamp"] for row in rows] == sorted(row["timestamp"] for row in rows)
    calls: list[str] = []
    strays = 0
    for row in rows:
        message = row["message"]
        assert row["type"] == message["role"]
        assert all(isinstance(row[name], str) for name in ("sessionId", "timestamp", "cwd", "version"))
        assert ("usage" in message) == (row["type"] == "assistant")
        results = [each["tool_use_id"] for each in message["content"] if "tool_use_id" in each]
        if row["type"] == "assistant":
            assert isinstance(message["content"], list)
            assert all(type(each) is int and each >= 0 for each in message["usage"].values())
            calls = [each["id"] for each in message["content"] if each["type"] == "tool_use"]
        elif set(results) <= set(calls):
            assert results == sorted(results, key=calls.index)
        else:
            strays += len(results)
    assert strays == orphans


@pytest.mark.parametrize("path", transcripts(SHARED), ids=lambda path: path.name[-52:])
def test_shared(path: Path, tmp_path: Path) -> None:
    check(path, tmp_path)


@pytest.mark.parametrize("path", transcripts(SAMPLES), ids=lambda path: path.name[-52:])
def test_samples(path: Path, tmp_path: Path) -> None:
    check(path, tmp_path)
