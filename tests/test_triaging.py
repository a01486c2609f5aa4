from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codexlog.arguments import NothingFound, UsageError
from codexlog.report.safe_text import cell_width
from codexlog.triage.findings import Finding
from codexlog.triage.loops import Loop
from codexlog.triage_tables import print_loop, print_loops, print_session
from codexlog.triaging import exit_code, fail_kinds, loop_named, loop_of_session, standing
from faults.plays import cut, red_at_end
from faults.score import loops_in
from faults.stories import write_loop


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    home = tmp_path_factory.mktemp("home")
    (found,) = loops_in(write_loop(home, "codex-0.145", 5, {3: red_at_end, 5: cut}))
    return found


def test_kinds_and_verdicts_may_be_named() -> None:
    assert fail_kinds("cut-off, no_op,") == {"cut_off", "no_op"}
    assert fail_kinds(None) == frozenset()
    with pytest.raises(UsageError, match="did you mean cut_off"):
        fail_kinds("cutoff")


def test_a_loop_by_its_id_or_the_beginning_of_it(loop: Loop) -> None:
    assert loop_named([loop], loop.id) is loop
    assert loop_named([loop], loop.id[:8]) is loop
    assert loop_named([loop], "latest") is None
    with pytest.raises(NothingFound):
        loop_named([loop], "loop-zz")
    with pytest.raises(UsageError, match="several"):
        loop_named([loop, loop], "loop-")


def test_the_loop_that_a_session_ends(loop: Loop) -> None:
    assert loop_of_session([loop], loop.iterations[-1].session_id) is loop
    assert loop_of_session([loop], loop.iterations[0].session_id) is None


def test_exit_codes(loop: Loop) -> None:
    last, found = loop.iterations[-1], standing(loop)
    assert exit_code(frozenset(), found, last) == 1
    assert exit_code(frozenset(), [], loop.iterations[0]) == 0
    assert exit_code(frozenset(("cut_off",)), found, last) == 1
    assert exit_code(frozenset(("usage_limit",)), found, last) == 0


def test_what_was_overcome_stops_no_loop() -> None:
    grey = Finding("early_stop", "info", "a", 1, 1, (1,), None, "done", "Not verified.")
    wanted = frozenset(("early_stop",))
    assert exit_code(wanted, [grey], None) == 0
    assert exit_code(wanted, [replace(grey, severity="warning")], None) == 1
    assert exit_code(frozenset(("unreadable",)), [replace(grey, kind="unreadable")], None) == 1


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_tables(
    loop: Loop,
    columns: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    print_loops([loop])
    print_loop(loop)
    print_session(loop.iterations[2])
    out = capsys.readouterr().out
    assert "first bad: #3 failed" in out
    assert "cut_off" in out
    assert "made good: by #4" in out
    assert "changed:" in out
    assert "The prompt says" in out
    assert all(cell_width(line) <= columns for line in out.splitlines())
    assert "\x1b" not in out
