"""What is exported reads as what was read: turns, calls, texts, usage."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Session
from codexlog.recorder.export import Writer, entire_files
from codexlog.rows.source import SourceError
from commandline import SAMPLES

SHARED = Path("/work/shared/transcripts")
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


@pytest.mark.parametrize("path", transcripts(SHARED), ids=lambda path: path.name[-52:])
def test_shared(path: Path, tmp_path: Path) -> None:
    check(path, tmp_path)


@pytest.mark.parametrize("path", transcripts(SAMPLES), ids=lambda path: path.name[-52:])
def test_samples(path: Path, tmp_path: Path) -> None:
    check(path, tmp_path)
