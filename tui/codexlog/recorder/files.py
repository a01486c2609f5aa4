"""The files of one session. Nothing else below `.entire/` is ever opened."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class SessionFolder:
    """Appends and writes whole files; holds no file open between two calls."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._end = -1
        """Size of the transcript behind the last row that this wrote: there, a line is at its end."""
        self._seen = 0
        """Size of the transcript up to which its rows are known here."""
        self.is_made = False
        """Whether anything was written; the folder is made with the first file."""

    def read(self, name: str) -> bytes | None:
        """What an earlier recorder left; None where there is no such file. Raises OSError."""
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            return None

    def news(self, name: str) -> bytes:
        """What others wrote behind the rows that are known: mostly nothing, and one look. Raises OSError."""
        path = self._path / name
        try:
            if path.stat().st_size <= self._seen:
                return b""
        except FileNotFoundError:
            return b""
        with path.open("rb") as file:
            file.seek(self._seen)
            data = file.read()
        self._seen += len(data)
        return data

    def append(self, name: str, line: Callable[[bytes], bytes]) -> None:
        """Add a line by one write; behind a torn one, on a line of its own. Raises OSError.

        `line` makes it of what others wrote behind the rows that are known here.
        Where the disk took only a part, that part is cut off again.
        """
        self._make()
        descriptor = os.open(f"{self._name}/{name}", os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            torn = size not in (0, self._end) and os.pread(descriptor, 1, size - 1) != b"\n"
            new = line(os.pread(descriptor, size - self._seen, self._seen) if size > self._seen else b"")
            self._seen = size
            data = b"\n" + new if torn else new
            written = os.write(descriptor, data)
            if written < len(data):
                os.ftruncate(descriptor, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._end = self._seen = size + written
        finally:
            os.close(descriptor)

    def write_once(self, name: str, data: bytes) -> None:
        """Write a file that is there whole or not at all. Raises OSError."""
        self._make()
        temporary = self._path / f".{name}.part"
        try:
            with open(temporary, "wb", opener=private) as file:
                file.write(data)
            temporary.replace(self._path / name)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _make(self) -> None:
        if not self.is_made:
            self._path.mkdir(parents=True, exist_ok=True)
            self.is_made = True


def private(path: str, flags: int) -> int:
    """Opens a file that only its owner may read."""
    return os.open(path, flags, 0o600)
