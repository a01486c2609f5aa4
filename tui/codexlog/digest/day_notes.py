"""What a day's digest assumes and leaves out, said at its end. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.words import count
from codexlog.triage.residue import CLAUDE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from codexlog.digest.day_parts import Shown
    from codexlog.digest.quoting import Quoter
    from codexlog.digest.subject import Subject

MOST_NAMED = 20
STEM = 200


class Listed(NamedTuple):
    """A session that the digest lists."""

    subject: Subject
    shown: Shown
    is_first: bool
    """Whether it is the first sitting of its file."""
    later: date | None
    """The day of the next sitting."""


class Left(NamedTuple):
    """What the digest does not list."""

    environment: Sequence[Subject] = ()
    generators: Sequence[Subject] = ()
    nobodys: Sequence[Subject] = ()
    """Subagents that do not say who started them."""
    unreadable: Sequence[Subject] = ()
    over_midnight: Sequence[tuple[Subject, date]] = ()
    """Files whose rows of this day belong to an earlier one."""
    copies: Sequence[str] = ()
    """Stems of files that hold the same session once more."""
    timeless: Sequence[str] = ()
    """Stems of files that record no time."""


def notes(listed: Sequence[Listed], left: Left, quoter: Quoter, *, utc: bool) -> list[str]:
    """Every note, in the same order each time."""
    told = [
        *_times(listed, utc=utc),
        *_omitted(left, quoter),
        *_interrupted(listed),
        *_days(listed, left, quoter),
        *_agents(listed, quoter),
        *_forks(listed, quoter),
        *_damage(listed, left, quoter),
        *_lines(listed),
        "Text in quotes is the session's own and was not checked; `…` ends what was cut.",
        *_sources(listed, quoter),
    ]
    if quoter.redacted:
        number = count(quoter.redacted, "secret")
        told.append(f"{number} {_were(quoter.redacted)} left out, shown as `[redacted]`.")
    return told


# ---------------------------------------------------------------------------------------------- times


def _times(listed: Sequence[Listed], *, utc: bool) -> Iterator[str]:
    if utc:
        yield "Times and the day are UTC."
        return
    by_offset: dict[str, list[int]] = {}
    by_source: dict[str, list[int]] = {}
    for number, each in enumerate(listed, 1):
        clock, sitting = each.shown.clock, each.shown.sitting
        by_source.setdefault(clock.source, []).append(number)
        if clock.source in ("name", "zone"):
            by_offset.setdefault(clock.full(sitting.started_at)[19:], []).append(number)
    known = [f"{offset} ({_sessions(numbers)})" for offset, numbers in by_offset.items()]
    if known:
        yield (
            "Times are those of the recording machine; its offset is recovered from each file's name and "
            f"first row: {', '.join(known)}."
        )
    for source, words in _OTHER_TIMES.items():
        if source in by_source:
            yield words.format(_capital(_sessions(by_source[source])), "s" * (len(by_source[source]) == 1))


_OTHER_TIMES: Mapping[str, str] = {
    "utc": "{0} record{1} no local time: the times are UTC.",
    "given": "{0} record{1} no local time: the zone is the one that was asked for.",
    "lost": "{0} record{1} local time without its offset from UTC.",
}


# -------------------------------------------------------------------------------------------- omitted


def _omitted(left: Left, quoter: Quoter) -> Iterator[str]:
    for what, found in _without_work(left.environment).items():
        yield f"{_named('Session', found, quoter)} {what} and {_were(len(found))} omitted."
    if left.generators:
        number = len(left.generators)
        what = "in which an editor only asked for a title or suggestions"
        yield f"{count(number, 'session')} {what} {_were(number)} omitted."
    if left.nobodys:
        number = len(left.nobodys)
        who = f"who started {'it' if number == 1 else 'them'} is not recorded"
        yield f"{_named('Subagent session', left.nobodys, quoter)} {_were(number)} omitted: {who}."
    if left.copies:
        number = len(left.copies)
        yield f"{count(number, 'copy', 'copies')} of listed sessions {_were(number)} omitted: " + (
            f"{_stems(left.copies, quoter)}."
        )
    if left.timeless:
        whose = "it is" if len(left.timeless) == 1 else "they are"
        yield f"No time could be read in {_stems(left.timeless, quoter)}: {whose} of no day."


def _without_work(subjects: Iterable[Subject]) -> dict[str, list[Subject]]:
    """Sessions in which nothing was done, by what is in them."""
    found: dict[str, list[Subject]] = {}
    for subject in subjects:
        found.setdefault(_content(subject), []).append(subject)
    return found


def _content(subject: Subject) -> str:
    summary = subject.summary
    if summary is not None and summary.counts.inherited_rows:
        return "contained only what a fork copied"
    if summary is not None and not summary.counts.rows:
        return "contained no row"
    if summary is not None and summary.format in CLAUDE:
        return "contained no prompt, answer or call"
    return "contained only environment context"


# ---------------------------------------------------------------------------- days, forks, interruptions


def _interrupted(listed: Sequence[Listed]) -> Iterator[str]:
    for number, each in enumerate(listed, 1):
        shown = each.shown
        if shown.outcome == "interrupted" and shown.is_untouched:
            yield (f"Session {number} ended before any assistant actions; details reflect that interruption.")
        elif shown.outcome == "interrupted":
            yield f"Session {number} was interrupted; details end there."
        elif shown.outcome == "running":
            yield f"Session {number} was still running; details end with its last row."


def _days(listed: Sequence[Listed], left: Left, quoter: Quoter) -> Iterator[str]:
    for number, each in enumerate(listed, 1):
        sitting, clock = each.shown.sitting, each.shown.clock
        if not each.is_first:
            began = each.subject.first_day
            yield f"Session {number} was resumed: it began on {began}, and only this day's turns stand here."
        if sitting.over_midnight:
            end = clock.full(sitting.ended_at)
            yield f"Session {number} ran past midnight, until {end}; all of that stands here."
        if each.later is not None:
            yield f"Session {number} was resumed on {each.later}; that part belongs to that day."
    for subject, day in left.over_midnight:
        stem = quoter.code(subject.stem, STEM)
        yield f"{stem} ran past midnight; it belongs to {day}."


def _agents(listed: Sequence[Listed], quoter: Quoter) -> Iterator[str]:
    for number, each in enumerate(listed, 1):
        stems = [agent.summary.path.replace("\\", "/").rpartition("/")[2] for agent in each.shown.agents]
        if stems:
            what = "the subagent session" if len(stems) == 1 else "the subagent sessions"
            names = _stems([stem.removesuffix(".jsonl") for stem in stems], quoter)
            yield f"Session {number} includes {what} {names}."
        if each.subject.kind == "agent":
            parent = quoter.code(each.shown.facts.summary.parent_id or "", STEM)
            yield f"Session {number} is a subagent's; {parent}, which started it, is not of this day."


def _forks(listed: Sequence[Listed], quoter: Quoter) -> Iterator[str]:
    numbers = {
        each.subject.summary.id: number
        for number, each in reversed(list(enumerate(listed, 1)))
        if each.subject.summary is not None
    }
    for number, each in enumerate(listed, 1):
        parent = each.shown.facts.summary.forked_from
        if parent and each.is_first:
            at = numbers.get(parent)
            whose = f"session {at}" if at is not None else quoter.code(parent, STEM)
            yield f"Session {number} is a fork of {whose}; what it copied from there is left out."


# --------------------------------------------------------------------------------- damage, lines, sources


def _damage(listed: Sequence[Listed], left: Left, quoter: Quoter) -> Iterator[str]:
    for number, each in enumerate(listed, 1):
        bad, unknown = each.shown.facts.counts.bad_rows, each.shown.facts.counts.unknown_rows
        if bad:
            yield f"Session {number}: {count(bad, 'line')} could not be read."
        if unknown and each.is_first:
            yield f"Session {number}: {count(unknown, 'row')} of unknown kinds left out."
        if each.shown.facts.summary.error:
            yield f"Session {number}: {quoter.line(each.shown.facts.summary.error, STEM)}."
    for subject in left.unreadable:
        stem, cause = quoter.code(subject.stem, STEM), quoter.line(subject.cause, STEM)
        yield f"{stem} could not be read: {cause}."


def _lines(listed: Sequence[Listed]) -> Iterator[str]:
    every = [each.shown.facts for each in listed]
    every += [agent for each in listed for agent in each.shown.agents]
    if any(facts.files for facts in every):
        yield (
            "Line numbers are those of the last recorded change of a file unless marked otherwise; "
            "they may shift as the code evolves."
        )


def _sources(listed: Sequence[Listed], quoter: Quoter) -> Iterator[str]:
    if listed:
        stems = [quoter.code(each.subject.stem, STEM) for each in listed]
        told = (f"session {number} {stem}" for number, stem in enumerate(stems, 1))
        yield f"Rows are lines of these files: {', '.join(told)}."


# ---------------------------------------------------------------------------------------------- words


def _sessions(numbers: Sequence[int]) -> str:
    """`session 1`, `sessions 1 to 3`, `sessions 1, 2 and 4`."""
    if len(numbers) == 1:
        return f"session {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"sessions {numbers[0]} to {numbers[-1]}"
    return f"sessions {_and([str(number) for number in numbers])}"


def _named(what: str, subjects: Sequence[Subject], quoter: Quoter) -> str:
    """`Session `a``, `Sessions `a` and `b``."""
    return f"{what}{'s' if len(subjects) > 1 else ''} {_stems([each.stem for each in subjects], quoter)}"


def _stems(stems: Sequence[str], quoter: Quoter) -> str:
    shown = [quoter.code(stem, STEM) for stem in stems[:MOST_NAMED]]
    left = len(stems) - len(shown)
    return _and([*shown, f"{left:,} more"] if left else shown)


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
