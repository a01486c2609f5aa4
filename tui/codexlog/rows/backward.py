"""From the tail: the last lines of a file of any size, for the first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.rows.decode import IsWhole, Piece, decode_line, wrapped_row

if TYPE_CHECKING:
    from codexlog.rows.source import Source

_FIRST_BLOCK = 1 << 18
UNKNOWN_LINE = 0
"""Line number of rows that were found from the tail: nobody has counted the lines before them."""


class Tail(NamedTuple):
    """The end of a file."""

    start: int
    """Offset of the first line in `pieces`; 0 where the whole file fits."""
    pieces: list[Piece]


def tail(
    source: Source,
    rows: int,
    is_whole: IsWhole = wrapped_row,
    *,
    limit: int = 1 << 24,
    block: int = _FIRST_BLOCK,
) -> Tail:
    """At least the last `rows` pieces, or as many as `limit` bytes hold, in file order.

    Reads from the end, beginning with `block` bytes and doubling. Where one line is longer than `limit`
    the whole line is read all the same: a screen must show something.
    """
    end = source.size
    size = min(block, end)
    while True:
        start = end - size
        data = source.pread(size, start)
        if start == 0:
            return Tail(0, _decode(data, 0, is_whole, first_line=1))
        first = data.find(b"\n") + 1
        has_row = 0 < first < len(data)
        if has_row and (data.count(b"\n", first) >= rows or size >= limit):
            found = _decode(data[first:], start + first, is_whole, first_line=None)
            if len(found) >= rows or size >= limit:  # fewer where lines are blank
                return Tail(start + first, found)
        size = min(size * 2, end)


def _decode(block: bytes, offset: int, is_whole: IsWhole, first_line: int | None) -> list[Piece]:
    found: list[Piece] = []
    for number, raw in enumerate(block.split(b"\n")):
        line = UNKNOWN_LINE if first_line is None else first_line + number
        found += decode_line(raw, line, offset, is_whole)
        offset += len(raw) + 1
    return found
