"""From the first byte to the last: every piece of a session, in file order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import orjson

from codexlog.rows.decode import IsWhole, Piece, Row, decode_line, wrapped_row

if TYPE_CHECKING:
    from codexlog.rows.source import Source

_BLOCK = 1 << 20


def lines(source: Source, offset: int = 0) -> Iterator[tuple[int, bytes, bool]]:
    """(offset, bytes without newline, whether a newline ended it) for each line from `offset` on.

    The block doubles while no newline comes, so one huge row costs linear time.
    """
    block_size = _BLOCK
    carry = b""
    position = offset
    while block := source.pread(block_size, position):
        position += len(block)
        if b"\n" not in block:
            carry += block
            block_size = min(block_size * 2, 1 << 28)
            continue
        block_size = _BLOCK
        parts = (carry + block).split(b"\n")
        carry = parts.pop()
        for part in parts:
            yield offset, part, True
            offset += len(part) + 1
    if carry:
        yield offset, carry, False


def pieces(source: Source, is_whole: IsWhole = wrapped_row) -> Iterator[Piece]:
    """Every row and bad piece of the file. A torn last line is a bad piece here; see `follow`."""
    loads = orjson.loads
    number = 0
    for offset, raw, _ in lines(source):
        number += 1
        try:
            data = loads(raw)
        except ValueError:
            yield from decode_line(raw, number, offset, is_whole)
            continue
        if type(data) is dict and raw[:1] == b"{":
            yield Row(number, offset, data)
        else:
            yield from decode_line(raw, number, offset, is_whole)
