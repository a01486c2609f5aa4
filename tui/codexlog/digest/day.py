"""A day of sessions as Markdown, in the exact skeleton of `skeleton.py`. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

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

    from codexlog.digest.facts import Facts
    from codexlog.digest.quoting import Quoter
    from codexlog.digest.subject import Kind, Subject
    from codexlog.triage.thresholds import Thresholds


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
    listed = _told_again(each for _, each in sorted(_listed(day, of_day, limits), key=lambda pair: pair[0]))
    say = Voice(quoter, AMOUNTS)
    entries = [_entry(each, say) for each in listed]
    left = _left(day, kept, of_day, listed, copies)._replace(timeless=timeless)
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


def _listed(
    day: date, of_day: Sequence[Subject], limits: Thresholds
) -> Iterator[tuple[tuple[datetime, str, int], Listed]]:
    """The sittings of the day, each with what it is sorted by: its start, then the file."""
    agents = _agents(day, of_day, limits)
    for subject in of_day:
        if subject.kind != "session":
            continue
        for at, sitting in enumerate(subject.sittings):
            if sitting.day != day:
                continue
            facts = facts_of(part_of(subject, sitting), limits)
            own = agents.get(_id(subject), ()) if _is_last_of(day, subject, at) else ()
            later = subject.sittings[at + 1].day if at + 1 < len(subject.sittings) else None
            shown = Shown(facts, sitting, subject.clock, own)
            start = parse(sitting.started_at) or datetime.min.replace(tzinfo=UTC)
            yield (start, subject.stem, at), Listed(subject, shown, at == 0, later if later != day else None)


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


def _is_last_of(day: date, subject: Subject, at: int) -> bool:
    """Whether no later sitting of the day shows the subagents."""
    return all(sitting.day != day for sitting in subject.sittings[at + 1 :])


def _agents(day: date, of_day: Sequence[Subject], limits: Thresholds) -> dict[str, list[Facts]]:
    """What subagents did on a day, by the session at the top of their family."""
    parents = {_id(each): _parent(each) for each in of_day if each.kind == "agent"}
    tops = {_id(each) for each in of_day if each.kind == "session"}
    found: dict[str, list[Facts]] = {}
    for subject in of_day:
        top = _top(_parent(subject), parents) if subject.kind == "agent" else ""
        if top in tops:
            found.setdefault(top, []).extend(
                facts_of(part_of(subject, sitting), limits)
                for sitting in subject.sittings
                if sitting.day == day
            )
    return found


def _top(parent: str, parents: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while parent in parents and parent not in seen:
        seen.add(parent)
        parent = parents[parent]
    return parent


def _id(subject: Subject) -> str:
    summary = subject.summary
    return ((summary.id if summary is not None else None) or subject.stem).lower()


def _parent(subject: Subject) -> str:
    summary = subject.summary
    return ((summary.parent_id if summary is not None else None) or "").lower()


# ---------------------------------------------------------------------------------- what is left out


def _left(
    day: date,
    kept: Sequence[Subject],
    of_day: Sequence[Subject],
    listed: Sequence[Listed],
    copies: Mapping[str, Sequence[str]],
) -> Left:
    def of(kind: Kind) -> list[Subject]:
        return [each for each in of_day if each.kind == kind]

    shown = {_id(each.subject) for each in listed}
    parents = {_id(each): _parent(each) for each in of("agent")}
    return Left(
        environment=of("environment"),
        generators=of("generator"),
        orphans=[each for each in of("agent") if _top(_parent(each), parents) not in shown],
        unreadable=of("unreadable"),
        over_midnight=sorted(_from_before(day, kept), key=lambda pair: pair[0].stem),
        copies=sorted(stem for each in listed for stem in copies.get(_id(each.subject), ())),
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
        elif _id(subject) in best:
            copies.setdefault(_id(subject), []).append(subject.stem)
        else:
            best[_id(subject)] = subject
    return list(best.values()), copies


def _rank(subject: Subject) -> tuple[int, str]:
    rows = subject.summary.counts.rows if subject.summary is not None else 0
    return -rows, subject.path
