"""Sums of token figures; a figure that one of them lacks is lacking in the sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.model import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codexlog.model import Summary


def add_usage(figures: Iterable[Usage | None]) -> Usage | None:
    """The sum; partial where one is missing or partial; None where there is none at all."""
    every = list(figures)
    known = [each for each in every if each is not None]
    if not known:
        return None
    return Usage(
        input_tokens=sum(each.input_tokens for each in known),
        cached_input_tokens=_sum(each.cached_input_tokens for each in known),
        cache_write_tokens=_sum(each.cache_write_tokens for each in known),
        output_tokens=sum(each.output_tokens for each in known),
        reasoning_output_tokens=_sum(each.reasoning_output_tokens for each in known),
        total_tokens=sum(each.total_tokens for each in known),
        complete=len(known) == len(every) and all(each.complete for each in known),
    )


def spent(summary: Summary) -> Usage | None:
    """What a session used itself: sums over many sessions count an answer that was copied once."""
    usage, copied = summary.usage, summary.copied_usage
    if usage is None or copied is None:
        return usage
    return Usage(
        input_tokens=usage.input_tokens - copied.input_tokens,
        cached_input_tokens=_less(usage.cached_input_tokens, copied.cached_input_tokens),
        cache_write_tokens=_less(usage.cache_write_tokens, copied.cache_write_tokens),
        output_tokens=usage.output_tokens - copied.output_tokens,
        reasoning_output_tokens=_less(usage.reasoning_output_tokens, copied.reasoning_output_tokens),
        total_tokens=usage.total_tokens - copied.total_tokens,
        context_window=usage.context_window,
        context_used=usage.context_used,
        complete=usage.complete,
    )


def _less(figure: int | None, part: int | None) -> int | None:
    return figure - (part or 0) if figure is not None else None


def _sum(figures: Iterable[int | None]) -> int | None:
    total = 0
    for figure in figures:
        if figure is None:
            return None
        total += figure
    return total
