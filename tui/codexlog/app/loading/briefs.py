"""Reads a line's worth of many rows. Loads nothing that draws: the forked reader runs it too."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from codexlog.app.loading.events import Briefed
from codexlog.app.render.brief import KINDS, Brief, brief, too_large
from codexlog.formats.agent_calls import concerns_agents
from codexlog.timeline.hydrate import item as item_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.catalog.transcript import Transcript

LARGE_OUTPUT = 1 << 18
"""Bytes of an output that is not read for the duration in its header alone."""
LARGE_ROW = 1 << 22
"""Bytes of a row that is not read for a line of the timeline."""


def read_briefs(transcript: Transcript, rows: OutlineRows, entries: Sequence[int]) -> Briefed:
    """The timeline lines of some entries; an unreadable one says so and spoils no other."""
    version = rows.version
    return Briefed(rows, {entry: _brief(transcript, rows, entry) for entry in entries}, version)


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
    home = rows.outline.summary.cwd
    try:
        size = row_bytes(transcript, rows, rows.outline.entries.offset[entry])
        if size > LARGE_ROW and len(transcript.raw(rows.outline.entries.offset[entry])) > LARGE_ROW:
            return too_large(kind, size)
        if not is_large(transcript, rows, entry):
            item = transcript.item(rows.outline, entry)
            made = brief(item, home)
            if item.kind == "call" and concerns_agents(item.name):
                from codexlog.catalog.relatives import agents_of

                return made._replace(agents=agents_of(transcript, rows.outline, entry, item))
            return made
        row = transcript.row(rows.outline.entries.offset[entry])
        if row is None:
            return too_large(kind, size)
        return brief(item_of(rows.outline.entries[entry], row), home)
    except Exception as error:  # noqa: BLE001 - one row's trouble is one line
        return Brief("bad", "cannot be read", str(error))
