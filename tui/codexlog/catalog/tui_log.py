"""The log of Codex's own screen, `log/codex-tui.log`: the part that belongs to a session.

Errors of the API stood there, and nowhere else, before Codex wrote them into the transcript. A record
starts with a line that begins with its time; lines without one belong to the record above them.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.sidefiles import capped_lines, open_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LOG = Path("log") / "codex-tui.log"
LIMIT = 500
MAX_LINE = 16 * 1024

_TIME = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))(?!\S)")
_ESCAPE = re.compile(
    rb"\x1b\[[0-?]*+[ -/]*+[@-~]?"
    rb"|\x1b\][^\x00-\x1f\x7f]*+(?:\x07|\x1b\\)?"
    rb"|\x1b[ -/]*+[0-~]?"
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log, without colours."""

    number: int
    """Counts from 1."""
    at: str | None
    """The time of the record that it belongs to, ISO 8601 UTC; None above the first record."""
    text: str


@dataclass(frozen=True, slots=True)
class LogSlice:
    """The lines that were asked for, in the order of the file."""

    lines: tuple[LogLine, ...] = ()
    truncated: bool = False
    """True where there is more: older records beyond the limit, or the rest of a long line."""
    error: str | None = None
    """Why the log could not be read to its end."""


@dataclass(slots=True)
class _Record:
    at: str | None
    wanted: bool
    """Whether its time lies in the window."""
    named: bool = False
    """Whether one of its lines names an id that is looked for."""
    lines: list[LogLine] = field(default_factory=list)
    cut: bool = False


@dataclass(slots=True)
class _Kept:
    """The newest records that fit into the limit; a record is dropped whole."""

    limit: int
    records: deque[list[LogLine]] = field(default_factory=deque)
    count: int = 0
    truncated: bool = False

    def add(self, record: _Record) -> None:
        if not (record.wanted and record.named and record.lines):
            return
        self.records.append(record.lines)
        self.count += len(record.lines)
        self.truncated |= record.cut
        while self.count > self.limit and len(self.records) > 1:
            self.count -= len(self.records.popleft())
            self.truncated = True

    def slice(self, error: str | None) -> LogSlice:
        lines = tuple(line for record in self.records for line in record)
        return LogSlice(lines, self.truncated, error)


@dataclass(frozen=True, slots=True)
class _Window:
    start: datetime | None
    end: datetime | None

    def holds(self, moment: datetime | None) -> bool:
        if self.start is None and self.end is None:
            return True
        if moment is None or (self.start and moment < self.start):
            return False
        return self.end is None or moment <= self.end


def find_log(home: Path) -> Path | None:
    """Find the log of a Codex home, where it has one."""
    try:
        return home / LOG if (home / LOG).is_file() else None
    except OSError:
        return None


def log_slice(
    path: Path,
    *,
    session_id: str | None = None,
    call_ids: Iterable[str] = (),
    start: str | None = None,
    end: str | None = None,
    limit: int = LIMIT,
) -> LogSlice:
    """Cut out the records that name the session or one of the calls and lie in the window, ends included.

    Without an id the window alone decides: builds of 2025 wrote no ids. Beyond `limit` lines the
    newest records stay. A bound that is no time bounds nothing. The file is read as a stream.
    """
    window = _Window(_moment(start), _moment(end))
    kept = _Kept(max(limit, 1))
    names = _any_of(filter(None, (session_id, *call_ids)))
    error = None
    try:
        for record in _records(path, window, names, kept.limit):
            kept.add(record)
    except OSError as failure:
        error = failure.strerror or type(failure).__name__
    return kept.slice(error)


def _records(
    path: Path, window: _Window, names: re.Pattern[bytes] | None, max_lines: int
) -> Iterator[_Record]:
    """Yield one record after another, each with no more lines than asked for."""
    record = _Record(None, window.holds(None))
    with open_regular(path) as stream:
        for number, (raw, cut) in enumerate(capped_lines(stream, MAX_LINE), start=1):
            line = _ESCAPE.sub(b"", raw) if b"\x1b" in raw else raw
            if moment := _line_time(line):
                yield record
                record = _Record(_iso(moment), window.holds(moment))
            if record.wanted:
                _extend(record, number, line, cut, names, max_lines)
    yield record


def _extend(
    record: _Record, number: int, line: bytes, cut: bool, names: re.Pattern[bytes] | None, max_lines: int
) -> None:
    record.named = record.named or names is None or names.search(line) is not None
    record.cut |= cut
    if len(record.lines) >= max_lines:
        record.cut = True
        return
    text = line.removesuffix(b"\r").decode("utf-8", "replace")
    record.lines.append(LogLine(number, record.at, text))


def _any_of(ids: Iterable[str]) -> re.Pattern[bytes] | None:
    """Match any of the ids, but not inside of a longer one."""
    escaped = [re.escape(one.encode("utf-8", "replace")) for one in ids]
    if not escaped:
        return None
    return re.compile(rb"(?<![0-9A-Za-z])(?:%s)(?![0-9A-Za-z])" % b"|".join(escaped))


def _line_time(line: bytes) -> datetime | None:
    match = _TIME.match(line)
    return _moment(match[1].decode("ascii")) if match else None


def _moment(text: str | None) -> datetime | None:
    """Read a time of any zone as UTC; one without a zone is UTC already."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
