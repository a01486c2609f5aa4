"""What a screen needs of a session: turn headings, entries in columns, figures. No text but headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexlog.timeline.entries import CALL, ECHO, FAILED_CODES, SHOWN, Entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.model import Outcome, Policy, Summary, Usage
    from codexlog.timeline.builder import TimelineBuilder
    from codexlog.timeline.meter import Metering
    from codexlog.timeline.summary import FileFacts


@dataclass(frozen=True, slots=True)
class TurnHead:
    """A turn's heading."""

    index: int
    """Counts from 1."""
    turn_id: str | None
    started_at: str | None
    ended_at: str | None
    prompt: str | None
    """At most PROMPT_CHARACTERS of the first prompt."""
    outcome: Outcome
    error: str | None
    """Error or abort reason that the transcript records."""
    usage: Usage | None
    calls: int
    failed: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A session as the explorer holds it; cheap to pickle."""

    summary: Summary
    turns: Sequence[TurnHead]
    entries: Entries
    """`entries.turn` is an index into `turns`."""
    start: int = 0
    """Byte offset of the first row that was read; not 0 in the outline of a tail."""
    provisional: bool = False
    """Made by `quick`: the whole timeline, which is still being read, may say more."""
    metering: Metering | None = None
    attached: Sequence[int] = ()
    """Entries that have attachments; those of outputs without a call are not told here."""
    policies: Sequence[tuple[Policy, int]] = ()
    """What turns were allowed to do, each time that it changed, with the line; of whole outlines alone."""

    @property
    def is_tail(self) -> bool:
        """Whether only the end of the file has been read: counts and line numbers are missing."""
        return self.start > 0


def outline(builder: TimelineBuilder, facts: FileFacts, start: int = 0) -> Outline:
    """The outline of what the builder has seen so far; its entries stay shared with the builder."""
    # here, so that a process which only receives outlines need not load what makes them
    from codexlog.timeline.summary import summarize

    show_lone_echoes(builder)
    entries = builder.own.entries
    calls, failed = calls_per_turn(entries, len(builder.own.turns.all))
    heads = tuple(
        turn_head(builder, facts, index, calls[index], failed[index])
        for index in range(len(builder.own.turns.all))
    )
    meter = builder.own.meter
    return Outline(
        summarize(builder, facts),
        heads,
        entries,
        start,
        metering=meter.metering(builder.own, elsewhere=builder.is_referenced) if meter else None,
        attached=tuple(sorted(set(builder.own.attached))),
        policies=tuple(builder.own.policies),
    )


def turn_head(builder: TimelineBuilder, facts: FileFacts, index: int, calls: int, failed: int) -> TurnHead:
    """The heading of one turn."""
    from codexlog.timeline.summary import turn_usage
    from codexlog.timeline.times import utc

    turns = builder.own.turns.all
    turn = turns[index]
    return TurnHead(
        index=index + 1,
        turn_id=turn.turn_id,
        started_at=utc(turn.started_at),
        ended_at=utc(turn.ended_at or (turn.last_at if turn.last_is_answer and not turn.explicit else None)),
        prompt=turn.prompt,
        outcome=turn.outcome(growing=facts.growing and index == len(turns) - 1),
        error=turn.error or turn.abort_reason,
        usage=turn_usage(builder, index),
        calls=calls,
        failed=failed,
    )


def show_lone_echoes(builder: TimelineBuilder) -> None:
    """Make the echoes visible that no item stands for; hide those whose item came meanwhile."""
    own = builder.own
    for entry, alone in own.answers.changes().items():
        own.entries.show(entry, SHOWN if alone else ECHO)
    wanted = len(own.thought_echoes) if own.thoughts_written == 0 else 0
    for entry in own.thought_echoes[own.thoughts_shown : wanted]:  # kept in events alone by some releases
        own.entries.show(entry, SHOWN)
    for entry in own.thought_echoes[wanted : own.thoughts_shown]:
        own.entries.show(entry, ECHO)
    own.thoughts_shown = wanted


def calls_per_turn(entries: Entries, turns: int) -> tuple[list[int], list[int]]:
    """How many calls each turn has, and how many of them failed."""
    calls, failed = [0] * turns, [0] * turns
    for kind, turn, status in zip(entries.kind, entries.turn, entries.status, strict=True):
        if kind == CALL:
            calls[turn] += 1
            if status in FAILED_CODES:
                failed[turn] += 1
    return calls, failed
