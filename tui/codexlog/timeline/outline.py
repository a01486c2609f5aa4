"""What a screen needs of a session: turn headings, entries in columns, figures. No text but headings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexlog.timeline.entries import CALL, ECHO, FAILED_CODES, SHOWN, THOUGHT, Entries

if TYPE_CHECKING:
    from codexlog.model import Outcome, Summary, Usage
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
    turns: tuple[TurnHead, ...]
    entries: Entries
    """`entries.turn` is an index into `turns`."""
    start: int = 0
    """Byte offset of the first row that was read; not 0 in the outline of a tail."""
    provisional: bool = False
    """Made by `quick`: the whole timeline, which is still being read, may say more."""
    metering: Metering | None = None
    attached: tuple[int, ...] = ()
    """Entries that have attachments; those of outputs without a call are not told here."""

    @property
    def is_tail(self) -> bool:
        """Whether only the end of the file has been read: counts and line numbers are missing."""
        return self.start > 0


def outline(builder: TimelineBuilder, facts: FileFacts, start: int = 0) -> Outline:
    """The outline of what the builder has seen so far; its entries stay shared with the builder."""
    # here, so that a process which only receives outlines need not load what makes them
    from codexlog.timeline.summary import summarize, turn_usage
    from codexlog.timeline.times import utc

    show_lone_echoes(builder)
    entries = builder.own.entries
    calls, failed = _per_turn(entries, len(builder.own.turns.all))
    last = len(calls) - 1
    heads = tuple(
        TurnHead(
            index=index + 1,
            turn_id=turn.turn_id,
            started_at=utc(turn.started_at),
            ended_at=utc(
                turn.ended_at or (turn.last_at if turn.last_is_answer and not turn.explicit else None)
            ),
            prompt=turn.prompt,
            outcome=turn.outcome(growing=facts.growing and index == last),
            error=turn.error or turn.abort_reason,
            usage=turn_usage(builder, index),
            calls=calls[index],
            failed=failed[index],
        )
        for index, turn in enumerate(builder.own.turns.all)
    )
    meter = builder.own.meter
    return Outline(
        summarize(builder, facts),
        heads,
        entries,
        start,
        metering=meter.metering(builder.own, elsewhere=builder.is_referenced) if meter else None,
        attached=tuple(sorted(set(builder.own.attached))),
    )


def show_lone_echoes(builder: TimelineBuilder) -> None:
    """Make the echoes visible that no item stands for; hide those whose item came meanwhile."""
    own = builder.own
    shown = own.entries.shown
    for entry in own.lone_answers:
        shown[entry] = ECHO
    own.lone_answers = own.answers.alone()
    for entry in own.lone_answers:
        shown[entry] = SHOWN
    if own.thoughts_written == 0:  # some releases keep reasoning in events alone
        for entry, kind in enumerate(own.entries.kind):
            if kind == THOUGHT:
                shown[entry] = SHOWN


def _per_turn(entries: Entries, turns: int) -> tuple[list[int], list[int]]:
    calls, failed = [0] * turns, [0] * turns
    for kind, turn, status in zip(entries.kind, entries.turn, entries.status, strict=True):
        if kind == CALL:
            calls[turn] += 1
            if status in FAILED_CODES:
                failed[turn] += 1
    return calls, failed
