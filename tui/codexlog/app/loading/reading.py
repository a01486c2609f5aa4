"""Reads rows for the screen: a line's worth of many, or all of one. Runs on a desk's thread."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.loading.events import Briefed
from codexlog.app.render.brief import Brief, brief, too_large
from codexlog.app.render.call_page import call_page
from codexlog.app.render.item_page import item_page
from codexlog.app.render.page import Page, PageBuilder, Target
from codexlog.app.render.timeline_row import KINDS
from codexlog.timeline.hydrate import item as item_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.page import Frame
    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Attachment, Call

LARGE_OUTPUT = 1 << 18
"""Bytes of an output that is not read for the duration in its header alone."""
LARGE_ROW = 1 << 22
"""Bytes of a row that is not read for a line of the timeline."""
MOST_POLLS = 200


def read_briefs(transcript: Transcript, rows: OutlineRows, entries: Sequence[int]) -> Briefed:
    """The timeline lines of some entries; an unreadable one says so and spoils no other."""
    return Briefed(rows, {entry: _brief(transcript, rows, entry) for entry in entries})


def read_page(transcript: Transcript, rows: OutlineRows, entry: int, frame: Frame) -> Page:
    """The details of an entry."""
    try:
        return _page(transcript, rows, entry, frame)
    except Exception as error:  # noqa: BLE001 - whatever a row does to the reader, the screen says so
        page = PageBuilder(frame)
        page.add((f"This row cannot be shown: {error}", "warn"))
        return page.page(f"row {rows.outline.entries.line[entry]}")


def row_bytes(transcript: Transcript, rows: OutlineRows, offset: int) -> int:
    """At most how many bytes the row at an offset has, by where the next entry starts."""
    if transcript.is_document:
        return 0
    offsets = rows.outline.entries.offset
    after = bisect_right(offsets, offset)
    end = offsets[after] if after < len(offsets) else transcript.source.size
    return int(end - offset)


def is_large(transcript: Transcript, rows: OutlineRows, entry: int) -> bool:
    """Whether reading an entry may take long enough to be noticed."""
    one = rows.outline.entries[entry]
    sizes = [row_bytes(transcript, rows, one.offset)]
    if one.out_offset or one.out_line:
        sizes.append(row_bytes(transcript, rows, one.out_offset))
    return max(sizes) > LARGE_OUTPUT


def _brief(transcript: Transcript, rows: OutlineRows, entry: int) -> Brief:
    kind = KINDS[rows.outline.entries.kind[entry]]
    try:
        size = row_bytes(transcript, rows, rows.outline.entries.offset[entry])
        if size > LARGE_ROW and len(transcript.raw(rows.outline.entries.offset[entry])) > LARGE_ROW:
            return too_large(kind, size)
        if not is_large(transcript, rows, entry):
            return brief(transcript.item(rows.outline, entry))
        row = transcript.row(rows.outline.entries.offset[entry])
        return brief(item_of(rows.outline.entries[entry], row)) if row is not None else too_large(kind, size)
    except Exception as error:  # noqa: BLE001 - one row's trouble is one line
        return Brief("bad", "cannot be read", str(error))


def _page(transcript: Transcript, rows: OutlineRows, entry: int, frame: Frame) -> Page:
    item = transcript.item(rows.outline, entry)
    if item.kind != "call":
        attachments = item.attachments if item.kind == "message" else ()
        return item_page(item, _targets(transcript, rows, entry, attachments), frame)
    polls: list[Call] = []
    targets = _targets(transcript, rows, entry, item.attachments)
    for poll in rows.polls(entry)[:MOST_POLLS]:
        other = transcript.item(rows.outline, poll)
        if other.kind == "call":
            polls.append(other)
            targets += _targets(transcript, rows, poll, other.attachments)
    return call_page(item, polls, targets, frame)


def _targets(
    transcript: Transcript, rows: OutlineRows, entry: int, attachments: Sequence[Attachment]
) -> list[Target]:
    return [
        Target(each.name, each.media_type, each.bytes, partial(_content, transcript, rows, entry, each.name))
        for each in attachments
    ]


def _content(transcript: Transcript, rows: OutlineRows, entry: int, name: str) -> str | bytes:
    for stored in transcript.attachments(rows.outline, entry):
        if stored.attachment.name == name:
            return stored.content
    raise LookupError(f"{name} is no longer in the file")
