"""Judged iterations → a loop: the first bad one, its recovery, the loop's verdict and cause."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from codexlog.triage.detect_loops import cluster, detect
from codexlog.triage.findings import Cause
from codexlog.triage.grouping import prompt_key
from codexlog.triage.loops import Loop
from codexlog.triage.marks import words
from codexlog.triage.matrix import signatures_of
from codexlog.triage.texts import WANTS_CHANGE, WANTS_GREEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.findings import Verdict
    from codexlog.triage.grouping import Group
    from codexlog.triage.loops import Iteration, Signature

STUBBORN = 3
"""Iterations in which one check fails before it is the cause."""
PRIORITY: tuple[frozenset[Verdict], ...] = (
    frozenset(("usage_limit", "auth_error")),
    frozenset(("context_overflow",)),
    frozenset(("cut_off", "stream_error", "aborted")),
    frozenset(("blocked",)),
    frozenset(("failed",)),
    frozenset(("no_op",)),
    frozenset(("question",)),
    frozenset(("not_recorded",)),
)
"""Which verdict is named where several iterations ended badly, the first one first."""


def loop_of(group: Group, iterations: Sequence[Iteration], limits: Thresholds) -> Loop:
    """Put judged iterations together."""
    prompts = [phase.members[0].first_prompt or "" for phase in group.phases]
    runs = settle(iterations, prompts, limits)
    matrix = signatures_of(runs)
    first, recovered = first_bad(runs)
    verdict, cause = loop_verdict(runs, matrix, limits)
    return Loop(
        id=group.id,
        cwd=group.phases[0].cwd,
        prompt=prompts[0],
        why=group.why,
        phases=tuple(map(prompt_key, prompts)),
        iterations=runs,
        first_failure=first,
        recovered_by=recovered,
        verdict=verdict,
        cause=cause,
        signatures=matrix,
        findings=tuple(detect(runs, matrix, limits)),
    )


# --------------------------------------------------------------- what only the siblings of a run can tell


def settle(
    iterations: Sequence[Iteration], prompts: Sequence[str], limits: Thresholds
) -> tuple[Iteration, ...]:
    """Judge again what depends on the siblings: older red tests, and runs that changed nothing."""
    if not iterations:
        return ()
    before = iterations[0].residue.red_before if not WANTS_GREEN.search(prompts[0]) else ()
    inherited = {text for text in before if not _named(text, prompts[0])}
    runs = [_without_inherited(each, inherited) for each in iterations]
    idle = [_is_idle(each, runs[at + 1 : at + 2], prompts) for at, each in enumerate(runs)]
    most_change = sum(not each.progress.is_nothing for each in runs) * 2 > len(runs)
    told: list[Iteration] = []
    for flag, part in groupby(zip(runs, idle, strict=True), key=lambda pair: pair[1]):
        members = [run for run, _ in part]
        stuck = flag and (most_change or len(members) >= limits.no_change_iterations)
        told += [_no_op(each) if stuck else each for each in members]
    return tuple(told)


def _named(text: str, prompt: str) -> bool:
    """Whether a prompt speaks of a failing check: then making it pass is the work."""
    return text in prompt or text.rpartition("::")[2] in prompt


def _without_inherited(run: Iteration, inherited: set[str]) -> Iteration:
    """An iteration whose only failures are older than the loop did not fail."""
    left = [each for each in run.failing if each.failure.text in inherited]
    if run.verdict != "failed" or len(left) < len(run.failing) or run.progress.is_nothing:
        return run
    cause = Cause(f"{left[-1].failure.text} failed before the loop began", run.session_id, left[-1].row)
    mild = tuple(
        replace(each, severity="warning") if each.severity == "error" else each for each in run.findings
    )
    return replace(run, verdict="completed", is_bad=False, cause=cause, findings=mild)


def _is_idle(run: Iteration, after: Sequence[Iteration], prompts: Sequence[str]) -> bool:
    """Whether nothing came of a run of which something was to come."""
    prompt = prompts[min(run.phase, len(prompts)) - 1]
    quiet = run.verdict == "completed" and run.progress.is_nothing and not run.is_bad
    return quiet and not landed(run, after) and WANTS_CHANGE.search(prompt) is not None


def landed(run: Iteration, after: Sequence[Iteration]) -> bool:
    """Whether another commit was checked out when the next iteration began."""
    before = run.residue.commit
    return bool(after and before and after[0].residue.commit and after[0].residue.commit != before)


def _no_op(run: Iteration) -> Iteration:
    said = run.cause.text if run.cause is not None else ""
    row = run.cause.row if run.cause is not None else run.last_answer_row
    return replace(
        run,
        verdict="no_op",
        is_bad=True,
        cause=Cause(f"no change was seen: {said}" if said else "no change was seen", run.session_id, row),
    )


# --------------------------------------------------------------------------------- the first bad iteration


def first_bad(iterations: Sequence[Iteration]) -> tuple[int | None, int | None]:
    """(the earliest iteration that ended badly, the later one that made it good), by index."""
    for at, iteration in enumerate(iterations):
        if iteration.is_bad:
            later = iterations[at + 1 :]
            return iteration.index, recovery(iteration, later, by_commit=_has_commits(iterations))
    return None, None


def _has_commits(runs: Sequence[Iteration]) -> bool:
    """Whether work is safe in commits alone: some were made, or asked for."""
    asked = any(each.asked.lower() == "commit" for run in runs for each in run.checklist)
    return asked or any(run.progress.commits for run in runs)


def recovery(bad: Iteration, later: Sequence[Iteration], *, by_commit: bool = True) -> int | None:
    """The first later iteration that ended well, with none of its failures left.

    With a commit, too, where work was left and `by_commit` says that this loop makes any.
    """
    failing = {each.failure.text for each in bad.failing}
    for number, run in enumerate(later):
        left = failing & {each.failure.text for each in run.failing}
        committed = bool(run.progress.commits) or landed(run, later[number + 1 :])
        if (
            not run.is_bad
            and not left
            and (committed or not by_commit or not bad.progress.uncommitted)
            and run.verdict != "no_op"
        ):
            return run.index
    return None


# -------------------------------------------------------------------------------------- verdict and cause


def loop_verdict(
    runs: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds
) -> tuple[Verdict, Cause | None]:
    """How the loop as a whole ended: converged where all was done, else as its last iteration did."""
    if not runs:
        return "not_recorded", None
    last = runs[-1]
    if last.verdict == "running":
        return "running", last.cause
    done = _converged_at(runs)
    if done is not None:
        return "converged", _convergence(runs, done)
    return last.verdict, _cause(runs, matrix, limits) or last.cause


def _converged_at(runs: Sequence[Iteration]) -> Iteration | None:
    """The iteration from which on all was done: it says so, or nothing but notes was changed ever after."""
    for at, run in enumerate(runs):
        later = runs[at + 1 :]
        done = run.residue.nothing_left is not None and not run.is_bad
        if (run.verdict == "converged" or (done and later)) and all(map(_is_polish, later)):
            return run
    return None


def _is_polish(run: Iteration) -> bool:
    """Whether a run that came after the end of the work lost nothing, broke nothing and ticked nothing."""
    lost = run.is_bad and (run.progress.uncommitted or run.verdict == "failed")
    return not lost and not run.failing and not run.progress.ticked


def _convergence(runs: Sequence[Iteration], done: Iteration) -> Cause | None:
    place = done.residue.nothing_left
    after = len(runs) - done.index
    more = f"; {after} more iteration{'s' if after != 1 else ''} followed" if after else ""
    if place is not None:
        return Cause(f"#{done.index}: {place.text}{more}", done.session_id, place.row)
    cause = done.cause
    return (
        Cause(f"#{done.index}: {cause.text}{more}", cause.session_id, cause.row)
        if cause is not None
        else None
    )


def _cause(runs: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds) -> Cause | None:
    """One line of what went wrong, by `PRIORITY`: of what nobody made good, else of what somebody did."""
    by_commit = _has_commits(runs)
    bad = [
        (run, recovery(run, runs[at + 1 :], by_commit=by_commit)) for at, run in enumerate(runs) if run.is_bad
    ]
    open_ones = [run for run, good in bad if good is None]
    if not bad:
        return None
    for kinds in PRIORITY:
        found = [run for run in open_ones or [run for run, _ in bad] if run.verdict in kinds]
        if found:
            named = runs[-1].verdict if runs[-1] in found else found[0].verdict
            every = [run for run in runs if run.verdict == named]
            found = [run for run in found if run.verdict == named]
            if every == [runs[-1]]:  # the verdict says the same already
                return runs[-1].cause
            return _named_cause(found, every, matrix, limits)
    return None


def _named_cause(
    found: Sequence[Iteration],
    every: Sequence[Iteration],
    matrix: Sequence[Signature],
    limits: Thresholds,
) -> Cause:
    first = found[0]
    row = first.cause.row if first.cause is not None else None
    said = first.cause.text if first.cause is not None else ""
    if first.verdict == "failed":
        stubborn = next((each for each in matrix if each.fails >= STUBBORN), None)
        if stubborn is not None:
            said = f"{stubborn.failure.text} fails in {stubborn.fails} iterations"
    names = ", ".join(f"#{run.index}" for run in every[:6]) + (", …" if len(every) > 6 else "")
    head = (
        f"{len(every)}× {words(first.verdict)} ({names})"
        if len(every) > 1
        else f"{names} {words(first.verdict)}"
    )
    hint = "; perhaps a time limit from outside" if cluster(every, limits) else ""
    return Cause(f"{head}: {said}{hint}" if said else head + hint, first.session_id, row)
