"""What the commands take from where they run: settings, folders, stdin; and what they all say and write."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from codexlog import paths
from codexlog.arguments import STDIN, UsageError, WrongQuery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.catalog.transcript import Transcript
    from codexlog.settings.parse import Parsed, Problem
    from codexlog.settings.thresholds import Thresholds

T = TypeVar("T")


def complain(message: str) -> None:
    """Say one line on stderr."""
    from codexlog.report.safe_text import safe_line

    sys.stderr.write(f"codexlog: {safe_line(message)}\n")


def read_settings_file() -> Parsed | None:
    """The settings file; None where there is none."""
    from codexlog.settings.file import read_settings

    return read_settings(paths.settings_file(os.environ, Path.home()))


def running_seconds() -> float:
    """The setting, for commands without a screen; what is wrong with the file goes to stderr."""
    from codexlog.settings.table import DEFAULTS

    parsed = read_settings_file()
    if parsed is None:
        return DEFAULTS.running_seconds
    complain_of(parsed.problems)
    return parsed.settings.running_seconds


def judging_settings() -> tuple[Thresholds, float]:
    """Thresholds, and the age of running sessions. Raises UsageError where a threshold is no such number."""
    parsed = usable_settings()
    return parsed.thresholds, parsed.settings.running_seconds


def usable_settings() -> Parsed:
    """Every setting, likewise."""
    from codexlog.settings.parse import Parsed

    parsed = read_settings_file() or Parsed()
    if parsed.refused:
        path = paths.settings_file(os.environ, Path.home())
        raise UsageError("; ".join(f"{path}: {each}" for each in parsed.refused))
    complain_of(parsed.problems)
    return parsed


def complain_of(problems: Iterable[Problem]) -> None:
    """Name what is wrong with the settings file, in the order of its lines."""
    path = paths.settings_file(os.environ, Path.home())
    for problem in sorted(problems, key=lambda each: each.line or 0):
        complain(f"{path}: {problem}")


def spooled() -> Transcript:
    """The session on stdin. Raises UsageError where it cannot be read."""
    from codexlog.catalog.transcript import Transcript
    from codexlog.rows.source import SourceError, spool
    from codexlog.timeline.summary import FileFacts

    source = spool(sys.stdin.buffer)
    try:
        return Transcript(source, FileFacts(STDIN, source.size))
    except SourceError as error:
        raise UsageError(str(error)) from error


def parsed_or_wrong(parse: Callable[[str, float], T], text: str, now: float) -> T:
    """What a parser of queries makes of a text. Raises WrongQuery, which points at the wrong word."""
    from codexlog.catalog.query.parse import QueryError

    try:
        return parse(text, now)
    except QueryError as error:
        raise WrongQuery(str(error), text, error.start, error.end) from error


def sqlite_home() -> Path | None:
    """Where the SQLite files are, if not in the homes themselves."""
    return Path(os.environ["CODEX_SQLITE_HOME"]) if os.environ.get("CODEX_SQLITE_HOME") else None


def write_json(document: object) -> None:
    """One document and a newline on stdout."""
    from codexlog.report.as_json import dumps

    sys.stdout.buffer.write(dumps(document) + b"\n")


def cache_file() -> Path:
    """Where what was judged is kept."""
    return paths.cache_file(os.environ, Path.home())


def wishes_file() -> Path:
    """Where it is kept how loops were parted and joined."""
    return paths.wishes_file(os.environ, Path.home())


def refuse_sessions(out: Path) -> None:
    """A text is no session and does not come where sessions are kept. Raises UsageError."""
    target, home = out.absolute().resolve(), Path.home()
    codex = paths.codex_home(os.environ, home)
    projects = [each / paths.PROJECTS for each in paths.claude_homes(os.environ, home)]
    for place in (codex / "sessions", codex / "archived_sessions", *projects):
        if target.is_relative_to(place.resolve()):
            raise UsageError(f"--out {out}: an agent keeps its sessions there")
    if target.suffix in (".jsonl", ".zst") and target.exists():
        raise UsageError(f"--out {out}: a session may be in there")
