"""A day of sessions as Markdown, in the exact skeleton of `skeleton.py`. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from codexlog.digest.day_families import families, id_of
from codexlog.digest.day_notes import Left, Listed, notes
from codexlog.digest.day_parts import AMOUNTS, Shown, overview, parts, title_of
from codexlog.digest.facts import facts_of
from codexlog.digest.skeleton import Entry, day_text
from codexlog.digest.subject import part_of
from codexlog.digest.words import Voice
from codexlog.timeline.times import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from codexlog.digest.day_families import Families
    from codexlog.digest.facts import Facts
    from codexlog.digest.quoting import Quoter
    from codexlog.digest.subject import Kind, Subject
    from codexlog.settings.thresholds import Thresholds


class DayDigest(NamedTuple):
    """What a day's digest is."""

    day: date
    text: str
    """Empty where it lists none."""
    sessions: int
    """How many it lists."""
    redacted: int
    omitted: int
    """How many it leaves out and names."""
    files: tuple[str, ...] = ()
    """The path of each listed session, by its number."""


def day_digest(
    day: date,
    subjects: Iterable[Subject],
    quoter: Quoter,
    limits: Thresholds,
    *,
    utc: bool = False,
    timeless: Sequence[str] = (),
) -> DayDigest:
    """The digest of one day. `timeless`: stems of files that belong to no day."""
    kept, copies = _without_copies(subjects)
    of_day = sorted((each for each in kept if day in each.days()), key=lambda each: each.stem)
    found = families(of_day)
    listed = _told_again(each for _, each in sorted(_listed(day, found, limits), key=lambda pair: pair[0]))
    say = Voice(quoter, AMOUNTS)
    entries = [_entry(each, say) for each in listed]
    left = _left(day, kept, of_day, listed, found.nobodys, copies)._replace(timeless=timeless)
    omitted = sum(map(len, left[:4])) + len(left.copies)
    if not entries:
        return DayDigest(day, "", 0, 0, omitted)
    text = day_text(entries, notes(listed, left, quoter, utc=utc), utc=utc)
    files = tuple(each.subject.path for each in listed)
    return DayDigest(day, text, len(entries), quoter.redacted, omitted, files)


def _entry(each: Listed, say: Voice) -> Entry:
    shown = each.shown
    title = title_of(shown.facts.title or _first_prompt(shown.facts), say)
    at = shown.sitting.started_at
    return Entry(
        shown.clock.short(at), shown.clock.full(at), title, overview(shown, title), parts(shown, say)
    )


def _first_prompt(facts: Facts) -> str:
    return next((line for said in facts.prompts for line in said.text.splitlines() if line.strip()), "")


# ------------------------------------------------------------------------------------- what is listed


def _listed(day: date, found: Families, limits: Thresholds) -> Iterator[tuple[tuple[datetime, str], Listed]]:
    """The sittings of the day, each with what it is sorted by: its start, then the file."""
    for subject in found.listed:
        at = _place(subject, day)
        sitting, later = subject.sittings[at], subject.sittings[at + 1 : at + 2]
        agents = [_facts(each, day, limits) for each in found.agents.get(id_of(subject), ())]
        shown = Shown(_facts(subject, day, limits), sitting, subject.clock, agents)
        start = parse(sitting.started_at) or datetime.min.replace(tzinfo=UTC)
        listed = Listed(subject, shown, at == 0, later[0].day if later else None)
        yield (start, subject.stem), listed


def _place(subject: Subject, day: date) -> int:
    """Which of its sittings is of a day: there is one, for it is a subject of this day."""
    return next(at for at, sitting in enumerate(subject.sittings) if sitting.day == day)


def _facts(subject: Subject, day: date, limits: Thresholds) -> Facts:
    """What a session did on a day."""
    return facts_of(part_of(subject, subject.sittings[_place(subject, day)]), limits)


def _told_again(listed: Iterable[Listed]) -> list[Listed]:
    """The same, each of which knows whether an earlier one was asked the same."""
    seen: dict[str, int] = {}
    told: list[Listed] = []
    for number, each in enumerate(listed, 1):
        prompts = each.shown.facts.prompts
        key = prompts[0].text.strip() if prompts else f"\0{number}"
        same_as = seen.setdefault(key, number)
        shown = replace(each.shown, same_as=same_as if same_as != number else None)
        told.append(each._replace(shown=shown))
    return told


# ---------------------------------------------------------------------------------- what is left out


def _left(
    day: date,
    kept: Sequence[Subject],
    of_day: Sequence[Subject],
    listed: Sequence[Listed],
    nobodys: Sequence[Subject],
    copies: Mapping[str, Sequence[str]],
) -> Left:
    def of(kind: Kind) -> list[Subject]:
        return [each for each in of_day if each.kind == kind]

    return Left(
        environment=of("environment"),
        generators=of("generator"),
        nobodys=nobodys,
        unreadable=of("unreadable"),
        over_midnight=sorted(_from_before(day, kept), key=lambda pair: pair[0].stem),
        copies=sorted(stem for each in listed for stem in copies.get(id_of(each.subject), ())),
    )


def _from_before(day: date, kept: Iterable[Subject]) -> Iterator[tuple[Subject, date]]:
    """Sessions whose rows reach into the day and belong to an earlier one."""
    for subject in kept:
        if subject.kind != "session":
            continue
        for sitting in subject.sittings:
            end = subject.clock.day(sitting.ended_at)
            if sitting.day < day and end is not None and end >= day:
                yield subject, sitting.day


def _without_copies(subjects: Iterable[Subject]) -> tuple[list[Subject], dict[str, list[str]]]:
    """Each session once: of copies the one with the most rows; and the stems of the others."""
    best: dict[str, Subject] = {}
    copies: dict[str, list[str]] = {}
    for subject in sorted(subjects, key=_rank):
        if subject.summary is None:
            best[f"{subject.path}\0"] = subject
        elif id_of(subject) in best:
            copies.setdefault(id_of(subject), []).append(subject.stem)
        else:
            best[id_of(subject)] = subject
    return list(best.values()), copies


def _rank(subject: Subject) -> tuple[int, str]:
    rows = subject.summary.counts.rows if subject.summary is not None else 0
    return -rows, subject.path
