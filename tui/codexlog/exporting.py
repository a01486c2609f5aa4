"""`codexlog export`: a session for other tools, in files that nobody else has written."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from codexlog import __version__, paths
from codexlog.arguments import UsageError
from codexlog.catalog.transcript import Transcript
from codexlog.recorder.export import Writer, entire_files, file_time
from codexlog.recorder.files import private
from codexlog.recorder.journal import warn
from codexlog.recorder.leaving import Leaving
from codexlog.recorder.recorder import METADATA
from codexlog.report.as_html import html
from codexlog.report.as_json import dumps, session_document
from codexlog.report.as_markdown import markdown
from codexlog.report.safe_text import safe_line
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    import argparse

    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
    from codexlog.model import Session, Summary
    from codexlog.timeline.summary import FileFacts

Change = Callable[[Any], Any]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def export_file(
    found: Found,
    options: argparse.Namespace,
    facts: FileFacts,
    titles: SideShelf,
    told: Callable[[Summary], Summary],
) -> None:
    """Write the session of a file. Raises UsageError.

    `titles`: what stands beside the sessions; `told` adds what other sessions tell of this one.
    """
    if found.error is not None:
        raise UsageError(f"{found.path}: {found.error}")

    def complete(session: Session) -> Session:
        return replace(session, summary=told(titles.complete(session.summary, found)))

    try:
        with Transcript.open(found.path, facts) as transcript:
            export(transcript, options, found.mtime, complete)
    except (SourceError, OSError) as error:
        raise UsageError(str(error)) from error


def export(
    transcript: Transcript,
    options: argparse.Namespace,
    changed: float,
    complete: Callable[[Session], Session] = lambda session: session,
) -> None:
    """Write a session below `--out` and print the paths.

    `changed`: when its file did, in Unix seconds; `complete` adds what its rows do not tell. Raises
    UsageError; then nothing was written.
    """
    out = Path(options.out).expanduser()
    _refuse_agents(out)
    session_id = transcript.outline().summary.id
    if session_id is None or not _NAME.fullmatch(session_id):
        raise UsageError(f"{transcript.facts.path}: the session has no id that could name a file")
    leaving = Leaving(str(Path.home()))
    change = _unchanged if options.no_redact else leaving.change
    if options.format == "entire":
        writer = Writer(__version__, file_time(changed), change)
        made = entire_files(transcript, session_id, writer)
        files = {METADATA / session_id / name: data for name, data in made.items()}
    else:
        make, suffix = TEXTS[options.format]
        files = {Path(f"{session_id}{suffix}"): make(complete(transcript.session()), change)}
    written = _write({out / name: data for name, data in files.items()})
    for path in written:
        os.utime(path, (changed, changed))  # a session that ended long ago is not running for being copied
        sys.stdout.write(f"{safe_line(str(path))}\n")
    _remark(out / next(iter(files)), len(written), leaving.count)


def _unchanged(value: Any) -> Any:
    return value


def _as_json(session: Session, change: Change) -> bytes:
    document = orjson.loads(dumps(session_document(session)))
    return dumps(change(document), indent=True) + b"\n"


def _as_markdown(session: Session, change: Change) -> bytes:
    return markdown(session, change).encode()


def _as_html(session: Session, change: Change) -> bytes:
    return html(session, change).encode()


TEXTS: dict[str, tuple[Callable[[Session, Change], bytes], str]] = {
    "json": (_as_json, ".json"),
    "markdown": (_as_markdown, ".md"),
    "html": (_as_html, ".html"),
}
"""Forms of one file: what makes it, and its ending."""


def _refuse_agents(out: Path) -> None:
    """Nothing is written where an agent keeps its sessions. Raises UsageError."""
    folder, home = out.absolute().resolve(), Path.home()
    for place in (paths.codex_home(os.environ, home), *paths.claude_homes(os.environ, home)):
        if folder.is_relative_to(place.resolve()):
            raise UsageError(f"{out}: the folder belongs to an agent, nothing is written to {place}")


def _remark(first: Path, written: int, secrets: int) -> None:
    if not written:
        warn(f"{first}: is there already and says the same")
    if secrets:
        warn(f"{secrets} {'secret' if secrets == 1 else 'secrets'} left out; --no-redact keeps them")


def _write(files: dict[Path, bytes]) -> list[Path]:
    """Write what is not there yet, all or nothing; returns the paths. Raises UsageError."""
    missing = [path for path, data in files.items() if not _is_there(path, data)]
    written: list[Path] = []
    try:
        for path in missing:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "xb", opener=private) as file:
                written.append(path)
                file.write(files[path])
    except OSError as error:
        for path in written:
            path.unlink()
        raise UsageError(f"{error.filename or path}: {error.strerror or error}") from error
    return missing


def _is_there(path: Path, data: bytes) -> bool:
    """Whether a file is there and says the same. Raises UsageError where it says anything else."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    if found != data:
        raise UsageError(f"{path}: is there already and says something else, so nothing was written")
    return True
