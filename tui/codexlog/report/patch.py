"""Patch text → the files that it changes, with their hunks and counts. Pure and tolerant.

The format is the one of `apply_patch`: `*** Add File:`, `*** Update File:` with `*** Move to:`,
`*** Delete File:`, hunks that begin with `@@`, lines that begin with a blank, `+` or `-`. Every line of
the text ends up in a hunk or in `Patch.strays`, so that nothing a patch says is ever left out.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ADDED, UPDATED, DELETED, WRITTEN = "added", "updated", "deleted", "written"
"""What happens to a file; `written` where the transcript does not say whether there was one before."""
STRAY = "?"
"""Mark of a line that has none where a patch needs one."""
CONTEXT = " "
MINUS = "−"
BEGIN = "*** Begin Patch"

_FILE = re.compile(r"\*\*\* (Add|Update|Delete) File: ?(.*)")
_MOVE = re.compile(r"\*\*\* Move to: ?(.*)")
_PLACE = re.compile(r"@@ -(\d{1,9})(?:,\d+)? \+(\d{1,9})(?:,\d+)? @@ ?(.*)")
_WHAT = {"Add": ADDED, "Update": UPDATED, "Delete": DELETED}
_FRAME = (BEGIN, "*** End Patch")
_END_OF_FILE = "*** End of File"


class HunkLine(NamedTuple):
    """A line of a hunk without its mark."""

    mark: str
    """` `, `+`, `-`, or STRAY."""
    text: str


class Hunk(NamedTuple):
    """Neighbouring lines that change, with what stands around them."""

    lines: tuple[HunkLine, ...]
    title: str = ""
    """What the patch writes behind `@@`: the function or class around the lines."""
    old_start: int | None = None
    new_start: int | None = None
    """Line numbers of the first line, where the patch records them."""


class FileChange(NamedTuple):
    """What becomes of one file."""

    path: str
    what: str
    hunks: tuple[Hunk, ...] = ()
    moved_to: str | None = None
    remark: str = ""

    @property
    def added(self) -> int:
        """How many lines are new."""
        return self._count("+")

    @property
    def removed(self) -> int:
        """How many lines go; 0 for a file that is deleted whole, whose lines no patch names."""
        return self._count("-")

    def _count(self, mark: str) -> int:
        return sum(line.mark == mark for hunk in self.hunks for line in hunk.lines)


class Patch(NamedTuple):
    """The files of a patch, and lines that belong to none."""

    files: tuple[FileChange, ...]
    strays: tuple[str, ...] = ()

    @property
    def odd_lines(self) -> int:
        """How many lines are not what the format asks for."""
        marks = (line.mark for file in self.files for hunk in file.hunks for line in hunk.lines)
        return len(self.strays) + sum(mark == STRAY for mark in marks)


class _Reader:
    """Collects files line by line."""

    def __init__(self) -> None:
        self.files: list[FileChange] = []
        self.strays: list[str] = []
        self._file: FileChange | None = None
        self._hunks: list[Hunk] = []
        self._place = Hunk(())
        self._lines: list[HunkLine] = []

    def take(self, line: str) -> None:
        """Sort one line in."""
        if line.startswith("*** ") and self._command(line.rstrip()):
            return
        if self._file is None:
            self.strays.append(line)
        elif line.startswith("@@"):
            self._end_hunk()
            self._place = _place(line)
        else:
            self._lines.append(_marked(line))

    def end(self) -> Patch:
        """What was collected."""
        self._end_file()
        return Patch(tuple(self.files), tuple(self.strays))

    def _command(self, line: str) -> bool:
        if line in _FRAME:
            self._end_file()
            return True
        if line == _END_OF_FILE and self._file is not None:
            return True
        if found := _FILE.match(line):
            self._end_file()
            self._file = FileChange(found[2].strip(), _WHAT[found[1]])
            return True
        found = _MOVE.match(line)
        if found is None or self._file is None or self._hunks or self._lines:
            return False
        self._file = self._file._replace(moved_to=found[1].strip())
        return True

    def _end_hunk(self) -> None:
        if self._lines or self._place != Hunk(()):
            self._hunks.append(self._place._replace(lines=tuple(self._lines)))
        self._place, self._lines = Hunk(()), []

    def _end_file(self) -> None:
        self._end_hunk()
        if self._file is not None:
            self.files.append(self._file._replace(hunks=tuple(self._hunks)))
        self._file, self._hunks = None, []


def parse_patch(text: str) -> Patch:
    """The patch in a text. Never raises: a text that is none comes back as stray lines."""
    reader = _Reader()
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    for line in lines:
        reader.take(line)
    return reader.end()


def numbers(hunk: Hunk) -> list[int | None]:
    """The line number of each line: in the old file for removed ones, in the new one for the others."""
    if hunk.old_start is None or hunk.new_start is None:
        return [None] * len(hunk.lines)
    old, new, found = hunk.old_start, hunk.new_start, list[int | None]()
    for line in hunk.lines:
        found.append(old if line.mark == "-" else None if line.mark == STRAY else new)
        old += line.mark in (CONTEXT, "-")
        new += line.mark in (CONTEXT, "+")
    return found


def counts(added: int, removed: int) -> str:
    """`+12 −3`; the half that is none is left out."""
    return " ".join([f"+{added}"] * bool(added) + [f"{MINUS}{removed}"] * bool(removed))


def _place(line: str) -> Hunk:
    found = _PLACE.match(line)
    if found:
        return Hunk((), found[3].strip(), int(found[1]), int(found[2]))
    return Hunk((), line[2:].strip())


def _marked(line: str) -> HunkLine:
    if not line:  # editors take the blank off an empty line of context; agents' patch tools allow it
        return HunkLine(CONTEXT, "")
    if line[0] in " +-":
        return HunkLine(line[0], line[1:])
    return HunkLine(STRAY, line)
