"""A file that grows: only what was appended is read, a torn last row waits until it is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import orjson

from codexlog.rows.decode import IsWhole, JsonObject, Piece, Row, decode_line, wrapped_row
from codexlog.rows.forward import lines
from codexlog.rows.source import ZSTD_SUFFIX, SourceError, open_source, physical_path, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codexlog.rows.source import Source

_HEAD = 4096
_SEAM = 256


class Sink(Protocol):
    """Takes rows in file order."""

    def begin(self) -> None:
        """Forget what came before: the first line of a file comes next."""

    @property
    def feed_row(self) -> Callable[[int, int, JsonObject], None]:
        """Takes line, offset and content of a healthy line."""

    @property
    def feed(self) -> Callable[[Piece], None]:
        """Takes the pieces of any other line."""


@dataclass(slots=True)
class Growth:
    """What one look at the file found."""

    pieces: list[Piece] = field(default_factory=list)
    """New whole lines, decoded; empty where a sink took them."""
    pending: int = 0
    """Bytes of a last line that is neither ended nor a whole object; read again when more comes."""
    restarted: bool = False
    """The file was truncated, rewritten or replaced: `pieces` start again at line 1."""
    gone: bool = False
    """The file has no name any more; what was read stays valid."""


class _Collector:
    """Keeps what comes."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        self.feed = pieces.append

    def begin(self) -> None:
        self._pieces.clear()

    def feed_row(self, line: int, offset: int, row: JsonObject) -> None:
        self._pieces.append(Row(line, offset, row))


class Follower:
    """Reads a growing session; a `poll` without news costs a stat and two short reads."""

    def __init__(self, path: Path, is_whole: IsWhole = wrapped_row) -> None:
        self.path = path
        self.is_whole = is_whole
        self._source: Source | None = None
        self._head = b""
        self._seam = b""
        """The last bytes before `_offset`: a rewrite that keeps the head shows here."""
        self._offset = 0
        self._line = 0
        self._in_line = False
        """Whether the last line that was handed over had no newline yet: what comes next may belong to it."""
        self._size = 0
        self._pending = 0

    def poll(self, sink: Sink | None = None) -> Growth:
        """Read what is new, into a sink if given. Raises SourceError only if the very first open fails."""
        growth = Growth()
        into = sink or _Collector(growth.pieces)
        if self._source is None:
            self._begin(open_source(self.path))
            into.begin()
        elif self._replaced(self._source):
            growth.gone = not self._reopen()
            growth.restarted = not growth.gone
            if growth.restarted:
                into.begin()
        if growth.gone:
            growth.pending = self._pending
        else:
            self._read(growth, into)
        return growth

    def close(self) -> None:
        """Let go of the file."""
        if self._source is not None:
            self._source.close()
            self._source = None

    def _begin(self, source: Source) -> None:
        self._source = source
        self._head = self._seam = b""
        self._offset = self._line = self._size = self._pending = 0
        self._in_line = False

    def _reopen(self) -> bool:
        try:
            fresh = open_source(self.path)
        except SourceError:
            return False
        self.close()
        self._begin(fresh)
        return True

    def _replaced(self, source: Source) -> bool:
        """Whether the name now means other bytes than those that were read."""
        path = physical_path(self.path)
        try:
            now = stamp_of(path.stat())
        except OSError:
            return True
        if (now.inode, now.device) != (source.origin.inode, source.origin.device):
            return True
        if path.suffix == ZSTD_SUFFIX:
            return now != source.origin
        if now.size < self._offset or source.pread(len(self._head), 0) != self._head:
            return True
        return source.pread(len(self._seam), self._offset - len(self._seam)) != self._seam

    def _read(self, growth: Growth, into: Sink) -> None:
        source = self._source
        assert source is not None
        size = source.size
        if size == self._size:
            growth.pending = self._pending
            return
        self._size, self._pending = size, 0
        for offset, raw, ended in lines(source, self._offset):
            if not ended and not _is_object(raw):
                growth.pending = self._pending = len(raw)
                break
            self._line += not self._in_line
            self._in_line = not ended
            self._hand_over(raw, offset, into)
            self._offset = offset + len(raw) + ended
        self._remember(source)

    def _hand_over(self, raw: bytes, offset: int, into: Sink) -> None:
        try:
            data = orjson.loads(raw)
        except ValueError:
            data = None
        if type(data) is dict and raw[:1] == b"{":
            into.feed_row(self._line, offset, data)
            return
        for piece in decode_line(raw, self._line, offset, self.is_whole):
            into.feed(piece)

    def _remember(self, source: Source) -> None:
        if len(self._head) < _HEAD:
            self._head = source.pread(min(_HEAD, self._offset), 0)
        length = min(_SEAM, self._offset)
        self._seam = source.pread(length, self._offset - length)


def _is_object(raw: bytes) -> bool:
    """Whether a line without newline is a whole row all the same: no longer one can begin like that."""
    if not raw.rstrip(b" \t\r").endswith(b"}"):
        return False
    try:
        return type(orjson.loads(raw)) is dict
    except ValueError:
        return False
