from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.model import Summary
from codexlog.triage.loops import Iteration, Loop
from codexlog.triage.reading import iterations_in, loops_of, trace_of
from codexlog.triage.thresholds import Thresholds
from faults.stories import FAULTS, Fault, write_loop
from faults.writers import ERAS

LIMITS = Thresholds()
SIZE = 6
AT = 4
CASES = [
    pytest.param(era, fault, id=f"{era}-{fault.name}")
    for era in ERAS
    for fault in FAULTS
    if fault.eras is None or era in fault.eras
]


def judge(summary: Summary) -> list[Iteration]:
    with Transcript.open(Path(summary.path)) as transcript:
        return iterations_in(trace_of(transcript), LIMITS)


def loops_in(paths: list[Path]) -> list[Loop]:
    summaries = []
    for path in paths:
        with Transcript.open(path) as transcript:
            summaries.append(trace_of(transcript).summary)
    return loops_of(summaries, judge, LIMITS)


@pytest.mark.parametrize("era", ERAS)
def test_a_healthy_loop_has_nothing_to_complain_about(tmp_path: Path, era: str) -> None:
    (loop,) = loops_in(write_loop(tmp_path, era, SIZE))
    assert len(loop.iterations) == SIZE
    assert [each.verdict for each in loop.iterations] == ["completed"] * SIZE
    assert loop.first_failure is None
    found = [*loop.findings, *(each for run in loop.iterations for each in run.findings)]
    assert [each.kind for each in found] == []


@pytest.mark.parametrize(("era", "fault"), CASES)
def test_each_fault_is_found_where_it_is(tmp_path: Path, era: str, fault: Fault) -> None:
    (loop,) = loops_in(write_loop(tmp_path, era, SIZE, {AT: fault.play}))
    found = loop.iterations[AT - 1]
    assert found.verdict in fault.verdicts, found.cause
    assert loop.first_failure == (AT if fault.bad else None)
    assert found.is_bad is fault.bad
    kinds = {each.kind for each in (*found.findings, *loop.findings)}
    assert not fault.kind or fault.kind in kinds
    if fault.bad:
        assert loop.recovered_by == AT + 1
