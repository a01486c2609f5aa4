"""Reads all of one row for the details. Runs on a desk's thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.render.call_page import call_page
from codexlog.app.render.item_page import item_page
from codexlog.app.render.page import Page, PageBuilder, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.page import Frame
    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Attachment, Call

MOST_POLLS = 200


def read_page(transcript: Transcript, rows: OutlineRows, entry: int, frame: Frame) -> Page:
    """The details of an entry."""
    try:
        return _page(transcript, rows, entry, frame)
    except Exception as error:  # noqa: BLE001 - whatever a row does to the reader, the screen says so
        page = PageBuilder(frame)
        page.add((f"This row cannot be shown: {error}", "warn"))
        return page.page(f"row {rows.outline.entries.line[entry]}")


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
    return call_page(item, polls, targets, frame, rows.outline.summary.cwd)


def _targets(
    transcript: Transcript, rows: OutlineRows, entry: int, attachments: Sequence[Attachment]
) -> list[Target]:
    return [target_of(transcript, rows, entry, each) for each in attachments]


def target_of(transcript: Transcript, rows: OutlineRows, entry: int, attachment: Attachment) -> Target:
    """An attachment as something to open or save; nothing is read before that."""
    load = partial(_content, transcript, rows, entry, attachment.name)
    return Target(attachment.name, attachment.media_type, attachment.bytes, load, is_raw=True)


def _content(transcript: Transcript, rows: OutlineRows, entry: int, name: str) -> str | bytes:
    for stored in transcript.attachments(rows.outline, entry):
        if stored.attachment.name == name:
            return stored.content
    raise LookupError(f"{name} is no longer in the file")
