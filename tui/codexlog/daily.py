"""The command `digest --day`: which days, what of them, and where the text goes."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codexlog import paths
from codexlog.arguments import NothingFound, UsageError
from codexlog.catalog.discover import name_time
from codexlog.catalog.listing import SideShelf, facts_of, head_summary
from codexlog.digest.calendar import clock_of, day_of, zone_named
from codexlog.digest.chosen_files import Days
from codexlog.digest.day import day_digest
from codexlog.digest.day_reading import Wanted, gather
from codexlog.digest.keeping import keep
from codexlog.digest.quoting import Quoter
from codexlog.digest.rewriting import NotRewritten, rewritten
from codexlog.digest.subject import by_day
from codexlog.digest_arguments import DAY_WORDS
from codexlog.digesting import copy_out, say
from codexlog.report.redaction import redact
from codexlog.report.words import count
from codexlog.surroundings import refuse_sessions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from codexlog.catalog.discover import Found
    from codexlog.digest.day import DayDigest
    from codexlog.digesting import Edge

NOT_REWRITTEN = 1
"""Exit code where the command of `--with` did not give the digest back."""
NEWEST = 8
"""Sessions that are asked for the recorder's clock."""


class Looked(NamedTuple):
    """Where sessions were looked for."""

    places: Sequence[Path]
    found: Sequence[Found]
    sqlite_home: Path | None


def show_days(looked: Looked, options: argparse.Namespace, edge: Edge) -> int:
    """Make the digests and see them to where they are wanted; returns the exit code. Raises UsageError."""
    zone = _zone(options.zone)
    days = _days(options, today(looked.found, zone, edge.now, utc=options.utc))
    folder = _history(looked, options, edge) if options.write else None
    made = _digests(looked, days, zone, options, edge)
    kept = [each for each in made if each.text]
    if not kept:
        raise NothingFound(_nothing(looked, days, made))
    code, texts = 0, {each.day: each.text for each in kept}
    if options.command is not None:
        code, texts = _rewritten(texts, options, edge)
    for day, text in texts.items():
        if folder is not None:
            _keep(text, folder / f"{day}-summary.md", edge)
        if options.out is not None:
            _keep(text, _out(Path(options.out).expanduser(), day, many=len(texts) > 1), edge)
    whole = _joined(texts)
    if options.out is None:
        sys.stdout.buffer.write(whole.encode())
        sys.stdout.flush()
    if options.copy:
        number = sum(each.redacted for each in kept)
        copy_out(whole, number, edge, redacts=not options.no_redact)
    return code


def _digests(
    looked: Looked, days: Days, zone: tzinfo | None, options: argparse.Namespace, edge: Edge
) -> list[DayDigest]:
    wanted = Wanted(days, zone, _project(options.project))
    shelf = SideShelf(looked.sqlite_home)
    gathered = gather(looked.found, wanted, edge.now, edge.parsed.settings.running_seconds, shelf)
    clean = None if options.no_redact else partial(redact, home=str(edge.home))
    subjects, limits = by_day(gathered.subjects), edge.parsed.thresholds
    return [
        day_digest(
            day,
            subjects[day],
            Quoter(clean),
            limits,
            utc=days.utc,
            timeless=gathered.timeless,
        )
        for day in sorted(subjects)
        if day in days
    ]


def _project(named: str | None) -> str | None:
    """A name as it is; a path as transcripts have it."""
    if named is None or not ("/" in named or named in (".", "..", "~")):
        return named
    return str(Path(named).expanduser().resolve())


# ----------------------------------------------------------------------------------------------- days


def today(found: Sequence[Found], zone: tzinfo | None, now: float, *, utc: bool = False) -> date:
    """The day that it is where the newest sessions were recorded; in UTC, or `zone`, where nothing tells.

    Where this machine's zone agrees with them it decides: it knows when summer ends.
    """
    moment = datetime.fromtimestamp(now, UTC)
    if utc:
        return moment.date()
    for each in [each for each in found if name_time(each.path) and each.error is None][:NEWEST]:
        head = head_summary(facts_of(each, now), each.path)
        clock = clock_of(each.path.name, head.started_at, head.format)
        began = clock.local(head.started_at)
        if clock.source == "name" and began is not None:
            here = began.astimezone()
            return (moment.astimezone() if here.utcoffset() == began.utcoffset() else
                    moment.astimezone(began.tzinfo)).date()  # fmt: skip
    return moment.astimezone(zone or UTC).date()


def _days(options: argparse.Namespace, this: date) -> Days:
    last = _day(options.day or "today", this)
    first = _day(options.since, this) if options.since is not None else last
    if first > last:
        raise UsageError(f"--since {first}: later than {last}")
    return Days(first, last, options.utc)


def _day(text: str, this: date) -> date:
    """A day that the arguments were checked for."""
    words = dict(zip(DAY_WORDS, (this, this - timedelta(days=1)), strict=True))
    return words.get(text.lower()) or date.fromisoformat(text)


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    zone = _Here() if name == "local" else zone_named(name)
    if zone is None:
        raise UsageError(f"--zone {name}: not a time zone (as Europe/Berlin), nor local")
    return zone


class _Here(tzinfo):
    """The zone of the machine that we run on, which is another offset in summer."""

    def fromutc(self, at: datetime) -> datetime:
        """Give the time with its offset: the one thing that is asked of it."""
        return at.replace(tzinfo=UTC).astimezone()

    def utcoffset(self, _: datetime | None) -> None: ...

    def dst(self, _: datetime | None) -> None: ...

    def tzname(self, _: datetime | None) -> None: ...


def _nothing(looked: Looked, days: Days, made: Sequence[DayDigest]) -> str:
    """Why there is no digest, and on which days there would be one."""
    places = ", ".join(map(str, looked.places))
    which = str(days.first) if days.first == days.last else f"{days.first} to {days.last}"
    omitted = sum(each.omitted for each in made)
    if omitted:
        return f"nothing to tell of {which} in {places}; {count(omitted, 'session')} without work left out"
    named = sorted({day for each in looked.found if (day := day_of(name_time(each.path) or ""))})
    before = [day for day in named if day < days.first][-1:]
    near = [str(day) for day in (*before, *[day for day in named if day > days.last][:1])]
    return f"no sessions on {which} in {places}" + (f"; the nearest: {', '.join(near)}" if near else "")


# --------------------------------------------------------------------------------------- where it goes


def _joined(texts: dict[date, str]) -> str:
    """One digest as it is; several below a title each."""
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "\n".join(f"# {day}\n\n{text}" for day, text in texts.items())


def _rewritten(
    texts: dict[date, str], options: argparse.Namespace, edge: Edge
) -> tuple[int, dict[date, str]]:
    """What the command makes of each digest; the digest itself where it makes none, and why."""
    code, answers = 0, dict[date, str]()
    for day, text in texts.items():
        try:
            answers[day] = rewritten(text, options.command, edge.env, options.timeout)
        except NotRewritten as error:
            say(f"--with {options.command}: {error}; the digest of {day} stays as it was")
            code, answers[day] = NOT_REWRITTEN, text
    return code, answers


def _history(looked: Looked, options: argparse.Namespace, edge: Edge) -> Path:
    """The folder of summaries in the one Codex home that the sessions are of."""
    if options.demo:
        raise UsageError("--write is not for the sample sessions; --out FILE is")
    if not options.paths:
        home = paths.codex_home(edge.env, edge.home)
        if not home.is_dir():
            raise UsageError(f"{home}: no Codex home to write into; --out FILE goes anywhere")
        return home / "history"
    homes = {each.home for each in looked.found if each.home is not None}
    if len(homes) != 1:
        raise UsageError(f"--write needs one Codex home, and here are {len(homes)}; --out FILE goes anywhere")
    return homes.pop() / "history"


def _out(named: Path, day: date, *, many: bool) -> Path:
    refuse_sessions(named)
    if many and named.exists() and not named.is_dir():
        raise UsageError(f"--out {named}: a file, and there are several days")
    is_folder = many or named.is_dir()
    return named / f"{day}-summary.md" if is_folder else named


def _keep(text: str, wanted: Path, edge: Edge) -> None:
    """Write it, beside the file where that is somebody else's, and say where. Raises UsageError."""
    try:
        kept = keep(text, wanted, edge.state)
    except OSError as error:
        raise UsageError(f"{wanted}: {error.strerror or error}") from error
    if kept.instead_of is not None:
        whose = "was written or changed by somebody else and stays as it is"
        say(f"{kept.instead_of} {whose}; written to {kept.path}")
    else:
        say(f"{'written to' if kept.is_new else 'unchanged:'} {kept.path}")
    if kept.problem:
        say(kept.problem)
