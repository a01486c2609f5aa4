"""Why a run stopped: one verdict, the row that says so, and whether it was a bad end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.checks import last_check, open_failures, says_failed
from codexlog.triage.findings import quote
from codexlog.triage.progress import progress
from codexlog.triage.texts import BLOCKED, INTENT, QUESTION, stop_of

if TYPE_CHECKING:
    from codexlog.triage.findings import Verdict
    from codexlog.triage.trace import Said, Step, Trace

END_CHARACTERS = 300
FIRST_VERSION_WITH_ENDS = (0, 104)
"""Codex marks the end of turns from this version on; before it, a missing mark says nothing."""
SHORT_VISIT = 2
STOPPED: frozenset[Verdict] = frozenset(
    ("context_overflow", "usage_limit", "auth_error", "stream_error", "aborted", "cut_off")
)
"""Ends that came from outside: bad unless the work was committed before."""


class Ending(NamedTuple):
    """How a run ended."""

    verdict: Verdict
    text: str
    """One line; quotes the transcript where it can."""
    row: int | None
    is_bad: bool


def ending(trace: Trace) -> Ending:
    """Judge the end of a session or of one iteration."""
    verdict, text, row = _verdict(trace)
    return Ending(verdict, text, row, _is_bad(trace, verdict))


def _is_bad(trace: Trace, verdict: Verdict) -> bool:
    """Whether work was lost or left, a check fails, or nothing came of it where something had to."""
    if verdict in ("failed", "question", "blocked"):
        return True
    if verdict == "no_op":
        return True
    if verdict not in STOPPED:
        return False
    done = progress(trace)
    return bool(done.uncommitted) or not done.commits


def _verdict(trace: Trace) -> tuple[Verdict, str, int | None]:
    if not trace.turns:
        return "not_recorded", "no turn is recorded", None
    last = trace.turns[-1]
    if last.outcome == "running":
        return "running", "the file changed a moment ago", trace.last_row or None
    found = _recorded_error(trace) or _interrupted(trace)
    if found is not None:
        return found
    if last.outcome in ("incomplete", "unknown"):
        return _open_end(trace)
    return _closed_end(trace)


def _recorded_error(trace: Trace) -> tuple[Verdict, str, int | None] | None:
    """An error that the transcript records in the last turn, after which nothing was done."""
    last = trace.turns[-1]
    errors = [
        mark for mark in trace.marks if mark.what in ("error", "rate_limit") and mark.turn == last.number
    ]
    after = trace.steps[-1].row if trace.steps else 0
    for mark in reversed(errors):
        kind = stop_of(mark.text) if mark.row > after else None
        if kind is not None:
            return kind, quote(mark.text), mark.row
    if last.outcome == "failed" and last.error:
        row = errors[-1].row if errors else None
        return stop_of(last.error) or "failed", quote(last.error), row
    return None


def _interrupted(trace: Trace) -> tuple[Verdict, str, int | None] | None:
    if trace.turns[-1].outcome != "interrupted":
        return None
    marks = trace.marks_of("aborted")
    return "aborted", quote(marks[-1].text) if marks else "interrupted", marks[-1].row if marks else None


def _open_end(trace: Trace) -> tuple[Verdict, str, int | None]:
    """The last turn has no end: cut off, unless the version or the recorder says otherwise."""
    last = trace.steps[-1] if trace.steps else None
    waits = last is not None and last.status in ("unanswered", "running")
    if waits and last is not None and _is_snapshot(trace, last):
        return "completed", "a copy that was taken at the commit", last.row
    if waits and last is not None:
        return "cut_off", f"the last call has no output: {quote(last.command)}", last.row
    if trace.summary.format != "claude" and not _marks_ends(trace):
        return "not_recorded", "this version does not record how turns end", None
    row = trace.last_row or None
    said = trace.last_answer
    if said is not None and said.row == row:
        return "cut_off", f"the last row is an answer: {quote(said.text.strip()[-END_CHARACTERS:])}", row
    return "cut_off", "the file ends in the middle of a turn", row


def _is_snapshot(trace: Trace, last: Step) -> bool:
    """Entire copies a transcript while `git commit` runs: the commit then waits for its output for ever."""
    return trace.summary.format == "entire" and "git" in last.command and "commit" in last.command


def _marks_ends(trace: Trace) -> bool:
    parts = (trace.summary.cli_version or "").split("-")[0].split(".")
    try:
        version = tuple(int(part) for part in parts[:2])
    except ValueError:
        return False
    return version >= FIRST_VERSION_WITH_ENDS


def _closed_end(trace: Trace) -> tuple[Verdict, str, int | None]:
    """The last turn says that it is complete: look whether anything is the matter all the same."""
    said = trace.last_answer
    if not trace.steps and said is None:
        return "no_op", "completed without an answer or a call; the transcript does not say why", None
    check = last_check(trace.steps)
    failing = open_failures(trace.steps)
    if check is not None and says_failed(check) and failing:
        worst = failing[-1]
        return "failed", f"{worst.failure.text} still fails", worst.step.out_row or worst.step.row
    if said is not None:
        found = _last_words(trace, said)
        if found is not None:
            return found
    done = progress(trace)
    only_looked = len(trace.steps) <= SHORT_VISIT and all(step.purpose == "read" for step in trace.steps)
    if done.is_nothing and only_looked:
        return "no_op", "no change seen", trace.last_row or None
    if done.is_bookkeeping:
        return "converged", "only plans and notes were changed", trace.last_row or None
    return "completed", quote(said.text) if said is not None else "completed", said.row if said else None


def _last_words(trace: Trace, said: Said) -> tuple[Verdict, str, int | None] | None:
    end = said.text.strip()[-END_CHARACTERS:]
    last_line = end.rstrip().rpartition("\n")[2]
    if last_line.endswith("?") or QUESTION.search(last_line):
        return "question", quote(last_line), said.row
    blocked = BLOCKED.search(end)
    if blocked and not progress(trace).commits:
        return "blocked", quote(end, max(0, end.rfind("\n", 0, blocked.start()))), said.row
    promises_more = INTENT.match(last_line) and last_line.endswith(":")
    if promises_more and trace.last_row == said.row:
        return "cut_off", f"the last answer announces more: {quote(last_line)}", said.row
    return None
