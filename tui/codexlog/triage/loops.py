"""A group of sessions and their traces → a loop: iterations, verdicts, first bad one, signatures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from codexlog.timeline.times import seconds
from codexlog.triage import detect_calls, detect_ends, detect_prompt
from codexlog.triage.attended import is_attended
from codexlog.triage.case import Case
from codexlog.triage.checklist import Wanted, checklist_of
from codexlog.triage.checks import open_failures
from codexlog.triage.ending import ending
from codexlog.triage.findings import Cause
from codexlog.triage.progress import progress
from codexlog.triage.residue import Residue, residue_of
from codexlog.triage.tokens import spent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.model import Counts, Usage
    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.ending import Ending
    from codexlog.triage.findings import Finding, Verdict
    from codexlog.triage.progress import Progress
    from codexlog.triage.signatures import Failure
    from codexlog.triage.trace import Trace


class Failing(NamedTuple):
    """A check that fails at the end of an iteration."""

    failure: Failure
    row: int
    """The row of the output that says so."""
    from_text: bool
    """Whether only the text says so: a pipe hid the exit code."""
    shown: str
    """What of it stands in that row as it is."""


@dataclass(frozen=True, slots=True)
class Iteration:
    """One run of the loop."""

    index: int
    """Counts from 1."""
    session_id: str | None
    path: str
    rows: tuple[int, int] | None
    """First and last row, where several iterations share a file."""
    phase: int
    """Counts from 1."""
    started_at: str | None
    ended_at: str | None
    verdict: Verdict
    is_bad: bool
    cause: Cause | None
    counts: Counts | None
    """Of the whole session; None where several iterations share a file."""
    calls: int
    failed: int
    progress: Progress
    usage: Usage | None
    strip: str
    """What was done, in order: `R` read, `E` edit, `T` test, `G` git; repeats folded."""
    findings: tuple[Finding, ...]
    failing: tuple[Failing, ...]
    """Checks that still fail at its end."""
    seen: frozenset[str]
    """Failing things that it showed at any time."""
    passed: frozenset[str]
    """Things that it named as passing, and failures that were over at its end."""
    last_answer: str
    last_answer_row: int | None
    branch: str | None
    residue: Residue
    """What loops are compared by."""
    allowed: str = ""
    """Model, effort, sandbox, approval and network, in words; empty where none is recorded."""
    checklist: tuple[Wanted, ...] = ()
    """What the prompt asks for, and whether it was seen."""

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        start, end = seconds(self.started_at), seconds(self.ended_at)
        return None if start is None or end is None else max(0.0, end - start)


@dataclass(frozen=True, slots=True)
class Signature:
    """A failing thing across the iterations."""

    failure: Failure
    cells: tuple[str | None, ...]
    """`fail`, `pass` or None, an iteration each."""
    from_text: bool

    @property
    def fails(self) -> int:
        """In how many iterations it failed."""
        return self.cells.count("fail")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop as every face shows it."""

    id: str
    cwd: str
    prompt: str
    why: str
    phases: tuple[str, ...]
    iterations: tuple[Iteration, ...]
    first_failure: int | None
    """Index of the earliest iteration that ended badly."""
    recovered_by: int | None
    """Index of the later iteration that made it good."""
    verdict: Verdict
    cause: Cause | None
    signatures: tuple[Signature, ...]
    findings: tuple[Finding, ...]
    """Those of the loop as a whole; each iteration has its own."""


def iteration_of(
    trace: Trace, limits: Thresholds, index: int = 1, phase: int = 1, *, in_loop: bool = True
) -> Iteration:
    """Judge one run: as an iteration of a loop, or as a session by itself; see `ending`."""
    end = ending(trace, in_loop=in_loop)
    case = Case(trace, end, limits, free=not in_loop and is_attended(trace))
    found = (*detect_calls.detect(case), *detect_ends.detect(case), *detect_prompt.detect(case))
    failing = open_failures(trace.steps)
    seen = {failure.text for step in trace.steps for failure in step.failures}
    named = {text for step in trace.steps if step.reading is not None for text in step.reading.passed}
    still = {each.failure.text for each in failing}
    said = trace.last_answer
    return Iteration(
        index=index,
        session_id=trace.summary.id,
        path=trace.summary.path,
        rows=None,
        phase=phase,
        started_at=trace.turns[0].started_at if trace.turns else trace.summary.started_at,
        ended_at=_ended_at(trace),
        verdict=end.verdict,
        is_bad=end.is_bad,
        cause=_cause(trace, end),
        counts=trace.summary.counts,
        calls=len(trace.steps),
        failed=sum(step.is_failed for step in trace.steps),
        progress=progress(trace),
        usage=spent(trace.summary),
        strip=strip(trace),
        findings=tuple(_numbered(found, index)),
        failing=tuple(
            Failing(each.failure, each.step.out_row or each.step.row, each.from_text, each.failure.line)
            for each in failing
        ),
        seen=frozenset(seen),
        passed=frozenset(named | seen) - still,
        last_answer=said.text if said is not None else "",
        last_answer_row=said.row if said is not None else None,
        branch=trace.summary.branch,
        residue=residue_of(trace),
        allowed=_allowed(trace),
        checklist=checklist_of(trace),
    )


def _allowed(trace: Trace) -> str:
    policy = trace.policies[-1][0] if trace.policies else None
    words = [trace.summary.model or ""]
    if policy is not None:
        words += [f"effort {policy.effort}" if policy.effort else "", policy.words or ""]
    return ", ".join(filter(None, words))


def strip(trace: Trace) -> str:
    """What a run did, in order, a letter each; repeats folded."""
    letters: list[str] = []
    for step in trace.steps:
        letter = {"read": "R", "edit": "E", "check": "T", "git": "G"}.get(step.purpose or "", "")
        if letter and letters[-1:] != [letter]:
            letters.append(letter)
    return "".join(letters)


def _numbered(findings: Iterable[Finding], index: int) -> Iterator[Finding]:
    return (replace(finding, iteration=index) for finding in findings)


def _ended_at(trace: Trace) -> str | None:
    last = trace.turns[-1].ended_at if trace.turns else None
    return last or trace.summary.ended_at


def _cause(trace: Trace, end: Ending) -> Cause | None:
    return Cause(end.text, trace.summary.id, end.row) if end.text else None
