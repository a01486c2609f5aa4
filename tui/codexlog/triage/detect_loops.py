"""Detectors that compare iterations: what fails again, what does not move on, what grows.

Each finding names one iteration, and its rows and evidence stand in the file of that iteration.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from codexlog.triage.ending import STOPPED
from codexlog.triage.findings import Finding, quote
from codexlog.triage.residue import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.findings import Kind, Severity
    from codexlog.triage.loops import Iteration, Signature

LONG_ANSWER = 80
_NUMBERS = re.compile(r"\d+")


def detect(
    iterations: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """Every finding about the loop as a whole."""
    yield from _failing_again(iterations, matrix, limits)
    for detector in DETECTORS:
        yield from detector(iterations, limits)


def _at(
    run: Iteration, kind: Kind, severity: Severity, places: Iterable[Place | None], explanation: str
) -> Finding:
    """A finding at some places of an iteration; the last one is its evidence."""
    known = [place for place in places if place is not None] or [anchor(run)]
    rows = tuple(sorted({place.row for place in known}))
    return Finding(kind, severity, run.session_id, run.index, None, rows, None, known[-1].text, explanation)


def anchor(run: Iteration) -> Place:
    """What stands for an iteration as a whole: its last words, else what it was asked."""
    said = quote(run.last_answer.strip())
    if run.last_answer_row is not None and said:
        return Place(run.last_answer_row, said)
    return run.residue.asked or Place(1, "")


def _failing_again(
    iterations: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """3: the same check fails at the end of several iterations."""
    for row in matrix:
        if row.fails < limits.signature_iterations:
            continue
        failed = [each for each, cell in zip(iterations, row.cells, strict=True) if cell == "fail"]
        known = row.failure.text in iterations[0].residue.red_before
        since = "since before the loop began" if known else f"since iteration {failed[0].index}"
        words = f"Fails at the end of {row.fails} iterations, {since}."
        blamed = any(each.is_bad for each in failed)
        severity: Severity = "error" if row.fails > limits.signature_iterations and blamed else "warning"
        last = failed[-1]
        places = [
            Place(each.row, each.shown) for each in last.failing if each.failure.text == row.failure.text
        ]
        yield _at(last, "failing_across_iterations", severity, places, words)


def _no_change(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """4 and 5: several iterations in a row changed nothing that was seen, or nothing but plans."""
    numbered = list(enumerate(iterations))
    for idle, run in groupby(numbered, lambda pair: _idleness(pair[1], iterations[pair[0] + 1 :][:1])):
        members = [each for _, each in run]
        if not idle or len(members) < limits.no_change_iterations:
            continue
        last = members[-1]
        if idle == "nothing":
            words = f"No change was seen in {len(members)} iterations in a row."
            yield _at(last, "no_change", "warning", (), words)
        else:
            words = f"Nothing, or only plans and notes, was changed in {len(members)} iterations in a row."
            done = all(each.verdict == "converged" for each in members)
            yield _at(last, "bookkeeping_only", "info" if done else "warning", (), words)


def _idleness(run: Iteration, after: Sequence[Iteration]) -> str:
    """A commit that was checked out when the next iteration began shows a change that nobody saw."""
    done = run.progress
    if run.residue.is_planning:
        return ""
    if run.verdict == "converged" or done.is_bookkeeping:
        return "bookkeeping"
    if not done.is_nothing or run.verdict == "running":
        return ""
    before = run.residue.commit
    moved = after and before and after[0].residue.commit and after[0].residue.commit != before
    return "" if moved else "nothing"


def _empty_runs(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """11: iterations that end at once and do nothing: something keeps the agent from working."""
    for empty, run in groupby(iterations, lambda each: _is_empty(each, limits)):
        members = list(run)
        if empty and len(members) >= limits.no_change_iterations:
            seconds = limits.no_op_seconds
            words = f"{len(members)} iterations in a row ended within {seconds:.0f} s without any call."
            severity: Severity = "error" if any(each.is_bad for each in members) else "warning"
            yield _at(members[0], "no_change", severity, (), words)


def _is_empty(run: Iteration, limits: Thresholds) -> bool:
    short = run.seconds is not None and run.seconds < limits.no_op_seconds
    return short and run.calls == 0 and run.verdict not in ("running", "converged")


def _token_burn(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """21: an iteration used several times the tokens of its siblings."""
    figures = [each.usage.total_tokens for each in iterations if each.usage is not None]
    if len(figures) < limits.token_least:
        return
    whole = [each.usage.total_tokens for each in iterations if each.usage is not None and not _is_short(each)]
    usual = median(whole or figures)
    spread = median(abs(each - usual) for each in whole or figures)
    most = min(limits.token_factor * usual, max(2 * usual, usual + limits.token_spread * spread))
    for run in iterations:
        used = run.usage.total_tokens if run.usage is not None else 0
        if usual and used > most:
            words = f"Used {used:,} tokens; half of the iterations used {usual:,.0f} or less."
            at = run.residue.last_request
            yield _at(run, "token_burn", "warning", (Place(at.row, at.text) if at else None,), words)


def _is_short(run: Iteration) -> bool:
    """Whether a run was stopped before it was through, or did nothing: what it used is no measure."""
    return run.verdict in STOPPED or run.verdict in ("no_op", "running")


def _bloat(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """22: the first request of an iteration, which is instructions and prompt, grows from one to the next."""
    firsts = [(each, at) for each in iterations if (at := each.residue.first_request) and at.input]
    values = [at.input or 0 for _, at in firsts]
    if len(firsts) < limits.token_least:
        return
    rises = sum(after > before for before, after in pairwise(values))
    if rises * 4 >= 3 * (len(values) - 1) and values[-1] >= limits.instruction_growth * values[0]:
        last, at = firsts[-1]
        words = f"The first request of an iteration grew from {values[0]:,} to {values[-1]:,} tokens."
        yield _at(last, "instruction_bloat", "info", (Place(at.row, at.text),), words)


def _restarts(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """23: two iterations in a row end with nearly the same words, commit the same or tick the same item."""
    for before, after in pairwise(iterations):
        both = f"Iterations {before.index} and {after.index}"
        subjects = {each.subject for each in before.progress.commits if each.subject}
        twice = next((each for each in after.progress.commits if each.subject in subjects), None)
        again = [item for item in after.progress.ticked if item in before.progress.ticked]
        if twice is not None and twice.place is not None:
            place = Place(twice.place, quote(twice.subject))
            yield _at(after, "restart", "warning", (place,), f"{both} made a commit of the same subject.")
        elif again:
            yield _at(after, "restart", "warning", (), f"{both} ticked the same item: {quote(again[0])}.")
        elif not _is_rest(after) and same_words(before, after, limits.restart_similarity):
            yield _at(after, "restart", "info", (), f"{both} end with nearly the same words.")


def _is_rest(run: Iteration) -> bool:
    """Whether a run had nothing to do: then it may say the same as the one before it."""
    return run.verdict in ("converged", "no_op")


def same_words(before: Iteration, after: Iteration, limit: float) -> bool:
    """Whether two ends are alike; other figures or other commits make another story of it."""
    one, two = before.last_answer.strip()[-600:], after.last_answer.strip()[-600:]
    if min(len(one), len(two)) < LONG_ANSWER or _NUMBERS.findall(one) != _NUMBERS.findall(two):
        return False
    if before.progress.commits and after.progress.commits:
        return False
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.quick_ratio() >= limit and matcher.ratio() >= limit


def _back_and_forth(iterations: Sequence[Iteration], _: Thresholds) -> Iterator[Finding]:
    """15: an iteration takes back exactly what an earlier one changed."""
    made: dict[tuple[str, int, int], Iteration] = {}
    for run in iterations:
        for change in run.residue.changes:
            before = made.get((change.path, change.plus, change.minus))
            if before is not None and before.index != run.index and change.lines > 1:
                words = f"Takes back a change that iteration {before.index} made in {change.path}."
                place = Place(change.row, change.path.replace("\\", "/").rpartition("/")[2] or change.path)
                yield _at(run, "oscillating_edits", "warning", (place,), words)
                break
        for change in run.residue.changes:
            made[change.path, change.minus, change.plus] = run


def cluster(iterations: Sequence[Iteration], limits: Thresholds) -> list[Iteration]:
    """Most of those that were cut off after nearly the same time, in order; empty where no two were.

    Iterations that ended otherwise say nothing.
    """
    cut = [(each.seconds, each) for each in iterations if each.verdict == "cut_off" and each.seconds]
    alike = [
        [each for seconds, each in cut if 0 <= longest - seconds <= limits.cluster_share * longest]
        for longest, _ in cut
    ]
    most = max(alike, key=len, default=[])
    return most if len(most) > 1 else []


def _time_limit(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """13: iterations that were cut off after nearly the same time hint at a limit from outside."""
    alike = cluster(iterations, limits)
    if not alike:
        return
    after = alike[-1]
    names = ", ".join(str(each.index) for each in alike[:-1])
    times = sorted(round(each.seconds or 0) for each in alike)
    span = f"{times[0]}" if times[0] == times[-1] else f"{times[0]}–{times[-1]}"
    words = (
        f"Iterations {names} and {after.index} were cut off after {span} s: "
        "perhaps a time limit from outside."
    )
    rows = [each.rows[0] for each in after.findings if each.kind == "cut_off" and each.rows]
    evidence = next((each.evidence for each in after.findings if each.kind == "cut_off"), "")
    yield _at(after, "cut_off", "info", [Place(row, evidence) for row in rows if evidence], words)


def _wrong_place(iterations: Sequence[Iteration], limits: Thresholds) -> Iterator[Finding]:
    """24: another branch than before, commits on no branch, pushes that fail each time."""
    for before, after in pairwise(iterations):
        if before.branch and after.branch and before.branch != after.branch:
            words = (
                f"Iteration {after.index} ran on {after.branch}, iteration {before.index} on {before.branch}."
            )
            places = (Place(after.residue.place_row, after.branch),)
            severity: Severity = "info" if _one_branch_each(iterations) else "warning"
            yield _at(after, "wrong_place", severity, places, words)
            break
    lost = next((each for each in iterations if each.residue.detached is not None), None)
    if lost is not None:
        words = f"Iteration {lost.index} made a commit on a detached HEAD: no branch holds it."
        yield _at(lost, "wrong_place", "warning", (lost.residue.detached,), words)
    for failed, run in groupby(iterations, lambda each: each.residue.push_failed is not None):
        members = list(run)
        if failed and len(members) >= limits.pushes_in_a_row:
            words = f"`git push` failed in {len(members)} iterations in a row: commits stay where they are."
            yield _at(members[-1], "wrong_place", "warning", (members[-1].residue.push_failed,), words)


def _one_branch_each(iterations: Sequence[Iteration]) -> bool:
    """Whether every iteration ran on a branch of its own: then somebody wants it so."""
    branches = [each.branch for each in iterations]
    return len(branches) > 2 and len(set(branches)) == len(branches)


def _ignored_promise(iterations: Sequence[Iteration], _: Thresholds) -> Iterator[Finding]:
    """17: the completion promise was made, and the loop went on."""
    for run in iterations[:-1]:
        if run.residue.promise is not None:
            after = len(iterations) - run.index
            more = f"{after} more iteration{'s' if after != 1 else ''}"
            words = f"The completion promise was made in iteration {run.index}; {more} followed."
            yield _at(run, "promise_problem", "warning", (run.residue.promise,), words)
            return


DETECTORS: tuple[Callable[[Sequence[Iteration], Thresholds], Iterable[Finding]], ...] = (
    _no_change,
    _empty_runs,
    _token_burn,
    _bloat,
    _restarts,
    _back_and_forth,
    _time_limit,
    _wrong_place,
    _ignored_promise,
)
