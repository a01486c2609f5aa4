"""JSON text → lines with a value each, the text's own spelling kept. Pure; takes torn and glued JSON too.

Nothing is decoded: numbers keep their digits, strings their escapes, keys that stand twice stay twice.
"""

from __future__ import annotations

import re
from typing import NamedTuple

INDENT = "  "
PLAIN, KEY, STRING, NUMBER, WORD, LEFT_OUT = "", "key", "string", "number", "word", "left out"
"""Kinds of pieces; `left out` counts the characters of a string that are not there."""
_TOKEN = re.compile(
    r'\s++|(?P<string>"(?:[^"\\]|\\.)*+"?)(?P<colon>\s*:)?|(?P<open>[{\[])(?P<empty>\s*[}\]])?'
    r'|(?P<close>[}\]])|(?P<comma>,)|(?P<word>[^\s{}\[\],":]++)|(?P<other>.)',
    re.DOTALL,
)
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")


class Piece(NamedTuple):
    """A part of a line."""

    text: str
    kind: str


Pieces = tuple[Piece, ...]


class Layout(NamedTuple):
    """Lines, and whether more would follow."""

    lines: list[Pieces]
    is_cut: bool
    """Whether a string is shortened or lines are missing at the end."""


class _Writer:
    """Puts tokens onto lines."""

    def __init__(self, longest: int) -> None:
        self.lines: list[Pieces] = []
        self.shortened = False
        self._longest = longest
        self._line: list[Piece] = []
        self._depth = 0

    def take(self, found: re.Match[str]) -> None:
        """Write one token."""
        match found.lastgroup:
            case "string" | "colon":
                self._string(found["string"], is_key=found["colon"] is not None)
            case "empty":
                self._add(found["open"] + found["empty"].strip(), PLAIN)
            case "open":
                self._add(found["open"], PLAIN)
                self._break(1)
            case "close":
                if self._line:
                    self._break(-1)
                else:
                    self._depth = max(0, self._depth - 1)
                self._add(found["close"], PLAIN)
            case "comma":
                self._add(",", PLAIN)
                self._break(0)
            case "word":
                self._add(found["word"], NUMBER if _NUMBER.fullmatch(found["word"]) else WORD)
            case "other":
                self._add(found["other"], PLAIN)

    def end(self) -> None:
        """Write the last line."""
        if self._line:
            self._break(0)

    def _string(self, text: str, *, is_key: bool) -> None:
        kind = KEY if is_key else STRING
        if len(text) > self._longest:
            self._add(text[: self._longest // 2], kind)
            self._add(str(len(text) - self._longest // 2), LEFT_OUT)
            self.shortened = True
        else:
            self._add(text, kind)
        if is_key:
            self._add(": ", PLAIN)

    def _add(self, text: str, kind: str) -> None:
        if not self._line and self._depth:
            self._line.append(Piece(INDENT * min(self._depth, 40), PLAIN))
        elif not self._depth and self._line and text[0] in '{["':
            self._break(0)
        self._line.append(Piece(text, kind))

    def _break(self, step: int) -> None:
        self.lines.append(tuple(self._line))
        self._line = []
        self._depth = max(0, self._depth + step)


def layout(text: str, *, most_lines: int, longest: int) -> Layout:
    """Lay JSON out. Strings above `longest` characters are shortened; lines above `most_lines` left out."""
    writer = _Writer(longest)
    for found in _TOKEN.finditer(text):
        writer.take(found)
        if len(writer.lines) >= most_lines:
            return Layout(writer.lines, is_cut=True)
    writer.end()
    return Layout(writer.lines, writer.shortened)
