"""A row index made in two parts, each by a process of its own."""

from __future__ import annotations

from dataclasses import dataclass

from codexlog.formats.row_index import UNANSWERED, RowIndex

SHARED = -1
"""In the id table: more than one call or output, or a process, hangs on this id."""


@dataclass(slots=True)
class Part:
    """The index of a part of a file, with what it takes to join it to its neighbour."""

    index: RowIndex
    ids: dict[bytes, int]
    """call_id → row of its call, or SHARED."""


def join(first: Part, second: Part) -> RowIndex:
    """The index of two parts, one right behind the other; takes both over."""
    for call_id in first.ids.keys() & second.ids.keys():
        for part in (first, second):
            share(part.index, part.ids, call_id)
    return _append(first.index, second.index)


def share(index: RowIndex, ids: dict[bytes, int], call_id: bytes) -> None:
    """Leave everything with this id to the whole pairing, what was placed already too."""
    call = ids.get(call_id, SHARED)
    ids[call_id] = SHARED
    if call < 0:
        return
    index.open_events.append((call, call_id, None))
    if call < len(index.answers) and index.answers[call]:
        index.open_events.append((index.answers[call] - 1, call_id, index.statuses[call]))
        index.answers[call] = 0
        index.statuses[call] = UNANSWERED


def _append(index: RowIndex, more: RowIndex) -> RowIndex:
    rows = len(index)
    codes = {verdict: code for code, verdict in enumerate(index.verdicts)}
    new = [codes.setdefault(verdict, len(codes)) for verdict in more.verdicts]
    index.verdicts = list(codes)
    index.offsets.extend(more.offsets)
    index.kinds += more.kinds
    index.answers.extend(answer and answer + rows for answer in more.answers)
    index.statuses.extend(map(new.__getitem__, more.statuses))
    for row, call_id, what in more.open_events:
        index.open_events.append((row + rows, call_id, new[what] if isinstance(what, int) else what))
    index.end = more.end
    return index
