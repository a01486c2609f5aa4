"""The traps that breakers of loops fall into: each is a few rows, and what must (not) be said of them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import spool
from codexlog.settings.thresholds import Thresholds
from codexlog.triage.checks import MOST_OPEN, open_failures
from codexlog.triage.ending import Ending, ending
from codexlog.triage.findings import Finding
from codexlog.triage.loops import iteration_of
from codexlog.triage.reading import iterations_in, trace_of
from codexlog.triage.trace import Trace
from rollout import (
    FACTS,
    call,
    encode,
    event,
    exited,
    item,
    message,
    meta,
    output,
    poll,
    running,
    task_started,
    wrapped,
)

LIMITS = Thresholds()
RED_MAKE = "make: *** [Makefile:3: test] Error 1"


def trace(*rows: Any, version: str = "0.145.0") -> Trace:
    head = [meta(cli_version=version, originator="codex_exec", source="exec"), task_started("t1")]
    with Transcript(spool(io.BytesIO(encode([*head, *rows])), "a.jsonl"), FACTS) as transcript:
        return trace_of(transcript)


def shell(number: int, command: str, code: int = 0, body: str = "done") -> tuple[Any, Any]:
    return call(f"c{number}", "exec_command", {"cmd": command}), output(f"c{number}", exited(code, body))


def prompt(text: str = "go") -> Any:
    return event("user_message", message=text, kind="plain")


def done(**more: Any) -> Any:
    return event("task_complete", turn_id="t1", **more)


def say(text: str) -> Any:
    return message("assistant", text)


def findings(*rows: Any) -> list[Finding]:
    return list(iteration_of(trace(*rows), LIMITS).findings)


def kinds(*rows: Any) -> set[str]:
    return {finding.kind for finding in findings(*rows)}


def end(*rows: Any, **more: Any) -> Ending:
    return ending(trace(*rows, **more))


class TestPromises:
    ASK = prompt("Work. When all is done, print <promise>COMPLETE</promise>.")

    @pytest.mark.parametrize(
        "words",
        [
            "I will print `<promise>COMPLETE</promise>` when all is done.",
            "I am not printing <promise>COMPLETE</promise> yet.",
            'The prompt says "<promise>COMPLETE</promise>"; two items are open.',
            "```\n<promise>COMPLETE</promise>\n```",
        ],
    )
    def test_a_quoted_or_denied_promise_is_not_made(self, words: str) -> None:
        found = [each for each in findings(self.ASK, say(words), done()) if each.kind == "promise_problem"]
        assert [each.severity for each in found] == ["info"]

    def test_a_promise_in_the_prompt_alone_says_nothing(self) -> None:
        assert "promise_problem" not in kinds(self.ASK, say("One item is done."), done())

    def test_a_promise_while_a_check_fails(self) -> None:
        rows = shell(1, "pytest", 1, "FAILED tests/a.py::b - no")
        found = findings(self.ASK, *rows, say("<promise>COMPLETE</promise>"), done())
        assert ("promise_problem", "error") in {(each.kind, each.severity) for each in found}


class TestExitCodes:
    def test_a_pipe_hides_a_failing_check(self) -> None:
        rows = shell(1, "pytest | tail -5", 0, "FAILED tests/a.py::b - no\n2 failed, 3 passed in 0.1s")
        assert end(prompt(), *rows, say("That is all."), done()).verdict == "failed"

    def test_a_search_that_finds_nothing_has_not_failed(self) -> None:
        one = iteration_of(trace(prompt(), *shell(1, "rg nowhere", 1, ""), say("Fine."), done()), LIMITS)
        assert one.failed == 0

    @pytest.mark.parametrize(
        "body",
        [
            "/bin/ps: Operation not permitted",
            "const codes = ['EAI_AGAIN', 'ENOTFOUND']",
            "Permission denied",
            "the timeout was raised",
        ],
    )
    def test_words_with_exit_code_0_are_noise(self, body: str) -> None:
        assert kinds(prompt(), *shell(1, "cat notes.md", 0, body), say("Fine."), done()) == set()

    def test_a_denial_counts_in_the_last_lines_of_a_failing_command(self) -> None:
        body = "one\ntwo\nthree\ngit: cannot write: Permission denied"
        assert "denied" in kinds(prompt(), *shell(1, "git commit -m x", 1, body), say("Fine."), done())
        early = "Permission denied\none\ntwo\nthree"
        assert "denied" not in kinds(prompt(), *shell(1, "make x", 1, early), say("Fine."), done())

    def test_a_polled_command_is_one_failing_command(self) -> None:
        rows = [call("c1", "exec_command", {"cmd": "make test"}), output("c1", running(7))]
        for number in range(2, 7):
            rows += [poll(f"c{number}", 7), output(f"c{number}", running(7))]
        rows += [poll("c7", 7), output("c7", exited(101, RED_MAKE))]
        steps = trace(prompt(), *rows, say("It is red."), done()).steps
        assert [(step.command, step.exit_code, step.is_failed) for step in steps] == [
            ("make test", 101, True)
        ]
        assert "repeated_call" not in kinds(prompt(), *rows, done())

    def test_failing_checks_are_over_once_they_pass(self) -> None:
        red = shell(1, "pytest", 1, "FAILED tests/a.py::b - no")
        green = shell(2, "pytest", 0, "3 passed in 0.1s")
        assert end(prompt(), *red, *green, say("Green."), done()).verdict == "completed"
        narrow = shell(2, "pytest tests/other.py", 0, "3 passed in 0.1s")
        assert iteration_of(trace(prompt(), *red, *narrow, done()), LIMITS).failing

    def test_a_command_that_differs_in_a_number_is_another_one(self) -> None:
        red = shell(1, "pytest tests/test_1.py", 1, "FAILED tests/test_1.py::b - no")
        green = shell(2, "pytest tests/test_2.py", 0, "3 passed in 0.1s")
        assert iteration_of(trace(prompt(), *red, *green, done()), LIMITS).failing
        same = shell(3, "pytest tests/test_1.py", 0, "3 passed in 0.1s")
        assert not iteration_of(trace(prompt(), *red, *green, *same, done()), LIMITS).failing

    def test_so_many_failures_are_kept_open_and_no_more(self) -> None:
        red = [
            row
            for number in range(MOST_OPEN + 20)
            for row in shell(number, f"pytest t{number}.py", 1, f"FAILED t{number}.py::b - no")
        ]
        failing = open_failures(trace(prompt(), *red, done()).steps)
        assert len(failing) == MOST_OPEN
        assert failing[-1].failure.text == f"t{MOST_OPEN + 19}.py::b"


class TestWhatStaysRed:
    RED = shell(2, "pytest", 1, "FAILED tests/a.py::b - no\n1 failed, 9 passed in 0.1s")
    PART = shell(4, "pytest tests/c.py", 0, "3 passed in 0.1s")
    EDIT = shell(1, "sed -i s/a/b/ src/c.py", 0, "")

    def test_a_run_of_others_says_nothing_of_it(self) -> None:
        found = end(prompt(), *self.EDIT, *self.RED, *self.PART, say("All is well."), done())
        assert (found.verdict, found.is_bad) == ("failed", True)

    @pytest.mark.parametrize(
        "words", ["The one failure is pre-existing.", "tests/a.py is unrelated to this.", "It is flaky."]
    )
    def test_unless_it_is_called_none_of_this_work(self, words: str) -> None:
        assert end(prompt(), *self.EDIT, *self.RED, *self.PART, say(words), done()).verdict == "completed"

    def test_or_was_red_before_the_first_edit(self) -> None:
        found = end(prompt(), *self.RED, *self.EDIT, *self.PART, say("All is well."), done())
        assert found.verdict == "completed"


class TestEnds:
    def test_an_error_of_the_last_turn(self) -> None:
        error = {"message": "You've hit your usage limit.", "codex_error_info": "usage_limit_exceeded"}
        found = end(prompt(), *shell(1, "ls"), done(error=error))
        assert (found.verdict, found.is_bad) == ("usage_limit", True)
        assert found.row is not None

    def test_no_answer_and_no_call(self) -> None:
        assert end(prompt(), done(last_agent_message=None)).verdict == "no_op"

    def test_old_versions_do_not_record_ends(self) -> None:
        rows = (prompt(), say("Looking."), *shell(1, "ls"))
        assert end(*rows, version="0.98.0").verdict == "not_recorded"
        assert end(*rows, version="0.145.0").verdict == "cut_off"

    def test_a_stop_after_the_commit_is_not_bad(self) -> None:
        made = shell(1, "git commit -am x", 0, "[main abc1234] x\n 1 file changed")
        found = end(prompt(), *made, event("turn_aborted", reason="interrupted"))
        assert (found.verdict, found.is_bad) == ("aborted", False)

    def test_work_on_rate_limits_is_no_rate_limit(self) -> None:
        rows = shell(1, "cat docs.md", 0, "You've hit your usage limit. HTTP 429 rate_limit_error")
        assert kinds(prompt(), *rows, say("The page on usage limits reads well."), done()) == set()

    def test_a_rhetorical_question_in_the_middle_is_none(self) -> None:
        words = "Why did it fail? The scale was wrong.\nIt is mended and committed."
        assert end(prompt(), *shell(1, "ls"), say(words), done()).verdict != "question"


class TestRepeats:
    def test_polls_are_no_repeats(self) -> None:
        rows = [call("c1", "exec_command", {"cmd": "make serve"}), output("c1", running(7))]
        for number in range(2, 12):
            rows += [poll(f"c{number}", 7), output(f"c{number}", running(7))]
        assert kinds(prompt(), *rows, say("It serves."), done()) == set()

    def test_equal_failing_commands_with_other_numbers(self) -> None:
        rows = [
            row
            for number in range(3)
            for row in shell(number, f"curl http://localhost:80{number}/", 7, "refused")
        ]
        assert "repeated_failing_command" in kinds(prompt(), *rows, say("It does not answer."), done())

    def test_two_failures_are_not_enough(self) -> None:
        rows = [row for number in range(2) for row in shell(number, "make x", 2, "no")]
        assert "repeated_failing_command" not in kinds(prompt(), *rows, say("It does not work."), done())


class TestEdits:
    @staticmethod
    def patch(number: int, minus: str, plus: str) -> tuple[Any, Any]:
        text = f"*** Begin Patch\n*** Update File: a.py\n@@\n-{minus}\n+{plus}\n*** End Patch"
        given = item("custom_tool_call", name="apply_patch", input=text, call_id=f"p{number}")
        answer = "Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\nM a.py"
        return given, item("custom_tool_call_output", call_id=f"p{number}", output=answer)

    def test_a_change_that_is_taken_back(self) -> None:
        rows = (*self.patch(1, "a = 1", "a = 2"), *self.patch(2, "a = 2", "a = 1"))
        assert "oscillating_edits" in kinds(prompt(), *rows, say("As before."), done())

    def test_debug_lines_come_and_go(self) -> None:
        rows = (*self.patch(1, "print(1)", "print(a)"), *self.patch(2, "print(a)", "print(1)"))
        assert "oscillating_edits" not in kinds(prompt(), *rows, say("Fine."), done())

    def test_only_the_plan_was_changed(self) -> None:
        text = "*** Begin Patch\n*** Update File: PLAN.md\n@@\n-a\n+b\n*** End Patch"
        rows = item("custom_tool_call", name="apply_patch", input=text, call_id="p"), output("p", exited(0))
        assert (
            end(prompt(), *rows, *shell(1, "ls"), say("All items are done."), done()).verdict == "converged"
        )


def test_every_finding_rests_on_rows_that_hold_its_evidence() -> None:
    rows = [
        prompt(),
        *(row for number in range(3) for row in shell(number, "npm install", 124, "ENOTFOUND registry")),
        *shell(9, "pytest", 1, "FAILED tests/a.py::b - no"),
        say("All tests pass, it is done."),
        done(),
    ]
    head = [meta(cli_version="0.145.0"), task_started("t1")]
    texts = [json.dumps(row, ensure_ascii=False) for row in [*head, *rows]]
    found = findings(*rows)
    assert {"command_timeout", "network_blocked", "early_stop"} <= {each.kind for each in found}
    for each in found:
        assert each.rows
        assert any(json.dumps(each.evidence, ensure_ascii=False)[1:-1] in texts[row - 1] for row in each.rows)


def test_a_prompt_again_and_again_in_one_file_is_a_loop() -> None:
    rows: list[Any] = []
    for number in range(4):
        rows += [task_started(f"t{number + 2}"), prompt("do one item"), *shell(number, "ls")]
        rows += [say(f"Item {number}."), event("task_complete", turn_id=f"t{number + 2}")]
    found = iterations_in(trace(*rows), LIMITS)
    assert len(found) == 4
    assert all(each.rows is not None for each in found)


class TestPolicy:
    @staticmethod
    def context(**more: Any) -> Any:
        return wrapped("turn_context", {"cwd": "/srv/app", "model": "gpt-5", **more})

    @pytest.mark.parametrize(
        ("given", "wanted"),
        [
            (
                {
                    "approval_policy": "never",
                    "sandbox_policy": {"type": "workspace-write", "network_access": False},
                },
                "sandbox workspace-write, no network, approval never",
            ),
            (
                {"approval_policy": "on-request", "sandbox_policy": {"mode": "read-only"}},
                "sandbox read-only, no network, approval on-request",
            ),
            ({"sandbox_policy": {"type": "danger-full-access"}}, "sandbox danger-full-access, network"),
            ({"sandbox_policy": "odd"}, ""),
            ({}, ""),
        ],
    )
    def test_what_a_turn_may_do(self, given: dict[str, Any], wanted: str) -> None:
        known = trace(self.context(**given), prompt(), say("Fine."), done()).policies
        assert [policy.words for policy, _ in known] == ([wanted] if wanted else [])

    def test_it_stands_beside_a_refusal(self) -> None:
        refused = (
            call("c1", "exec_command", {"cmd": "git push"}),
            output("c1", "exec command rejected by user"),
        )
        rows = (self.context(approval_policy="never"), prompt(), *refused, say("No."), done())
        (found,) = [each for each in findings(*rows) if each.kind == "denied"]
        assert found.explanation.endswith("(approval never).")
        assert found.rows[0] == 3
        later = (*rows, self.context(approval_policy="on-request"))
        assert [each.explanation for each in findings(*later) if each.kind == "denied"] == [found.explanation]
        assert findings(*rows[1:])[0].explanation.endswith("`git push`.")
