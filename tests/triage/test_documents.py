from __future__ import annotations

import json
from pathlib import Path

import pytest

from codexlog.report.as_json import dumps
from codexlog.triage.documents import loops_document, triage_document
from codexlog.triage.loops import Loop
from faults.plays import cut, red_at_end
from faults.score import every_finding, loops_in
from faults.stories import write_loop

LOOP = frozenset(
    "id,cwd,prompt,why,phases,iterations,first_failure,recovered_by,verdict,cause,signatures,usage,"  # noqa: SIM905
    "started_at,ended_at".split(",")
)
ITERATION = frozenset(
    "index,session_id,rows,started_at,ended_at,verdict,cause,counts,files_changed,commits,usage,"  # noqa: SIM905
    "findings".split(",")
)
FINDING = frozenset(
    ("kind", "severity", "session_id", "iteration", "turn", "rows", "call_id", "evidence", "explanation")
)


@pytest.fixture
def loop(tmp_path: Path) -> Loop:
    (found,) = loops_in(write_loop(tmp_path, "codex-0.145", 5, {3: red_at_end, 5: cut}))
    return found


def test_every_field_of_the_interface_is_there(loop: Loop) -> None:
    document = json.loads(dumps(loops_document([loop])))
    assert document["schema"] == "codexlog.loops/1"
    (told,) = document["loops"]
    assert set(told) >= LOOP
    assert all(set(each) >= ITERATION for each in told["iterations"])
    assert set(told["signatures"][0]) == {"text", "tool", "iterations", "from_text"}
    assert set(told["cause"]) == {"text", "session_id", "row"}


def test_what_the_fields_hold(loop: Loop) -> None:
    (told,) = json.loads(dumps(loops_document([loop])))["loops"]
    runs = told["iterations"]
    assert [each["verdict"] for each in runs] == ["completed", "completed", "failed", "completed", "cut_off"]
    assert (told["first_failure"], told["recovered_by"], told["verdict"]) == (3, 4, "cut_off")
    assert runs[0]["rows"] is None
    assert runs[0]["commits"][0]["subject"].startswith("part 1")
    assert "src/part1.py" in runs[0]["files_changed"]
    assert runs[0]["counts"]["calls"] > 5
    assert runs[4]["findings"] == ["cut_off"]
    assert told["signatures"][0]["iterations"] == [None, None, "fail", "pass", None] or (
        told["signatures"][0]["iterations"] == ["pass", "pass", "fail", "pass", None]
    )
    assert told["started_at"].endswith("Z")
    assert told["usage"]["total_tokens"] == sum(each["usage"]["total_tokens"] for each in runs)


def test_findings(loop: Loop) -> None:
    document = json.loads(dumps(triage_document(loop.id, loop.verdict, loop.cause, every_finding(loop))))
    assert set(document) == {"schema", "target", "verdict", "cause", "findings"}
    assert document["schema"] == "codexlog.triage/1"
    assert all(set(each) == FINDING for each in document["findings"])
    assert [each["kind"] for each in document["findings"] if each["severity"] == "error"] == ["cut_off"]
