"""Sessions and their items → judged loops. The one place of this room that asks for rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.timeline.entries import SHOWN
from codexlog.triage.assembly import loop_of
from codexlog.triage.grouping import LEAST, group, is_candidate, longest_copies, prompt_key, solo
from codexlog.triage.loops import iteration_of
from codexlog.triage.residue import CLAUDE
from codexlog.triage.tokens import add_usage
from codexlog.triage.trace import Request
from codexlog.triage.tracing import Tracer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Summary, Usage
    from codexlog.settings.thresholds import Thresholds
    from codexlog.timeline.outline import Outline
    from codexlog.triage.grouping import Wishes
    from codexlog.triage.loops import Iteration, Loop
    from codexlog.triage.trace import Trace


def trace_of(transcript: Transcript) -> Trace:
    """The trace of an open session. Raises SourceError and Stopped as reading does."""
    outline = transcript.outline()
    tracer = Tracer()
    for index in range(len(outline.entries)):
        if outline.entries.shown[index] == SHOWN:
            tracer.feed(outline.entries.turn[index] + 1, transcript.item(outline, index))
    return tracer.trace(outline.summary, outline.turns, requests_of(outline))


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
    """The turns of a file cut at each prompt that says the same as its first one, with their rows."""
    if not trace.prompts:
        return []
    key = prompt_key(trace.prompts[0].text)
    starts = [said for said in trace.prompts if prompt_key(said.text) == key]
    parts = []
    for number, said in enumerate(starts):
        after = starts[number + 1] if number + 1 < len(starts) else None
        last_turn = after.turn - 1 if after is not None else trace.turns[-1].number
        if last_turn < said.turn:
            return []
        part = trace.part(said.turn, last_turn)
        parts.append((part, (said.row, max(said.row, after.row - 1 if after is not None else part.last_row))))
    return parts


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
    groups += [
        solo(each)
        for each in longest_copies(filter(is_candidate, every))
        if each.id not in taken and is_solo(each)
    ]
    loops = []
    for found in sorted(groups, key=lambda each: each.phases[-1].end, reverse=True):
        iterations: list[Iteration] = []
        for phase_number, phase in enumerate(found.phases, 1):
            for member in phase.members:
                iterations += [
                    _numbered(each, len(iterations) + number, phase_number)
                    for number, each in enumerate(judge(member), 1)
                ]
        loops.append(loop_of(found, iterations, limits))
    return loops


def _numbered(iteration: Iteration, index: int, phase: int) -> Iteration:
    findings = tuple(replace(finding, iteration=index) for finding in iteration.findings)
    return replace(iteration, index=index, phase=phase, findings=findings)
