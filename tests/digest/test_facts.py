from __future__ import annotations

import pytest

import rollout as ro
from codexlog.digest.facts import Facts
from codexlog.digest.failures import result_line
from digest.making import answer, facts, facts_at, patched, prompt, ran, text
from test_samples import LOOP, sample

RED = "FAILED test_a.py::test_one - assert 1 == 2\n1 failed, 3 passed in 0.1s"


def test_the_fifth_run_of_the_sample_loop() -> None:
    found = facts_at(LOOP[4])
    assert (found.run.verdict, found.when.offset) == ("failed", 120)
    assert [(each.shown, each.added, each.removed) for each in found.files] == [
        ("ledger/amounts.py:7", 2, 2),
        ("IMPLEMENTATION_PLAN.md:8", 1, 1),
    ]
    (check,) = found.checks
    assert (check.failed, check.exit_code, check.said, check.row) == (
        True,
        1,
        "1 failed, 24 passed in 0.03s",
        52,
    )
    (repeat,) = found.repeats
    assert (repeat.times, repeat.rows, repeat.is_check) == (3, (19, 43, 51), True)
    assert found.last_failing is not None
    assert (found.last_failing.row, found.last_failing.out_row, found.last_failing.is_open) == (51, 52, True)
    assert found.first_bad is not None
    assert (found.first_bad.row, found.first_bad.at) == (20, "2026-10-06T18:37:20.533Z")
    assert found.settings.effort == "medium"
    assert found.docs == found.files[1:]


def test_what_came_good_is_said_to_be() -> None:
    found = facts(
        prompt("go"),
        *ran("a", "pytest -q", 1, RED),
        *patched("p", "*** Begin Patch\n*** Add File: a.py\n+x\n*** End Patch", None),
        *ran("b", "pytest -q", 0, "4 passed in 0.1s"),
    )
    assert found.last_failing is not None
    assert (found.last_failing.passed_later, found.last_failing.is_open) == (8, False)
    assert [(each.failed, each.said) for each in found.checks] == [(False, "4 passed in 0.1s")]
    assert found.first_bad is None


def test_a_wrapped_check_that_came_good_fails_no_more() -> None:
    """Whose passing nothing but its exit code tells: of `nix-shell --run` nobody knows that it checks."""
    line = "nix-shell -p cargo --run 'cargo check'"
    red = ran("a", line, 101, "error[E0425]: cannot find value `x`\n --> src/a.rs:1:5\n")
    other = ran("c", "pytest -q", 0, "4 passed in 0.1s")
    found = facts(prompt("go"), *red, *ran("b", line, 0, "Finished dev"), *other)
    assert found.last_failing is not None
    assert (found.last_failing.passed_later, found.last_failing.is_open) == (6, False)
    assert found.first_bad is None
    still = facts(prompt("go"), *red, *ran("b", "nix-shell -p cargo --run 'cargo fmt'", 0, ""), *other)
    assert still.first_bad is not None
    assert still.first_bad.is_check


@pytest.mark.parametrize("lines", [3, 300])
def test_the_check_behind_a_here_document_is_named(lines: int) -> None:
    script = "python - <<'PY'\n" + "print('a word of a script')\n" * lines + "PY\npytest -q"
    found = facts(prompt("go"), *ran("a", script, 1, RED))
    (check,) = found.checks
    assert check.failed
    issue, handed = (text(found, for_agent=each) for each in (False, True))
    assert "`python - <<'PY' … pytest -q`: failed" in issue
    assert "Next: the check that fails: `python - <<'PY' … pytest -q`" in handed
    block = [line for line in issue.split("\n") if line.startswith("    ")]
    assert "    pytest -q" in block


def test_a_pipe_does_not_hide_the_last_failure() -> None:
    found = facts(prompt("go"), *ran("a", "make", 2), *ran("b", "pytest -q | tail -3", 0, RED))
    assert found.last_failing is not None
    assert (found.last_failing.command, found.last_failing.exit_code) == ("pytest -q | tail -3", 0)


def test_a_search_that_finds_nothing_is_no_failure() -> None:
    found = facts(prompt("go"), *ran("a", "rg needle", 1, ""), *ran("b", "rg needle", 1, ""))
    assert found.last_failing is None
    assert found.repeats == ()


def test_repeats_are_counted_over_the_whole_session() -> None:
    rows = [[*ran(name, "make x", 2, f"make: *** {name}"), *ran(name * 2, "ls", 0)] for name in "abc"]
    (repeat,) = facts(prompt("go"), *(row for each in rows for row in each)).repeats
    assert (repeat.what, repeat.times, repeat.rows, repeat.said) == ("make x", 3, (3, 7, 11), "make: *** c")


def test_commands_that_differ_in_a_number_are_not_one() -> None:
    red = [ran(f"a{number}", f"pytest tests/test_{number}.py", 1, RED) for number in (1, 2, 1)]
    found = facts(
        prompt("go"), *(row for each in red for row in each), *ran("b", "pytest tests/test_2.py", 0)
    )
    assert [(each.what, each.rows) for each in found.repeats] == [("pytest tests/test_1.py", (3, 7))]
    assert [(each.command, each.failed) for each in found.checks] == [
        ("pytest tests/test_1.py", True),
        ("pytest tests/test_2.py", False),
    ]
    assert found.last_failing is not None
    assert (found.last_failing.row, found.last_failing.passed_later) == (7, None)


def test_the_tail_begins_with_a_whole_line() -> None:
    body = "\n".join(f"line {number:03} {'x' * 40}" for number in range(100))
    found = facts(prompt("go"), *ran("a", "make", 2, body)).last_failing
    assert found is not None
    assert found.is_cut
    assert all(line.startswith("line ") for line in found.tail)
    assert found.tail[-1].startswith("line 099")


def test_the_last_message_is_whole() -> None:
    words = "First words. " + "middle " * 1_000 + "last words."
    found = facts(prompt("go"), answer("before"), answer(words))
    assert found.last_message is not None
    assert found.last_message.text == words


def test_open_items_are_those_of_the_last_plan() -> None:
    def plan(name: str, *items: tuple[str, str]) -> ro.JsonObject:
        return ro.call(
            name, "update_plan", {"plan": [{"step": step, "status": state} for step, state in items]}
        )

    found = facts(
        prompt("go"), plan("a", ("x", "pending")), plan("b", ("x", "completed"), ("y", "in_progress"))
    )
    assert [(each.text, each.state, each.row) for each in found.plan] == [("y", "in_progress", 4)]


def test_a_pathless_session_has_facts_too() -> None:
    found: Facts = facts_at(sample("d3566c668849.json"))
    assert (found.when.offset, found.settings.effort) == (None, None)
    assert found.counts.calls == 3


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        ("x\n3 passed in 1s\n", "3 passed in 1s"),
        ("test result: ok. 4 passed; 0 failed\n\nwarning: x", "test result: ok. 4 passed; 0 failed"),
        ("Ran 3 tests in 0.1s\n\nOK", "OK"),
        ("Tests:  2 failed, 1 total", "Tests:  2 failed, 1 total"),
        ("done", ""),
        ("", ""),
    ],
)
def test_the_line_that_sums_a_check_up(tail: str, line: str) -> None:
    assert result_line(tail) == line
