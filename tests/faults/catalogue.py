"""Every fault: where it is put into a loop, and what triage must say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faults import longer, plays
from faults.stories import PROMPT, healthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faults.stories import Play

SIZE, AT = 7, 4
PROMISE = PROMPT + "\nWhen all items are done, print <promise>COMPLETE</promise>."
KEEP_OUT = PROMPT + "\nNever edit specs/."
RECORDING = frozenset(("codex-0.121", "codex-0.145", "claude-2.1", "entire"))
"""The eras that record errors and ends."""
CODEX = frozenset(("codex-0.47", "codex-0.121", "codex-0.145"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, what it does to its loop, and what must be said of it."""

    name: str
    plays: Mapping[int, Play]
    """By iteration, 0 being the one where the fault is put."""
    verdicts: frozenset[str]
    """Any of these for iteration 0; empty where its verdict says nothing."""
    kind: str
    """The finding that it must raise; empty for none."""
    eras: frozenset[str] | None = None
    """The eras that record it; None for all."""
    bad: bool = True
    prompt: str = PROMPT
    setups: Mapping[int, Play] = field(default_factory=dict)
    loop_verdict: str = ""
    """Of the loop as a whole; empty where it depends on what follows."""
    fixed: bool = False
    """Whether it has to start at iteration AT, because of what comes before or behind it."""


def _one(name: str, play: Play, verdict: str, kind: str = "", **more: Any) -> Fault:
    return Fault(name, {0: play}, frozenset(verdict.split()), kind, **more)


def _all(name: str, at: Mapping[int, Play], verdict: str, kind: str, **more: Any) -> Fault:
    return Fault(name, at, frozenset(verdict.split()), kind, fixed=True, **more)


def _fine(name: str, play: Play, kind: str, **more: Any) -> Fault:
    return _one(name, play, "completed", kind, bad=False, **more)


def _bloat(share: int) -> Play:
    def play(writer: Any) -> None:
        writer.spend(20_000 * share)
        healthy(writer)

    return play


FAULTS: tuple[Fault, ...] = (
    _one("a check fails at the end", plays.red_at_end, "failed"),
    _one("a pipe hides the exit code", plays.hidden_by_pipe, "failed"),
    _one("a linter passes after red tests", plays.lint_after_red, "failed"),
    _one("claims to be done while a check fails", plays.claims_done, "failed", "early_stop"),
    _one("usage limit", plays.limit, "usage_limit", "usage_limit", eras=RECORDING),
    _one("context overflow", plays.overflow, "context_overflow", "context_overflow", eras=RECORDING),
    _one(
        "context overflow after the commit",
        plays.overflow_after_commit,
        "context_overflow",
        "context_overflow",
        eras=RECORDING,
        bad=False,
    ),
    _one("stream error", plays.stream, "stream_error", "stream_error", eras=RECORDING),
    _one("sign-in refused", plays.auth, "auth_error", "stream_error", eras=RECORDING),
    _one("aborted", plays.aborted, "aborted", "aborted"),
    _one("cut off in a call", plays.cut, "cut_off", "cut_off"),
    _one("cut off after the commit", plays.cut_after_commit, "cut_off", "cut_off", bad=False),
    _one("cut off between two calls", plays.cut_between, "cut_off", "cut_off", eras=RECORDING),
    _one("announces more and ends", plays.announces, "cut_off", "early_stop"),
    _one("asks a question", plays.question, "question", "question"),
    _one("blocked", plays.blocked, "blocked", "blocked"),
    _one("no network", plays.network, "blocked", "network_blocked"),
    _one("nothing done", plays.nothing, "no_op"),
    _one("only reads while its siblings work", plays.only_reads, "no_op"),
    _one("the same command fails again and again", plays.stuck, "failed", "repeated_failing_command"),
    _fine("the same call, the same answer", plays.same_answer, "repeated_call"),
    _one("denied", plays.denied, "failed blocked", "denied"),
    _one("commands time out", plays.timeouts, "blocked failed", "command_timeout"),
    _one("patches do not apply", plays.patches, "question", "patch_failures"),
    _fine("token burn", plays.burn, "token_burn"),
    _fine("compacted again and again", plays.spiral, "compaction_spiral"),
    _fine("takes a change back", plays.takes_back, "oscillating_edits"),
    _fine("throws edits away", plays.throws_away, "oscillating_edits"),
    _fine("quotes the promise", plays.quotes_promise, "promise_problem", prompt=PROMISE),
    _fine("forgets the promise", plays.forgets_promise, "promise_problem", prompt=PROMISE),
    _one("makes the promise while red", plays.false_promise, "failed", "promise_problem", prompt=PROMISE),
    _all(
        "the promise is not heard",
        {0: plays.keeps_promise},
        "completed",
        "promise_problem",
        bad=False,
        prompt=PROMISE,
    ),
    _fine("leaves the plan open", plays.open_plan, "early_stop"),
    _fine("two items instead of one", plays.two_items, "prompt_not_followed"),
    _fine("edits what it must not", plays.forbidden, "prompt_not_followed", prompt=KEEP_OUT),
    _fine("does not commit", plays.no_commit, "prompt_not_followed"),
    _fine("on no branch", plays.off_branch, "wrong_place"),
    _fine("a torn row", plays.torn, "unreadable"),
    _one("another branch", healthy, "completed", "wrong_place", bad=False, setups={0: plays.on_a_branch}),
    _all(
        "one test fails in four iterations",
        dict.fromkeys(range(4), plays.red_at_end),
        "failed",
        "failing_across_iterations",
        loop_verdict="failed",
    ),
    _all("nothing at all, three times", dict.fromkeys(range(3), plays.nothing), "no_op", "no_change"),
    _all("reads alone, three times", dict.fromkeys(range(3), plays.only_reads), "no_op", "no_change"),
    _all(
        "notes alone to the end",
        dict.fromkeys(range(4), plays.only_notes),
        "converged",
        "bookkeeping_only",
        bad=False,
        loop_verdict="converged",
    ),
    _all(
        "all is done, and the loop goes on",
        {0: plays.all_done, 1: plays.polish, 2: plays.polish, 3: plays.polish},
        "completed",
        "",
        bad=False,
        loop_verdict="converged",
    ),
    _all(
        "back and forth between iterations",
        {0: plays.one_way, 1: plays.other_way},
        "completed",
        "oscillating_edits",
        bad=False,
    ),
    _all(
        "red before the loop began",
        dict.fromkeys(range(1 - AT, SIZE + 1 - AT), longer.red_as_before),
        "completed",
        "failing_across_iterations",
        bad=False,
    ),
    _all(
        "red before, and made worse",
        {
            **dict.fromkeys(range(1 - AT, SIZE + 1 - AT), longer.red_as_before),
            0: longer.worse_than_before,
        },
        "failed",
        "",
    ),
    _one("resumed, and red at the end", longer.resumed_and_red, "failed"),
    _one("green in part, red as a whole", longer.green_in_part, "failed", "early_stop"),
    _one("a build passes after red tests", longer.build_after_red, "failed", "early_stop"),
    _one("only the summary is left of it", longer.only_a_summary, "failed"),
    _one("a check says nothing and fails", longer.silent_check, "failed"),
    _fine("says all is done, open boxes in the plan", longer.open_boxes, "early_stop"),
    _fine("says done, checked nothing", longer.unverified, "early_stop"),
    _one("asks in another language", longer.asks_elsewhere, "question", "question"),
    _all("killed by a watchdog", {0: plays.cut, 2: plays.cut}, "cut_off", "cut_off"),
    _all(
        "the same work twice",
        {0: plays.same_subject, 1: plays.same_subject},
        "completed",
        "restart",
        bad=False,
    ),
    _all(
        "pushes fail",
        dict.fromkeys(range(4), plays.push_fails),
        "completed",
        "wrong_place",
        bad=False,
    ),
    _all(
        "instructions grow",
        {at - AT: _bloat(at) for at in range(1, SIZE + 1)},
        "completed",
        "instruction_bloat",
        bad=False,
        eras=CODEX,
    ),
)
