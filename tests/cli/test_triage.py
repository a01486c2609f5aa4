"""`codexlog loops` and `codexlog triage`: the contract of their documents, targets and exit codes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from commandline import SAMPLES, Ran, codexlog, snapshot


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def ran(*given: str | Path, home: Path = SAMPLES, **more: Any) -> Ran:
        cache, state = str(tmp_path / "xdg_cache_home"), str(tmp_path / "xdg_state_home")
        return codexlog(*given, home=home, XDG_CACHE_HOME=cache, XDG_STATE_HOME=state, **more)

    return ran


def the_loop(run: Any) -> dict[str, Any]:
    document = json.loads(run("loops", "--json").out)
    assert document["schema"] == "codexlog.loops/1"
    (loop,) = document["loops"]
    return loop  # type: ignore[no-any-return]


def test_the_document_of_the_sample_loop(run: Any) -> None:
    loop = the_loop(run)
    assert [each["index"] for each in loop["iterations"]] == list(range(1, 9))
    assert (loop["verdict"], loop["first_failure"], loop["recovered_by"]) == ("usage_limit", 4, None)
    assert loop["signatures"][0]["iterations"] == [None, None, None, *["fail"] * 5]


def test_every_row_of_a_finding_holds_its_evidence(run: Any) -> None:
    loop = the_loop(run)
    paths = {each["session_id"]: each["path"] for each in loop["iterations"]}
    document = json.loads(run("triage", loop["id"], "--json").out)
    assert (document["schema"], document["target"]) == ("codexlog.triage/1", loop["id"])
    assert document["findings"]
    for finding in document["findings"]:
        lines = Path(paths[finding["session_id"]]).read_text().splitlines()
        assert all(1 <= row <= len(lines) for row in finding["rows"])
        said = " ".join(lines[row - 1] for row in finding["rows"])
        assert json.dumps(finding["evidence"], ensure_ascii=False)[1:-1][:40] in said.replace("\\\\", "\\")


def test_latest_is_the_loop_that_it_ends(run: Any) -> None:
    loop = the_loop(run)
    last, first = loop["iterations"][-1], loop["iterations"][0]
    for target in ((), ("latest",), (loop["id"][:9],), (last["session_id"],), (last["path"],)):
        assert json.loads(run("triage", *target, "--json").out)["target"] == loop["id"]
    alone = json.loads(run("triage", first["session_id"], "--json").out)
    assert alone["target"] == first["session_id"]
    assert all(finding["iteration"] is None for finding in alone["findings"])


def test_a_session_may_come_from_stdin(run: Any) -> None:
    last = the_loop(run)["iterations"][-1]
    ran = run("triage", "-", "--json", stdin=Path(last["path"]).read_bytes())
    assert ran.code == 1
    assert json.loads(ran.out)["verdict"] == "usage_limit"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (("latest",), 1),
        (("latest", "--fail-if", "usage_limit"), 1),
        (("latest", "--fail-if", "usage-limit,no_op"), 1),
        (("latest", "--fail-if", "failing_across_iterations"), 1),
        (("latest", "--fail-if", "denied"), 0),  # iteration 6 was refused something, the last one was not
        (("latest", "--fail-if", "usage_limt"), 2),
        (("loop-none",), 1),
        (("no-such-session",), 1),
        (("no/such/file.jsonl",), 2),
        (("latest", "--jsonl"), 2),
    ],
)
def test_exit_codes(run: Any, given: tuple[str, ...], code: int) -> None:
    ran = run("triage", *given)
    assert ran.code == code
    assert len(ran.err.splitlines()) <= 1
    assert bool(ran.err) == (not ran.out)


def test_a_session_that_went_well_is_no_failure(run: Any) -> None:
    first = the_loop(run)["iterations"][0]
    assert run("triage", first["session_id"]).code == 0


def test_a_misspelt_kind_is_corrected(run: Any) -> None:
    assert "did you mean usage_limit?" in run("triage", "--fail-if", "usage_limt").err


def test_without_a_loop_there_is_an_empty_document(run: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(SAMPLES / "sessions" / "2026" / "02", home / "sessions" / "2026" / "02")
    ran = run("loops", "--json", home=home)
    assert (ran.code, json.loads(ran.out)["loops"]) == (1, [])
    assert "no loops among" in ran.err


def test_for_people(run: Any) -> None:
    listed, told = run("loops"), run("triage")
    for said in (listed.out.decode(), told.out.decode()):
        assert "✓✓✓✗✗✗†!" in said
        assert "first bad: #4 failed" in said
    assert "···✗✗✗✗✗" in told.out.decode()
    assert "\x1b" not in told.out.decode()


def test_nothing_is_written_but_the_cache(run: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(SAMPLES, home)
    before = snapshot(home)
    first, second = run("triage", "--json", home=home), run("triage", "--json", home=home)
    assert first.out == second.out
    assert snapshot(home) == before
    assert [path.name for path in (tmp_path / "xdg_cache_home").rglob("*.sqlite")] == ["cache.sqlite"]


def test_the_help_names_every_kind(run: Any) -> None:
    said = run("triage", "--help").out.decode()
    assert "failing_across_iterations" in said
    assert "context_overflow" in said
