"""Which files may hold something of some days: by their names, else by their last rows. Opens few of them.

Rows only follow the day in a rollout's name. An older file counts where it changed since: a modification
time before the days rules it out, and one after them, as copies have it, has its last row looked at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.discover import name_time
from codexlog.digest.calendar import day_of
from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.catalog.discover import Found

Ends = tuple[str | None, str | None]
"""The first and the last time in a file, where it has any."""
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
"""How far local days begin before UTC's, and end after them."""


class Days(NamedTuple):
    """Some days in a row."""

    first: date
    last: date
    utc: bool = False
    """Whether they are days of UTC, and not of whoever recorded."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @property
    def begins(self) -> datetime:
        """The first moment that may belong to them, wherever the recorder stood."""
        return datetime.combine(self.first, time(), UTC) - (timedelta() if self.utc else EAST)

    @property
    def ends(self) -> datetime:
        """The moment from which on none does."""
        midnight = datetime.combine(self.last, time(), UTC) + timedelta(days=1)
        return midnight + (timedelta() if self.utc else WEST)


class Chosen(NamedTuple):
    """What a look from outside says."""

    files: list[Found]
    """Those that have to be read."""
    timeless: list[Found]
    """Those that record no time at all, neither in the name nor in a row."""


def choose(found: Iterable[Found], days: Days, ends_of: Callable[[Found], Ends]) -> Chosen:
    """The files that may hold something of the days. `ends_of` opens a file."""
    chosen = Chosen([], [])
    for each in found:
        named = day_of(name_time(each.path) or "")
        if named is None:
            _by_rows(each, days, ends_of, chosen)
        elif _is_wanted(each, named, days, ends_of):
            chosen.files.append(each)
    return chosen


def _is_wanted(found: Found, named: date, days: Days, ends_of: Callable[[Found], Ends]) -> bool:
    around = timedelta(days=1 if days.utc else 0)
    if named > days.last + around:
        return False
    if named >= days.first - around:
        return True
    begins = days.begins.timestamp()
    is_telling = found.mtime >= datetime.combine(named, time(), UTC).timestamp() - EAST.total_seconds()
    if found.error is not None or (is_telling and found.mtime < begins):
        return False
    last = parse(ends_of(found)[1])
    return last is not None and last >= days.begins


def _by_rows(found: Found, days: Days, ends_of: Callable[[Found], Ends], chosen: Chosen) -> None:
    if found.error is not None or found.mtime < days.begins.timestamp():
        return
    first, last = map(parse, ends_of(found))
    if first is None and last is None:
        chosen.timeless.append(found)
    elif (first or last or days.begins) < days.ends and (last or first or days.ends) >= days.begins:
        chosen.files.append(found)
