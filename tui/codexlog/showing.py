"""What `codexlog show` prints: a session, its usage, one attachment, or its part of the agent's log."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from codexlog.arguments import NothingFound, UsageError
from codexlog.report.safe_text import safe_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from pathlib import Path

    from codexlog.catalog.discover import Found
    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Summary


def print_transcript(
    transcript: Transcript,
    found: Found | None,
    options: argparse.Namespace,
    sqlite_home: Path | None,
    told: Callable[[Summary], Summary],
) -> None:
    """The session as the options of `show` ask for it.

    `sqlite_home`: where titles may be; `told` adds what other files tell of the session.
    """
    from codexlog.catalog.listing import SideShelf
    from codexlog.report import as_json

    session = transcript.session()
    if found is not None:
        session = replace(session, summary=told(SideShelf(sqlite_home).complete(session.summary, found)))
    if options.turn is not None and options.turn > len(session.turns):
        raise NothingFound(f"turn {options.turn}: the session has {len(session.turns)}")
    if options.json:
        sys.stdout.buffer.write(as_json.dumps(as_json.session_document(session)) + b"\n")
    elif options.jsonl:
        for line in as_json.session_lines(session):
            sys.stdout.buffer.write(as_json.dumps(line) + b"\n")
    else:
        from codexlog.tables import print_session

        print_session(session, turn=options.turn, failed=options.failed, full=options.full)


def print_usage_page(transcript: Transcript, table: Path) -> None:
    """Tokens, context, limits, largest outputs. `table`: the file of the user's prices, if there is one."""
    from codexlog.report.prices import load
    from codexlog.report.usage import gather
    from codexlog.tables import print_usage

    found = transcript.outline()
    assert found.metering is not None
    prices, problem = load(partial(table.read_text, encoding="utf-8"))
    print_usage(gather(found, found.metering, partial(transcript.item, found), prices, problem))


def write_attachment(transcript: Transcript, name: str) -> None:
    """The bytes of one attachment; on a terminal only text, and safe."""
    content = transcript.attachment(name)
    if content is None:
        raise NothingFound(f"{name}: no attachment of this name in {transcript.facts.path}")
    if sys.stdout.isatty():
        if isinstance(content, bytes):
            raise UsageError(f"{name}: not written to a terminal; send it to a file with >")
        content = safe_text(content)
    sys.stdout.buffer.write(content if isinstance(content, bytes) else content.encode("utf-8", "replace"))


def print_log(found: Found, options: argparse.Namespace, now: float) -> bool:
    """The lines of `log/codex-tui.log` about a session, or a call; whether there are any. `now`: Unix."""
    from codexlog.catalog.listing import facts_of, head_summary
    from codexlog.catalog.tui_log import find_log, log_slice

    log = find_log(found.home) if found.home is not None else None
    if log is None:
        raise UsageError(f"{found.home or found.path}: no log/codex-tui.log beside this session")
    summary = head_summary(facts_of(found, now), found.path)
    calls = (options.call,) if options.call else ()
    start, end = options.since, options.until
    part = log_slice(log, session_id=None if calls else summary.id, call_ids=calls, start=start, end=end)
    if not part.lines and not calls and not (start or end):
        part = log_slice(log, start=summary.started_at, end=summary.ended_at)
    for line in part.lines:
        sys.stdout.write(safe_text(line.text) + "\n")
    if part.error:
        raise UsageError(f"{log}: {part.error}")
    return bool(part.lines)
