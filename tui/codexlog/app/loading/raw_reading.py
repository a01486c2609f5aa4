"""Reads the rows of the file that something on the screen stands for. Runs on a desk's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.page import Page, PageBuilder
from codexlog.app.render.raw_page import MOST_BYTES, RawRow, raw_page
from codexlog.formats.dialect import Decoder
from codexlog.formats.events import TurnStart
from codexlog.timeline.entries import BAD, CALL, PROMPT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.page import Frame
    from codexlog.catalog.transcript import Transcript

MOST_WHOLE_BYTES = 32_000_000
BEFORE = 1 << 18
"""Bytes before a turn's first entry that are searched for the row that starts the turn."""


def raw_entry(transcript: Transcript, rows: OutlineRows, entry: int, frame: Frame) -> Page:
    """The row of an item; for a call its output's as well."""

    def read() -> list[RawRow]:
        one = rows.outline.entries[entry]
        found = [_row(transcript, "row", one.line, one.offset, frame, is_bad=one.kind == BAD)]
        if one.kind == CALL:
            found[0] = found[0]._replace(what="call")
        if one.kind == CALL and (one.out_line or one.out_offset):
            found.append(_row(transcript, "output", one.out_line, one.out_offset, frame))
        return found

    return _page(transcript, read, frame)


def raw_turn(transcript: Transcript, rows: OutlineRows, turn: int, frame: Frame) -> Page:
    """The row that starts a turn: the agent's own mark, in versions without one the first prompt."""
    return _page(transcript, lambda: [_start_of(transcript, rows, turn, frame)], frame)


def raw_session(transcript: Transcript, frame: Frame) -> Page:
    """The first row of the file, which says what session it is."""
    return _page(transcript, lambda: [_row(transcript, "row", 1, 0, frame)], frame)


def raw_file(path: Path, frame: Frame) -> Page:
    """The first row of a session that is not open."""
    from codexlog.catalog.transcript import Transcript
    from codexlog.rows.source import SourceError

    try:
        with Transcript.open(path) as transcript:
            return raw_session(transcript, frame)
    except SourceError as error:
        return _trouble(error, frame)


def _page(transcript: Transcript, read: Callable[[], list[RawRow]], frame: Frame) -> Page:
    try:
        return raw_page(transcript.facts.path, read(), frame)
    except Exception as error:  # noqa: BLE001 - whatever became of the file, the screen says so
        return _trouble(error, frame)


def _trouble(error: Exception, frame: Frame) -> Page:
    page = PageBuilder(frame)
    page.add((f"This row cannot be read: {error}", "warn"))
    return page.page("raw row")


def _row(
    transcript: Transcript, what: str, line: int, offset: int, frame: Frame, *, is_bad: bool = False
) -> RawRow:
    data, size = transcript.raw_row(offset, MOST_WHOLE_BYTES if frame.whole else MOST_BYTES)
    return RawRow(what, line, data, size, is_bad)


def _start_of(transcript: Transcript, rows: OutlineRows, turn: int, frame: Frame) -> RawRow:
    entries = rows.outline.entries
    first, after = rows.bounds(turn)
    if first >= after:
        raise LookupError("no row of this turn has been read yet")
    if not transcript.is_document:
        found = _mark_before(transcript, rows, first)
        if found is not None:
            line, offset = found
            return _row(transcript, "row", line, offset, frame)
    prompts = (entry for entry in range(first, after) if entries.kind[entry] == PROMPT)
    start = next(prompts, first)
    return _row(transcript, "row", entries.line[start], entries.offset[start], frame)


def _mark_before(transcript: Transcript, rows: OutlineRows, first: int) -> tuple[int, int] | None:
    """(line, offset) of the nearest row before an entry that starts a turn, behind the entry before."""
    entries = rows.outline.entries
    end = entries.offset[first]
    floor = max(end - BEFORE, entries.offset[first - 1] if first else 0)
    before = transcript.source.pread(end - floor, floor).split(b"\n")[:-1]
    for number, line in enumerate(reversed(before), 1):
        end -= len(line) + 1
        if b'"task_started"' in line or b'"turn_started"' in line or b'"turn.started"' in line:
            row = transcript.row(end) or {}
            if any(type(event) is TurnStart for event in Decoder().events(row)):
                return (entries.line[first] - number if entries.line[first] else 0), end
    return None
