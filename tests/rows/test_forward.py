"""Lines and pieces of a whole file, in file order."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from codexlog.rows.decode import BadPiece, Piece, Row
from codexlog.rows.forward import lines, pieces, pump
from codexlog.rows.source import Source, spool

WHOLE = b'{"timestamp":"t","type":"x","payload":{"a":1}}'


def source(data: bytes) -> Source:
    return spool(io.BytesIO(data), "a.jsonl")


@pytest.mark.parametrize("block", [1, 2, 3, 7, 64, 1 << 20])
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"a", b"a\n", b"\n\na", b"ab\ncd\n\nef", b"\x0b\x0c\x1c\xc2\x85\r\nx"]
)
def test_lines_end_at_newline_bytes_only(data: bytes, block: int) -> None:
    found = list(lines(source(data), block=block))
    assert b"".join(raw + b"\n" * ended for _, raw, ended in found) == data
    assert [offset for offset, _, _ in found] == [
        sum(len(raw) + 1 for _, raw, _ in found[:n]) for n in range(len(found))
    ]
    assert all(ended for _, _, ended in found[:-1])


def test_lines_from_an_offset_on() -> None:
    assert list(lines(source(b"ab\ncd\nef"), 3)) == [(3, b"cd", True), (6, b"ef", False)]


def test_pieces_know_line_and_offset() -> None:
    data = WHOLE + b"\r\n\n" + WHOLE + WHOLE + b"\nnull\n" + WHOLE[:20]
    assert [
        (type(each), each.line, data[each.offset : each.offset + 5]) for each in pieces(source(data))
    ] == [
        (Row, 1, b'{"tim'),
        (Row, 3, b'{"tim'),
        (Row, 3, b'{"tim'),
        (BadPiece, 4, b"null\n"),
        (BadPiece, 5, b'{"tim'),
    ]


def test_torn_last_line_is_one_bad_row_and_a_missing_newline_is_nothing() -> None:
    assert [type(each) for each in pieces(source(WHOLE + b"\n" + WHOLE))] == [Row, Row]
    assert [type(each) for each in pieces(source(WHOLE + b"\n" + WHOLE[:-5]))] == [Row, BadPiece]


def test_pump_hands_out_the_same_pieces() -> None:
    data = b"\xef\xbb\xbf" + WHOLE + b"\n [1]\n" + WHOLE + b"\n" + WHOLE + b"{}\n \n" + b"\xff" + WHOLE
    found: list[Piece] = []
    ticks = sum(1 for _ in pump(source(data), lambda *row: found.append(Row(*row)), found.append))
    assert found == list(pieces(source(data)))
    assert ticks == 6


def test_row_of_64_megabytes(tmp_path: Path) -> None:
    size = 64 << 20
    path = tmp_path / "huge.jsonl"
    with path.open("wb") as file:
        file.write(WHOLE + b'\n{"timestamp":"t","type":"x","payload":{"text":"')
        for _ in range(size >> 20):
            file.write(b"x" * (1 << 20))
        file.write(b'"}}\n' + WHOLE + b"\n")
    with path.open("rb") as file:
        rows = [each for each in pieces(Source(file, path)) if isinstance(each, Row)]
    assert [row.line for row in rows] == [1, 2, 3]
    assert len(rows[1].data["payload"]["text"]) == size
    assert rows[2].data == json.loads(WHOLE)
