"""D1: one line of bytes, its rows and its bad pieces."""

from __future__ import annotations

import json

import pytest

from codexlog.rows.decode import TOO_DEEP, BadPiece, Piece, Row, decode_line

WHOLE = b'{"timestamp":"t","type":"x","payload":{"a":1}}'
TORN = b'{"timestamp":"t","type":"event_msg","payload":{"type":"token_count","info":{"last":{"total":3},'


def decode(raw: bytes, offset: int = 0) -> list[Piece]:
    return decode_line(raw, 7, offset)


def kinds(raw: bytes, offset: int = 9) -> str:
    return "".join("R" if isinstance(piece, Row) else "b" for piece in decode(raw, offset))


def texts(raw: bytes) -> list[bytes]:
    """The bytes of each bad piece, by offset and size."""
    return [
        raw[piece.offset : piece.offset + piece.size] for piece in decode(raw) if isinstance(piece, BadPiece)
    ]


def test_healthy_line() -> None:
    assert decode(WHOLE, 100) == [Row(7, 100, json.loads(WHOLE))]


@pytest.mark.parametrize("raw", [b"", b" ", b"\t \t", b"\r", b"  \r", b"\r\r"])
def test_blank_lines_are_nothing(raw: bytes) -> None:
    assert decode(raw) == []


@pytest.mark.parametrize("raw", [WHOLE + b"\r", b" \t" + WHOLE + b" \t", b"  " + WHOLE + b" \r"])
def test_white_space_around_a_row(raw: bytes) -> None:
    (row,) = decode(raw, 10)
    assert isinstance(row, Row)
    assert row.offset == 10 + raw.index(b"{")
    assert row.data == json.loads(WHOLE)


def test_byte_order_mark_at_the_start_of_the_file_alone() -> None:
    (row,) = decode(b"\xef\xbb\xbf" + WHOLE)
    assert row == Row(7, 3, json.loads(WHOLE))
    assert decode(b"\xef\xbb\xbf") == []
    assert kinds(b"\xef\xbb\xbf" + WHOLE, offset=50) == "bR"


def test_glued_objects_are_rows_each() -> None:
    assert kinds(WHOLE + WHOLE) == "RR"
    assert kinds(WHOLE + b" \t" + WHOLE) == "RR"
    assert kinds(b'{"a":1}{"b":2}') == "RR"
    first, second = decode(WHOLE + WHOLE, 5)
    assert (first.offset, second.offset) == (5, 5 + len(WHOLE))
    assert (first.line, second.line) == (7, 7)


def test_fragment_before_a_whole_row() -> None:
    found = decode(TORN + WHOLE, 5)
    assert found == [
        BadPiece(7, 5, len(TORN), "not decodable as JSON"),
        Row(7, 5 + len(TORN), json.loads(WHOLE)),
    ]


@pytest.mark.parametrize(
    "fragment",
    [
        TORN,
        TORN[:-1],
        b'{"timesta',
        b'{"timestamp":"t","type":"response_item","payload":{"content":"half with \\"quotes\\" and {"a":1} ',
        b'{"timestamp":"t","type":"x","payload":{"info":',
        b"[",
        b"}",
        b"\x00\x00\x00",
    ],
)
def test_any_fragment_costs_one_bad_piece_and_no_row(fragment: bytes) -> None:
    assert kinds(fragment + WHOLE) == "bR"
    assert kinds(fragment + WHOLE + WHOLE) == "bRR"
    assert kinds(WHOLE + fragment + WHOLE) == "RbR"
    assert kinds(fragment) == "b"
    assert texts(fragment + WHOLE) == [fragment]


def test_fragment_that_begins_with_a_value_is_that_value_and_a_fragment() -> None:
    assert kinds(b'"timestamp":"t"}' + WHOLE) == "bbR"


def test_whole_row_with_its_keys_in_another_order_is_found() -> None:
    assert kinds(TORN + b'{"payload":{"x":{}},"type":"x","timestamp":"t"}') == "bR"


def test_object_nested_in_a_fragment_is_no_row() -> None:
    assert kinds(TORN) == "b"
    assert kinds(TORN + b'{"total":4}') == "b"


@pytest.mark.parametrize("raw", [b"null", b"42", b'["a",{"b":1}]', b'"text"', b"true", b"NaN", b" 1 "])
def test_json_that_is_no_object_is_bad(raw: bytes) -> None:
    (piece,) = decode(raw)
    assert isinstance(piece, BadPiece)
    assert piece.reason.startswith("JSON but not an object: ")
    assert (piece.offset, piece.size) == (raw.index(raw.strip()), len(raw.strip()))


def test_several_values_are_pieces_each() -> None:
    assert kinds(b"null 42" + WHOLE + b"[]") == "bbRb"


def test_line_of_nul_bytes_is_bad_and_not_blank() -> None:
    assert decode(b"\0" * 512) == [BadPiece(7, 0, 512, "not decodable as JSON")]


def test_invalid_utf8_is_replaced_and_the_row_kept() -> None:
    assert decode(b'{"a":"\xff\xe2\x82 ok \xc3\xa9"}') == [Row(7, 0, {"a": "\ufffd\ufffd ok é"})]


def test_lone_surrogates_are_replaced() -> None:
    raw = rb'{"\ud800":["\ud83d\ude00 \ud83d",{"b":"\ude00"}]}'
    assert decode(raw) == [Row(7, 0, {"\ufffd": ["😀 \ufffd", {"b": "\ufffd"}]})]


def test_numbers_that_strict_json_lacks() -> None:
    (row,) = decode(b'{"a":Infinity,"b":-Infinity}')
    assert isinstance(row, Row)
    assert kinds(b'{"a":' + b"9" * 5000 + b"}") in ("R", "b")


@pytest.mark.parametrize("depth", [200, 400, 500, 900, 990, 1000, 1024, 2000, 100_000])
@pytest.mark.parametrize("text", [b'"x"', rb'"\ud800"', b'"\xff"', b""])
def test_nesting_of_any_depth_is_one_piece(depth: int, text: bytes) -> None:
    raw = b'{"a":' + b"[" * depth + text + b"]" * depth + b"}"
    (piece,) = decode(raw)
    if isinstance(piece, BadPiece):
        assert (piece.offset, piece.size) == (0, len(raw))
        assert piece.reason in (TOO_DEEP, "not decodable as JSON")


@pytest.mark.parametrize(
    "unit", [b"{", b'{"a":', b"[", b'"', b"\\", b'{"a":{}', b'{"timestamp":"t",', b"\xff"]
)
def test_hostile_garbage_ends_in_bounded_work(unit: bytes) -> None:
    raw = unit * (200_000 // len(unit))
    found = decode(raw)
    assert sum(isinstance(piece, Row) for piece in found) <= 200_000
    assert found
