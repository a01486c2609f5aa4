"""When a session was recorded, by the recorder's own clock. Pure: the reader's zone does not count."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from codexlog.timeline.times import parse

_STAMP = re.compile(r"rollout-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-")
_STEP = timedelta(minutes=15)
"""Every zone's offset is a multiple of this: on 440 of 440 real files."""
_SLACK = timedelta(seconds=5)
"""How far apart the name and the first row of one file may have been written."""
_FARTHEST = timedelta(hours=14)


class When(NamedTuple):
    """Start and end of a session, and what is known of the recorder's clock."""

    started_at: str | None
    """ISO 8601 in UTC."""
    ended_at: str | None
    offset: int | None
    """Minutes by which the recorder's clock was ahead of UTC at the start; None where nothing tells."""

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        start, end = parse(self.started_at), parse(self.ended_at)
        return max(0.0, (end - start).total_seconds()) if start and end else None


def offset_of(name: str, started_at: str | None) -> int | None:
    """Minutes of the recorder's offset: a rollout's name has local time, its first row the same in UTC."""
    found = _STAMP.search(name)
    start = parse(started_at)
    if found is None or start is None:
        return None
    try:
        local = datetime.fromisoformat(f"{found[1]}T{found[2]}:{found[3]}:{found[4]}").replace(tzinfo=UTC)
    except ValueError:
        return None
    ahead = local - start
    steps = round(ahead / _STEP)
    exact = abs(ahead - steps * _STEP) <= _SLACK and abs(steps * _STEP) <= _FARTHEST
    return steps * 15 if exact else None


def stamp(at: str | None, offset: int | None) -> str:
    """`2025-09-23T12:06:19+02:00`; in UTC, with `Z`, where no offset is known; "" for no time."""
    time = parse(at)
    if time is None:
        return ""
    if offset is None:
        return time.isoformat(timespec="seconds").replace("+00:00", "Z")
    return time.astimezone(timezone(timedelta(minutes=offset))).isoformat(timespec="seconds")


def clock(at: str | None, offset: int | None) -> str:
    """`12:06:19`, by the same clock."""
    return stamp(at, offset)[11:19]
