"""Rows that forgeflare writes: one row a turn, all blocks and all results in it, no message ids."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.discover import discover
from codexlog.catalog.transcript import Transcript
from codexlog.model import Call, Session
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.summary import FileFacts
from codexlog.triage.loops import Iteration
from codexlog.triaging import judge_transcript
from rollout import encode

JsonObject = dict[str, Any]
ID = "2026-02-10-6f0c1c8e-0b1d-4c6e-9c1a-2f6f6b0a7d11"
FAILED = "FAILED tests/test_a.py::test_total - assert 1 == 2\n1 failed in 0.02s"
USAGE = {"input_tokens": 1200, "output_tokens": 350, "cache_read_input_tokens": 800}


def row(number: int, kind: str, content: Any, **message: Any) -> JsonObject:
    return {
        "type": kind,
        "sessionId": ID,
        "uuid": f"9b0d{number:04}-0000-4000-8000-000000000000",
        "parentUuid": None,
        "timestamp": f"2026-02-10T23:31:{number:02}.123456789+00:00",
        "cwd": "/w/p",
        "version": "0.0.0",
        "message": {"role": kind, "content": content, **message},
    }


def text(words: str) -> JsonObject:
    return {"type": "text", "text": words}


def use(call_id: str, name: str, given: Any) -> JsonObject:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def result(call_id: str, said: str, **more: Any) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": call_id, "content": said, **more}


ROWS = [
    row(0, "user", [text("explain main.rs")]),
    row(
        1,
        "assistant",
        [text("Reading."), use("t1", "Read", {"path": "src/main.rs"}), use("t2", "Glob", {})],
        usage={**USAGE, "cache_creation_input_tokens": 0},
    ),
    row(2, "user", [result("t1", "1: use std::io;"), result("t2", "unreadable", is_error=True)]),
    row(3, "assistant", [use("t3", "Bash", {"command": "pytest -q"})], usage=USAGE),
    row(4, "user", [result("t3", FAILED, is_error=True)]),
    row(5, "assistant", [text("It fails.")], usage=dict.fromkeys(USAGE, 0)),
]


def read(path: Path, data: bytes) -> Session:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with Transcript.open(path, FileFacts(str(path), len(data))) as transcript:
        return transcript.session()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / f".entire/metadata/{ID}/full.jsonl"


def calls(session: Session) -> list[Call]:
    return [item for turn in session.turns for item in turn.items if isinstance(item, Call)]


def test_figures(path: Path) -> None:
    session = read(path, encode(ROWS))
    summary = session.summary
    assert (summary.id, summary.format, summary.cwd) == (ID, "entire", "/w/p")
    assert (summary.started_at, summary.ended_at) == ("2026-02-10T23:31:00.123Z", "2026-02-10T23:31:05.123Z")
    counts = summary.counts
    assert (counts.rows, counts.prompts, counts.messages, counts.calls) == (6, 1, 2, 3)
    assert (counts.calls_failed, counts.calls_unanswered, counts.orphan_outputs) == (2, 0, 0)
    assert [(each.name, each.status, each.output_row) for each in calls(session)] == [
        ("Read", "ok", 3),
        ("Glob", "failed", 3),
        ("Bash", "failed", 5),
    ]


def test_reader_62_each_row_without_message_id_counts(path: Path) -> None:
    usage = read(path, encode(ROWS)).summary.usage
    assert usage is not None
    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (4000, 1600, 700)


def test_reader_74_the_same_row_twice_counts_once(path: Path) -> None:
    usage = read(path, encode([*ROWS, *ROWS])).summary.usage
    assert usage is not None and usage.output_tokens == 700


def test_reader_58_glued_rows(path: Path) -> None:
    glued = encode(ROWS[:2]).replace(b"\n", b"") + b"\n" + encode(ROWS[2:])
    summary = read(path, glued).summary
    assert (summary.counts.rows, summary.counts.bad_rows, summary.counts.calls) == (6, 0, 3)


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_last_row_is_one_bad_row(path: Path, cut: int) -> None:
    counts = read(path, encode(ROWS)[: -cut - 1]).summary.counts
    assert (counts.rows, counts.bad_rows) == (5, 1)


def test_a_writer_that_steps_over_a_torn_row(path: Path) -> None:
    torn = encode(ROWS[:3])[:-30]
    counts = read(path, torn + b"\n" + encode(ROWS[2:])).summary.counts
    assert (counts.rows, counts.bad_rows, counts.calls_unanswered) == (6, 1, 0)


def test_rows_of_two_writers_between_each_other(path: Path) -> None:
    """Results are paired by their ids, wherever they stand."""
    renamed = re.sub(r'"t(\d)"', r'"u\1"', json.dumps(ROWS).replace("9b0d", "9b0e"))
    others = json.loads(renamed)
    mixed = [each for pair in zip(ROWS, others, strict=True) for each in pair]
    counts = read(path, encode(mixed)).summary.counts
    assert (counts.calls, counts.calls_failed, counts.calls_unanswered) == (6, 4, 0)


@pytest.mark.parametrize("given", [None, [], "x", {}])
def test_calls_with_odd_arguments(path: Path, given: Any) -> None:
    rows = [ROWS[0], row(1, "assistant", [use("t1", "Read", given)]), row(2, "user", [result("t1", "")])]
    (found,) = calls(read(path, encode(rows)))
    assert (found.arguments, found.output, found.status) == (given, "", "ok")


def test_an_unanswered_prompt_and_the_next_one(path: Path) -> None:
    """After an API error the prompt stays, and the next one follows it."""
    session = read(path, encode([ROWS[0], row(1, "user", "again"), row(2, "assistant", [])]))
    assert session.summary.counts.prompts == 2
    assert session.summary.first_prompt == "explain main.rs"


def test_triage_tells_what_failed(path: Path) -> None:
    read(path, encode(ROWS))
    with Transcript.open(path) as transcript:
        judged = judge_transcript(transcript, Thresholds())
    assert isinstance(judged, Iteration)
    assert judged.verdict == "failed"
    assert judged.cause is not None and judged.cause.row == 5


def test_the_folder_names_the_session(path: Path) -> None:
    read(path, encode(ROWS))
    (found,) = discover([path.parents[3]])
    assert (found.session, found.agent) == (ID[11:], "entire")
