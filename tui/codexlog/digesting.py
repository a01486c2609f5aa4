"""The command `digest`: reads a session or a loop, and sees the text to where it is wanted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from codexlog.arguments import UsageError
from codexlog.catalog.listing import facts_of as file_facts
from codexlog.catalog.transcript import Transcript
from codexlog.clipboard import TERMINAL_BYTES, send
from codexlog.digest.compose import Wish, loop_text, session_text
from codexlog.digest.facts import facts_of
from codexlog.digest.keeping import keep
from codexlog.digest.reading import offset_at, read
from codexlog.report.safe_text import safe_line
from codexlog.surroundings import refuse_sessions

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from codexlog.catalog.discover import Found
    from codexlog.digest.compose import Composed
    from codexlog.settings.parse import Parsed
    from codexlog.triage.loops import Loop


TERMINAL = "/dev/tty"


class Edge(NamedTuple):
    """What differs between two runs over the same transcripts."""

    env: Mapping[str, str]
    home: Path
    state: Path
    """The folder for what outlives a run."""
    now: float
    parsed: Parsed
    """The person's settings."""


def of_file(found: Found, loop: Loop | None, options: argparse.Namespace, edge: Edge) -> Composed:
    """The digest of a session. Raises SourceError."""
    running_seconds = edge.parsed.settings.running_seconds
    with Transcript.open(found.path, file_facts(found, edge.now, running_seconds)) as transcript:
        return of_transcript(transcript, loop, options, edge)


def of_transcript(
    transcript: Transcript, loop: Loop | None, options: argparse.Namespace, edge: Edge
) -> Composed:
    """The same of an open session."""
    facts = facts_of(read(transcript), edge.parsed.thresholds)
    return session_text(facts, loop, _wish(options, edge), for_agent=options.handoff)


def of_loop(loop: Loop | None, options: argparse.Namespace, edge: Edge) -> Composed:
    """The digest of a loop. Raises UsageError where there is none."""
    if loop is None:
        raise UsageError(f"--loop {options.loop}: not the id of a loop; codexlog loops names them")
    return loop_text(loop, offset_at(Path(loop.iterations[0].path)), _wish(options, edge))


def deliver(made: Composed, options: argparse.Namespace, edge: Edge) -> int:
    """Print a digest, or write it to the file that was named; copy it where that is wanted."""
    if options.out is not None:
        _write(made.text, Path(options.out).expanduser(), edge)
    else:
        sys.stdout.buffer.write(made.text.encode())
        sys.stdout.flush()
    if options.copy:
        copy_out(made.text, made.redacted, edge, redacts=not options.no_redact)
    return 0


def _wish(options: argparse.Namespace, edge: Edge) -> Wish:
    limit = int(edge.parsed.settings.osc52_limit)
    most = min(TERMINAL_BYTES, limit or TERMINAL_BYTES) if options.copy else None
    return Wish(str(edge.home), not options.no_redact, options.full, most)


def _write(text: str, wanted: Path, edge: Edge) -> None:
    """Write it beside the file where that is somebody else's, and say so. Raises UsageError."""
    refuse_sessions(wanted)
    try:
        kept = keep(text, wanted, edge.state)
    except OSError as error:
        raise UsageError(f"--out {wanted}: {error.strerror or error}") from error
    if kept.instead_of is not None:
        say(f"{kept.instead_of} is not ours and stays as it is; written to {kept.path}")
    if kept.problem:
        say(kept.problem)


def copy_out(text: str, redacted: int, edge: Edge, *, redacts: bool) -> None:
    """Put a digest into the clipboard and say in one line how, and what was left out of it.

    `redacted`: how many secrets the digest was made without.
    """
    terminal = _terminal()
    sent = send(
        text,
        edge.env,
        edge.state,
        terminal=terminal is not None,
        redacts=redacts,
        limit=edge.parsed.settings.osc52_limit,
    )
    if terminal is not None:
        with terminal:
            terminal.write(sent.sequence.encode())
    say(sent._replace(left_out=sent.left_out + redacted).sentence(edge.home))


def _terminal() -> BinaryIO | None:
    """The terminal itself, wherever stdout leads; None where there is none."""
    try:
        return open(TERMINAL, "wb", buffering=0)
    except OSError:
        return None


def say(note: str) -> None:
    """One line for the person, beside what is printed."""
    sys.stderr.write(f"codexlog: {safe_line(note)}\n")
