"""When a session took place, by the clock of the machine that recorded it. Pure.

A rollout's name and its first row together tell the offset, wherever the file is read. Files of bare rows
(0.1 to 0.31) write local time with a false `Z`, so their offset is lost. Claude Code and Entire write UTC
alone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal, NamedTuple

from codexlog.digest.when import offset_of
from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from datetime import tzinfo

NO_TIME = "time not recorded"
FALSE_UTC = frozenset(("codex-legacy",))
"""Formats whose first row calls local time UTC."""

Source = Literal["name", "zone", "utc", "given", "lost", "asked"]


class Clock(NamedTuple):
    """How the times of a session are shown."""

    zone: tzinfo | None
    """None where only the local time is known, and not how far from UTC it was."""
    source: Source
    """`name`: recovered from the file's name; `zone`: that, and the agent recorded the zone; `utc`: nothing
    else is known; `asked`: UTC was asked for; `given`: the person's wish for sessions that record none;
    `lost`: see `zone`."""

    def local(self, at: str | None) -> datetime | None:
        """A time of the session's rows as this clock shows it; naive where the offset is lost."""
        moment = parse(at)
        if moment is None:
            return None
        return moment.replace(tzinfo=None) if self.zone is None else moment.astimezone(self.zone)

    def day(self, at: str | None) -> date | None:
        """The date at a time."""
        when = self.local(at)
        return when.date() if when is not None else None

    def full(self, at: str | None) -> str:
        """`2025-09-23T12:06:19+02:00`; where UTC was asked for `2025-09-30T08:30:09.923Z`.

        `…19Z` where nothing but UTC is known, no offset where it is lost.
        """
        when = self.local(at)
        if when is None:
            return NO_TIME
        if self.source in ("asked", "utc"):
            digits = "milliseconds" if self.source == "asked" else "seconds"
            return f"{when.replace(tzinfo=None).isoformat(timespec=digits)}Z"
        return when.isoformat(timespec="seconds")

    def short(self, at: str | None) -> str:
        """`12:06 (+02:00)`, `12:06 (Z)`, `12:06` where the offset is lost; in UTC the full time."""
        full = self.full(at)
        if full == NO_TIME or self.source == "asked":
            return full
        return f"{full[11:16]} ({full[19:]})" if full[19:] else full[11:16]

    def minute(self, at: str | None) -> str:
        """`16:58`, of a moment within the session."""
        when = self.local(at)
        return f"{when:%H:%M}" if when is not None else NO_TIME


UTC_CLOCK, ASKED_CLOCK = Clock(UTC, "utc"), Clock(UTC, "asked")


def clock_of(
    name: str,
    started_at: str | None,
    format_name: str | None = None,
    zone_name: str | None = None,
    given: tzinfo | None = None,
) -> Clock:
    """The clock of a session; `name` is its file's, `started_at` what its first row says.

    `zone_name`: what the agent recorded (0.107 and later); it counts where it agrees with the name.
    `given`: the zone that the person wants for sessions that record no local time.
    """
    minutes = offset_of(name, started_at)
    if minutes is None:
        return Clock(given, "given") if given is not None else UTC_CLOCK
    if format_name in FALSE_UTC:
        return Clock(None, "lost")
    offset, zone, start = timedelta(minutes=minutes), zone_named(zone_name), parse(started_at)
    if zone is not None and start is not None and zone.utcoffset(start.astimezone(zone)) == offset:
        return Clock(zone, "zone")
    return Clock(timezone(offset), "name")


def zone_named(name: str | None) -> tzinfo | None:
    """A zone of the time zone database; None where it has none of this name, or there is no database."""
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None


def day_of(text: str) -> date | None:
    """The date at the beginning of `YYYY-MM-DD…`; None where there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def days_between(first: date, last: date) -> list[date]:
    """Both and those between them."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
