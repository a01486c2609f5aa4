"""A file that grows, and everything that can happen to it meanwhile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import zstandard

from codexlog.rows.decode import BadPiece, Row
from codexlog.rows.follow import Follower, Growth
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def row(number: int, size: int = 0) -> bytes:
    return b'{"timestamp":"t","type":"x","payload":{"n":%d,"text":"%b"}}\n' % (number, b"x" * size)


def numbers(growth: Growth) -> list[int]:
    return [piece.data["payload"]["n"] for piece in growth.pieces if isinstance(piece, Row)]


def lines(growth: Growth) -> list[int]:
    return [piece.line for piece in growth.pieces]


def quiet(growth: Growth) -> bool:
    return growth == Growth(pending=growth.pending)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_bytes(row(1) + row(2))
    return path


@pytest.fixture
def follower(path: Path) -> Iterator[Follower]:
    follower = Follower(path)
    yield follower
    follower.close()


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_only_what_was_appended_is_read(path: Path, follower: Follower) -> None:
    assert numbers(follower.poll()) == [1, 2]
    assert quiet(follower.poll())
    append(path, row(3) + row(4))
    growth = follower.poll()
    assert (numbers(growth), lines(growth), growth.restarted) == ([3, 4], [3, 4], False)
    assert quiet(follower.poll())


def test_torn_last_row_waits_until_it_is_whole(path: Path, follower: Follower) -> None:
    follower.poll()
    append(path, row(3)[:20])
    growth = follower.poll()
    assert (growth.pieces, growth.pending) == ([], 20)
    assert follower.poll().pending == 20
    append(path, row(3)[20:] + row(4)[:5])
    growth = follower.poll()
    assert (numbers(growth), lines(growth), growth.pending) == ([3], [3], 5)


def test_torn_row_that_is_written_again_behind_itself(path: Path, follower: Follower) -> None:
    follower.poll()
    append(path, row(3)[:20])
    follower.poll()
    append(path, row(3))
    growth = follower.poll()
    assert [type(piece) for piece in growth.pieces] == [BadPiece, Row]
    assert lines(growth) == [3, 3]


@pytest.mark.parametrize("size", [0, 10_000])
def test_truncated_file_starts_again(size: int, path: Path, follower: Follower) -> None:
    path.write_bytes(row(1, size) + row(2))
    follower.poll()
    os.truncate(path, len(row(1, size)))
    growth = follower.poll()
    assert (growth.restarted, numbers(growth), lines(growth)) == (True, [1], [1])
    assert quiet(follower.poll())


def test_replaced_file_starts_again(path: Path, follower: Follower, tmp_path: Path) -> None:
    follower.poll()
    other = tmp_path / "other"
    other.write_bytes(row(1) + row(2) + row(3))
    other.replace(path)
    growth = follower.poll()
    assert (growth.restarted, numbers(growth)) == (True, [1, 2, 3])
    assert quiet(follower.poll())


def test_rewritten_in_place_and_grown(path: Path, follower: Follower) -> None:
    follower.poll()
    path.write_bytes(row(7) + row(8) + row(9))
    growth = follower.poll()
    assert (growth.restarted, numbers(growth)) == (True, [7, 8, 9])


def test_rewritten_in_place_behind_a_long_head_that_stays(path: Path, follower: Follower) -> None:
    path.write_bytes(row(1, 20_000) + row(2))
    follower.poll()
    path.write_bytes(row(1, 20_000) + row(5) + row(6))
    growth = follower.poll()
    assert (growth.restarted, numbers(growth)) == (True, [1, 5, 6])


def test_rewritten_in_place_with_the_same_size(path: Path, follower: Follower) -> None:
    follower.poll()
    path.write_bytes(row(3) + row(4))
    assert numbers(follower.poll()) == [3, 4]


def test_deleted_file_is_gone_and_may_come_back(path: Path, follower: Follower) -> None:
    follower.poll()
    path.unlink()
    for _ in range(2):
        growth = follower.poll()
        assert (growth.gone, growth.restarted, growth.pieces) == (True, False, [])
    path.write_bytes(row(5))
    growth = follower.poll()
    assert (growth.gone, growth.restarted, numbers(growth)) == (False, True, [5])


def test_folder_in_place_of_the_file_is_gone(path: Path, follower: Follower) -> None:
    follower.poll()
    path.unlink()
    path.mkdir()
    assert follower.poll().gone


def test_file_that_is_empty_at_first(path: Path, follower: Follower) -> None:
    path.write_bytes(b"")
    assert quiet(follower.poll())
    append(path, row(1))
    growth = follower.poll()
    assert (numbers(growth), growth.restarted) == ([1], False)


def test_missing_file_raises_at_first_and_can_be_tried_again(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "none.jsonl")
    with pytest.raises(SourceError):
        follower.poll()
    (tmp_path / "none.jsonl").write_bytes(row(1))
    assert numbers(follower.poll()) == [1]
    follower.close()


def test_close_lets_a_follower_begin_anew(path: Path, follower: Follower) -> None:
    follower.poll()
    follower.close()
    follower.close()
    assert numbers(follower.poll()) == [1, 2]


def pack(path: Path, data: bytes) -> Path:
    packed = path.with_name(path.name + ".zst")
    packed.write_bytes(zstandard.ZstdCompressor().compress(data))
    return packed


@pytest.mark.parametrize("suffix", ["", ".zst"])
def test_packed_file_is_read_once(suffix: str, path: Path) -> None:
    pack(path, path.read_bytes())
    path.unlink()
    follower = Follower(path.with_name(path.name + suffix))
    assert numbers(follower.poll()) == [1, 2]
    assert quiet(follower.poll())
    pack(path, row(1) + row(2) + row(3))
    assert numbers(follower.poll()) == [1, 2, 3]
    follower.close()


def test_packing_and_unpacking_while_open(path: Path, follower: Follower) -> None:
    follower.poll()
    packed = pack(path, path.read_bytes())
    assert quiet(follower.poll())
    path.unlink()
    growth = follower.poll()
    assert (growth.restarted, numbers(growth)) == (True, [1, 2])
    assert quiet(follower.poll())
    path.write_bytes(row(1) + row(2) + row(3))
    packed.unlink()
    growth = follower.poll()
    assert (growth.restarted, numbers(growth)) == (True, [1, 2, 3])
    assert quiet(follower.poll())


def test_a_whole_row_needs_no_newline(path: Path, follower: Follower) -> None:
    follower.poll()
    append(path, row(3).rstrip())
    growth = follower.poll()
    assert (numbers(growth), lines(growth), growth.pending) == ([3], [3], 0)
    assert quiet(follower.poll())
    append(path, b"\n" + row(4))
    growth = follower.poll()
    assert (numbers(growth), lines(growth), growth.restarted) == ([4], [4], False)


def test_a_row_may_be_glued_to_the_last_one(path: Path, follower: Follower) -> None:
    follower.poll()
    append(path, row(3).rstrip())
    follower.poll()
    append(path, row(4) + row(5))
    growth = follower.poll()
    assert (numbers(growth), lines(growth)) == ([4, 5], [3, 4])


@pytest.mark.parametrize("torn", [row(3)[:-3], b"}", b'{"a":1}}', b"[{}]", b"4"])
def test_what_is_no_whole_row_waits(path: Path, follower: Follower, torn: bytes) -> None:
    follower.poll()
    append(path, torn)
    assert follower.poll() == Growth(pending=len(torn))
