"""What the usage page knows of a session, gathered from its outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.calls import label
from codexlog.timeline.entries import ECHO
from codexlog.timeline.meter import UNRECORDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from codexlog.model import Item
    from codexlog.report.prices import Prices
    from codexlog.timeline.meter import Metering, Point, Points
    from codexlog.timeline.outline import Outline, TurnHead

MOST_TURNS = 10


class LargeOutput(NamedTuple):
    """One of the largest outputs."""

    characters: int
    entry: int
    status: str
    words: str
    """What was called."""


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """Everything that the page says."""

    outline: Outline
    metering: Metering
    outputs: tuple[LargeOutput, ...]
    prices: Prices = ()
    problem: str | None = None
    """Why there is no price table, where there should be one."""


def gather(
    outline: Outline,
    metering: Metering,
    item: Callable[[int], Item],
    prices: Prices = (),
    problem: str | None = None,
) -> UsageFacts:
    """Collect; `item` reads the item of an entry, and is asked for the largest outputs alone."""
    outputs = tuple(_large(size, entry, item(entry)) for size, entry in metering.outputs if size)
    return UsageFacts(outline, metering, outputs, prices, problem)


def _large(characters: int, entry: int, item: Item) -> LargeOutput:
    if item.kind == "call":
        tool, words = label(item)
        code = f" {item.exit_code}" if item.exit_code else ""
        return LargeOutput(characters, entry, item.status + code, f"{tool} {words}")
    return LargeOutput(characters, entry, "unknown", "output without a call")


def dearest_turns(turns: Sequence[TurnHead]) -> list[TurnHead]:
    """The turns that used most tokens, the largest first."""
    used = [turn for turn in turns if turn.usage is not None]
    used.sort(key=lambda turn: -(turn.usage.total_tokens if turn.usage else 0))
    return used[:MOST_TURNS]


def requests_per_turn(facts: UsageFacts) -> list[int]:
    """How many requests each turn made; they belong to the turn of the entry before their report."""
    turns = facts.outline.entries.turn
    found = [0] * len(facts.outline.turns)
    for before in facts.metering.points.entry:
        turn = turns[before - 1] if 0 < before <= len(turns) else 0
        if turn < len(found):
            found[turn] += 1
    return found


def visible(outline: Outline, before: int) -> int:
    """The last entry with a row of its own among the first `before` ones; -1 where there is none."""
    shown = outline.entries.shown
    entry = min(before, len(shown)) - 1
    while entry >= 0 and shown[entry] == ECHO:
        entry -= 1
    return entry


def fill_cells(facts: UsageFacts, width: int) -> list[int | None]:
    """Size of the context in each cell of the axis; None before the first report."""
    count = len(facts.outline.entries)
    cells: list[int | None] = [None] * width
    reached, held = 0, None
    for before, used in _used(facts):
        at = cell_of(before - 1, count, width)
        if at > reached:
            cells[reached + 1 : at] = [held] * (at - reached - 1)
            reached = at
        cells[at] = max(cells[at] or 0, used)
        held = used
    cells[reached + 1 :] = [held] * (width - reached - 1)
    return cells


def _used(facts: UsageFacts) -> Iterable[tuple[int, int]]:
    points = facts.metering.points
    return (pair for pair in zip(points.entry, points.used, strict=True) if pair[1] != UNRECORDED)


def fullest(points: Points) -> Point | None:
    """The request after which the context was largest."""
    known = [index for index, used in enumerate(points.used) if used != UNRECORDED]
    return points[max(known, key=points.used.__getitem__)] if known else None


def largest_request(points: Points) -> Point | None:
    """The request with the most input and output."""
    known = [index for index, tokens in enumerate(points.input) if tokens != UNRECORDED]
    if not known:
        return None
    return points[max(known, key=lambda index: points.input[index] + points.output[index])]


def cell_of(entry: int, count: int, width: int) -> int:
    """The cell of an entry on an axis of `count` entries."""
    return max(0, min(width - 1, entry * width // max(1, count)))
