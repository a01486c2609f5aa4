"""`codexlog export`: a session for other tools, in files that nobody else has written."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import __version__
from codexlog.arguments import UsageError
from codexlog.catalog.transcript import Transcript
from codexlog.recorder.export import Writer, entire_files, file_time
from codexlog.recorder.files import private
from codexlog.recorder.journal import warn
from codexlog.recorder.leaving import Leaving
from codexlog.recorder.recorder import METADATA
from codexlog.report.safe_text import safe_line
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    import argparse

    from codexlog.catalog.discover import Found

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def export_file(found: Found, options: argparse.Namespace) -> None:
    """Write the session of a file. Raises UsageError; then nothing was written."""
    if found.error is not None:
        raise UsageError(f"{found.path}: {found.error}")
    try:
        with Transcript.open(found.path) as transcript:
            export(transcript, options, found.path.stat().st_mtime)
    except (SourceError, OSError) as error:
        raise UsageError(str(error)) from error


def export(transcript: Transcript, options: argparse.Namespace, changed: float) -> None:
    """Write a session below `--out` and print the paths. `changed`: when its file did, in Unix seconds.

    Raises UsageError; then nothing was written.
    """
    session_id = transcript.outline().summary.id
    if session_id is None or not _NAME.fullmatch(session_id):
        raise UsageError(f"{transcript.facts.path}: the session has no id that could name a folder")
    leaving = Leaving(str(Path.home()))
    writer = Writer(__version__, file_time(changed))
    if not options.no_redact:
        writer = writer._replace(change=leaving.change)
    folder = Path(options.out).expanduser() / METADATA / session_id
    files = entire_files(transcript, session_id, writer)
    written = _write({folder / name: data for name, data in files.items()})
    for path in written:
        os.utime(path, (changed, changed))  # a session that ended long ago is not running for being copied
        sys.stdout.write(f"{safe_line(str(path))}\n")
    _remark(folder, len(written), leaving.count)


def _remark(folder: Path, written: int, secrets: int) -> None:
    if not written:
        warn(f"{folder}: is there already and says the same")
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
