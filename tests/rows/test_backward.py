"""The last lines of a file, without reading the rest."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from codexlog.rows.backward import UNKNOWN_LINE, tail
from codexlog.rows.decode import BadPiece, Row
from codexlog.rows.forward import pieces
from codexlog.rows.source import Source, spool

if TYPE_CHECKING:
    from pathlib import Path


def row(number: int, size: int = 0) -> bytes:
    return b'{"timestamp":"t","type":"x","payload":{"n":%d,"text":"%b"}}' % (number, b"x" * size)


class Watched(Source):
    """Remembers how many bytes were read."""

    read = 0

    def pread(self, size: int, offset: int) -> bytes:
        data = super().pread(size, offset)
        self.read += len(data)
        return data


def source(data: bytes) -> Source:
    return spool(io.BytesIO(data), "a.jsonl")


@pytest.mark.parametrize("block", [8, 64, 1 << 18])
@pytest.mark.parametrize("wanted", [1, 3, 10, 99])
@pytest.mark.parametrize("end", [b"\n", b"", b"\n\n", b'\n{"timestamp":"t","ty'])
def test_tail_is_the_end_of_the_pieces(wanted: int, block: int, end: bytes) -> None:
    data = b"\n".join(row(number, number * 5) for number in range(20)) + end
    every = [(type(each), each.offset) for each in pieces(source(data))]
    found = tail(source(data), wanted, block=block)
    ends = [(type(each), each.offset) for each in found.pieces]
    assert ends == every[len(every) - len(ends) :]
    assert len(ends) >= min(wanted, 20)


def test_whole_file_has_line_numbers_and_a_tail_has_none() -> None:
    data = row(1) + b"\n" + row(2) + b"\n"
    whole = tail(source(data), 10)
    assert (whole.start, [each.line for each in whole.pieces]) == (0, [1, 2])
    end = tail(source(data), 1, block=len(row(2)) + 5)
    assert (end.start, [each.line for each in end.pieces]) == (len(row(1)) + 1, [UNKNOWN_LINE])


def test_only_the_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(row(number, 1000) for number in range(5000)))
    with path.open("rb") as file:
        watched = Watched(file, path)
        assert len(tail(watched, 20, block=1 << 14).pieces) >= 20
    assert watched.read < 1 << 17


def test_last_line_longer_than_the_limit_is_read_all_the_same() -> None:
    data = row(1) + b"\n" + row(2, 100_000) + b"\n"
    found = tail(source(data), 5, block=64, limit=1000)
    assert isinstance(found.pieces[-1], Row)
    assert found.pieces[-1].data["payload"]["n"] == 2


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\n\n"])
def test_nothing(data: bytes) -> None:
    assert tail(source(data), 5).pieces == []


def test_garbage_is_bad_pieces() -> None:
    found = tail(source(b"\0" * 5000 + b"\n" + row(1)), 1, block=64)
    assert [type(each) for each in found.pieces] in ([Row], [BadPiece, Row])
