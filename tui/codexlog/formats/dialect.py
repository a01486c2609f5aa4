"""Which dialect a row speaks. Decided per row, for one file may hold several eras."""

from __future__ import annotations

from typing import Any

from codexlog.formats import claude, codex, codex_bare, entire_compact, gemini, marks, opencode
from codexlog.formats.claude_file import ClaudeFile
from codexlog.formats.codex_exec import ExecStream, is_stream_row
from codexlog.formats.codex_items import name_of
from codexlog.formats.events import Events, Unknown

JsonObject = dict[str, Any]


def is_whole_row(row: JsonObject) -> bool:
    """Whether an object found behind a torn fragment is a row, not an object nested in the fragment."""
    if "payload" in row:
        return "type" in row and "timestamp" in row
    return claude.is_whole(row) or entire_compact.is_compact(row)


def time_in(row: JsonObject) -> str | None:
    """The time that a row of any dialect carries, as it stands."""
    at = row.get("timestamp")
    if type(at) is str:
        return at
    at = row.get("ts") if "v" in row else None
    return at if type(at) is str else None


_OTHERS = (
    (entire_compact.is_compact, entire_compact.row_events),
    (gemini.is_gemini, gemini.row_events),
    (opencode.is_opencode, opencode.row_events),
)
"""Forms that Entire keeps for agents that are neither Codex nor Claude Code."""


def is_timed(row: JsonObject) -> bool:
    """Whether a row is of an era whose rows all carry times."""
    return "payload" in row or "uuid" in row or any(speaks(row) for speaks, _ in _OTHERS)


class Decoder:
    """Rows of one file → events; knows afterwards what kind of file it was."""

    def __init__(self, *, document: bool = False) -> None:
        self._document = document
        self._wrapped = False
        self._bare = False
        self._exec: ExecStream | None = None
        self._other = False
        self.claude: ClaudeFile | None = None
        """What the rows of a Claude Code file say of the file."""

    def events(self, row: JsonObject) -> Events:
        """Events of one row; a row of no known dialect gives one `Unknown`."""
        payload = row.get("payload")
        if type(payload) is dict:
            self._wrapped = True
            return codex.row_events(row, payload)
        kind = row.get("type")
        if is_stream_row(row):
            self._exec = self._exec or ExecStream()
            return self._exec.row_events(row)
        if codex_bare.is_bare(row):
            self._bare = True
            return codex_bare.row_events(row)
        if claude.is_claude(row):
            self.claude = self.claude or ClaudeFile()
            self.claude.see(row)
            mark = marks.mark_of(row)
            return claude.row_events(row) if mark is None else marks.with_marks(mark, claude.row_events(row))
        for speaks, row_events in _OTHERS:
            if speaks(row):
                self._other = True
                return row_events(row)
        return (Unknown(name_of(kind) if kind is not None else "row without type"),)

    @property
    def has_times(self) -> bool:
        """Whether the rows carry times of their own; bare ones have a time in the first row alone."""
        return self._wrapped or self._other or self.claude is not None

    @property
    def format(self) -> str | None:
        """`codex`, `codex-legacy`, …; None while no row said what the file is."""
        return self.format_at("")

    def format_at(self, path: str) -> str | None:
        """The format of a file with this path, which alone can tell most of Entire's copies."""
        if self._wrapped:
            return "codex"
        if self._exec is not None:
            return "codex-exec"
        if self._bare:
            return "codex-typescript" if self._document else "codex-legacy"
        if self.claude is not None:
            return self.claude.format(path)
        return "entire" if self._other else None
