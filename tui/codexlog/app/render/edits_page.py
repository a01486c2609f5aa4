"""Changes of files as lines: a heading a file, its hunks below, `+` and `-` before every changed line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.lines import EMPTY
from codexlog.report.edits import place
from codexlog.report.patch import MINUS, STRAY, UPDATED, numbers
from codexlog.report.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.app.render.lines import Line
    from codexlog.report.edits import Edits
    from codexlog.report.patch import FileChange, Hunk, HunkLine

STYLES = {"+": "add", "-": "remove", STRAY: "warn"}


def edit_lines(edits: Edits, home: str | None) -> list[Line]:
    """Everything that a call changes. Paths below `home` are written as inside it."""
    lines: list[Line] = []
    for file in edits.files:
        if lines:
            lines.append(EMPTY)
        lines.append(heading(file, home))
        lines += _hunks(file)
    if edits.odd_lines:
        odd = count(edits.odd_lines, "line")
        lines.append(((f"{odd} of this patch have no mark and stand behind a {STRAY}", "warn"),))
    return lines


def heading(file: FileChange, home: str | None) -> Line:
    """What happens to a file, and how much of it."""
    what = "moved" if file.moved_to and file.what == UPDATED else file.what
    line: Line = ((f"{what} ", "dim"), (place(file, home), "bold"))
    if file.added:
        line = (*line, (f"  +{file.added:,}", "add"))
    if file.removed:
        line = (*line, (f"{' ' if file.added else '  '}{MINUS}{file.removed:,}", "remove"))
    return (*line, (f"  {file.remark}", "dim")) if file.remark else line


def _hunks(file: FileChange) -> Iterator[Line]:
    for position, hunk in enumerate(file.hunks):
        if hunk.title or position or hunk.old_start is not None:
            yield ((f"@@ {hunk.title}".rstrip(), "hunk"),)
        yield from _lines(hunk)


def _lines(hunk: Hunk) -> Iterator[Line]:
    found = numbers(hunk)
    width = max((len(str(number)) for number in found if number is not None), default=0)
    for number, line in zip(found, hunk.lines, strict=True):
        if width:
            yield ((f"{'' if number is None else number:>{width}} ", "dim"), _span(line))
        else:
            yield (_span(line),)


def _span(line: HunkLine) -> tuple[str, str]:
    return f"{line.mark}{line.text}", STYLES.get(line.mark, "")
