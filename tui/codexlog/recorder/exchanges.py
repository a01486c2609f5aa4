"""An outline with its items → what becomes the rows of each turn. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.recorder.convert import Exchange, Figures, Part
from codexlog.timeline.entries import ECHO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codexlog.model import Usage
    from codexlog.timeline.meter import Point
    from codexlog.timeline.outline import Outline, TurnHead

ENDED = frozenset(("completed", "failed"))


def exchanges_of(found: Outline, parts: Mapping[int, Part]) -> list[Exchange]:
    """The turns of a session. `parts`: what stands in the outline, by entry; echoes are left out."""
    entries = found.entries
    shown: list[list[int]] = [[] for _ in found.turns] or [[]]
    for index in range(len(entries)):
        if entries.shown[index] != ECHO:
            shown[min(entries.turn[index], len(shown) - 1)].append(index)
    if not found.turns:
        return [Exchange([parts[index] for index in shown[0]], [], is_turn=False)]
    points = _points_by_turn(found)
    usage = found.summary.usage
    return [
        Exchange(
            [parts[index] for index in indexes],
            _requests(head, points[number], indexes),
            turn_id=head.turn_id,
            started_at=head.started_at,
            ended_at=head.ended_at,
            has_end=head.outcome in ENDED,
            model=found.summary.model,
            window=usage.context_window if usage is not None else None,
        )
        for number, (head, indexes) in enumerate(zip(found.turns, shown, strict=True))
    ]


def _points_by_turn(found: Outline) -> list[list[Point]]:
    points: list[list[Point]] = [[] for _ in found.turns]
    for point in found.metering.points if found.metering is not None else ():
        turn = found.entries.turn[point.entry - 1] if point.entry else 0
        points[turn].append(point)
    return points


def _requests(head: TurnHead, points: list[Point], indexes: list[int]) -> list[tuple[int, Figures]]:
    """The turn's usage, request by request where these add up to it, else at once."""
    if head.usage is None:
        return []
    each = list(map(_of_point, points))
    if [sum(column) for column in zip(*each, strict=True)] == _sums(head.usage):
        figures = [_with_gaps(one, head.usage) for one in each]
        return [
            (sum(index < point.entry for index in indexes), one)
            for point, one in zip(points, figures, strict=True)
        ]
    return [(len(indexes), _with_gaps(_sums(head.usage), head.usage))]


def _of_point(point: Point) -> list[int]:
    """Its figures. No point holds cache writes: a turn that has some does not add up."""
    return [point.input or 0, point.cached or 0, 0, point.output or 0, point.reasoning or 0]


def _sums(usage: Usage) -> list[int]:
    return [
        usage.input_tokens,
        usage.cached_input_tokens or 0,
        usage.cache_write_tokens or 0,
        usage.output_tokens,
        usage.reasoning_output_tokens or 0,
    ]


def _with_gaps(figures: list[int], usage: Usage) -> Figures:
    """The figures, None where the agent does not record them at all."""
    whole, cached, write, output, reasoning = figures
    return [
        whole,
        cached,
        None if usage.cache_write_tokens is None else write,
        output,
        None if usage.reasoning_output_tokens is None else reasoning,
    ]
