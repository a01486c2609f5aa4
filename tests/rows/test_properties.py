"""Any bytes in, no exception out, and every byte accounted for."""

from __future__ import annotations

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from codexlog.rows.backward import tail
from codexlog.rows.decode import BOM, BadPiece, Piece, Row, decode_line
from codexlog.rows.forward import lines, pieces, pump
from codexlog.rows.source import spool

WHOLE = b'{"timestamp":"t","type":"x","payload":{"a":[1,{"b":"\\u00e9"}]}}'
CHUNKS = st.one_of(
    st.sampled_from(
        [
            WHOLE,
            WHOLE[:-1],
            WHOLE[:30],
            WHOLE[5:],
            b"\n",
            b"\r\n",
            b" \t",
            b"\xef\xbb\xbf",
            b"\0\0\0",
            b"\xff\xfe",
            rb'{"a":"\ud800"}',
            b"null",
            b"-1.5e3",
            b"[{}]",
            b'"',
            b"{",
            b"}",
            b"\\",
            b'{"a":' * 300,
        ]
    ),
    st.binary(max_size=12),
)
FILES = st.lists(CHUNKS, max_size=14).map(b"".join)
QUICK = settings(max_examples=150, deadline=None)


def end_of(piece: Piece, line: bytes, start: int) -> int:
    """Where a piece ends in its line, by another decoder."""
    if isinstance(piece, BadPiece):
        return piece.offset - start + piece.size
    return json.JSONDecoder().raw_decode(line.decode("latin-1"), piece.offset - start)[1]


@QUICK
@given(FILES)
def test_pieces_and_blanks_account_for_every_byte(data: bytes) -> None:
    for number, (offset, raw, _) in enumerate(lines(spool(io.BytesIO(data))), 1):
        place = 0
        for piece in decode_line(raw, number, offset):
            start = piece.offset - offset
            skipped = (
                raw[place:start].removeprefix(BOM) if piece.offset <= len(BOM) + 99 else raw[place:start]
            )
            assert not skipped.strip(b" \t\r")
            assert piece.line == number
            place = end_of(piece, raw, offset)
            assert place > start
        assert not raw[place:].removeprefix(BOM if offset == place == 0 else b"").strip(b" \t\r")


@QUICK
@given(FILES)
def test_lines_account_for_every_byte(data: bytes) -> None:
    found = list(lines(spool(io.BytesIO(data)), block=5))
    assert b"".join(raw + b"\n" * ended for _, raw, ended in found) == data


@QUICK
@given(FILES)
def test_fast_and_careful_reading_agree(data: bytes) -> None:
    found: list[Piece] = []
    for _ in pump(spool(io.BytesIO(data)), lambda *row: found.append(Row(*row)), found.append):
        pass
    assert found == list(pieces(spool(io.BytesIO(data))))


@QUICK
@given(FILES, st.integers(1, 9), st.integers(1, 40))
def test_tail_is_an_end_of_the_pieces(data: bytes, rows: int, block: int) -> None:
    every = [(type(piece), piece.offset) for piece in pieces(spool(io.BytesIO(data)))]
    found = [(type(piece), piece.offset) for piece in tail(spool(io.BytesIO(data)), rows, block=block).pieces]
    assert found == every[len(every) - len(found) :]
    assert len(found) >= min(rows, len(every))


@QUICK
@given(FILES)
def test_whole_row_behind_anything_undecodable_is_found(fragment: bytes) -> None:
    raw = b"{" + fragment.replace(b"\n", b"").replace(b'"', b"'").replace(WHOLE, b"") + WHOLE
    found = decode_line(raw, 1, 0)
    assert isinstance(found[-1], Row)
    assert found[-1].data == json.loads(WHOLE)
