"""A file that grows: only what was appended is read, a torn last row waits until it is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from codexlog.rows.decode import IsWhole, Piece, decode_line, wrapped_row
from codexlog.rows.forward import lines
from codexlog.rows.source import SourceError, open_source

if TYPE_CHECKING:
    from pathlib import Path

    from codexlog.rows.source import Source, Stamp

_HEAD = 4096


@dataclass(slots=True)
class Growth:
    """What one look at the file found."""

    pieces: list[Piece] = field(default_factory=list)
    """New whole lines, decoded."""
    pending: int = 0
    """Bytes of a last line that has no newline yet; read again at the next look."""
    restarted: bool = False
    """The file was truncated, rewritten or replaced: `pieces` start again at line 1."""
    gone: bool = False
    """The file has no name any more; what was read stays valid."""


class Follower:
    """Reads a growing session; `poll` costs one stat when nothing happened."""

    def __init__(self, path: Path, is_whole: IsWhole = wrapped_row) -> None:
        self.path = path
        self.is_whole = is_whole
        self._source: Source | None = None
        self._seen: Stamp | None = None
        self._head = b""
        self._offset = 0
        self._line = 0

    def poll(self) -> Growth:
        """Read what is new. Raises SourceError only if the very first open fails."""
        growth = Growth()
        if self._source is None:
            self._open()
        elif self._replaced():
            growth.gone = not self._reopen()
            growth.restarted = not growth.gone
        if not growth.gone:
            self._read(growth)
        return growth

    def close(self) -> None:
        """Let go of the file."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _open(self) -> None:
        self._source = open_source(self.path)
        self._seen = self._source.stamp()
        self._head = self._source.pread(_HEAD, 0)
        self._offset = self._line = 0

    def _reopen(self) -> bool:
        try:
            fresh = open_source(self.path)
        except SourceError:
            return False
        fresh.close()
        self.close()
        self._open()
        return True

    def _replaced(self) -> bool:
        """Whether the name now means other bytes than those that were read."""
        assert self._source is not None and self._seen is not None
        try:
            status = self.path.stat()
        except OSError:
            return True
        if (status.st_ino, status.st_dev) != (self._seen.inode, self._seen.device):
            return True
        if status.st_size < self._offset:
            return True
        return self._source.pread(len(self._head), 0) != self._head

    def _read(self, growth: Growth) -> None:
        assert self._source is not None
        for offset, raw, ended in lines(self._source, self._offset):
            if not ended:
                growth.pending = len(raw)
                break
            self._line += 1
            growth.pieces += decode_line(raw, self._line, offset, self.is_whole)
            self._offset = offset + len(raw) + 1
        if len(self._head) < _HEAD:
            self._head = self._source.pread(_HEAD, 0)
