"""A file that was read for some days: what it is to a digest, which part of it belongs to which day. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from codexlog.digest.calendar import days_between
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from codexlog.digest.calendar import Clock
    from codexlog.digest.reading import Reading
    from codexlog.digest.sittings import Sitting
    from codexlog.model import Counts, Summary
    from codexlog.triage.trace import Trace

Kind = Literal["session", "agent", "generator", "environment", "unreadable"]

GENERATORS = (
    "Generate a concise UI title",  # titles, codex_vscode and Codex Desktop, 0.104+
    "provide a short title for a task",  # the same, other wordings
    "Generate 0 to 3 hyperpersonalized suggestions",  # suggestions, Codex Desktop
    "# Ambient suggestion candidates",  # the same
)
"""What stands in the prompts with which an editor asks for titles and suggestions, unseen by the person."""
GENERATING = frozenset(("codex_vscode", "Codex Desktop"))
"""The programs that do so."""
NEAR = 2_000
"""Characters of a prompt in which that stands."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One file."""

    stem: str
    """Its name without the extension, by which notes name it."""
    path: str
    clock: Clock
    first_day: date | None
    """The day of its start; None where nothing tells."""
    reading: Reading | None
    """None where it could not be read."""
    sittings: tuple[Sitting, ...] = ()
    cause: str = ""
    """Why it could not."""

    @property
    def summary(self) -> Summary | None:
        """Its line in a list; None where it could not be read."""
        return self.reading.trace.summary if self.reading is not None else None

    @property
    def kind(self) -> Kind:
        """What it is to a digest."""
        summary = self.summary
        if summary is None:
            return "unreadable"
        if is_generator(summary):
            return "generator"
        if is_empty(summary.counts) or not self.sittings:
            return "environment"
        return "agent" if summary.parent_id or summary.source == "subagent" else "session"

    def days(self) -> list[date]:
        """The days on which it stands; the day of its start where it has no turns."""
        told = [sitting.day for sitting in self.sittings]
        return told or ([self.first_day] if self.first_day is not None else [])


def by_day(subjects: Iterable[Subject]) -> dict[date, list[Subject]]:
    """The subjects under each day that they have anything to do with: on which they stand, or have rows."""
    found: dict[date, list[Subject]] = {}
    for subject in subjects:
        ends = [(each.day, subject.clock.day(each.ended_at) or each.day) for each in subject.sittings]
        days = {day for first, last in ends for day in days_between(first, last)}
        for day in sorted(days.union(subject.days())):
            found.setdefault(day, []).append(subject)
    return found


def is_empty(counts: Counts) -> bool:
    """Whether nobody asked anything, nothing was answered and nothing called."""
    return not (counts.prompts or counts.messages or counts.calls)


def is_generator(summary: Summary) -> bool:
    """Whether an editor started it to have a title or suggestions made."""
    prompt = (summary.first_prompt or "")[:NEAR]
    unseen = summary.source == "exec" or summary.originator in GENERATING
    alone = summary.counts.prompts == 1 and not summary.counts.calls
    return unseen and alone and any(words in prompt for words in GENERATORS)


def part_of(subject: Subject, sitting: Sitting) -> Reading:
    """What one sitting holds of a file that was read, with figures of its own."""
    reading = subject.reading
    assert reading is not None
    if len(subject.sittings) == 1:
        return reading
    trace = _of_turns(reading.trace, sitting.first_turn, sitting.last_turn)
    after = _of_turns(reading.trace, sitting.last_turn + 1, 1 << 30)
    first, stop = _first_row(trace), _first_row(after)
    edits = tuple(each for each in reading.edits if first <= each.row < stop)
    last, whole = trace.last_answer, reading.last_message
    if last is not None and whole is not None and last.row == whole.row:
        last = whole  # a trace keeps but the end of a long one
    trace = replace(trace, summary=_figures(trace, sitting))
    return replace(reading, trace=trace, edits=edits, last_message=last)


def _of_turns(trace: Trace, first: int, last: int) -> Trace:
    """What some turns hold."""
    is_last = bool(trace.turns) and last >= trace.turns[-1].number
    found = replace(
        trace,
        turns=tuple(turn for turn in trace.turns if first <= turn.number <= last),
        prompts=tuple(each for each in trace.prompts if first <= each.turn <= last),
        answers=tuple(each for each in trace.answers if first <= each.turn <= last),
        steps=tuple(each for each in trace.steps if first <= each.turn <= last),
        marks=tuple(each for each in trace.marks if first <= each.turn <= last),
        requests=tuple(each for each in trace.requests if first <= each.turn <= last),
        hooks=tuple(each for each in trace.hooks if first <= each.turn <= last),
        last_kind=trace.last_kind if is_last else "",
    )
    told = (found.prompts, found.answers, found.steps, found.marks)
    return replace(found, last_row=max((each.row for some in told for each in some), default=0))


def _first_row(trace: Trace) -> int:
    told = (trace.prompts, trace.answers, trace.steps, trace.marks)
    return min((each.row for some in told for each in some), default=1 << 62)


def _figures(trace: Trace, sitting: Sitting) -> Summary:
    """The line of the whole file with the figures of some turns."""
    counts = replace(
        trace.summary.counts,
        bad_rows=len(trace.marks_of("bad_row")),
        turns=len(trace.turns),
        prompts=len(trace.prompts),
        messages=len(trace.answers),
        calls=sum(turn.calls for turn in trace.turns),
        calls_failed=sum(turn.failed for turn in trace.turns),
        compactions=len(trace.marks_of("compacted")),
        aborts=len(trace.marks_of("aborted")),
    )
    return replace(
        trace.summary,
        started_at=sitting.started_at,
        ended_at=sitting.ended_at,
        outcome=trace.turns[-1].outcome,
        counts=counts,
        usage=add_usage(turn.usage for turn in trace.turns if turn.usage is not None),
    )
