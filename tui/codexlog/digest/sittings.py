"""A session's turns, parted by the days on which somebody sat down to it. Pure.

A resumed session goes on in the file of its first day, without any mark. So its prompts say on which days
it stands: a prompt of another day begins a new sitting, unless work merely goes on over midnight.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from codexlog.digest.calendar import Clock
    from codexlog.triage.trace import Trace, TurnFacts

SMALL_HOURS = 5
"""Before this hour a prompt may still belong to the evening before."""
PAUSE = timedelta(hours=2)
"""So long a pause ends an evening."""


class Sitting(NamedTuple):
    """Turns that one day's digest shows together."""

    day: date
    first_turn: int
    """Counts from 1."""
    last_turn: int
    started_at: str | None
    """Of the first sitting the start of the session, of later ones the time of the first prompt."""
    ended_at: str | None
    """The last time that one of its rows has."""
    over_midnight: bool = False
    """Whether its rows go on into another day."""


def sittings(trace: Trace, clock: Clock, first_day: date) -> list[Sitting]:
    """The sittings of a session in their order; none where it has no turns.

    `first_day`: the day of the session's start.
    """
    began_at = (turn.started_at for turn in trace.turns if turn.started_at is not None)
    started_at, ends = trace.summary.started_at or next(began_at, None), last_times(trace)
    found: list[Sitting] = []
    open_: list[TurnFacts] = []
    day, last_at = first_day, started_at
    for turn in trace.turns:
        began = clock.local(turn.started_at) if turn.prompt is not None else None
        if began is not None and began.date() > day and not _goes_on(began, clock.local(last_at)):
            found += _sitting(open_, day, started_at, ends, clock)
            day, open_, started_at = began.date(), [], turn.started_at
        open_.append(turn)
        last_at = later(last_at, ends[turn.number])
    found += _sitting(open_, day, started_at, ends, clock)
    return found


def _goes_on(began: datetime, last: datetime | None) -> bool:
    """Whether a prompt after midnight still belongs to the evening before."""
    return last is not None and began.hour < SMALL_HOURS and began - last < PAUSE


def _sitting(
    turns: Sequence[TurnFacts],
    day: date,
    started_at: str | None,
    ends: Mapping[int, str | None],
    clock: Clock,
) -> list[Sitting]:
    if not turns:
        return []
    ended_at = started_at
    for turn in turns:
        ended_at = later(ended_at, ends[turn.number])
    end = clock.day(ended_at)
    over = end is not None and end > day
    return [Sitting(day, turns[0].number, turns[-1].number, started_at, ended_at, over)]


def last_times(trace: Trace) -> dict[int, str | None]:
    """The last time that a row of each turn has, by the turn's number."""
    latest = {turn.number: later(turn.started_at, turn.ended_at) for turn in trace.turns}
    for told in (trace.steps, trace.answers, trace.marks):
        for each in told:
            if each.turn in latest:
                latest[each.turn] = later(latest[each.turn], each.at)
    return latest


def later(one: str | None, other: str | None) -> str | None:
    """The later one of two times."""
    first, second = parse(one), parse(other)
    if second is None:
        return one
    return other if first is None or second > first else one
