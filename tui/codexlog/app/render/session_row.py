"""A row of the session list: two lines where the pane is narrow, one line of columns where it is wide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.lines import Line, crop, fit, line_width, pad, right
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
DEEPEST = 6
"""Depth from which a session is not indented any further."""
TIME, AGENT, PROJECT, FAILURES, TOKENS, SIZE = 12, 6, 16, 5, 5, 7


class SessionRow(NamedTuple):
    """A session of the list and how much of it is known."""

    found: Found
    summary: Summary | None = None
    counted: bool = False


def row_height(width: int) -> int:
    """Lines that a session takes."""
    return 1 if width >= ONE_LINE else 2


def session_lines(
    row: SessionRow,
    width: int,
    now: float,
    glyphs: Glyphs,
    *,
    is_open: bool,
    depth: int = 0,
    hidden: int = 0,
    with_agent: bool = False,
) -> tuple[Line, ...]:
    """The lines of a session; `depth` is how far below others it stands, `hidden` how many it hides.

    `with_agent`: it is said whose session it is.
    """
    if row.summary is None or row.summary.error is not None:
        return _unknown(row, width, glyphs, depth)
    look = _Look(width, now, glyphs, "title" if is_open else "", depth, hidden, with_agent)
    return (_columns(row, row.summary, look),) if width >= ONE_LINE else _stacked(row, row.summary, look)


class _Look(NamedTuple):
    """How a row is to be drawn."""

    width: int
    now: float
    glyphs: Glyphs
    title: str
    """Style of the title."""
    depth: int
    hidden: int
    with_agent: bool


def _stacked(row: SessionRow, summary: Summary, look: _Look) -> tuple[Line, ...]:
    width, glyphs = look.width, look.glyphs
    figures = [text for text in (_failures(summary, glyphs), _tokens(summary)) if text]
    when = pad(short_time(summary.started_at or summary.ended_at, look.now), TIME)
    room = width - 3 - TIME - sum(len(text) + 1 for text in figures)
    place = f"{_agent(row, look)}{summary.project or ''}"
    second: Line = ((f"  {when} {pad(place, room)}", "dim"),)
    for text in figures:
        second = (*second, (" " + text, "bad" if text.startswith(glyphs.failed) else "dim"))
    more = _more(look)
    first = crop(_title(summary, look), width - 2 - line_width(more))
    return (_mark(row, summary, glyphs), (" " + first, look.title), *more), fit(second, width)


def _columns(row: SessionRow, summary: Summary, look: _Look) -> Line:
    width, glyphs, more = look.width, look.glyphs, _more(look)
    name = PROJECT if width >= ROOMY else PROJECT // 2
    agent = _agent(row, look)
    fixed = 2 + TIME + 1 + len(agent) + 1 + name + 1 + FAILURES + 1 + TOKENS + 1 + SIZE
    when = pad(short_time(summary.started_at or summary.ended_at, look.now), TIME)
    return (
        _mark(row, summary, glyphs),
        (f" {when} {agent}", "dim"),
        (pad(_title(summary, look), max(8, width - fixed) - line_width(more)), look.title),
        *more,
        (f" {pad(summary.project or '', name)} ", "dim"),
        (right(_failures(summary, glyphs), FAILURES), "bad"),
        (f" {right(_tokens(summary), TOKENS)} {right(size(summary.size_bytes), SIZE)}", "dim"),
    )


def _unknown(row: SessionRow, width: int, glyphs: Glyphs, depth: int) -> tuple[Line, ...]:
    name = _branch(depth, glyphs) + row.found.path.name
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


def _title(summary: Summary, look: _Look) -> str:
    is_child = bool(summary.parent_id or summary.forked_from)
    mark = _branch(look.depth, look.glyphs) or (f"{look.glyphs.child} " if is_child else "")
    return mark + (summary.title or summary.first_prompt or "(no prompt)")


def _agent(row: SessionRow, look: _Look) -> str:
    known = row.summary.agent if row.summary is not None else None
    return f"{pad(known or row.found.agent or '?', AGENT)} " if look.with_agent else ""


def _branch(depth: int, glyphs: Glyphs) -> str:
    return "  " * (min(depth, DEEPEST) - 1) + f"{glyphs.branch} " if depth else ""


def _more(look: _Look) -> Line:
    return ((f" +{look.hidden}", "accent"),) if look.hidden else ()


def _failures(summary: Summary, glyphs: Glyphs) -> str:
    failed = summary.counts.calls_failed
    return f"{glyphs.failed}{failed if failed < 1000 else '999+'}" if failed else ""


def _tokens(summary: Summary) -> str:
    return tokens(summary.usage.total_tokens) if summary.usage is not None else ""
