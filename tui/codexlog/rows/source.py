"""Where a session's bytes come from: a plain file, a zstd twin, a git repository, a stream on stdin.

Opening never blocks (a FIFO is refused, not waited for) and never writes to the agents' folders.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from zstandard import ZstdDecompressor

ZSTD_SUFFIX = ".zst"
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
PARTED = frozenset(("full.jsonl", "full.log"))
"""Names of files that may have been cut into several, the rest numbered `.001`, `.002`, ..."""
CHECKSUM = "content_hash.txt"
"""What may stand beside a session in a repository: `sha256:` and the sum of all its parts."""
_BLOCK = 1 << 20
_PACKED_BLOCK = 1 << 16
_MISSING_RETRIES = 3


class SourceError(Exception):
    """A file that cannot be read as a session; `str()` is one line: path and cause."""

    def __init__(self, path: str, cause: str) -> None:
        super().__init__(path, cause)  # both, so that it can be sent between processes
        self.path = path
        self.cause = cause

    def __str__(self) -> str:
        return f"{self.path}: {self.cause}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file was when looked at; tells growth from truncation and replacement."""

    inode: int
    device: int
    size: int
    mtime: float


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in what `stat` says."""
    return Stamp(status.st_ino, status.st_dev, status.st_size, status.st_mtime)


class Source:
    """An open session: bytes by offset. Reads by `pread`, so a file that shrinks gives less, no signal."""

    def __init__(
        self,
        file: IO[bytes],
        path: Path,
        damage: str | None = None,
        origin: Stamp | None = None,
        *,
        settled: bool = False,
        reopens: bool = True,
    ) -> None:
        self.path = path
        self.doubt: str | None = None
        """Why the bytes may not be those that once were written, in one line."""
        self.is_settled = settled
        """Whether nothing is ever appended to it: it came out of a repository, or of several files."""
        self.reopens = reopens
        """Whether another process finds the same by the path."""
        self.origin = origin or stamp_of(os.fstat(file.fileno()))
        """The file on disk when it was opened; of a packed session not the plain copy that is read."""
        self.damage = damage
        """Why the bytes end early (a damaged zstd frame), in one line."""
        self._file = file
        self._descriptor = file.fileno()

    def stamp(self) -> Stamp:
        """Identity and size of the open file now."""
        return stamp_of(os.fstat(self._descriptor))

    @property
    def size(self) -> int:
        """Plain bytes, decompressed ones where the file is packed."""
        return os.fstat(self._descriptor).st_size

    def pread(self, size: int, offset: int) -> bytes:
        """Up to `size` bytes at `offset`; fewer at the end of the file."""
        return os.pread(self._descriptor, size, offset)

    def line_at(self, offset: int, size_hint: int = 1 << 13) -> bytes:
        """The bytes from `offset` to the end of its line, without the newline."""
        block = self.pread(size_hint, offset)
        parts = []
        while block:
            end = block.find(b"\n")
            if end != -1:
                parts.append(block[:end])
                break
            parts.append(block)
            offset += len(block)
            block = self.pread(_BLOCK, offset)
        return b"".join(parts)

    def line_size(self, offset: int) -> int:
        """How many bytes stand from `offset` to the end of its line, without reading them into memory."""
        start = offset
        while block := self.pread(_BLOCK, offset):
            end = block.find(b"\n")
            if end != -1:
                return offset + end - start
            offset += len(block)
        return offset - start

    def fileno(self) -> int:
        """For mmap."""
        return self._descriptor

    def close(self) -> None:
        """Close the file; reading afterwards raises ValueError or OSError."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def physical_path(path: Path) -> Path:
    """The file that holds this session now: the plain one wins over its `.zst` twin.

    Codex packs cold sessions and unpacks them on resume, so either name may be gone.
    """
    plain = path.with_suffix("") if path.suffix == ZSTD_SUFFIX else path
    packed = plain.with_name(plain.name + ZSTD_SUFFIX)
    return packed if packed.exists() and not plain.exists() else plain


def open_source(path: Path) -> Source:
    """Open a session for reading, decompressed if need be.

    Raises SourceError for what is no session file: a directory, FIFO, socket or device, a missing or
    unreadable file, a git-LFS pointer, a file that is no zstd although its name says so.
    """
    for _ in range(_MISSING_RETRIES):
        physical = physical_path(path)
        try:
            file = _open_regular(physical)
        except FileNotFoundError:
            if ":" in str(path):
                return _from_git(path)
            continue
        if physical.suffix == ZSTD_SUFFIX:
            return _decompressed(file, physical)
        if os.pread(file.fileno(), len(LFS_POINTER), 0) == LFS_POINTER:
            file.close()
            raise SourceError(str(path), "a git-LFS pointer, the transcript itself was never fetched")
        return _joined(file, path) if path.name in PARTED else Source(file, path)
    raise SourceError(str(path), "no such file")


def part(path: Path, number: int) -> Path:
    """The file that a large session goes on in; the first one has the number 1."""
    return path.with_name(f"{path.name}.{number:03}")


def _joined(file: IO[bytes], path: Path) -> Source:
    """A session that was cut into files at the ends of lines, as one; nearly all are a single file."""
    if not part(path, 1).is_file():
        return Source(file, path)
    copy = tempfile.TemporaryFile(prefix="codexlog-")  # noqa: SIM115 - its owner closes it
    origin, number = stamp_of(os.fstat(file.fileno())), 0
    while True:
        with file:
            shutil.copyfileobj(file, copy, _BLOCK)
        number += 1
        try:
            file = _open_regular(part(path, number))
        except FileNotFoundError:
            copy.flush()
            return Source(copy, path, origin=origin, settled=True)
        copy.write(b"\n")


def _from_git(path: Path) -> Source:
    """A session in the objects of a repository, copied to a temporary file."""
    from codexlog.rows.git import GitError, copy_parts
    from codexlog.rows.git_place import place_of

    place = place_of(path)
    if place is None:
        raise SourceError(str(path), "no such file")
    copy = tempfile.TemporaryFile(prefix="codexlog-")  # noqa: SIM115 - its owner closes it
    try:
        found, told = copy_parts(place, copy, CHECKSUM)
    except GitError as error:
        copy.close()
        raise SourceError(str(path), str(error)) from error
    if not found:
        copy.close()
        raise SourceError(str(path), f"no such file in {place.revision}")
    copy.flush()
    source = Source(copy, path, settled=True)
    source.doubt = _doubt(source, told) if told is not None else None
    return source


def _doubt(source: Source, told: bytes) -> str | None:
    """Why the bytes may be others than once; the last newline may be lost without harm."""
    import hashlib

    known, at = hashlib.sha256(), 0
    while block := source.pread(_BLOCK, at):
        known.update(block)
        at += len(block)
    sums = {known.hexdigest()}
    known.update(b"\n")
    said = told.decode("ascii", "replace").strip().removeprefix("sha256:").lower()
    return None if said in sums | {known.hexdigest()} else f"{CHECKSUM} tells another content than this"


def spool(stream: IO[bytes], name: str = "stdin") -> Source:
    """Copy a stream that cannot seek into an anonymous temporary file."""
    copy = tempfile.TemporaryFile(prefix="codexlog-")  # noqa: SIM115 - its owner closes it
    while block := stream.read(_BLOCK):
        copy.write(block)
    copy.flush()
    return Source(copy, Path(name), reopens=False)


def _open_regular(path: Path) -> IO[bytes]:
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise SourceError(str(path), getattr(error, "strerror", None) or str(error)) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise SourceError(str(path), f"{_kind(mode)}, not a session file")
    return os.fdopen(descriptor, "rb")


def _kind(mode: int) -> str:
    for test, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return name
    return "a device"


def _decompressed(file: IO[bytes], path: Path) -> Source:
    """The plain bytes in a temporary file; a damaged frame keeps what came before the damage."""
    import zstandard  # only the few cold sessions pay for it

    copy = tempfile.TemporaryFile(prefix="codexlog-")  # noqa: SIM115 - its owner closes it
    origin = stamp_of(os.fstat(file.fileno()))
    damage = None
    with file:
        try:
            _unpack(file, copy, zstandard.ZstdDecompressor())
        except (zstandard.ZstdError, EOFError) as error:
            damage = f"damaged zstd file ({error})"
    if damage is not None and not copy.tell():
        copy.close()
        raise SourceError(str(path), damage)
    copy.flush()
    return Source(copy, path, damage, origin)


def _unpack(packed: IO[bytes], plain: IO[bytes], decompressor: ZstdDecompressor) -> None:
    """Every frame of a packed file. Raises EOFError where the last one is cut off."""
    block = packed.read(_PACKED_BLOCK)
    while block:
        frame = decompressor.decompressobj()
        while not frame.eof:
            if not block:
                raise EOFError("it ends in the middle of a frame")
            plain.write(frame.decompress(block))
            block = frame.unused_data if frame.eof else packed.read(_PACKED_BLOCK)
        block = block or packed.read(_PACKED_BLOCK)
