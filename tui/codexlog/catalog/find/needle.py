"""What is looked for: how it matches decoded text, and which bytes a row must hold to be worth decoding.

JSON has many spellings of one text, so the needle itself is not looked for in the bytes. Its anchor is: the
longest run of characters that every producer writes as they are. Left out are those that some producer
escapes (quotes and backslashes, `/` in PHP, `< > & ' + =` and the back quote in Go, Java and .NET) and those
that come and go when a document is written anew (`: , [ ] { }`). Where no ASCII run is long enough, another
character serves, in UTF-8 or by the hexadecimal digits of its first UTF-16 unit: one alone, for a producer
may escape its neighbour and not itself.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from re import _parser as sre  # type: ignore[attr-defined] # the parse tree of a pattern; no public way to it
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "re:"
COMPOSED = b"command-args"
"""Marks the rows whose text is put together with a blank that is not in the row: slash commands."""
SHORT = 3
"""Length below which an ASCII run gives way to another character."""
_LITERAL = frozenset(string.ascii_letters + string.digits + "_-. *#@$%^~|;!")
_NEVER_WHOLE = re.compile("[\ufffd\ud800-\udfff]")
"""What undecodable bytes become: the row holds something else."""
_NO_LETTER = re.compile(r"\\N\{[^}]*\}|\\.|\(\?P?(?:[<=]?\w+[>)]|.)", re.DOTALL)
"""Parts of a pattern whose letters are no text."""

Span = tuple[int, int]


class BadNeedle(ValueError):
    """A query that nothing can be searched with; `str()` is one line that names the place."""


@dataclass(frozen=True, slots=True)
class Needle:
    """A text or a pattern, ready to search with."""

    query: str
    pattern: re.Pattern[str]
    anchors: tuple[bytes, ...]
    """Every row that matches holds one of these; () where only decoding tells."""
    uncased: bool
    """Whether the anchors stand for all cases of their letters."""
    plain: str = ""
    """The text itself where looking for it needs no pattern; in lower case where case is ignored."""

    def matches(self, text: str) -> bool:
        """Whether the needle stands in a text; an empty match is none."""
        if self.plain and not self.uncased:
            return self.plain in text
        if self.plain:  # the bytes' lower() knows ASCII alone, and is five times faster than the pattern
            return self.plain.encode() in text.encode("utf-8", "surrogatepass").lower()
        return next(self.spans(text), None) is not None

    def spans(self, text: str) -> Iterator[Span]:
        """Every match, left to right."""
        for found in self.pattern.finditer(text):
            if found.end() > found.start():
                yield found.span()


def needle_of(query: str) -> Needle:
    """Read a query: plain text, or a regular expression behind `re:`.

    Without an upper-case letter, case is ignored. Raises BadNeedle.
    """
    if query.startswith(PREFIX):
        return _of_pattern(query)
    if not query:
        raise BadNeedle("nothing to search for")
    uncased = not any(map(_is_upper, query))
    pattern = re.compile(_uncased(query) if uncased else re.escape(query))
    plain = query if query.isascii() or not uncased else ""
    return Needle(query, pattern, _anchors(_runs(query, uncased=uncased)), uncased, plain)


def _of_pattern(query: str) -> Needle:
    source = query[len(PREFIX) :]
    if not source:
        raise BadNeedle(f"{PREFIX} is followed by no pattern")
    uncased = not any(map(_is_upper, _NO_LETTER.sub("", source)))
    flags = re.MULTILINE | (re.IGNORECASE if uncased else re.NOFLAG)
    try:
        pattern = re.compile(source, flags)
    except re.error as error:
        at = error.pos if error.pos is not None else 0
        raise BadNeedle(f"{error.msg} at character {at + 1} of {source!r}") from error
    except (OverflowError, RecursionError) as error:
        raise BadNeedle(f"{source[:40]!r}: {error}") from error
    uncased = bool(pattern.flags & re.IGNORECASE)
    texts = list(_literals(sre.parse(source, flags))) if not pattern.flags & re.VERBOSE else []
    runs = [run for text in texts for run in _runs(text, uncased=uncased)]
    return Needle(query, pattern, _anchors(runs), uncased)


def _is_upper(char: str) -> bool:
    return char.isupper() or char.istitle()


def _uncased(text: str) -> str:
    """A pattern for a text in any case: ASCII letters stand for ASCII letters alone."""
    parts = re.findall(r"[\x00-\x7f]+|[^\x00-\x7f]+", text)
    return "".join(f"(?{'ai' if part.isascii() else 'i'}:{re.escape(part)})" for part in parts)


def _literals(tree: Any) -> Iterator[str]:
    """Texts that every match of a parsed pattern contains."""
    run = ""
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            run += chr(value)
            continue
        yield run
        run = ""
        if name == "SUBPATTERN" and not value[1]:  # no flags of its own
            yield from _literals(value[3])
        elif name == "ATOMIC_GROUP":
            yield from _literals(value)
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and value[0] > 0:
            yield from _literals(value[2])
    yield run


def _runs(text: str, *, uncased: bool) -> Iterator[str]:
    """Pieces of a text that stand in a row as they are; the other characters part them."""
    run = ""
    for char in text:
        kind = _kind(char, uncased=uncased)
        if run and kind != _kind(run[-1], uncased=uncased):
            yield run.strip(" ")
            run = ""
        if kind:
            run += char
    yield run.strip(" ")


def _kind(char: str, *, uncased: bool) -> int:
    """1 plain ASCII, 2 other characters that are the same in any case, 0 the rest."""
    if char in _LITERAL:
        return 1
    if char.isascii() or _NEVER_WHOLE.match(char) or (uncased and char.lower() != char.upper()):
        return 0
    return 2


def _anchors(runs: Any) -> tuple[bytes, ...]:
    found = [run for run in runs if run]
    plain = max((run for run in found if run.isascii()), key=len, default="")
    other = next((run[0] for run in found if not run.isascii()), "")
    if other and len(plain) < SHORT:
        unit = f"{int.from_bytes(other.encode('utf-16-be')[:2], 'big'):04x}"
        return tuple(dict.fromkeys((other.encode(), f"u{unit}".encode(), f"u{unit.upper()}".encode())))
    if not plain:
        return ()
    return (plain.encode(), COMPOSED) if " " in plain else (plain.encode(),)
