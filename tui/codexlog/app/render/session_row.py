"""A row of the session list: two lines where the pane is narrow, one line of columns where it is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.lines import Line, crop, fit, pad, right
from codexlog.report.glyphs import STYLES
from codexlog.report.words import short_time, size, tokens

if TYPE_CHECKING:
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary
    from codexlog.report.glyphs import Glyphs

ONE_LINE = 64
"""Width from which a session takes one line."""
ROOMY = 100
"""Width from which the project's column is wide."""
TIME, PROJECT, FAILURES, TOKENS, SIZE = 12, 16, 5, 5, 7


class SessionRow(NamedTuple):
    """A session of the list and how much of it is known."""

    found: Found
    summary: Summary | None = None
    counted: bool = False


def row_height(width: int) -> int:
    """Lines that a session takes."""
    return 1 if width >= ONE_LINE else 2


def session_lines(
    row: SessionRow, width: int, now: float, glyphs: Glyphs, *, is_open: bool
) -> tuple[Line, ...]:
    """The lines of one session."""
    title = "title" if is_open else ""
    if row.summary is None or row.summary.error is not None:
        return _unknown(row, width, glyphs)
    return (
        (_columns(row, row.summary, width, now, glyphs, title),)
        if width >= ONE_LINE
        else _stacked(row, row.summary, width, now, glyphs, title)
    )


def _stacked(
    row: SessionRow, summary: Summary, width: int, now: float, glyphs: Glyphs, title: str
) -> tuple[Line, ...]:
    figures = [text for text in (_failures(summary, glyphs), _tokens(summary)) if text]
    when = pad(short_time(summary.started_at or summary.ended_at, now), TIME)
    room = width - 3 - TIME - sum(len(text) + 1 for text in figures)
    second: Line = ((f"  {when} {pad(summary.project or '', room)}", "dim"),)
    for text in figures:
        second = (*second, (" " + text, "bad" if text.startswith(glyphs.failed) else "dim"))
    return (_mark(row, summary, glyphs), (" " + crop(_title(summary, glyphs), width - 2), title)), fit(
        second, width
    )


def _columns(row: SessionRow, summary: Summary, width: int, now: float, glyphs: Glyphs, title: str) -> Line:
    name = PROJECT if width >= ROOMY else PROJECT // 2
    fixed = 2 + TIME + 1 + 1 + name + 1 + FAILURES + 1 + TOKENS + 1 + SIZE
    when = pad(short_time(summary.started_at or summary.ended_at, now), TIME)
    return (
        _mark(row, summary, glyphs),
        (f" {when} ", "dim"),
        (pad(_title(summary, glyphs), max(8, width - fixed)), title),
        (f" {pad(summary.project or '', name)} ", "dim"),
        (right(_failures(summary, glyphs), FAILURES), "bad"),
        (f" {right(_tokens(summary), TOKENS)} {right(size(summary.size_bytes), SIZE)}", "dim"),
    )


def _unknown(row: SessionRow, width: int, glyphs: Glyphs) -> tuple[Line, ...]:
    name = row.found.path.name
    if row.summary is None:
        first: Line = (("  ", ""), (crop(name, width - 2), "dim"))
        second: Line = ()
    else:
        first = ((glyphs.bad, "warn"), (" " + crop(row.summary.error or "", width - 2), "warn"))
        second = (("  " + crop(name, width - 2), "dim"),)
    if width < ONE_LINE:
        return first, second
    return (fit((*first, ("  ", ""), *second), width),)


def _mark(row: SessionRow, summary: Summary, glyphs: Glyphs) -> tuple[str, str]:
    if not row.counted:
        return " ", ""
    return glyphs.outcome[summary.outcome], STYLES.get(summary.outcome, "dim")


def _title(summary: Summary, glyphs: Glyphs) -> str:
    child = f"{glyphs.child} " if summary.parent_id or summary.forked_from else ""
    return child + (summary.title or summary.first_prompt or "(no prompt)")


def _failures(summary: Summary, glyphs: Glyphs) -> str:
    failed = summary.counts.calls_failed
    return f"{glyphs.failed}{failed if failed < 1000 else '999+'}" if failed else ""


def _tokens(summary: Summary) -> str:
    return tokens(summary.usage.total_tokens) if summary.usage is not None else ""
