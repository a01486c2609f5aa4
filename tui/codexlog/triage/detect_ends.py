"""Detectors that look at how a run ended and at what it said last."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from codexlog.triage.checks import failing_at_end
from codexlog.triage.ending import STOP_MARKS, quoted
from codexlog.triage.findings import line_at, quote
from codexlog.triage.plans import open_boxes, open_items
from codexlog.triage.progress import progress
from codexlog.triage.promises import promise_of
from codexlog.triage.texts import (
    CLAIMS_DONE,
    INTENT,
    NEAR,
    NEEDS_NO_CHECK,
    NEGATED,
    admits_failure,
    says_nothing_left,
    stop_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.triage.case import Case
    from codexlog.triage.findings import Finding, Kind, Severity
    from codexlog.triage.trace import Mark, Said

FULL = 0.95
"""Share of the context window from which a stop may have to do with it."""
_NAMES: dict[str, tuple[Kind, str]] = {
    "context_overflow": ("context_overflow", "The context window was full"),
    "usage_limit": ("usage_limit", "A usage or rate limit was reached"),
    "stream_error": ("stream_error", "The transcript records an error of the connection or the server"),
    "auth_error": ("stream_error", "The sign-in was refused"),
    "aborted": ("aborted", "It was interrupted"),
    "cut_off": ("cut_off", "The file ends before the turn does"),
}


def detect(case: Case) -> Iterator[Finding]:
    """Every finding about the end of a run."""
    for detector in DETECTORS:
        yield from detector(case)


def _stops(case: Case) -> Iterator[Finding]:
    """9 to 13: what stopped the run, as far as it is recorded."""
    end = case.end
    if end.row is None or end.verdict not in _NAMES:
        return
    kind, words = _NAMES[end.verdict]
    severity: Severity = "error" if end.is_bad else "warning"
    if case.free and end.verdict in ("aborted", "cut_off"):
        severity = "info" if end.verdict == "aborted" else "warning"
    if end.verdict == "cut_off" and case.trace.turns[-1].outcome == "completed":
        kind, words = "early_stop", "The last answer announces more, and nothing follows"
    yield case.of_rows(kind, severity, (end.row,), end.evidence, words + _left(case) + ".")


def _left(case: Case) -> str:
    """What is known of the work when it stopped, and how full the context was."""
    left, usage = progress(case.trace).uncommitted, case.trace.summary.usage
    used = case.trace.requests[-1].used if case.trace.requests else None
    words = f"; {left} edit{'s' if left != 1 else ''} came after the last commit" if left else ""
    if case.end.verdict == "cut_off" and used and usage is not None and usage.context_window:
        fill = used / usage.context_window
        words += f"; the last request filled {fill:.0%} of the context window" if fill >= FULL else ""
    return words


def _waits(case: Case) -> Iterator[Finding]:
    """19 and 20: it asked something, or said that it is blocked, and nobody was there."""
    end = case.end
    severity: Severity = "info" if case.free else "warning"
    if end.verdict == "question":
        words = "It ended with a question."
        yield case.of_rows("question", severity, (end.row,), end.evidence, words)
    elif end.verdict == "blocked":
        words = "It ended by saying that it is blocked."
        yield case.under_policy(case.of_rows("blocked", severity, (end.row,), end.evidence, words))


def _no_answer(case: Case) -> Iterator[Finding]:
    """11: a turn that is recorded as complete and has no answer; why is not recorded."""
    end = case.end
    if end.row is None or not end.evidence:
        return
    if end.verdict == "no_op" and not case.trace.steps and not case.trace.answers:
        words = "The turn is marked as complete and holds neither an answer nor a call; why is not recorded."
        yield case.of_rows("stream_error", "warning", (end.row,), end.evidence, words)
    elif end.verdict == "not_recorded" and case.trace.last_kind in ("call", "reasoning"):
        words = "The turn is marked as complete and has no answer; the transcript does not say why."
        yield case.of_rows("stream_error", "warning", (end.row,), end.evidence, words)


def _earlier_stops(case: Case) -> Iterator[Finding]:
    """9 to 11 again: errors after which it went on."""
    told: dict[str, list[Mark]] = {}
    for mark in case.trace.marks:
        kind = stop_of(mark.text) if mark.what in STOP_MARKS else None
        if kind is not None and mark.row != case.end.row:
            told.setdefault(kind, []).append(mark)
    for name, marks in told.items():
        if name != case.end.verdict:
            rows = [mark.row for mark in marks]
            words = f"Recorded {len(marks)} time{'s' if len(marks) != 1 else ''}; it went on afterwards."
            yield case.of_rows(_NAMES[name][0], "info", rows, quoted(marks[-1]), words)


def _compactions(case: Case) -> Iterator[Finding]:
    """9: the context was compacted again and again, and the same files were read after each time."""
    trace, least = case.trace, case.limits.compactions
    marks = trace.marks_of("compacted")
    if len(marks) < least:
        return
    bounds = [*(mark.row for mark in marks), 1 << 62]
    reads = [
        {step.key for step in trace.steps if step.purpose == "read" and start < step.row < stop}
        for start, stop in pairwise(bounds)
    ]
    again = set.intersection(*reads[:least])
    if again:
        steps = [step for step in trace.steps if step.key in again and step.row > marks[0].row]
        rows = [*(mark.row for mark in marks), *(step.row for step in steps)]
        words = f"The context was compacted {len(marks)} times and the same was read after each."
        yield case.of_rows("compaction_spiral", "warning", rows, steps[-1].told, words)


def _early_stop(case: Case) -> Iterator[Finding]:
    """16: the last answer claims that it is done while the last check failed, or the plan has open items."""
    said = case.trace.last_answer
    claim = claim_of(said) if said is not None else ""
    if said is None or not claim:
        return
    worst = failing_at_end(case.trace.steps, said.text)
    if worst is not None:
        code = f" (exit {worst.step.exit_code})" if worst.step.exit_code else ""
        words = f"The last answer says that it is done; the last check failed{code}."
        rows = (said.row, worst.step.row, worst.step.out_row)
        yield case.of_rows("early_stop", "error", rows, claim, words)
        return
    if says_nothing_left(said.text):
        yield from _open_items(case, said, claim)


def _open_items(case: Case, said: Said, claim: str) -> Iterator[Finding]:
    """All is said to be done: what the plan says, the one that was kept and the one in a file."""
    plan = open_items(case.trace)
    if plan is not None:
        step, left = plan
        words = (
            f"The last answer says that all is done; {left} of {len(step.plan)} plan items are still open."
        )
        yield case.of_rows("early_stop", "warning", (said.row, step.row), claim, words)
        return
    boxes = open_boxes(case.trace)
    if boxes is not None:
        step, left = boxes
        words = (
            f"The last answer says that all is done; the list that was read had {left} open "
            f"item{'s' if left != 1 else ''} more than were ticked."
        )
        yield case.of_rows("early_stop", "warning", (said.row, step.row, step.out_row), claim, words)


def _unverified(case: Case) -> Iterator[Finding]:
    """16 again, in grey: it says that it is done, and no check came after the last edit of a source file.

    Seven of ten sessions end so: worth knowing beside another finding, no alarm by itself.
    """
    said, steps = case.trace.last_answer, case.trace.steps
    claim = claim_of(said) if said is not None else ""
    edits = [step for step in steps if any(not NEEDS_NO_CHECK.search(edit.path) for edit in step.changed)]
    if said is None or not claim or not edits:
        return
    checks = [step for step in steps if step.purpose == "check"]
    if any(step.row > edits[-1].row for step in checks):
        return
    words = "was seen after the last edit" if checks else "was seen"
    yield case.of_rows(
        "early_stop",
        "info",
        (said.row, edits[-1].row),
        claim,
        f"Not verified: it says done, and no check {words}.",
    )


def claim_of(said: Said) -> str:
    """The line in which an answer says that it is done; empty where it denies it, or says what fails."""
    if admits_failure(said.text):
        return ""
    for found in CLAIMS_DONE.finditer(said.text):
        if NEGATED.search(said.text[max(0, found.start() - NEAR) : found.start()]) is None:
            return line_at(said.text, found.start())
    found_all = says_nothing_left(said.text)
    return line_at(said.text, found_all.start()) if found_all is not None else ""


def _promise(case: Case) -> Iterator[Finding]:
    """17: a promise that is made while checks fail, only quoted, or missing though all is said to be done."""
    promise, said = promise_of(case.trace), case.trace.last_answer
    if promise is None or said is None:
        return
    if promise.made and failing_at_end(case.trace.steps, said.text) is not None:
        words = "The completion promise was made while a check still fails."
        yield case.of_rows("promise_problem", "error", (said.row,), promise.made, words)
    elif promise.mentioned:
        words = "The completion promise stands in the last answer, quoted or denied: it is not made."
        yield case.of_rows("promise_problem", "info", (said.row,), promise.mentioned, words)
    elif not promise.made and (done := says_nothing_left(said.text)):
        words = f"The prompt asks for {promise.words}; the answer says that all is done without it."
        evidence = line_at(said.text, done.start())
        yield case.of_rows("promise_problem", "warning", (promise.asked.row, said.row), evidence, words)


def _announces(case: Case) -> Iterator[Finding]:
    """16 again: in a turn that goes on to no end, the last words announce the next step."""
    said = case.trace.last_answer
    if case.end.verdict != "cut_off" or said is None or said.row != case.end.row:
        return
    last_line = said.text.rstrip().rpartition("\n")[2]
    if case.trace.turns[-1].outcome != "completed" and (last_line.endswith(":") or INTENT.match(last_line)):
        words = "The last words announce more, and nothing follows."
        yield case.of_rows("early_stop", "warning", (said.row,), quote(last_line.strip()), words)


def _unreadable(case: Case) -> Iterator[Finding]:
    """25: rows that could not be read."""
    marks = case.trace.marks_of("bad_row")
    if marks:
        words = f"{len(marks)} row{'s' if len(marks) != 1 else ''} could not be read."
        evidence = quote(marks[0].text.strip())[:80]
        yield case.of_rows("unreadable", "info", [mark.row for mark in marks], evidence, words)


DETECTORS: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    _stops,
    _waits,
    _no_answer,
    _earlier_stops,
    _compactions,
    _early_stop,
    _unverified,
    _promise,
    _announces,
    _unreadable,
)
