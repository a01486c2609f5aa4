"""What of a run is kept to be compared with its siblings: rows with a few words, hashes of changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage import commands as lines
from codexlog.triage.checks import red_before_edits
from codexlog.triage.detect_calls import is_telling
from codexlog.triage.ending import is_planning
from codexlog.triage.findings import line_at, quote
from codexlog.triage.promises import promise_of
from codexlog.triage.texts import says_nothing_left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.triage.trace import Request, Trace

MOST_CHANGES = 200
CLAUDE = ("claude", "entire")
"""Formats in which every row names the branch, and no first row does."""


class Place(NamedTuple):
    """A row and some words that stand in it."""

    row: int
    text: str


class Change(NamedTuple):
    """A hunk that was applied: hashes of what went and of what came."""

    path: str
    minus: int
    plus: int
    lines: int
    row: int


@dataclass(frozen=True, slots=True)
class Residue:
    """Small enough to keep for hundreds of iterations."""

    commit: str | None
    """The commit that was checked out at the start."""
    asked: Place | None
    """The prompt."""
    red_before: frozenset[str]
    """What failed before this run changed anything."""
    changes: tuple[Change, ...]
    push_failed: Place | None
    """The last `git push`, where it failed."""
    place_row: int
    """The row that names the branch."""
    detached: Place | None
    """A commit that no branch holds."""
    promise: Place | None
    """The completion promise, where it was made."""
    nothing_left: Place | None
    """Where it says that the work as a whole is done."""
    first_request: Request | None
    """What the instructions and the prompt take."""
    last_request: Request | None
    is_planning: bool
    """Whether a plan is all that was asked for."""


def residue_of(trace: Trace) -> Residue:
    """What siblings are compared by."""
    promise, said = promise_of(trace), trace.last_answer
    asked = trace.prompts[0] if trace.prompts else None
    made = promise is not None and said is not None and promise.made
    return Residue(
        commit=trace.summary.commit,
        asked=Place(asked.row, quote(asked.text.strip())) if asked is not None else None,
        red_before=red_before_edits(trace.steps),
        changes=tuple(_changes(trace))[-MOST_CHANGES:],
        push_failed=_push_failed(trace),
        place_row=1 if trace.summary.format not in CLAUDE or asked is None else asked.row,
        detached=_detached(trace),
        promise=Place(said.row, promise.made) if made and promise and said else None,
        nothing_left=_nothing_left(trace),
        first_request=trace.requests[0] if trace.requests else None,
        last_request=trace.requests[-1] if trace.requests else None,
        is_planning=is_planning(trace),
    )


def _changes(trace: Trace) -> Iterator[Change]:
    for step in trace.steps:
        for edit in step.changed:
            for hunk in filter(is_telling, edit.hunks):
                yield Change(edit.path, hunk.minus, hunk.plus, hunk.lines, step.row)


def _push_failed(trace: Trace) -> Place | None:
    pushes = [
        step
        for step in trace.steps
        if "push" in step.command
        and any(lines.git_verb(each) == "push" for each in lines.commands(step.command))
    ]
    failed = pushes and pushes[-1].is_failed
    return Place(pushes[-1].row, pushes[-1].told) if failed else None


def _detached(trace: Trace) -> Place | None:
    for step in trace.steps:
        at = step.tail.find("[detached HEAD ") if step.commit is not None else -1
        if at >= 0:
            return Place(step.out_row or step.row, line_at(step.tail, at))
    return None


def _nothing_left(trace: Trace) -> Place | None:
    """In the last answer, or in the subject of the last commit."""
    said = trace.last_answer
    found = says_nothing_left(said.text) if said is not None else None
    if said is not None and found is not None:
        return Place(said.row, line_at(said.text, found.start()))
    for step in reversed(trace.steps):
        if step.commit is not None:
            told = says_nothing_left(step.commit.subject)
            return Place(step.out_row or step.row, quote(step.commit.subject)) if told else None
    return None
