"""Two runs of a real loop that taught what to tell apart, told again in miniature."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codexlog.triage.loops import Loop
from codexlog.triage.story import story
from faults import plays
from faults.score import every_finding, loops_in
from faults.stories import START, change, check, commit, finish, healthy, look, write_loop
from faults.writers import Writer, begin

if TYPE_CHECKING:
    from faults.stories import Play

PLAN = (
    "Study specs/* and write IMPLEMENTATION_PLAN.md: what is missing, and in which order. Plan only, no code."
)


def kinds(loop: Loop, index: int) -> set[str]:
    return {each.kind for each in every_finding(loop) if each.iteration == index}


def second_task_then_overflow(writer: Writer) -> None:
    """The work is committed, then a second item is begun; its commit lands, too."""
    look(writer)
    change(writer)
    check(writer)
    commit(writer, "item 1 and 2")
    change(writer, "second")
    commit(writer, "item 3")
    writer.stop("", "Prompt is too long")


def overflow_before_commit(writer: Writer) -> None:
    """All is green, and the notice of a background agent comes before the commit."""
    look(writer)
    for number in range(27):
        change(writer, str(number))
    check(writer)
    writer.say("Let me wait for the update of the plan before committing.")
    writer.stop("", "Prompt is too long")
    writer.stop("", "Prompt is too long")


def commits_what_was_left(writer: Writer) -> None:
    writer.shell("git status --short", " M src/part1.py\n")
    commit(writer, "item 8")
    finish(writer)


@pytest.fixture
def run_a(tmp_path: Path) -> Loop:
    story: dict[int, Play] = {
        1: second_task_then_overflow,
        6: overflow_before_commit,
        7: commits_what_was_left,
    }
    (loop,) = loops_in(write_loop(tmp_path, "claude-2.1", 8, story))
    return loop


class TestRunA:
    def test_the_overflow_that_lost_work_is_the_first_bad_one(self, run_a: Loop) -> None:
        ends = [(each.verdict, each.is_bad) for each in run_a.iterations]
        assert ends[0] == ("context_overflow", False)
        assert ends[5] == ("context_overflow", True)
        assert (run_a.first_failure, run_a.recovered_by) == (6, 7)

    def test_the_cause_counts_both(self, run_a: Loop) -> None:
        assert run_a.verdict == "completed"
        assert run_a.cause is not None
        assert run_a.cause.text.startswith("2× context overflow (#1, #6)")

    def test_what_was_left_is_told_once(self, run_a: Loop) -> None:
        found = [each for each in run_a.iterations[5].findings if each.kind == "context_overflow"]
        assert [each.severity for each in found] == ["error"]
        assert "27 edits came after the last commit" in found[0].explanation

    def test_the_second_task_in_one_context_is_seen(self, run_a: Loop) -> None:
        assert "prompt_not_followed" in kinds(run_a, 1)
        assert "prompt_not_followed" not in kinds(run_a, 2)


def killed_while_waiting(writer: Writer) -> None:
    """A watchdog that takes silence for death."""
    writer.shell("cat specs/a.md", "# A\n")
    writer.say("I'll send four agents in parallel:")
    writer.at(105)
    writer.use("Task", {"prompt": "study"})  # type: ignore[attr-defined]


def squeezed(writer: Writer) -> None:
    """Seventeen edits of one file, and cut off after 606 s."""
    look(writer)
    for number in range(17):
        change(writer, str(number))
    writer.say("Two over. Let me squeeze two more:")
    writer.at(540)
    writer.shell("cat src/main.rs", "fn main() {}\n", answered=False)


def killed_at_once(writer: Writer) -> None:
    writer.shell("cat IMPLEMENTATION_PLAN.md", "- [x] all\n")
    writer.shell("cargo test", answered=False)


@pytest.fixture
def run_b(tmp_path: Path) -> Loop:
    """Two plan iterations, then the build; somebody watches alongside in the same folder."""
    plan = write_loop(tmp_path, "claude-2.1", 3, dict.fromkeys((1, 2, 3), killed_while_waiting), prompt=PLAN)
    story: dict[int, Play] = {2: squeezed, 3: plays.all_done, 12: killed_at_once}
    story |= dict.fromkeys(range(4, 12), plays.polish)
    build = write_loop(tmp_path, "claude-2.1", 12, story, start=START + timedelta(minutes=20), first=4)
    boss = begin("claude-2.1", 99, START + timedelta(seconds=30))
    boss.open()
    boss.prompt("watch the loop, and start it again when it hangs")
    healthy(boss)
    boss.at(3_000)
    boss.say("It went well.")
    (loop,) = loops_in([*plan, *build, boss.write(tmp_path)])
    return loop


def writes_the_plan(writer: Writer) -> None:
    writer.shell("cat specs/a.md", "# A\n")
    writer.patch("IMPLEMENTATION_PLAN.md", "- [ ] a", "- [ ] b")
    finish(writer, "The plan has six items.")


def test_a_plan_that_was_asked_for_is_work_and_no_sign_of_an_end(tmp_path: Path) -> None:
    asked = write_loop(tmp_path, "codex-0.145", 3, dict.fromkeys((1, 2, 3), writes_the_plan), prompt=PLAN)
    (loop,) = loops_in(asked)
    assert [each.verdict for each in loop.iterations] == ["completed"] * 3
    assert "bookkeeping_only" not in {each.kind for each in every_finding(loop)}


def test_a_plan_that_nobody_asked_for_is_bookkeeping(tmp_path: Path) -> None:
    (loop,) = loops_in(write_loop(tmp_path, "codex-0.145", 3, dict.fromkeys((1, 2, 3), writes_the_plan)))
    assert [each.verdict for each in loop.iterations] == ["converged"] * 3


def limited(writer: Writer) -> None:
    writer.stop("usage_limit_exceeded", "You've hit your usage limit.")


def signed_out(writer: Writer) -> None:
    writer.stop("unauthorized", "401 Unauthorized: the token has expired")


def limited_then_signed_out(tmp_path: Path) -> Loop:
    (loop,) = loops_in(write_loop(tmp_path, "codex-0.145", 4, {3: limited, 4: signed_out}))
    return loop


def test_a_cause_counts_ends_of_one_kind_alone(tmp_path: Path) -> None:
    loop = limited_then_signed_out(tmp_path)
    assert [each.verdict for each in loop.iterations[2:]] == ["usage_limit", "auth_error"]
    assert loop.cause == loop.iterations[3].cause


def test_all_that_were_cut_off_after_the_same_time_are_named(tmp_path: Path) -> None:
    (loop,) = loops_in(write_loop(tmp_path, "claude-2.1", 6, dict.fromkeys((2, 3, 5), squeezed)))
    (hint,) = [each for each in loop.findings if each.kind == "cut_off"]
    assert hint.explanation.startswith("Iterations 2, 3 and 5 were cut off after ")


def test_a_cause_that_is_older_than_a_good_end_is_told_so(run_a: Loop, run_b: Loop, tmp_path: Path) -> None:
    ends = [next(each for each in story(loop) if each.label == "ended").text for loop in (run_a, run_b)]
    assert ends[0].startswith("completed; before that: 2× context overflow (#1, #6): ")
    assert ends[1].startswith("converged: #6: ")
    last = next(each for each in story(limited_then_signed_out(tmp_path)) if each.label == "ended")
    assert last.text.startswith("auth error: 401 ")


class TestRunB:
    def test_plan_and_build_are_phases_and_the_supervisor_is_none_of_it(self, run_b: Loop) -> None:
        assert [each.phase for each in run_b.iterations] == [1] * 3 + [2] * 12
        assert len(run_b.phases) == 2

    def test_a_watchdog_shows_in_the_durations_of_those_that_were_cut_off(self, run_b: Loop) -> None:
        hints = [each for each in run_b.findings if each.kind == "cut_off"]
        assert ["perhaps a time limit from outside" in each.explanation for each in hints] == [True]
        assert {each.iteration for each in hints} <= {1, 2, 3}

    def test_the_cut_off_build_is_made_good(self, run_b: Loop) -> None:
        cut = run_b.iterations[4]
        assert (cut.verdict, cut.is_bad) == ("cut_off", True)
        found = next(each for each in cut.findings if each.kind == "cut_off")
        assert "17 edits came after the last commit" in found.explanation

    def test_it_converged_and_did_not_fail(self, run_b: Loop) -> None:
        assert run_b.verdict == "converged"
        assert run_b.cause is not None
        assert run_b.cause.text.startswith("#6: ")
        assert run_b.cause.text.endswith("; 9 more iterations followed")

    def test_the_last_kill_lost_nothing(self, run_b: Loop) -> None:
        last = run_b.iterations[-1]
        assert last.verdict == "cut_off"
        assert not last.progress.files


def by_script(writer: Writer) -> None:
    """The command line does not say that it commits; git's own lines do."""
    change(writer)
    writer.shell("./scripts/save.sh", "[main abc1234] keep it\n 1 file changed, 2 insertions(+)\n")
    finish(writer, "Done.")


def shown_only(writer: Writer) -> None:
    """What only reads shows somebody else's commit."""
    change(writer)
    writer.shell("cat save.log", "[main abc1234] keep it\n 1 file changed, 2 insertions(+)\n")
    finish(writer, "Done.")


def test_a_commit_that_a_script_made_is_one(tmp_path: Path) -> None:
    (loop,) = loops_in(write_loop(tmp_path, "codex-0.145", 3, {1: by_script, 2: shown_only}))
    subjects = [[each.subject for each in run.progress.commits] for run in loop.iterations[:2]]
    assert subjects == [["keep it"], []]
    assert [run.progress.uncommitted for run in loop.iterations[:2]] == [0, 1]


def stopped_early(writer: Writer) -> None:
    writer.spend(9_000)
    writer.stop("server_error", "stream disconnected before completion")


def costs(writer: Writer) -> None:
    writer.spend(90_000)
    healthy(writer)


def test_iterations_that_were_stopped_are_no_measure_of_tokens(tmp_path: Path) -> None:
    plays_of = {number: stopped_early if 1 < number < 6 else costs for number in range(1, 7)}
    (loop,) = loops_in(write_loop(tmp_path, "codex-0.145", 6, plays_of))
    assert "token_burn" not in {each.kind for each in loop.findings}


def test_a_branch_for_each_iteration_is_wanted_so(tmp_path: Path) -> None:
    paths = write_loop(tmp_path, "codex-0.145", 4)
    for number, path in enumerate(paths):
        head, *rest = path.read_text("utf-8").splitlines(keepends=True)
        assert '"branch":' in head
        told = json.loads(head)
        told["payload"]["git"]["branch"] = f"story-{number}"
        path.write_text(json.dumps(told) + "\n" + "".join(rest), "utf-8")
    (loop,) = loops_in(paths)
    assert [each.severity for each in loop.findings if each.kind == "wrong_place"] == ["info"]
