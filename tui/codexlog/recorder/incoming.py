"""Bytes of a stream in any pieces → lines → whatever records that kind of stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from codexlog.formats.codex_exec import is_stream_row
from codexlog.recorder.claude_stream import ClaudeStream
from codexlog.recorder.codex_stream import CodexStream
from codexlog.recorder.turn_lines import LineProblem, TurnLines, is_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.recorder.recorder import Recorder

JsonObject = dict[str, Any]
Kind = Literal["turns", "codex", "claude"]
CLAUDE_TYPES = frozenset(("system", "assistant", "user", "result", "stream_event"))


def kind_of(row: JsonObject) -> Kind | None:
    """What kind of stream an object belongs to; None if it does not say."""
    if is_turn(row):
        return "turns"
    if is_stream_row(row):
        return "codex"
    return "claude" if row.get("type") in CLAUDE_TYPES else None


def passes_on(head: bytes) -> bool | None:
    """Whether a stream that begins so goes on to its next reader; None before its first line is whole.

    Turns do not: they were written for the recorder.
    """
    first, newline, _ = head.lstrip().partition(b"\n")
    if not newline:
        return None
    row = _object(first)
    return row is None or kind_of(row) != "turns"


class Incoming:
    """Feed it what comes in; ask `kind` at any time."""

    def __init__(
        self,
        recorder: Recorder,
        kind: Kind | None,
        complain: Callable[[str], None],
        prompt: str | None = None,
    ) -> None:
        """`kind`: None for what the first lines tell. `complain` takes what is wrong with a line of turns."""
        self.kind: Kind | None = None
        self.has_wrong_lines = False
        self._recorder = recorder
        self._complain = complain
        self._prompt = prompt
        self._rest: list[bytes] = []
        self._number = 0
        self._undecided: list[tuple[int, bytes]] = []
        """Lines before the kind was known, with their numbers."""
        self._reader: CodexStream | ClaudeStream | TurnLines | None = None
        if kind is not None:
            self._decide(kind)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; records every line that they complete."""
        *lines, rest = chunk.split(b"\n")
        if lines:
            lines[0] = b"".join([*self._rest, lines[0]])
            self._rest.clear()
        self._rest.append(rest)
        for line in lines:
            self._line(line)

    def end(self) -> list[int]:
        """The stream is over. Returns the numbers of its lines if none of them told its kind."""
        last = b"".join(self._rest)
        self._rest.clear()
        if last.strip():
            self._line(last)
        if self._reader is None and self._prompt is not None:
            self._decide("codex")
        self.stop()
        return [number for number, _ in self._undecided] if self._reader is None else []

    def stop(self) -> None:
        """Whoever feeds was told to stop: write what whole lines said."""
        if isinstance(self._reader, (CodexStream, ClaudeStream)):
            self._reader.end()

    def _line(self, line: bytes) -> None:
        self._number += 1
        if not line.strip():
            return
        if self.kind is None:
            row = _object(line)
            kind = kind_of(row) if row is not None else None
            if kind is None:
                self._undecided.append((self._number, line))
                return
            self._decide(kind)
        self._take(self._number, line)

    def _decide(self, kind: Kind) -> None:
        self.kind = kind
        journal = self._recorder.journal
        if kind == "turns":
            self._reader = TurnLines(self._recorder)
            if self._prompt is not None:
                self._recorder.user(self._prompt)
        else:
            stream = CodexStream if kind == "codex" else ClaudeStream
            self._reader = stream(journal, self._prompt)
        early, self._undecided = self._undecided, []
        for number, line in early:
            self._take(number, line)

    def _take(self, number: int, line: bytes) -> None:
        row, reader = _object(line), self._reader
        assert reader is not None
        if isinstance(reader, TurnLines):
            try:
                reader.take(row)
            except LineProblem as problem:
                self.has_wrong_lines = True
                self._complain(f"line {number}: {problem}")
        elif row is None:
            reader.note("bad_row", line.decode("utf-8", "replace").strip())
        else:
            reader.take(row)


def _object(line: bytes) -> JsonObject | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
