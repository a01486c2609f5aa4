"""The digest of a day, line by line; the lines of a session lead to it, to a row where they name one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.lines import LinkedLine
from codexlog.app.render.page import wrap
from codexlog.digest.skeleton import BREAKDOWN, NOTES, headings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

INDENT = 2
"""Blanks before what a line goes on with."""
_ROW = re.compile(r"\brows? (\d{1,9})\b")
_SESSION = re.compile(r"#### Session (\d{1,6}):")


class SessionLink(NamedTuple):
    """Leads to a session of the day."""

    session: int
    """Counts from 1."""
    row: int | None = None


def day_lines(text: str, width: int) -> list[LinkedLine]:
    """The lines of the page."""
    headings = set(headings_of(text))
    shown: list[LinkedLine] = []
    for line, link in _linked(text):
        pieces = wrap(((line, "title" if line in headings else ""),), width, INDENT, prose=True)
        shown += [LinkedLine(piece, None if number else link) for number, piece in enumerate(pieces)]
    return shown


def _linked(text: str) -> Iterator[tuple[str, SessionLink | None]]:
    """Each line and where it leads: those of the overview to the sessions in their order."""
    session = 0
    part = ""
    for line in text.rstrip("\n").split("\n"):
        heading = _SESSION.match(line)
        if line in (BREAKDOWN, NOTES):
            part, session = line, 0
        elif heading:
            session = int(heading[1])
        elif not part and line.startswith("- "):
            session += 1
        row = _ROW.search(line) if part else None
        if not session or not (row or heading or (not part and line.startswith("- "))):
            yield line, None
        else:
            yield line, SessionLink(session, int(row[1]) if row else None)
