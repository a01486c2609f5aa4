"""Rate limits as a transcript records them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateWindow:
    """One window of a limit; a figure is None where the row has none."""

    name: str
    """`primary` or `secondary`."""
    used_percent: float
    window_minutes: int | None
    resets_at: int | None
    """Unix seconds."""
    resets_in: int | None
    """Seconds from the row's own time on, as versions before `resets_at` wrote it."""


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The newest state of one limit."""

    limit_id: str | None
    plan: str | None
    reached: str | None
    """What the agent names as used up."""
    windows: tuple[RateWindow, ...]
    row: int
    at: str | None
    """Time of that row."""
    entry: int
    """How many entries of the timeline stand before the row."""
