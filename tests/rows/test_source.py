"""What stands in place of a session, and what a person is told."""

from __future__ import annotations

import io
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from codexlog.rows.forward import pieces
from codexlog.rows.source import Source, SourceError, open_source, physical_path, spool

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = b'{"timestamp":"t","type":"x","payload":{}}\n'


def content(path: Path) -> bytes:
    with open_source(path) as source:
        return source.pread(source.size, 0)


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_source(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(ROW * 2)
    with open_source(path) as source:
        assert (source.path, source.size, source.damage) == (path, len(ROW) * 2, None)
        assert source.line_at(len(ROW)) == ROW.rstrip()
        assert source.line_at(len(ROW), size_hint=3) == ROW.rstrip()
        assert source.line_at(10_000) == b""
        assert source.stamp() == source.origin


def test_empty_file_is_an_empty_session(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch()
    with open_source(path) as source:
        assert list(pieces(source)) == []


def make_folder(path: Path) -> None:
    path.mkdir()


def make_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (make_folder, "a folder, not a session file"),
        (os.mkfifo, "a FIFO, not a session file"),
        (lambda path: path.symlink_to("/dev/null"), "a device, not a session file"),
        (lambda path: path.symlink_to(path), "Too many levels of symbolic links"),
        (lambda path: None, "no such file"),
        (lambda path: path.symlink_to("nowhere"), "no such file"),
        (
            lambda path: path.write_bytes(
                b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"
            ),
            "a git-LFS pointer, the transcript itself was never fetched",
        ),
    ],
)
def test_what_is_no_session_is_refused_at_once(
    make: Callable[[Path], None], cause: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    make(path)
    assert refusal(path) == f"{path}: {cause}"


def test_socket_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    make_socket(path)
    assert refusal(path).startswith(str(path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.touch(mode=0)
    assert refusal(path) == f"{path}: Permission denied"


def test_path_that_no_file_can_have() -> None:
    assert "null" in refusal(Path("a\0b"))


def pack(path: Path, data: bytes) -> bytes:
    compressor = zstandard.ZstdCompressor(level=3).compressobj()  # a stream: no content size in the frame
    packed = compressor.compress(data) + compressor.flush()
    path.write_bytes(packed)
    return packed


@pytest.mark.parametrize("asked", ["a.jsonl", "a.jsonl.zst"])
def test_packed_file_alone_is_unpacked(asked: str, tmp_path: Path) -> None:
    pack(tmp_path / "a.jsonl.zst", ROW * 1000)
    assert content(tmp_path / asked) == ROW * 1000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl.zst"]


@pytest.mark.parametrize("asked", ["a.jsonl", "a.jsonl.zst"])
def test_plain_file_wins_over_its_packed_twin(asked: str, tmp_path: Path) -> None:
    pack(tmp_path / "a.jsonl.zst", b"stale")
    (tmp_path / "a.jsonl").write_bytes(ROW)
    assert content(tmp_path / asked) == ROW
    assert physical_path(tmp_path / asked) == tmp_path / "a.jsonl"


def test_several_frames(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(pack(path, ROW) + pack(path, ROW))
    assert content(path) == ROW * 2


def test_packed_origin_is_the_file_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    pack(path, ROW * 100)
    with open_source(path) as source:
        assert source.origin.inode == path.stat().st_ino
        assert source.origin.size == path.stat().st_size
        assert source.size == len(ROW) * 100


def test_damaged_frame_keeps_what_came_before_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    rows = b"".join(b'{"n":%d}\n' % number for number in range(300_000))
    packed = pack(path, rows)
    path.write_bytes(packed[: len(packed) // 2] + b"\xff" * 100)
    with open_source(path) as source:
        assert source.damage is not None
        assert source.damage.startswith("damaged zstd file (")
        kept = source.pread(source.size, 0)
        assert kept
        assert rows.startswith(kept)


def test_cut_off_frame_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    packed = pack(path, b"".join(b'{"n":%d}\n' % number for number in range(300_000)))
    path.write_bytes(packed[: len(packed) // 2])
    with open_source(path) as source:
        assert source.size > 0
        assert source.damage == "damaged zstd file (it ends in the middle of a frame)"


@pytest.mark.parametrize("data", [b"not zstd at all", b"\x28\xb5\x2f\xfd"])
def test_file_that_is_no_zstd_although_its_name_says_so(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(data)
    assert refusal(path).startswith(f"{path}: damaged zstd file (")


def test_empty_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.zst"
    path.touch()
    assert content(path) == b""


def test_stream_is_copied_to_where_it_can_be_read_from_any_offset() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError("a pipe")

    source = spool(Pipe(ROW * 3))
    assert (source.path, source.size) == (Path("stdin"), len(ROW) * 3)
    assert source.line_at(len(ROW)) == ROW.rstrip()
    source.close()


def test_file_that_shrinks_while_open_gives_less(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(ROW * 10)
    with open_source(path) as source:
        os.truncate(path, len(ROW))
        assert source.pread(len(ROW) * 10, 0) == ROW
        assert source.line_at(len(ROW) * 5) == b""


def test_file_that_is_deleted_while_open_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(ROW)
    with open_source(path) as source:
        path.unlink()
        assert source.pread(100, 0) == ROW


def test_closed_source_raises(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(ROW)
    source: Source = open_source(path)
    source.close()
    with pytest.raises((OSError, ValueError)):
        source.pread(1, 0)
