"""A digest as it was copied, line by line; a line that names a row leads there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.lines import LinkedLine
from codexlog.app.render.page import wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

INDENT = 2
"""Blanks before what a line goes on with."""
CODE = "    "
_ROW = re.compile(r"\brows? (\d{1,9})\b")
_ITERATION = re.compile(r"^ {4,7}(\d{1,6}) |\(?#(\d{1,6})[,:)]")
"""In the digest of a loop: a line of its table, or one that names an iteration before it names a row."""


class RowLink(NamedTuple):
    """Leads to a row of the session; of a loop, to one of an iteration."""

    row: int
    iteration: int | None = None
    """Index from 1."""


def digest_lines(text: str, width: int, *, is_loop: bool) -> list[LinkedLine]:
    """The lines of the page."""
    return [each for line in text.rstrip("\n").split("\n") for each in _pieces(line, width, is_loop=is_loop)]


def _pieces(line: str, width: int, *, is_loop: bool) -> Iterator[LinkedLine]:
    style = "title" if line.startswith("**") else ""
    link = _link(line, is_loop=is_loop)
    is_code = line.startswith(CODE)
    for number, piece in enumerate(wrap(((line, style),), width, INDENT, prose=not is_code)):
        yield LinkedLine(piece, link if number == 0 else None)


def _link(line: str, *, is_loop: bool) -> RowLink | None:
    row = _ROW.search(line)
    if row is None or not is_loop:
        return RowLink(int(row[1])) if row is not None else None
    run = _ITERATION.search(line)
    return RowLink(int(row[1]), int(run[1] or run[2])) if run is not None else None
