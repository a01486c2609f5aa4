from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.triage.loops import Loop
from faults.catalogue import FAULTS, SIZE, Fault
from faults.decoys import DECOYS, MILD
from faults.score import every_finding, loops_in, score
from faults.stories import change, check, commit, finish, look, write_loop
from faults.writers import ERAS, Writer

SPELLINGS = [era for era in ERAS if era != "entire"]
"""Entire keeps Claude Code's rows as they are: what they say is the same."""
CASES = [
    pytest.param(era, fault, id=f"{era}-{fault.name}")
    for era in ERAS
    for fault in FAULTS
    if fault.eras is None or era in fault.eras
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("era", ERAS)
def test_a_healthy_loop_has_nothing_to_complain_about(tmp_path: Path, era: str, seed: int) -> None:
    (loop,) = loops_in(write_loop(tmp_path, era, SIZE, seed=seed))
    assert [each.verdict for each in loop.iterations] == ["completed"] * SIZE
    assert (loop.verdict, loop.first_failure) == ("completed", None)
    assert [(each.kind, each.evidence) for each in every_finding(loop)] == []


def _with_noise(home: Path, era: str, decoy: object) -> Loop:
    def noisy(writer: Writer) -> None:
        look(writer)
        change(writer)
        decoy(writer)  # type: ignore[operator]
        check(writer)
        commit(writer)
        finish(writer)

    (loop,) = loops_in(write_loop(home, era, 3, dict.fromkeys((1, 2, 3), noisy)))
    return loop


@pytest.mark.parametrize("decoy", DECOYS, ids=lambda decoy: decoy.__name__)
@pytest.mark.parametrize("era", SPELLINGS)
def test_noise_is_no_trouble(tmp_path: Path, era: str, decoy: object) -> None:
    loop = _with_noise(tmp_path, era, decoy)
    assert [each.verdict for each in loop.iterations] == ["completed"] * 3
    assert [(each.kind, each.evidence) for each in every_finding(loop)] == []


@pytest.mark.parametrize("decoy", MILD, ids=lambda decoy: decoy.__name__)
@pytest.mark.parametrize("era", ERAS)
def test_trouble_that_was_overcome_is_told_in_grey(tmp_path: Path, era: str, decoy: object) -> None:
    loop = _with_noise(tmp_path, era, decoy)
    assert [each.verdict for each in loop.iterations] == ["completed"] * 3
    assert {each.severity for each in every_finding(loop)} == {"info"}


@pytest.mark.parametrize(("era", "fault"), CASES)
def test_each_fault_is_found_where_it_is(tmp_path: Path, era: str, fault: Fault) -> None:
    found = score(tmp_path, era, fault, 0)
    assert found is not None
    said = [(each.index, each.verdict, each.cause and each.cause.text) for each in found.loop.iterations]
    assert found.is_right, (said, found.loop.first_failure, found.loop.verdict, every_finding(found.loop))
