"""Sessions and their items → judged loops. The one place of this room that asks for rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.catalog.transcript import Stopped
from codexlog.timeline.entries import FOLDED, NOTE, SHOWN
from codexlog.triage.assembly import loop_of
from codexlog.triage.grouping import (
    LEAST,
    group,
    is_candidate,
    longest_copies,
    longest_resumed,
    prompt_key,
    solo,
)
from codexlog.triage.loops import iteration_of
from codexlog.triage.residue import CLAUDE
from codexlog.triage.tokens import add_usage
from codexlog.triage.trace import Request, TurnFacts
from codexlog.triage.tracing import STOP_EVERY, Tracer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Outcome, Summary, Usage
    from codexlog.settings.thresholds import Thresholds
    from codexlog.timeline.outline import Outline
    from codexlog.triage.grouping import Group, Wishes
    from codexlog.triage.loops import Iteration, Loop
    from codexlog.triage.trace import Said, Trace


SHORTEST_REASON = 12
"""Characters below which a hook's words say nothing of a loop."""


def trace_of(transcript: Transcript) -> Trace:
    """The trace of an open session. Raises SourceError and Stopped as reading does."""
    return trace_in(transcript, transcript.outline())


def trace_in(transcript: Transcript, outline: Outline, stop: Callable[[], bool] = lambda: False) -> Trace:
    """The same where the outline is at hand. `stop` is asked now and then; raises Stopped if it says so."""
    tracer = Tracer()
    for index in range(len(outline.entries)):
        if index % STOP_EVERY == 0 and stop():
            raise Stopped
        if outline.entries.shown[index] == SHOWN or _is_aside(outline, index):
            tracer.feed(outline.entries.turn[index] + 1, transcript.item(outline, index))
    trace = tracer.trace(outline.summary, outline.turns, requests_of(outline), stop)
    return replace(trace, policies=tuple(outline.policies))


def _is_aside(outline: Outline, index: int) -> bool:
    """Whether an entry is a text in the user role that nobody typed: a hook's words may be among them."""
    return outline.entries.shown[index] == FOLDED and outline.entries.kind[index] == NOTE


def requests_of(outline: Outline) -> Iterator[Request]:
    """The requests of a session, as its meter found them."""
    if outline.metering is None or not outline.turns:
        return
    turns, is_claude = outline.entries.turn, outline.summary.format in CLAUDE
    for point in outline.metering.points:
        turn = turns[point.entry - 1] + 1 if 0 < point.entry <= len(turns) else 1
        # Claude Code writes the parts of an input, and their sum nowhere
        figure = point.cached if is_claude else point.input
        yield Request(point.line, turn, point.input, point.used, str(figure) if figure else "input_tokens")


def iterations_in(trace: Trace, limits: Thresholds, *, in_loop: bool = True) -> list[Iteration]:
    """One run; or several, where one file holds the same prompt again and again.

    `in_loop` as for `ending`; several in one file are a loop in any case.
    """
    parts = parts_of(trace)
    if len(parts) < LEAST:
        return [iteration_of(trace, limits, in_loop=in_loop)]
    return [
        replace(iteration_of(part, limits, number), rows=rows, usage=usage_of(part), counts=None)
        for number, (part, rows) in enumerate(parts, 1)
    ]


def parts_of(trace: Trace) -> list[tuple[Trace, tuple[int, int]]]:
    """A file cut at each prompt that says the same as its first one, with the rows of each part.

    A hook that does not let the agent stop says the same within one turn; parts begin there, too.
    """
    if not trace.prompts or not trace.turns:
        return []
    starts = _starts(trace)
    bounds = [*(said.row for said in starts[1:]), max(trace.last_row, trace.prompts[-1].row) + 1]
    return [
        (trace.part(said.row, end - 1, _turns(trace, said, after)), (said.row, end - 1))
        for said, after, end in zip(starts, [*starts[1:], None], bounds, strict=True)
    ]


def _starts(trace: Trace) -> list[Said]:
    """The first prompt, and all that says the same as it."""
    first = trace.prompts[0]
    key, words = prompt_key(first.text), " ".join(first.text.split())
    again = [said for said in trace.prompts if prompt_key(said.text) == key]
    hooked = [said for said in trace.hooks if _is_told(" ".join(said.text.split()), words)]
    return sorted({said.row: said for said in (*again, *hooked)}.values())


def _is_told(reason: str, prompt: str) -> bool:
    """Whether a hook repeats the prompt, or the part of a command that is its prompt."""
    short, long = sorted((reason, prompt), key=len)
    return len(short) >= SHORTEST_REASON and short in long


def _turns(trace: Trace, said: Said, after: Said | None) -> tuple[TurnFacts, ...]:
    """The turns of a part. Where a hook cut a turn, the part before the cut ended by itself."""
    last = trace.turns[-1].number if after is None else after.turn - 1
    whole = tuple(turn for turn in trace.turns if said.turn <= turn.number <= last)
    is_cut = after is not None and last < after.turn and any(hook.row == after.row for hook in trace.hooks)
    if not is_cut and not any(hook.row == said.row for hook in trace.hooks):
        return whole
    end = trace.turns[-1] if after is None else None
    ended_at = end.ended_at if end is not None else _last_time(trace, said.row, after)
    outcome: Outcome = end.outcome if end is not None else "completed"
    error = end.error if end is not None else None
    return (TurnFacts(said.turn, said.at, ended_at, outcome, error, said.text, None),)


def _last_time(trace: Trace, first: int, after: Said | None) -> str | None:
    """When the last thing before a hook's words was."""
    stop = after.row if after is not None else trace.last_row + 1
    times = [(each.row, each.at) for each in trace.steps] + [(each.row, each.at) for each in trace.answers]
    return max(((row, at) for row, at in times if first <= row < stop), default=(0, None))[1]


def usage_of(part: Trace) -> Usage | None:
    """Tokens of some turns; None where no turn has any."""
    known = [turn.usage for turn in part.turns if turn.usage is not None]
    return add_usage(known)


def loops_of(
    sessions: Iterable[Summary],
    judge: Callable[[Summary], Sequence[Iteration]],
    limits: Thresholds,
    wishes: Wishes | None = None,
    is_solo: Callable[[Summary], bool] = lambda _: False,
) -> list[Loop]:
    """Every loop among some sessions, the newest first.

    `judge` gives the iterations of one session, `is_solo` says whether a session in no loop is one by itself.
    """
    every = list(sessions)
    groups = group(every, wishes)
    taken = {member.id for found in groups for member in found.members}
    alone = (each for each in longest_copies(filter(is_candidate, every)) if each.id not in taken)
    groups += map(solo, longest_resumed(filter(is_solo, alone)))
    return [
        _judged(found, judge, limits)
        for found in sorted(groups, key=lambda each: each.phases[-1].end, reverse=True)
    ]


def loop_with(
    session: Summary,
    sessions: Iterable[Summary],
    judge: Callable[[Summary], Sequence[Iteration]],
    limits: Thresholds,
    wishes: Wishes | None = None,
) -> Loop | None:
    """The loop of several sessions that a session is a part of; nobody but its members is judged."""
    groups = group(sessions, wishes)
    own = (found for found in groups if any(is_same(each, session) for each in found.members))
    return next((_judged(found, judge, limits) for found in own), None)


def _judged(found: Group, judge: Callable[[Summary], Sequence[Iteration]], limits: Thresholds) -> Loop:
    iterations: list[Iteration] = []
    for phase_number, phase in enumerate(found.phases, 1):
        for member in phase.members:
            iterations += [
                _numbered(each, len(iterations) + number, phase_number)
                for number, each in enumerate(judge(member), 1)
            ]
    return loop_of(found, iterations, limits)


def is_same(one: Summary, other: Summary) -> bool:
    """Whether two files hold the same session."""
    return one.path == other.path or (one.id is not None and one.id == other.id)


def _numbered(iteration: Iteration, index: int, phase: int) -> Iteration:
    findings = tuple(replace(finding, iteration=index) for finding in iteration.findings)
    return replace(iteration, index=index, phase=phase, findings=findings)
