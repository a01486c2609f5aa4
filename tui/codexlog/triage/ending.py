"""Why a run stopped: one verdict, the row that says so, and whether it was a bad end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage import commands as lines
from codexlog.triage.attended import is_attended
from codexlog.triage.checks import failing_at_end
from codexlog.triage.findings import line_at, quote
from codexlog.triage.progress import progress
from codexlog.triage.texts import (
    ASKING_TOOLS,
    BLOCKED,
    INTENT,
    OFFER,
    PLANS_ONLY,
    QUESTION,
    QUESTION_MARKS,
    says_nothing_left,
    stop_of,
)

if TYPE_CHECKING:
    from codexlog.triage.findings import Verdict
    from codexlog.triage.trace import Mark, Said, Step, Trace

END_CHARACTERS = 300
FIRST_VERSION_WITH_ENDS = (0, 104)
"""Codex marks the end of turns from this version on; before it, a missing mark says nothing."""
SHORT_VISIT = 2
STOPPED: frozenset[Verdict] = frozenset(
    ("context_overflow", "usage_limit", "auth_error", "stream_error", "aborted", "cut_off", "not_recorded")
)
"""Ends that came from outside, or nobody knows from where: bad unless the work was committed before."""
_CODE = re.compile(r" \([a-z_]+\)$")


class Ending(NamedTuple):
    """How a run ended."""

    verdict: Verdict
    text: str
    """One line; quotes the transcript where it can."""
    row: int | None
    is_bad: bool
    evidence: str = ""
    """Text of that row, as it stands there."""


class _End(NamedTuple):
    verdict: Verdict
    text: str
    row: int | None
    evidence: str = ""


def ending(trace: Trace, *, in_loop: bool = True) -> Ending:
    """Judge the end of a session or of one iteration.

    A session by itself may ask somebody something, or look at things and change none; an iteration of a
    loop talks to nobody and is there to change something.
    """
    free = not in_loop and is_attended(trace)
    end = _verdict(trace, in_loop=in_loop)
    return Ending(end.verdict, end.text, end.row, _is_bad(trace, end.verdict, free=free), end.evidence)


def _is_bad(trace: Trace, verdict: Verdict, *, free: bool) -> bool:
    """Whether work was lost or left, a check fails, or nothing came of it where something had to."""
    if verdict in ("failed", "no_op"):
        return True
    done = progress(trace)
    safe = bool(done.commits) and not done.uncommitted
    if verdict in ("question", "blocked"):
        return not free and not safe
    if verdict == "not_recorded":
        return bool(done.uncommitted) and _is_over(trace)
    return verdict in STOPPED and not safe


def _is_over(trace: Trace) -> bool:
    """Whether the last turn is recorded as complete."""
    return bool(trace.turns) and trace.turns[-1].outcome == "completed"


def _verdict(trace: Trace, *, in_loop: bool) -> _End:
    if not trace.turns:
        return _End("not_recorded", "no turn is recorded", None)
    last = trace.turns[-1]
    if last.outcome == "running":
        return _End("running", "the file changed a moment ago", trace.last_row or None)
    found = _recorded_error(trace) or _interrupted(trace)
    if found is not None:
        return found
    if last.outcome in ("incomplete", "unknown"):
        return _open_end(trace)
    return _closed_end(trace, in_loop=in_loop)


# ---------------------------------------------------------------------------------- stops from outside


def _recorded_error(trace: Trace) -> _End | None:
    """An error that the transcript records in the last turn, after which nothing was done."""
    last = trace.turns[-1]
    errors = [mark for mark in trace.marks if mark.what in STOP_MARKS and mark.turn == last.number]
    worked = trace.steps[-1].row if trace.steps else 0
    answered = trace.last_answer.row if trace.last_answer is not None else 0
    # a limit that is reached with the answer stops nothing; an error behind it does
    final = [
        mark for mark in errors if mark.row > worked and (mark.what != "rate_limit" or answered < worked)
    ]
    for mark in reversed(final):
        kind = stop_of(mark.text)
        if kind is not None and not (last.outcome == "completed" and answered > mark.row):
            return _End(kind, quote(mark.text), mark.row, quoted(mark))
    if last.outcome == "failed" and last.error and (final or not errors):
        said = final[-1] if final else None
        row, evidence = (said.row, quoted(said)) if said is not None else (None, "")
        return _End(stop_of(last.error) or "stream_error", quote(last.error), row, evidence)
    return None


STOP_MARKS = frozenset(("error", "rate_limit", "stream_error"))


def quoted(mark: Mark) -> str:
    """What of a note's text stands in its row: a code behind it, and words before a limit's name, do not."""
    if mark.what == "rate_limit":
        return quote(mark.text.partition("reached: ")[2] or "rate_limits")
    return quote(_CODE.sub("", mark.text))


def _interrupted(trace: Trace) -> _End | None:
    if trace.turns[-1].outcome != "interrupted":
        return None
    marks = trace.marks_of("aborted")
    if not marks:
        return _End("aborted", "interrupted", None)
    return _End("aborted", quote(marks[-1].text), marks[-1].row, quote(marks[-1].text))


def _open_end(trace: Trace) -> _End:
    """The last turn has no end: cut off, unless the version or the recorder says otherwise."""
    last = trace.steps[-1] if trace.steps else None
    waits = last is not None and last.status in ("unanswered", "running")
    if waits and last is not None:
        said = quote(last.command)
        if last.name in ASKING_TOOLS:
            return _End("question", f"{last.name} waits for an answer: {said}", last.row, last.told)
        if _is_snapshot(trace, last):
            return _End("completed", "a copy that was taken at the commit", last.row, last.told)
        words = "has no output" if last.status == "unanswered" else "was still running"
        return _End("cut_off", f"the last call {words}: {said}", last.row, last.told)
    if trace.summary.format != "claude" and trace.summary.format != "entire" and not _marks_ends(trace):
        return _End("not_recorded", "this version does not record how turns end", trace.last_row or None)
    row = trace.last_row or None
    said_last = trace.last_answer
    if said_last is not None and said_last.row == row:
        end = quote(said_last.text.strip()[-END_CHARACTERS:])
        return _End("cut_off", f"the last row is an answer: {end}", row, end)
    if last is not None:
        end = quote(last.command)
        return _End("cut_off", f"the file ends in the middle of a turn, after {end}", last.row, last.told)
    first = trace.prompts[-1] if trace.prompts else None
    if first is None:
        return _End("not_recorded", "the file ends in the middle of a turn", row)
    return _End("cut_off", "the file ends after the prompt", first.row, quote(first.text.strip()))


def _is_snapshot(trace: Trace, last: Step) -> bool:
    """Entire copies a transcript while `git commit` runs: the commit then waits for its output for ever."""
    return trace.summary.format == "entire" and lines.makes_commit(last.command)


def _marks_ends(trace: Trace) -> bool:
    parts = (trace.summary.cli_version or "").split("-")[0].split(".")
    try:
        version = tuple(int(part) for part in parts[:2])
    except ValueError:
        return False
    return version >= FIRST_VERSION_WITH_ENDS


# ------------------------------------------------------------------------------------- ends of its own


def _closed_end(trace: Trace, *, in_loop: bool) -> _End:
    """The last turn says that it is complete: look whether anything is the matter all the same."""
    said = trace.last_answer
    if not trace.steps and said is None:
        asked = trace.prompts[-1] if trace.prompts else None
        words = "completed without an answer or a call; the transcript does not say why"
        if asked is None:
            return _End("no_op", words, trace.last_row or None)
        return _End("no_op", words, asked.row, quote(asked.text.strip()))
    worst = failing_at_end(trace.steps, said.text if said is not None else "")
    if worst is not None:
        row = worst.step.out_row or worst.step.row
        return _End("failed", f"{worst.failure.text} still fails", row, worst.step.told)
    if trace.last_kind in ("call", "reasoning"):
        last = trace.steps[-1] if trace.steps else None
        text = "the last turn ended without an answer; the transcript does not say why"
        return _End("not_recorded", text, last.row if last else None, last.told if last else "")
    if said is None:
        return _End("completed", "completed", trace.last_row or None)
    return _last_words(trace, said) or _worth(trace, said, in_loop=in_loop)


def _worth(trace: Trace, said: Said, *, in_loop: bool) -> _End:
    """What came of a run that ended well."""
    done = progress(trace)
    nothing_left = says_nothing_left(said.text)
    idle = done.is_nothing or (done.is_small and not done.ticked)
    if nothing_left and idle and (in_loop or done.files):
        text = line_at(said.text, nothing_left.start())
        return _End("converged", text, said.row, text)
    if done.is_bookkeeping and done.is_small and not is_planning(trace):
        words = f"only plans and notes were changed: {done.files[0]}"
        return _End("converged", words, said.row, quote(said.text.strip()))
    only_looked = len(trace.steps) <= SHORT_VISIT and all(step.purpose == "read" for step in trace.steps)
    if in_loop and done.is_nothing and only_looked:
        return _End("no_op", f"no change was seen: {quote(said.text)}", said.row, quote(said.text.strip()))
    return _End("completed", quote(said.text), said.row, quote(said.text.strip()))


def is_planning(trace: Trace) -> bool:
    """Whether a plan is all that was asked for: then it is the work, and no sign that none was left."""
    return bool(trace.prompts) and PLANS_ONLY.search(trace.prompts[0].text) is not None


def _last_words(trace: Trace, said: Said) -> _End | None:
    end = said.text.strip()[-END_CHARACTERS:]
    last_line = end.rstrip().rpartition("\n")[2]
    done = progress(trace)
    safe = bool(done.commits) and not done.uncommitted
    asks = last_line.rstrip("*_`) ").endswith(QUESTION_MARKS) or QUESTION.search(last_line)
    if asks and not (safe and OFFER.search(last_line)):
        return _End("question", quote(last_line), said.row, quote(last_line))
    blocked = BLOCKED.search(end)
    if blocked and not done.commits:
        text = line_at(end, blocked.start())
        return _End("blocked", text, said.row, text)
    promises_more = INTENT.match(last_line) and last_line.endswith(":")
    if promises_more and trace.last_row == said.row:
        return _End(
            "cut_off", f"the last answer announces more: {quote(last_line)}", said.row, quote(last_line)
        )
    return None
