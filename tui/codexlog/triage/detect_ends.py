"""Detectors that look at how a run ended and at what it said last."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from codexlog.triage import commands as lines
from codexlog.triage.checks import last_check, open_failures, says_failed
from codexlog.triage.ending import END_CHARACTERS
from codexlog.triage.findings import Finding, Kind, Severity, quote
from codexlog.triage.progress import progress
from codexlog.triage.texts import CLAIMS_DONE, NEGATED, PROMISE, stop_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.triage.ending import Ending
    from codexlog.triage.thresholds import Thresholds
    from codexlog.triage.trace import Mark, Said, Trace

NEAR = 60
"""Characters before a promise within which a "not" or an "until" takes it back."""
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|'[^'\n]*'|^\s*>.*$", re.MULTILINE)
_FENCE = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)
_MANDATED = re.compile(
    r"(?i)\b(?:run|execute|use)\s+"
    r"`?((?:cargo|npm|pnpm|yarn|go|make|pytest|python -m pytest|tox|ruff|mypy)\b[^`\n.,;]{0,40})"
)


def detect(trace: Trace, end: Ending, limits: Thresholds) -> Iterator[Finding]:
    """Every finding about the end of a run."""
    for detector in DETECTORS:
        yield from detector(trace, end, limits)


def of_row(
    trace: Trace, kind: Kind, severity: Severity, rows: Iterable[int | None], evidence: str, explanation: str
) -> Finding:
    """A finding that rests on rows of messages or notes."""
    turn = trace.turns[-1].number if trace.turns else None
    known = tuple(sorted({row for row in rows if row}))
    return Finding(kind, severity, trace.summary.id, None, turn, known, None, evidence, explanation)


def _stops(trace: Trace, end: Ending, _: Thresholds) -> Iterator[Finding]:
    """9 to 13: what stopped the run, as far as it is recorded."""
    if end.row is None:
        return
    severity: Severity = "error" if end.is_bad else "warning"
    match end.verdict:
        case "context_overflow" | "usage_limit" | "stream_error" | "aborted" | "cut_off":
            yield of_row(
                trace, end.verdict, severity, (end.row,), _evidence(trace, end), _stop_words(trace, end)
            )
        case "auth_error":
            words = _stop_words(trace, end)
            yield of_row(trace, "stream_error", severity, (end.row,), _evidence(trace, end), words)
        case "question" | "blocked":
            words = (
                "It ended with a question that nobody answered."
                if end.verdict == "question"
                else "It ended by saying that it is blocked."
            )
            yield of_row(trace, end.verdict, "warning", (end.row,), end.text, words)


def _evidence(trace: Trace, end: Ending) -> str:
    """What stands in the row of the end."""
    for mark in trace.marks:
        if mark.row == end.row:
            return quote(mark.text)
    for said in trace.answers:
        if said.row == end.row:
            return quote(said.text.strip()[-END_CHARACTERS:])
    step = next((step for step in trace.steps if step.row == end.row), None)
    return quote(step.command) if step is not None else ""


def _stop_words(trace: Trace, end: Ending) -> str:
    names = {
        "context_overflow": "The context window was full",
        "usage_limit": "A usage or rate limit was reached",
        "stream_error": "The connection or the server failed",
        "auth_error": "The sign-in was refused",
        "aborted": "It was interrupted",
        "cut_off": "The file ends before the turn does",
    }
    left = progress(trace).uncommitted
    lost = f"; {left} edit{'s' if left != 1 else ''} came after the last commit" if left else ""
    return f"{names[end.verdict]}{lost}."


def _earlier_stops(trace: Trace, end: Ending, _: Thresholds) -> Iterator[Finding]:
    """9 to 11 again: errors of earlier turns, after which it went on."""
    told: dict[str, list[Mark]] = {}
    for mark in trace.marks:
        kind = stop_of(mark.text) if mark.what in ("error", "stream_error", "rate_limit") else None
        if kind is not None and mark.row != end.row:
            told.setdefault("stream_error" if kind == "auth_error" else kind, []).append(mark)
    for name, marks in told.items():
        if name != end.verdict:
            rows = [mark.row for mark in marks]
            words = f"Recorded {len(marks)} time{'s' if len(marks) != 1 else ''}; it went on afterwards."
            yield of_row(trace, _STOP_KINDS[name], "info", rows, quote(marks[-1].text), words)


def _compactions(trace: Trace, _: Ending, limits: Thresholds) -> Iterator[Finding]:
    """9: the context was compacted again and again, and the same files were read after each time."""
    marks = trace.marks_of("compacted")
    if len(marks) < limits.compactions:
        return
    bounds = [*(mark.row for mark in marks), 1 << 62]
    reads = [
        {step.key for step in trace.steps if step.purpose == "read" and start < step.row < stop}
        for start, stop in pairwise(bounds)
    ]
    again = set.intersection(*reads[: limits.compactions]) if reads else set()
    if again:
        steps = [step for step in trace.steps if step.key in again and step.row > marks[0].row]
        rows = [*(mark.row for mark in marks), *(step.row for step in steps)]
        words = f"The context was compacted {len(marks)} times and the same files were read after each."
        yield of_row(trace, "compaction_spiral", "warning", rows, quote(steps[-1].command), words)


def _early_stop(trace: Trace, _: Ending, __: Thresholds) -> Iterator[Finding]:
    """16: the last answer claims that it is done while the last check failed."""
    said, check = trace.last_answer, last_check(trace.steps)
    if said is None or check is None or not says_failed(check) or not open_failures(trace.steps):
        return
    claim = CLAIMS_DONE.search(said.text)
    if claim and not NEGATED.search(said.text[max(0, claim.start() - NEAR) : claim.start()]):
        start = said.text.rfind("\n", 0, claim.start()) + 1
        code = f" (exit {check.exit_code})" if check.exit_code is not None else ""
        words = f"The last answer says that it is done; the last check failed{code}."
        rows = (said.row, check.row, check.out_row)
        yield of_row(trace, "early_stop", "error", rows, quote(said.text, start), words)


def _promise(trace: Trace, _: Ending, __: Thresholds) -> Iterator[Finding]:
    """17: the prompt asks for a promise; the last answer quotes it, or makes it while checks fail."""
    asked = next((found for said in trace.prompts for found in PROMISE.finditer(said.text)), None)
    said = trace.last_answer
    if asked is None or said is None:
        return
    wanted = asked[1].lower()
    mentions = [found for found in PROMISE.finditer(said.text) if found[1].lower() == wanted]
    made = [found for found in mentions if _is_made(said, found)]
    if made and says_failed_at_end(trace):
        words = "The completion promise was made while a check still fails."
        yield of_row(trace, "promise_problem", "error", (said.row,), made[-1][0], words)
    elif mentions and not made:
        words = "The completion promise stands in the last answer, quoted or denied: it is not made."
        yield of_row(trace, "promise_problem", "info", (said.row,), mentions[-1][0], words)


def says_failed_at_end(trace: Trace) -> bool:
    """Whether the last check failed and nothing passed after it."""
    check = last_check(trace.steps)
    return check is not None and says_failed(check) and bool(open_failures(trace.steps))


def _is_made(said: Said, found: re.Match[str]) -> bool:
    """Whether a promise stands on a line of its own, neither quoted nor denied."""
    text, start = said.text, found.start()
    spans = [*_QUOTED.finditer(text), *_FENCE.finditer(text)]
    if any(span.start() <= start < span.end() for span in spans):
        return False
    return NEGATED.search(text[max(0, start - NEAR) : start]) is None


def _prompt_followed(trace: Trace, _: Ending, __: Thresholds) -> Iterator[Finding]:
    """18: what the prompt names and was not seen, as a checklist; never a verdict."""
    if not trace.prompts or not trace.steps:
        return
    prompt = trace.prompts[0]
    ran = "\n".join(step.command for step in trace.steps)
    for found in _MANDATED.finditer(prompt.text):
        command = found[1].strip().rstrip("`")
        program = " ".join(command.split()[:2])
        if program not in ran:
            words = f"The prompt names `{program}`; it was not seen."
            yield of_row(trace, "prompt_not_followed", "info", (prompt.row,), quote(found[0]), words)
            return
    asks = re.search(r"(?i)\bcommit\b", prompt.text)
    done = progress(trace)
    if asks and done.files and not done.commits and not _any_commit(trace):
        words = "The prompt speaks of a commit; edits were seen and no commit."
        start = prompt.text.rfind("\n", 0, asks.start()) + 1
        yield of_row(trace, "prompt_not_followed", "info", (prompt.row,), quote(prompt.text, start), words)


def _any_commit(trace: Trace) -> bool:
    return any(
        lines.git_verb(each) == "commit" for step in trace.steps for each in lines.commands(step.command)
    )


def _unreadable(trace: Trace, _: Ending, __: Thresholds) -> Iterator[Finding]:
    """25: rows that could not be read."""
    marks = trace.marks_of("bad_row")
    if marks:
        words = f"{len(marks)} row{'s' if len(marks) != 1 else ''} could not be read."
        yield of_row(
            trace,
            "unreadable",
            "info",
            [mark.row for mark in marks],
            quote(marks[0].text)[:80],
            words,
        )


_STOP_KINDS: dict[str, Kind] = {
    "usage_limit": "usage_limit",
    "context_overflow": "context_overflow",
    "stream_error": "stream_error",
}

DETECTORS: tuple[Callable[[Trace, Ending, Thresholds], Iterable[Finding]], ...] = (
    _stops,
    _earlier_stops,
    _compactions,
    _early_stop,
    _promise,
    _prompt_followed,
    _unreadable,
)
