"""Files → the subjects of some days. The one place of a day's digest that opens files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.discover import name_time
from codexlog.catalog.listing import ends_of, facts_of, head_summary
from codexlog.catalog.transcript import Transcript
from codexlog.digest.calendar import ASKED_CLOCK, UTC_CLOCK, clock_of, day_of
from codexlog.digest.chosen_files import choose
from codexlog.digest.reading import read
from codexlog.digest.sittings import sittings
from codexlog.digest.subject import Subject
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, tzinfo

    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
    from codexlog.digest.calendar import Clock
    from codexlog.digest.chosen_files import Days
    from codexlog.digest.reading import Reading
    from codexlog.model import Summary


class Wanted(NamedTuple):
    """What the digests are of."""

    days: Days
    zone: tzinfo | None = None
    """For sessions that record no local time; None: UTC."""
    project: str | None = None
    """The last part of a working folder, or a path: then all that was done in it and below."""


class Gathered(NamedTuple):
    """What was read."""

    subjects: Sequence[Subject]
    timeless: Sequence[str]
    """Stems of files that record no time."""


def gather(
    found: Sequence[Found],
    wanted: Wanted,
    now: float,
    running_seconds: float,
    shelf: SideShelf,
    stop: Callable[[], bool] = lambda: False,
) -> Gathered:
    """Read what may belong to the days. `now` is Unix time; raises Stopped when `stop` says so."""
    chosen = choose(found, wanted.days, ends_of)
    subjects = [
        _subject(each, wanted, now, running_seconds, shelf, stop)
        for each in chosen.files
        if _is_of(each, wanted.project, now)
    ]
    timeless = [] if wanted.project else [stem_of(each) for each in chosen.timeless]
    return Gathered(subjects, sorted(timeless))


def stem_of(found: Found) -> str:
    """The name of a file without what says how it is stored; of an Entire copy, the name of its folder."""
    stem = found.path.name.removesuffix(".jsonl").removesuffix(".json").removesuffix(".log")
    return found.path.parent.name if stem == "full" else stem


def _is_of(found: Found, project: str | None, now: float) -> bool:
    if project is None:
        return True
    if found.error is not None:
        return False
    return is_project(head_summary(facts_of(found, now), found.path), project)


def is_project(summary: Summary, project: str) -> bool:
    """Whether a session was run in a project: its folder has this name, or is this path or below it."""
    if not summary.cwd:
        return False
    cwd = summary.cwd.replace("\\", "/").rstrip("/")
    if "/" in project:
        place = project.rstrip("/")
        return cwd == place or cwd.startswith(f"{place}/")
    return (summary.project or "").lower() == project.lower()


def _subject(
    found: Found,
    wanted: Wanted,
    now: float,
    running_seconds: float,
    shelf: SideShelf,
    stop: Callable[[], bool],
) -> Subject:
    stem, path = stem_of(found), str(found.path)
    named = day_of(name_time(found.path) or "")
    if found.error is not None:
        return Subject(stem, path, UTC_CLOCK, named, None, cause=found.error)
    try:
        with Transcript.open(found.path, facts_of(found, now, running_seconds)) as transcript:
            reading = read(transcript, stop)
    except SourceError as error:
        return Subject(stem, path, UTC_CLOCK, named, None, cause=error.cause)
    summary = shelf.complete(reading.trace.summary, found)
    reading = replace(reading, trace=replace(reading.trace, summary=summary))
    clock = _clock(found, reading, wanted)
    first = _first_day(named, summary, clock)
    sat = tuple(sittings(reading.trace, clock, first)) if first is not None else ()
    return Subject(stem, path, clock, first, reading, sat)


def _clock(found: Found, reading: Reading, wanted: Wanted) -> Clock:
    if wanted.days.utc:
        return ASKED_CLOCK
    summary = reading.trace.summary
    return clock_of(
        found.path.name, summary.started_at, summary.format, reading.settings.timezone, wanted.zone
    )


def _first_day(named: date | None, summary: Summary, clock: Clock) -> date | None:
    """The day in the name, which is the recorder's own; else that of the first row."""
    by_row = clock.day(summary.started_at)
    if clock.source == "asked":
        return by_row or named
    return named or by_row
