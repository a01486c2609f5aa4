"""Detectors that compare iterations: what fails again, what does not move on, what grows."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from codexlog.triage.findings import Finding, Kind, Severity, quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.triage.loops import Iteration, Signature
    from codexlog.triage.thresholds import Thresholds

LONG_ANSWER = 80
CUT_LEAST = 2


def detect(
    iterations: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """Every finding about the loop as a whole."""
    for detector in DETECTORS:
        yield from detector(iterations, matrix, limits)


def _of(
    iteration: Iteration,
    kind: Kind,
    severity: Severity,
    evidence: str,
    explanation: str,
    rows: Iterable[int] = (),
) -> Finding:
    known = tuple(rows) or ((iteration.cause.row,) if iteration.cause and iteration.cause.row else ())
    return Finding(
        kind, severity, iteration.session_id, iteration.index, None, known, None, evidence, explanation
    )


def _failing_again(
    iterations: Sequence[Iteration], matrix: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """3: the same check fails at the end of several iterations."""
    for row in matrix:
        if row.fails < limits.signature_iterations:
            continue
        failed = [each for each, cell in zip(iterations, row.cells, strict=True) if cell == "fail"]
        since = failed[0].index
        words = f"Fails at the end of {row.fails} iterations, since iteration {since}."
        severity: Severity = "error" if row.fails > limits.signature_iterations else "warning"
        rows = [each.row for each in failed[-1].failing if each.failure.text == row.failure.text]
        yield _of(failed[-1], "failing_across_iterations", severity, row.failure.text, words, rows)


def _no_change(
    iterations: Sequence[Iteration], _: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """4 and 5: several iterations in a row changed nothing, or nothing but plans."""
    for idle, run in groupby(iterations, _idleness):
        members = list(run)
        if not idle or len(members) < limits.no_change_iterations:
            continue
        last = members[-1]
        if idle == "nothing":
            words = f"No change was seen in {len(members)} iterations in a row."
            yield _of(last, "no_change", "warning", *_last_words(last, words))
        else:
            words = f"Only plans and notes were changed in {len(members)} iterations in a row."
            yield _of(last, "bookkeeping_only", "info", last.progress.files[0], words)


def _last_words(iteration: Iteration, words: str) -> tuple[str, str, tuple[int, ...]]:
    """Evidence, explanation and row of what an iteration said last."""
    row = iteration.last_answer_row
    return quote(iteration.last_answer.strip()), words, (row,) if row is not None else ()


def _idleness(iteration: Iteration) -> str:
    if iteration.progress.is_nothing:
        return "nothing"
    return "bookkeeping" if iteration.progress.is_bookkeeping else ""


def _token_burn(
    iterations: Sequence[Iteration], _: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """21: an iteration used several times the tokens of its siblings."""
    figures = [each.usage.total_tokens for each in iterations if each.usage is not None]
    if len(figures) < limits.token_least:
        return
    usual = median(figures)
    for iteration in iterations:
        used = iteration.usage.total_tokens if iteration.usage is not None else 0
        if usual and used > limits.token_factor * usual:
            words = f"Used {used:,} tokens; half of the iterations used less than {usual:,.0f}."
            yield _of(iteration, "token_burn", "warning", "", words)


def _restarts(
    iterations: Sequence[Iteration], _: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """23: two iterations in a row end with nearly the same words, or with commits of one subject."""
    for before, after in pairwise(iterations):
        subjects = {each.subject for each in before.progress.commits if each.subject}
        twice = next((each.subject for each in after.progress.commits if each.subject in subjects), "")
        if twice:
            words = f"Iterations {before.index} and {after.index} made a commit of the same subject."
            yield _of(after, "restart", "warning", twice, words)
        elif _alike(before.last_answer, after.last_answer) >= limits.restart_similarity:
            words = f"Iterations {before.index} and {after.index} end with nearly the same words."
            yield _of(after, "restart", "info", *_last_words(after, words))


def _alike(one: str, two: str) -> float:
    one, two = one.strip()[-600:], two.strip()[-600:]
    if min(len(one), len(two)) < LONG_ANSWER:
        return 0.0
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > 0.8 else 0.0


def _time_limit(
    iterations: Sequence[Iteration], _: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """13: iterations that were cut off after nearly the same time hint at a limit from outside."""
    cut = [(each.seconds or 0.0, each) for each in iterations if each.verdict == "cut_off" and each.seconds]
    for (shorter, before), (longer, after) in pairwise(sorted(cut, key=lambda pair: pair[0])):
        if longer - shorter <= limits.cluster_share * longer:
            words = (
                f"Iterations {before.index} and {after.index} were cut off after {shorter:.0f} s and "
                f"{longer:.0f} s: perhaps a time limit from outside."
            )
            yield _of(after, "cut_off", "info", after.cause.text if after.cause else "", words)
            return


def _wrong_place(
    iterations: Sequence[Iteration], _: Sequence[Signature], limits: Thresholds
) -> Iterator[Finding]:
    """24: an iteration ran on another branch than the one before it."""
    del limits
    for before, after in pairwise(iterations):
        if before.branch and after.branch and before.branch != after.branch:
            words = (
                f"Iteration {after.index} ran on {after.branch}, iteration {before.index} on {before.branch}."
            )
            yield _of(after, "wrong_place", "warning", after.branch, words, (1,))
            return


DETECTORS = (_failing_again, _no_change, _token_burn, _restarts, _time_limit, _wrong_place)
