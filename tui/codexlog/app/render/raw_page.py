"""The rows of the file that an item was read from, as they are: laid out where they are JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.page import MOST_LINES, Page, PageBuilder, wrap
from codexlog.app.render.painters import LONGEST_STRING, indent_of, json_line
from codexlog.report.json_layout import layout
from codexlog.report.words import count, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.page import Frame

MOST_BYTES = 4_000_000
"""Bytes of a row that are laid out; what is longer is cut there, with a mark."""
LONGEST_WHOLE_STRING = 1_000_000
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]"
)


class RawRow(NamedTuple):
    """A row of the file."""

    what: str
    """What the row is to the item: `row`, `output`."""
    number: int
    """Line of the file, from 1; 0 where nobody has counted the lines before it."""
    data: bytes
    """The bytes of the row, or the first of them."""
    size: int
    """Bytes of the row, where `data` is all of it; else at least."""
    is_bad: bool = False
    """Whether it is no JSON object: its bytes are shown escaped."""


def raw_page(path: str, rows: Sequence[RawRow], frame: Frame) -> Page:
    """The rows of an item."""
    page = PageBuilder(frame)
    for position, row in enumerate(rows):
        if position:
            page.gap()
        _heading(page, path, row, named=len(rows) > 1)
        if row.is_bad:
            _bytes(page, row.data)
        else:
            _json(page, row)
        if row.size > len(row.data):
            page.add((f"{frame.glyphs.more} {size(row.size - len(row.data))} more of this row", "accent"))
    numbers = ", ".join(str(row.number) for row in rows if row.number)
    return page.page(f"raw {'rows' if len(rows) > 1 else 'row'} {numbers or 'without number yet'}")


def _heading(page: PageBuilder, path: str, row: RawRow, *, named: bool) -> None:
    number = f":{row.number}" if row.number else ""
    what = f"{row.what}  " if named else ""
    known = f"{size(row.size)}" if row.size == len(row.data) else f"more than {size(len(row.data))}"
    page.add((what, "title"), (f"{path}{number}", "bold"), (f"  {known}", "dim"))


def _json(page: PageBuilder, row: RawRow) -> None:
    whole = page.frame.whole
    found = layout(
        row.data.decode("utf-8", "backslashreplace"),
        most_lines=MOST_LINES,
        longest=LONGEST_WHOLE_STRING if whole else LONGEST_STRING,
    )
    for pieces in found.lines:
        page.put(json_line(pieces), indent=indent_of(pieces))
    if found.is_cut:
        page.cut_mark("long strings are shortened")


def _bytes(page: PageBuilder, data: bytes) -> None:
    r"""Bytes that are no row: text where they are text, the others as `\xNN`."""
    most = len(data) if page.frame.whole else 8_000
    text = _HIDDEN.sub(_escaped, data[:most].decode("utf-8", "backslashreplace"))
    if not text.strip():
        page.add((f"{count(len(data), 'byte')}: {data[:64].hex(' ')}", ""))
    for line in text.split("\n"):
        page.lines += wrap(((line, ""),), page.frame.width)
    if len(data) > most:
        page.cut_mark(f"{size(len(data) - most)} below")


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
