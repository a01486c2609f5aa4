"""Verdicts and what guards them: a line each, with the end that must not be mistaken for another."""

from __future__ import annotations

import io
from typing import Any, ClassVar

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import spool
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.summary import FileFacts
from codexlog.triage.ending import Ending, ending
from codexlog.triage.findings import Finding
from codexlog.triage.loops import iteration_of
from codexlog.triage.reading import trace_of
from codexlog.triage.trace import Trace
from rollout import call, encode, event, exited, item, message, meta, output, running, task_started

LIMITS = Thresholds()
FAILS = "FAILED tests/a.py::b - no"
MADE = "[main abc1234] x\n 1 file changed"


def traced(*rows: Any, version: str = "0.145.0", age: float = 1e9, **more: Any) -> Trace:
    head = [
        meta(cli_version=version, **{"originator": "codex_exec", "source": "exec", **more}),
        task_started("t1"),
    ]
    facts = FileFacts("a.jsonl", age=age)
    with Transcript(spool(io.BytesIO(encode([*head, *rows])), "a.jsonl"), facts) as transcript:
        return trace_of(transcript)


def claude(*rows: Any, path: str = "a.jsonl") -> Trace:
    head = {"sessionId": "s", "cwd": "/srv/app", "userType": "external", "isSidechain": False}
    every = [
        {**head, "uuid": f"u{at}", "timestamp": f"2026-03-01T10:00:{at:02}Z", **row}
        for at, row in enumerate(rows)
    ]
    with Transcript(spool(io.BytesIO(encode(every)), path), FileFacts(path, age=1e9)) as transcript:
        return trace_of(transcript)


def typed(text: str) -> dict[str, Any]:
    return {"type": "user", "message": {"role": "user", "content": text}}


def used(name: str, given: dict[str, Any], call_id: str = "toolu_1") -> dict[str, Any]:
    block = {"type": "tool_use", "id": call_id, "name": name, "input": given}
    inner = {
        "id": f"msg_{call_id}",
        "role": "assistant",
        "model": "m",
        "content": [block],
        "stop_reason": "tool_use",
    }
    return {"type": "assistant", "message": inner}


def api_error(text: str, code: str) -> dict[str, Any]:
    said = {
        "id": "e",
        "role": "assistant",
        "model": "<synthetic>",
        "content": [{"type": "text", "text": text}],
    }
    return {"type": "assistant", "isApiErrorMessage": True, "error": code, "message": said}


def prompt(text: str = "go") -> Any:
    return event("user_message", message=text, kind="plain")


def ran(number: int, command: str, code: int = 0, body: str = "done") -> tuple[Any, Any]:
    return call(f"c{number}", "exec_command", {"cmd": command}), output(f"c{number}", exited(code, body))


def patched(number: int, path: str = "a.py", minus: str = "a", plus: str = "b") -> tuple[Any, Any]:
    text = f"*** Begin Patch\n*** Update File: {path}\n@@\n-{minus}\n+{plus}\n*** End Patch"
    given = item("custom_tool_call", name="apply_patch", input=text, call_id=f"p{number}")
    answer = f"Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\nM {path}"
    return given, item("custom_tool_call_output", call_id=f"p{number}", output=answer)


def done(**more: Any) -> Any:
    return event("task_complete", turn_id="t1", **more)


def say(text: str) -> Any:
    return message("assistant", text)


def end(*rows: Any, **more: Any) -> Ending:
    return ending(traced(*rows, **more))


def found(*rows: Any, **more: Any) -> list[Finding]:
    return list(iteration_of(traced(*rows, **more), LIMITS).findings)


def kinds(*rows: Any, **more: Any) -> set[str]:
    return {each.kind for each in found(*rows, **more)}


class TestClaude:
    @pytest.mark.parametrize(
        ("text", "code", "verdict"),
        [
            ("Prompt is too long", "invalid_request", "context_overflow"),
            ("You're out of extra usage · resets 9am", "rate_limit", "usage_limit"),
            ("something in another language", "rate_limit", "usage_limit"),
            ("Please run /login", "authentication_failed", "auth_error"),
            ("API Error: 529 Overloaded", "server_error", "stream_error"),
            ("something nobody knows", "unknown", "stream_error"),
        ],
    )
    def test_api_errors(self, text: str, code: str, verdict: str) -> None:
        judged = ending(claude(typed("go"), api_error(text, code)))
        assert (judged.verdict, judged.row, judged.evidence) == (verdict, 2, text)

    def test_the_same_error_twice_is_one_finding(self) -> None:
        error = api_error("Prompt is too long", "invalid_request")
        run = iteration_of(claude(typed("go"), error, error), LIMITS)
        assert [each.kind for each in run.findings] == ["context_overflow"]

    def test_interrupted_by_a_person(self) -> None:
        rows = (
            typed("go"),
            used("Bash", {"command": "ls"}),
            typed("[Request interrupted by user for tool use]"),
        )
        assert ending(claude(*rows)).verdict == "aborted"

    def test_a_copy_that_was_taken_at_the_commit(self) -> None:
        rows = typed("go"), used("Bash", {"command": "git add -A && git commit -m x"})
        assert ending(claude(*rows, path=".entire/metadata/x/full.jsonl")).verdict == "completed"
        assert ending(claude(*rows)).verdict == "cut_off"
        other = typed("go"), used("Bash", {"command": "make"})
        assert ending(claude(*other, path=".entire/metadata/x/full.jsonl")).verdict == "cut_off"

    def test_the_file_ends_after_the_prompt(self) -> None:
        judged = ending(claude(typed("go on")))
        assert (judged.verdict, judged.evidence) == ("cut_off", "go on")


class TestStops:
    @pytest.mark.parametrize(
        ("code", "verdict"),
        [
            ("usage_limit_exceeded", "usage_limit"),
            ("context_window_exceeded", "context_overflow"),
            ("unauthorized", "auth_error"),
            ("server_overloaded", "stream_error"),
            ("internal_server_error", "stream_error"),
            ("other", "stream_error"),
        ],
    )
    def test_codes_of_task_complete(self, code: str, verdict: str) -> None:
        judged = end(prompt(), done(error={"message": "no", "codex_error_info": code}))
        assert (judged.verdict, judged.evidence, judged.is_bad) == (verdict, "no", True)

    def test_an_error_event_before_the_end(self) -> None:
        assert end(prompt(), event("error", message="spend cap reached"), done()).verdict == "usage_limit"

    def test_an_error_after_which_it_went_on_is_a_note(self) -> None:
        rows = prompt(), event("error", message="stream disconnected before completion"), *patched(1)
        assert end(*rows, say("Fine."), done()).verdict == "completed"
        assert [(each.kind, each.severity) for each in found(*rows, say("Fine."), done())] == [
            ("stream_error", "info")
        ]

    def test_a_limit_that_was_reached_after_the_answer_stopped_nothing(self) -> None:
        reached = event("token_count", info=None, rate_limits={"rate_limit_reached_type": "primary"})
        assert end(prompt(), *patched(1), say("Fine."), reached, done()).verdict == "completed"
        assert end(prompt(), *patched(1), reached, done()).verdict == "usage_limit"

    def test_a_file_that_changed_a_moment_ago_is_running(self) -> None:
        rows = prompt(), call("c1", "exec_command", {"cmd": "make"})
        assert end(*rows, age=5.0).verdict == "running"
        assert end(*rows, age=500.0).verdict == "cut_off"
        assert kinds(*rows, age=5.0) == set()

    def test_a_process_that_still_ran(self) -> None:
        rows = prompt(), call("c1", "exec_command", {"cmd": "make serve"}), output("c1", running(7))
        assert end(*rows).text == "the last call was still running: make serve"

    def test_complete_without_an_answer(self) -> None:
        judged = end(prompt(), *ran(1, "ls"), done(last_agent_message=None))
        assert (judged.verdict, judged.is_bad) == ("not_recorded", False)
        assert end(prompt(), *patched(1), done()).is_bad
        assert kinds(prompt(), *ran(1, "ls"), done()) == {"stream_error"}

    def test_how_full_the_context_was(self) -> None:
        figures = {
            "input_tokens": 250_000,
            "cached_input_tokens": 0,
            "output_tokens": 1,
            "total_tokens": 250_001,
        }
        info = {"total_token_usage": figures, "last_token_usage": figures, "model_context_window": 258_400}
        rows = (
            prompt(),
            *ran(1, "ls"),
            event("token_count", info=info),
            call("c2", "exec_command", {"cmd": "make"}),
        )
        assert "filled 97% of the context window" in found(*rows)[0].explanation


class TestWork:
    def test_notes_that_follow_a_commit_are_no_lost_work(self) -> None:
        made = ran(1, "git commit -am x", 0, MADE)
        stop = event("turn_aborted", reason="interrupted")
        assert not end(prompt(), *patched(1), *made, *patched(2, "PLAN.md"), stop).is_bad
        assert end(prompt(), *patched(1), *made, *patched(2, "b.py"), stop).is_bad

    @pytest.mark.parametrize(
        ("command", "code", "body", "made"),
        [
            ("git commit -m x", 0, MADE, True),
            ("git commit -m x && git push", 128, MADE + "\nfatal: no", True),
            ("git commit -qm x", 0, "", True),
            ("git commit -m x || true", 0, "On branch main\nnothing to commit, working tree clean", False),
            ("git commit -m x", 1, "hook failed", False),
            ("git commit -m x", 0, "[detached HEAD abc1234] x", True),
            ("git log", 0, MADE, False),
        ],
    )
    def test_what_is_a_commit(self, command: str, code: int, body: str, made: bool) -> None:
        trace = traced(prompt(), *ran(1, command, code, body), say("x"), done())
        assert (trace.steps[0].commit is not None) is made

    def test_a_check_that_is_not_there_is_none(self) -> None:
        gone = ran(1, "pytest", 127, "bash: pytest: command not found")
        assert end(prompt(), *gone, say("It is written."), done()).verdict == "completed"

    def test_a_linter_does_not_speak_for_tests(self) -> None:
        rows = prompt(), *ran(1, "pytest", 1, FAILS), *ran(2, "ruff check", 0, "All checks passed!")
        assert end(*rows, say("x"), done()).verdict == "failed"
        assert end(*rows, *ran(3, "pytest", 0, "3 passed in 0.1s"), say("x"), done()).verdict == "completed"

    def test_commands_in_a_script(self) -> None:
        text = 'await tools.exec_command({cmd: "git commit -am x"})'
        given = item("custom_tool_call", name="exec", input=text, call_id="x")
        answer = [{"type": "input_text", "text": "Script completed\nWall time 0.1 seconds\nOutput:\n"}]
        answer.append({"type": "input_text", "text": f"Exit code: 0\nOutput:\n{MADE}"})
        made = item("custom_tool_call_output", call_id="x", output=answer)
        (step,) = traced(prompt(), given, made, say("x"), done()).steps
        assert (step.purpose, step.commit and step.commit.sha) == ("git", "abc1234")

    @pytest.mark.parametrize(
        ("words", "verdict"),
        [
            ("All items of the plan are done.", "converged"),
            ("Nothing left to do.", "converged"),
            ("There are no open items.", "converged"),
            ("Not all items of the plan are done.", "no_op"),
            ("Documented. Nothing else changed.", "no_op"),
        ],
    )
    def test_nothing_left(self, words: str, verdict: str) -> None:
        assert end(prompt(), *ran(1, "cat PLAN.md"), say(words), done()).verdict == verdict

    def test_work_that_finishes_the_plan_is_work(self) -> None:
        tick = patched(2, "PLAN.md", "- [ ] last", "- [x] last")
        rows = prompt(), *patched(1), *tick, say("All items of the plan are done."), done()
        assert end(*rows).verdict == "completed"

    def test_an_offer_after_the_commit_is_no_question(self) -> None:
        offer = say("It is done. Would you like me to look at the next item?")
        rows = prompt(), *patched(1), *ran(1, "git commit -am x", 0, MADE), offer, done()
        assert end(*rows).verdict == "completed"
        assert end(prompt(), *patched(1), offer, done()).verdict == "question"


class TestAtTheKeyboard:
    PERSON: ClassVar[dict[str, Any]] = {"originator": "codex-tui", "source": "cli"}

    def alone(self, *rows: Any, **more: Any) -> list[tuple[str, str]]:
        run = iteration_of(traced(*rows, **more), LIMITS, in_loop=False)
        return [(each.kind, each.severity) for each in run.findings]

    def test_an_interruption_is_part_of_the_work(self) -> None:
        rows = prompt(), *patched(1), event("turn_aborted", reason="interrupted")
        assert self.alone(*rows, **self.PERSON) == [("aborted", "info")]
        assert self.alone(*rows) == [("aborted", "error")]

    def test_two_prompts_are_a_person(self) -> None:
        rows = prompt(), *patched(1), prompt("no, otherwise"), event("turn_aborted", reason="interrupted")
        assert self.alone(*rows, originator="x", source="unknown") == [("aborted", "info")]

    def test_in_a_loop_nobody_is_there(self) -> None:
        rows = prompt(), *patched(1), event("turn_aborted", reason="interrupted")
        run = iteration_of(traced(*rows, **self.PERSON), LIMITS)
        assert [each.severity for each in run.findings] == ["error"]

    def test_a_look_without_a_change_is_fine(self) -> None:
        rows = prompt("what is this?"), *ran(1, "cat a.py"), say("A parser."), done()
        assert ending(traced(*rows), in_loop=False).verdict == "completed"
        assert ending(traced(*rows), in_loop=True).verdict == "no_op"


class TestCalls:
    def refused(self, body: str, command: str = "make x", code: int = 1) -> bool:
        return "denied" in kinds(prompt(), *ran(1, command, code, body), say("x"), done())

    def test_noise_of_a_shell_is_no_denial(self) -> None:
        noise = "/etc/profile: line 3: /bin/ps: Operation not permitted"
        assert not self.refused(f"{noise}\nno such target")
        assert self.refused("mkdir: cannot create 'x': Permission denied")
        assert not self.refused("a: Permission denied\nsed: b: No such file or directory", "sed -n 1p b")

    def test_the_evidence_is_the_line_that_says_so(self) -> None:
        rows = (
            prompt(),
            *ran(1, "git commit -m x", 128, "fatal: x\nerror: .git: Read-only file system"),
            say("x"),
        )
        (denied,) = [each for each in found(*rows, done()) if each.kind == "denied"]
        assert denied.evidence == "error: .git: Read-only file system"

    def test_files_that_speak_of_the_network(self) -> None:
        body = "throw new Error('ENOTFOUND')"
        assert "network_blocked" not in kinds(prompt(), *ran(1, "cat a b", 1, body), say("x"), done())
        assert "network_blocked" in kinds(prompt(), *ran(1, "npm ci", 1, "ENOTFOUND host"), say("x"), done())

    def test_the_same_words_with_other_exit_codes_are_no_repetition(self) -> None:
        rows = [row for code in (1, 2, 3) for row in ran(code, "make x", code, "no")]
        assert "repeated_failing_command" not in kinds(prompt(), *rows, say("x"), done())

    def test_waiting_is_no_repetition(self) -> None:
        rows = [row for at in range(5) for row in ran(at, "sleep 9; cat state", 0, "on")]
        assert kinds(prompt(), *rows, say("x"), done()) == set()
        rows = [row for at in range(5) for row in ran(at, "cat state", 0, "on")]
        assert "repeated_call" in kinds(prompt(), *rows, say("x"), done())

    @pytest.mark.parametrize(
        ("line", "lost"),
        [
            ("git checkout -- a.py", True),
            ("git checkout main", False),
            ("git reset --hard", True),
            ("git reset a.py", False),
            ("git restore a.py", True),
            ("git restore --staged a.py", False),
            ("git stash", True),
            ("git stash list", False),
            ("git stash && make && git stash pop", False),
        ],
    )
    def test_edits_that_were_thrown_away(self, line: str, lost: bool) -> None:
        rows = prompt(), *patched(1), *ran(1, line, 0, ""), say("x"), done()
        assert ("oscillating_edits" in kinds(*rows)) is lost

    def test_committed_edits_are_not_thrown_away(self) -> None:
        made = ran(1, "git commit -am x", 0, MADE)
        rows = prompt(), *patched(1), *made, *ran(2, "git checkout -- a.py", 0, ""), say("x"), done()
        assert "oscillating_edits" not in kinds(*rows)


class TestPrompt:
    ONE = "Pick ONE item. Never edit specs/. Run `cargo test` and commit."

    def explained(self, *rows: Any, text: str = ONE) -> list[str]:
        every = found(prompt(text), *rows, say("x"), done())
        return [each.explanation for each in every if each.kind == "prompt_not_followed"]

    def test_all_of_it(self) -> None:
        rows = *patched(1), *ran(1, "cargo test", 0, "test result: ok."), *ran(2, "git commit -am x", 0, MADE)
        assert self.explained(*rows) == []

    def test_a_command_that_was_never_run(self) -> None:
        made = ran(2, "git commit -am x", 0, MADE)
        assert self.explained(*patched(1), *made) == ["The prompt names `cargo test`; it was not seen."]

    def test_no_commit(self) -> None:
        rows = *patched(1), *ran(1, "cargo test", 0, "test result: ok.")
        assert self.explained(*rows) == ["The prompt speaks of a commit; edits were seen and no commit."]
        assert self.explained(*rows, text="Do it. Do not commit. Run cargo test.") == []

    def test_a_forbidden_folder(self) -> None:
        rows = *patched(1, "specs/a.md"), *ran(1, "cargo test"), *ran(2, "git commit -am x", 0, MADE)
        assert self.explained(*rows) == ["The prompt says 'Never edit specs/'; it was edited."]

    def test_two_items(self) -> None:
        ticks = (*patched(1, "P.md", "- [ ] a", "- [x] a"), *patched(2, "P.md", "- [ ] b", "- [x] b"))
        rows = *ticks, *ran(1, "cargo test"), *ran(2, "git commit -am x", 0, MADE)
        assert self.explained(*rows) == ["The prompt says 'ONE item'; 2 items were ticked."]
        assert self.explained(*rows, text="Do all items, run cargo test and commit.") == []

    def test_a_person_may_change_their_mind(self) -> None:
        rows = prompt(self.ONE), *patched(1), say("x"), done()
        run = iteration_of(traced(*rows, originator="codex-tui", source="cli"), LIMITS, in_loop=False)
        assert run.findings == ()
