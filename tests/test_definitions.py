"""Every shared transcript gives the figures that the definitions give, by the definitions' own tolerances."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Call, Session

SHARED = Path(__file__).resolve().parents[2] / "shared" / "transcripts"
EXPECTED = SHARED / "expected.jsonl"
EXACT = ("id", "format", "cwd", "cli_version", "model", "started_at", "ended_at")
EXACT_COUNTS = (
    "rows",
    "bad_rows",
    "calls",
    "calls_unanswered",
    "orphan_outputs",
    "aborts",
    "rollbacks",
    "compactions",
)
SHOWN_CHARACTERS = 80


def entries() -> list[Any]:
    if not EXPECTED.exists():
        return [pytest.param(None, marks=pytest.mark.skip("the shared transcripts are not here"))]
    lines = map(json.loads, EXPECTED.read_text(encoding="utf-8").splitlines())
    claude = importlib.util.find_spec("codexlog.formats.claude") is not None
    wanted = (each for each in lines if claude or each["format"].startswith("codex"))
    return [pytest.param(each, id=f"{each['format']}-{each['path']}") for each in wanted]


every_transcript = pytest.mark.parametrize("expected", entries())


@cache
def read(path: str) -> Session:
    with Transcript.open(SHARED / path) as transcript:
        return transcript.session()


def is_codex(expected: dict[str, Any]) -> bool:
    return bool(expected["format"].startswith("codex"))


def calls_of(session: Session) -> dict[str, Call]:
    items = [*session.loose_items, *(item for turn in session.turns for item in turn.items)]
    return {item.call_id: item for item in items if item.kind == "call" and item.call_id}


@every_transcript
def test_identity(expected: dict[str, Any]) -> None:
    summary = read(expected["path"]).summary
    assert {key: getattr(summary, key) for key in EXACT} == {key: expected[key] for key in EXACT}


@every_transcript
def test_counts(expected: dict[str, Any]) -> None:
    counts, wanted = read(expected["path"]).summary.counts, expected["counts"]
    assert {key: getattr(counts, key) for key in EXACT_COUNTS} == {key: wanted[key] for key in EXACT_COUNTS}
    assert abs(counts.prompts - wanted["prompts"]) <= (0 if is_codex(expected) else 2)
    assert abs(counts.messages - wanted["messages"]) <= 1
    spread = 2 if wanted["inherited_rows"] else 0
    assert abs(counts.inherited_rows - wanted["inherited_rows"]) <= spread
    by_end = expected["check"].get("failed_by_continuation") or 0
    assert wanted["calls_failed"] - by_end <= counts.calls_failed <= wanted["calls_failed"]


@every_transcript
def test_usage(expected: dict[str, Any]) -> None:
    usage, wanted = read(expected["path"]).summary.usage, expected["usage"]
    assert (usage is None) == (wanted is None)
    if usage is not None:
        assert {key: getattr(usage, key) for key in wanted} == wanted


@every_transcript
def test_call_statuses(expected: dict[str, Any]) -> None:
    calls, wanted = calls_of(read(expected["path"])), expected["call_statuses"]
    assert calls.keys() == wanted.keys()
    different = {
        call_id: (calls[call_id].status, calls[call_id].exit_code, status, code)
        for call_id, (status, code) in wanted.items()
        if calls[call_id].exit_code != code or not same_status(calls[call_id].status, status, code)
    }
    assert different == {}


def same_status(found: str, wanted: str, code: int | None) -> bool:
    return found == wanted or (code is None and {found, wanted} == {"ok", "unknown"})


@every_transcript
def test_first_prompt(expected: dict[str, Any]) -> None:
    found = read(expected["path"]).summary.first_prompt
    wanted = expected["first_prompt"]
    assert (found is None) == (wanted is None)
    if found is not None:
        assert found.strip()[:SHOWN_CHARACTERS].split() == wanted.split()
