"""One line of bytes → its rows and its bad pieces. Knows JSON, knows no agent.

A healthy line is one object and costs one `orjson.loads`. Everything else goes through the tolerant
path: glued objects, torn fragments, invalid UTF-8, lone surrogates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson

JsonObject = dict[str, Any]
IsWhole = Callable[[JsonObject], bool]

BLANKS = b" \t"
BOM = b"\xef\xbb\xbf"
TOO_DEEP = "nested too deeply"
_TEXT_BLANKS = " \t\r"
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DECODER = json.JSONDecoder()
_OPENING = re.compile(r'\{[ \t\r]*"')
_WINDOW = 256
_SLACK = 16
"""An error this near to the end of a window may come from the cut alone."""
_ATTEMPT = 64
_SEARCH_BUDGET = 16
"""How many times its own length a damaged line may be decoded over before the rest is given up."""


class Row(NamedTuple):
    """A JSON object of the file. Two rows glued on one line share their `line`."""

    line: int
    """1-based."""
    offset: int
    """Byte offset of the object's first byte; reading from here to the line's end finds it again."""
    data: JsonObject


class BadPiece(NamedTuple):
    """Bytes of a line that are not a JSON object: a torn row, garbage, `null`, `42`, `[…]`."""

    line: int
    offset: int
    size: int
    """In bytes."""
    reason: str


Piece = Row | BadPiece


def wrapped_row(data: JsonObject) -> bool:
    """Whether an object is a whole wrapped Codex row, not one nested inside a torn fragment."""
    return "timestamp" in data and "type" in data and "payload" in data


def decode_line(raw: bytes, line: int, offset: int, is_whole: IsWhole = wrapped_row) -> list[Piece]:
    """The pieces of one line, left to right; [] for a blank one. Never raises.

    `raw` is the line without its newline, `offset` the file offset of its first byte. `is_whole`
    tells a row that may follow a torn fragment from an object that is nested inside it.
    """
    try:
        data = orjson.loads(raw)
    except ValueError:
        return _decode_damaged(raw, line, offset, is_whole)
    if type(data) is dict:
        return [Row(line, offset + _indent(raw), data)]
    reason = f"JSON but not an object: {type(data).__name__}"
    return [BadPiece(line, offset + _indent(raw), len(raw.strip(b" \t\r")), reason)]


def _indent(raw: bytes) -> int:
    return 0 if raw[:1] == b"{" else len(raw) - len(raw.lstrip(b" \t\r"))


def _decode_damaged(raw: bytes, line: int, offset: int, is_whole: IsWhole) -> list[Piece]:
    if offset == 0 and raw.startswith(BOM):
        raw, offset = raw[len(BOM) :], len(BOM)
    body = raw.removesuffix(b"\r").strip(BLANKS)
    if not body:
        return []
    return _Scan(body, line, offset + raw.index(body), is_whole).pieces()


class _Scan:
    """Walks a damaged line as Latin-1, where a character is a byte and JSON's structure the same."""

    def __init__(self, body: bytes, line: int, offset: int, is_whole: IsWhole) -> None:
        self.text = body.decode("latin-1")
        self.body = body
        self.line = line
        self.offset = offset
        self.is_whole = is_whole
        self.budget = len(body) * _SEARCH_BUDGET + 4096

    def pieces(self) -> list[Piece]:
        found: list[Piece] = []
        position, end = 0, len(self.text)
        while position < end:
            if self.text[position] in _TEXT_BLANKS:
                position += 1
                continue
            stop = self._stop(position)
            if stop is None:
                start, stop = self._resync(position)
                found.append(self._bad(position, start, "not decodable as JSON"))
                position = start
            if stop is not None:
                found.append(self._piece(position, stop))
                position = stop
        return found

    def _stop(self, position: int) -> int | None:
        """Where the JSON value at `position` ends; None where none can be decoded.

        Tries a short window first: most attempts fail within a few bytes, and an error costs as much as
        the text before it is long.
        """
        window = _WINDOW
        while True:
            part = self.text[position : position + window]
            is_all = position + window >= len(self.text)
            stop, reached = _end_of_value(part, is_all=is_all)
            if reached is None:
                window *= 8
                continue
            self.budget -= reached + _ATTEMPT
            return None if stop is None else position + stop

    def _resync(self, position: int) -> tuple[int, int | None]:
        """Start and end of the next whole row right of `position`; (end of line, None) without one."""
        place = position + 1
        while self.budget > 0 and (opening := _OPENING.search(self.text, place)):
            start = opening.start()
            place = start + 1
            stop = self._stop(start)
            if stop is not None:
                value = self._value(start, stop)
                if type(value) is dict and self.is_whole(value):
                    return start, stop
                place = stop
        return len(self.text), None

    def _value(self, start: int, stop: int) -> Any:
        text = self.body[start:stop].decode("utf-8", "replace")
        try:
            value = json.loads(text)
            return _scrub(value) if "\\ud" in text or "\\uD" in text else value
        except RecursionError:
            return TOO_DEEP

    def _piece(self, start: int, stop: int) -> Piece:
        value = self._value(start, stop)
        if value is TOO_DEEP:
            return self._bad(start, stop, TOO_DEEP)
        if type(value) is dict:
            return Row(self.line, self.offset + start, value)
        return self._bad(start, stop, f"JSON but not an object: {type(value).__name__}")

    def _bad(self, start: int, stop: int, reason: str) -> BadPiece:
        return BadPiece(self.line, self.offset + start, stop - start, reason)


def _end_of_value(text: str, *, is_all: bool) -> tuple[int | None, int | None]:
    """(end of the value that `text` begins with or None, how far it was read).

    (None, None) where `text` is only the beginning of what there is and too short to tell.
    """
    try:
        _, stop = _DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        is_open = error.msg.startswith("Unterminated")
        if not is_all and (is_open or error.pos >= len(text) - _SLACK):
            return None, None
        return None, len(text) if is_open else error.pos
    except (ValueError, RecursionError):
        return None, len(text)
    return (stop, stop) if is_all or stop < len(text) else (None, None)


def _scrub(value: Any) -> Any:
    """Replace lone surrogates, which no encoder accepts, by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_scrub(each) for each in value]
    if isinstance(value, dict):
        return {_scrub(key): _scrub(each) for key, each in value.items()}
    return value
