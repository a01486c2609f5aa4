"""The one function through which text of a transcript passes before anybody's terminal sees it.

A transcript holds what programs printed and what strangers wrote: sequences that move the cursor, set
the clipboard or the window title, controls that turn the reading order round, characters without
width. What comes out of here draws what it says and nothing else. A terminal, the clipboard and HTML
all get the same text; HTML escapes it on top.

* Escape sequences are removed whole; of one that never ends, its beginning.
* A lone control is shown as its picture (`␀`, `␛`, `␡`), a C1 control and a mark that reorders text as `·`.
* What has no width is removed. Emoji that were joined fall apart into their parts, so that every
  terminal counts the same columns.
* Half of a surrogate pair becomes U+FFFD.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MARK = "·"
ELLIPSIS = "…"
TAB = 4

_INVISIBLE = (
    "\u00ad\u200b-\u200f\u2060-\u2065\u206a-\u206f\ufeff\u061c\u180b-\u180f\ufe00-\ufe0f"
    "\U000e0000-\U000e0fff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
"""Zero width, direction marks, soft hyphen, joiners, variation selectors, tags, hidden score marks."""
_MARKED = (
    "\x80-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd\U00013430-\U0001345f"
)
"""C1 controls, embeddings, overrides and isolates of direction, and the format characters of scripts."""
_SURROGATES = "\ud800-\udfff"
_SEPARATORS = "\u2028\u2029"
_CONTROLS = "\x00-\x09\x0b-\x1f\x7f"

_UNSAFE = f"{_CONTROLS}{_MARKED}{_INVISIBLE}{_SURROGATES}{_SEPARATORS}"
_UNSAFE_IN_TEXT = re.compile(f"[{_UNSAFE}]")
_UNSAFE_IN_LINE = re.compile(f"[\n{_UNSAFE}]")
_TO_MARK = re.compile(f"[{_MARKED}]")
_TO_NOTHING = re.compile(f"[{_INVISIBLE}]+")
_TO_REPLACEMENT = re.compile(f"[{_SURROGATES}]")
_TO_NEWLINE = re.compile(f"\r\n?|[\x85{_SEPARATORS}]")
_FOLD = re.compile(r"\n[ \t\n]*+")

_PAYLOAD = r"[^\x00-\x1f\x7f-\x9f]*+"
_ESCAPE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
    rf"|(?:\x1b\]|\x9d)(?:{_PAYLOAD}(?:\x07|\x1b\\|\x9c))?"
    rf"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])(?:{_PAYLOAD}(?:\x1b\\|\x9c))?"
    r"|\x1b[ -/]*+[0-~]"
)
_ESCAPE_START = re.compile("[\x1b\x80-\x9f]")
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != 0x0A} | {0x7F: 0x2421}


def safe_text(text: str) -> str:
    """Make text of several lines safe: newlines stay, a carriage return starts a line, tabs become spaces."""
    if not _UNSAFE_IN_TEXT.search(text):
        return text
    text = _plain(text)
    if "\t" in text:
        text = text.expandtabs(TAB)
    return text.translate(_PICTURES)


def safe_line(text: str, *, width: int | None = None) -> str:
    """Make text safe and one line: a line break with the indentation behind it becomes a space, a tab too.

    With `width` the line is cropped to so many terminal cells, counted by `cell_width`.
    """
    if width is None:
        return _line(text)
    head = text[: 4 * max(width, 0) + 256]
    if len(head) < len(text) and not _ESCAPE_START.search(head):
        line = _line(head)
        if cell_width(line) > width:
            return crop(line, width)
    return crop(_line(text), width)


def crop(line: str, width: int) -> str:
    """Cut a safe line to a width in cells, with an ellipsis in its last cell where it was longer."""
    if cell_width(line) <= width:
        return line
    room = width - 1
    if room < 0:
        return ""
    for index, char in enumerate(line):
        room -= _cells(char)
        if room < 0:
            return line[:index] + ELLIPSIS
    return line


def cell_width(text: str) -> int:
    """Count the terminal cells of a safe line: wide characters and emoji two, combining marks none.

    It answers for plain output. The explorer's panes measure with their own library, whose tables are
    the ones that it draws by.
    """
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


@lru_cache(maxsize=4096)
def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _line(text: str) -> str:
    if (text.isascii() and text.isprintable()) or not _UNSAFE_IN_LINE.search(text):
        return text
    text = _FOLD.sub(" ", _plain(text).strip("\n"))
    return text.replace("\t", " ").translate(_PICTURES)


def _plain(text: str) -> str:
    """Remove anything unsafe but newlines, tabs and single C0 controls."""
    text = _ESCAPE.sub("", text)
    text = _TO_NEWLINE.sub("\n", text)
    if text.isascii():
        return text
    text = _TO_NOTHING.sub("", text)
    text = _TO_REPLACEMENT.sub("\ufffd", text)
    return _TO_MARK.sub(MARK, text)
