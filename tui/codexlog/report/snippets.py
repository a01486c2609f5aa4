"""One safe line around the first match of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.report.safe_text import ELLIPSIS, cell_width, crop, safe_line

if TYPE_CHECKING:
    from collections.abc import Iterable

CELLS = 120
LEAD = 40
"""Cells before the first match at most."""
_REACH = 400
"""Characters of the text that are looked at before and behind a match."""
_MOST = 100
"""Characters of a match that are shown."""

_BREAKS = frozenset("\r\n")
Span = tuple[int, int]


def snippet_of(text: str, spans: Iterable[Span]) -> tuple[str, list[Span]]:
    """The line of the first match, cropped to CELLS, and where matches stand in it, in characters.

    `spans` are the matches in the text, from left to right; no more of them are asked for than fit.
    """
    line, end, at = "", 0, -1
    ranges: list[Span] = []
    for begin, stop in spans:
        if at < 0:
            line, at, end = _lead(text, begin), begin, _line_end(text, stop)
        if begin >= end or cell_width(line) > CELLS:
            break
        line += _one_line(text[at:begin])
        shown = _one_line(text[begin : min(stop, begin + _MOST)])
        ranges.append((len(line), len(line) + len(shown)))
        line += shown
        at = stop
    line = (line + _one_line(text[max(at, 0) : max(at, end)])).rstrip()
    cropped = crop(line, CELLS)
    length = len(cropped) - (cropped != line)
    return cropped, [(start, min(stop, length)) for start, stop in ranges if start < min(stop, length)]


def _lead(text: str, begin: int) -> str:
    """What stands before a match on its line, the end of it where it is long."""
    reach = max(0, begin - _REACH)
    start = max(text.rfind("\n", reach, begin) + 1, reach)
    line = _one_line(text[start:begin]).lstrip()
    is_cut = start > 0 and text[start - 1] != "\n"
    while cell_width(line) >= LEAD:
        line, is_cut = line[max(1, (len(line) - LEAD) // 2) :], True
    return ELLIPSIS + line if is_cut else line


def _line_end(text: str, stop: int) -> int:
    end = text.find("\n", stop, stop + _REACH)
    return end if end >= 0 else min(len(text), stop + _REACH)


def _one_line(text: str) -> str:
    """Safe; line breaks become blanks at the ends too, for more text stands there."""
    line = safe_line(text)
    before = " " if text[:1] in _BREAKS and line else ""
    return before + line + (" " if text[-1:] in _BREAKS else "")
