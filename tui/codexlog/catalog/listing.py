"""One line of the session list: from the head and tail at once, with every count after a full read."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.catalog.copies import copies
from codexlog.catalog.discover import superseded
from codexlog.catalog.sidefiles import SideFacts, agent_title, read_side_files
from codexlog.catalog.transcript import Transcript
from codexlog.formats.dialect import is_whole_row, time_in
from codexlog.model import Counts, Summary
from codexlog.paths import demo_home
from codexlog.rows.backward import tail
from codexlog.rows.decode import Row, decode_line
from codexlog.rows.forward import lines
from codexlog.rows.source import SourceError
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.summary import FileFacts, summarize
from codexlog.timeline.times import utc
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found

HEAD_ROWS = 64
HEAD_BYTES = 1 << 18
HEAD_BLOCK = 1 << 15
TAIL_BYTES = 1 << 14


def facts_of(found: Found, now: float, running_seconds: float = DEFAULT_RUNNING_SECONDS) -> FileFacts:
    """What the file system says of a session; `now` is Unix time."""
    return FileFacts(
        path=str(found.path).encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        size=found.size,
        age=max(0.0, now - found.mtime),
        running_seconds=0.0 if found.in_git or _is_sample(found.path) else running_seconds,
        name_id=found.session,
        copies=found.copies,
    )


def _is_sample(path: Path) -> bool:
    """Sample sessions are as young as their installation and yet never running."""
    home = demo_home()
    return home is not None and str(path.absolute()).startswith(f"{home}{os.sep}")


def full_summary(facts: FileFacts, path: Path) -> Summary:
    """Every figure of a session, after reading all of it; a file that is none becomes a line that says so."""
    try:
        with Transcript.open(path, facts) as transcript:
            summary = summarize(transcript.build(figures_only=True), transcript.facts)
            damage = transcript.source.damage
            return replace(summary, error=damage) if damage else summary
    except SourceError as error:
        return unreadable(facts, error.cause)


def head_summary(facts: FileFacts, path: Path) -> Summary:
    """Identity, title and times from the ends of the file: at most a few hundred kilobytes.

    Counts are all 0 and outcome is `unknown`: not known yet. Nor is `ended_at` where the last rows
    have no time.
    """
    try:
        with Transcript.open(path, facts) as transcript:
            if transcript.is_document:
                return summarize(transcript.build(), transcript.facts)
            builder = TimelineBuilder()
            is_whole = _feed_head(builder, transcript)
            ended_at = _last_time(transcript)
    except SourceError as error:
        return unreadable(facts, error.cause)
    summary = summarize(builder, facts)
    known_end = utc(ended_at) or (summary.ended_at if is_whole else None)
    return replace(
        summary,
        counts=Counts(),
        usage=None,
        copied_usage=None,
        outcome="unknown",
        ended_at=known_end if builder.decoder.has_times else None,
        call_ends=frozenset(),
    )


def ends_of(found: Found) -> tuple[str | None, str | None]:
    """The first and the last time that the rows of a file tell, from its ends; None where they have none."""
    head = head_summary(facts_of(found, found.mtime), found.path)
    return head.started_at, head.ended_at


def unreadable(facts: FileFacts, cause: str) -> Summary:
    """The line of a file that could not be read."""
    return Summary(
        id=facts.name_id,
        path=facts.path,
        format=None,
        title=None,
        cwd=None,
        branch=None,
        model=None,
        cli_version=None,
        originator=None,
        source=None,
        started_at=None,
        ended_at=None,
        size_bytes=facts.size,
        outcome="unknown",
        counts=Counts(),
        usage=None,
        error=cause,
    )


def _feed_head(builder: TimelineBuilder, transcript: Transcript) -> bool:
    """Rows up to the first prompt, within the limits; whether that is the whole file."""
    for number, (offset, raw, _) in enumerate(lines(transcript.source, block=HEAD_BLOCK), 1):
        for piece in decode_line(raw, number, offset, is_whole_row):
            builder.feed(piece)
        stream = builder.own.prompt_stream()
        told = builder.own.prompts[stream] and stream < 2 and builder.own.typed.is_settled
        if number >= HEAD_ROWS or offset > HEAD_BYTES or told:
            return False
    return True


def _last_time(transcript: Transcript) -> str | None:
    for piece in reversed(tail(transcript.source, 2, is_whole_row, block=TAIL_BYTES).pieces):
        at = time_in(piece.data) if isinstance(piece, Row) else None
        if at is not None:
            return at
    return None


class SideShelf:
    """Side facts of every home that the found sessions belong to, read once a home."""

    def __init__(self, sqlite_home: Path | None = None) -> None:
        self._sqlite_home = sqlite_home
        self._facts: dict[Path, SideFacts] = {}

    def of(self, home: Path | None) -> SideFacts:
        """Facts of one home; nothing for files outside of any."""
        if home is None:
            return SideFacts()
        if home not in self._facts:
            self._facts[home] = read_side_files(home, self._sqlite_home)
        return self._facts[home]

    def complete(self, summary: Summary, found: Found) -> Summary:
        """Title and archived flag as the side files have them."""
        if found.agent == "claude" and summary.source == "subagent":
            title = agent_title(found.path)
            return replace(summary, title=title) if title else summary
        facts = self.of(found.home)
        if summary.id is None:
            return replace(summary, archived=True) if found.archived else summary
        title = facts.titles.get(summary.id) or summary.title or facts.first_prompts.get(summary.id)
        archived = found.archived or facts.archived.get(summary.id, False)
        if title == summary.title and archived == summary.archived:
            return summary
        return replace(summary, title=title, archived=archived)

    def notes(self) -> Iterable[str]:
        """What was wrong with side files."""
        for facts in self._facts.values():
            yield from facts.notes


def current(found: Sequence[Found]) -> list[Found]:
    """One file of each session: a reverted thread leaves older ones behind, and some are copied."""
    old = superseded(found) | copies(found)
    return [each for each in found if each.path not in old]
