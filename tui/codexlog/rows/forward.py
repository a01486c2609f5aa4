"""From the first byte to the last: every piece of a session, in file order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from codexlog.rows.decode import IsWhole, JsonObject, Piece, Row, decode_line, wrapped_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.rows.source import Source

_BLOCK = 1 << 20


def lines(source: Source, offset: int = 0, block: int = _BLOCK) -> Iterator[tuple[int, bytes, bool]]:
    """(offset, bytes without newline, whether a newline ended it) for each line from `offset` on.

    Reads `block` bytes at a time; more while no newline comes, so one huge row costs linear time.
    """
    block_size = block
    carry = b""
    position = offset
    while data := source.pread(block_size, position):
        position += len(data)
        if b"\n" not in data:
            carry += data
            block_size = min(block_size * 2, 1 << 28)
            continue
        block_size = block
        parts = (carry + data).split(b"\n")
        carry = parts.pop()
        for part in parts:
            yield offset, part, True
            offset += len(part) + 1
    if carry:
        yield offset, carry, False


def pieces(source: Source, is_whole: IsWhole = wrapped_row) -> Iterator[Piece]:
    """Every row and bad piece of the file. A torn last line is a bad piece here; see `follow`."""
    found: list[Piece] = []
    for _ in pump(source, lambda *row: found.append(Row(*row)), found.append, is_whole):
        yield from found
        found.clear()


def pump(
    source: Source,
    on_row: Callable[[int, int, JsonObject], None],
    on_piece: Callable[[Piece], None],
    is_whole: IsWhole = wrapped_row,
) -> Iterator[None]:
    """Hand every healthy line to `on_row(line, offset, row)`, the pieces of all others to `on_piece`.

    The fast way to read a whole file: no record is made for a healthy row. Yields after each line.
    """
    loads = orjson.loads
    for number, (offset, raw, _) in enumerate(lines(source), 1):
        try:
            data = loads(raw)
        except ValueError:
            data = None
        if type(data) is dict and raw[:1] == b"{":
            on_row(number, offset, data)
        else:
            for piece in decode_line(raw, number, offset, is_whole):
                on_piece(piece)
        yield
