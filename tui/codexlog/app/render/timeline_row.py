"""A row of the timeline: how it ended stands first, then what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.outline_rows import FOLDS, HEAD, SESSION, Row
from codexlog.app.render.brief import KINDS
from codexlog.app.render.hints import key_of
from codexlog.app.render.lines import Line, fit, marked, right, spread
from codexlog.report.glyphs import STYLES
from codexlog.report.words import count, duration, tokens

if TYPE_CHECKING:
    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.brief import Brief
    from codexlog.catalog.find.needle import Needle
    from codexlog.report.glyphs import Glyphs
    from codexlog.timeline.outline import TurnHead

CODE, TOOK = 4, 5
NOTICED = frozenset(("error", "aborted", "rate limit", "hook", "max turns"))


def timeline_line(
    rows: OutlineRows,
    row: Row,
    brief: Brief | None,
    width: int,
    glyphs: Glyphs,
    needle: Needle | None = None,
) -> Line:
    """One row. `brief` None: the entry's texts are not read yet. Matches of `needle` are set off."""
    match row.entry:
        case _ if row.entry == SESSION:
            return _session(rows, width, glyphs)
        case _ if row.entry == HEAD:
            return _head(rows.outline.turns[row.turn], width, glyphs, folded=rows.is_folded(row.turn))
        case _ if row.entry == FOLDS:
            return _folds(rows, row.turn, glyphs)
    entries = rows.outline.entries
    kind = KINDS[entries.kind[row.entry]]
    if kind == "call":
        return fit(marked(_call(rows, row.entry, brief, glyphs), needle, 3, 5), width)
    return fit(marked(_other(kind, brief, glyphs), needle, 1, 3), width)


def with_mark(line: Line, glyphs: Glyphs) -> Line:
    """The line of a row that was found: a mark in its first cell, which most rows leave free."""
    (text, style), *others = line
    if text.startswith(" "):
        return ((glyphs.hit, "match"), (text[1:], style), *others)
    return ((f"{text[:1]}{glyphs.hit}", style), (text[2:], style), *others)


def _session(rows: OutlineRows, width: int, glyphs: Glyphs) -> Line:
    summary = rows.outline.summary
    who = "  ".join(word for word in (summary.model, summary.branch, summary.cwd) if word)
    if rows.outline.is_tail:
        return fit(((f"{glyphs.more} earlier rows are being read", "dim"),), width)
    outcome = summary.outcome
    is_child = bool(summary.parent_id or summary.forked_from)
    link: Line = ((f"  {glyphs.link} parent", "accent"),) if is_child else ()
    left: Line = (
        (glyphs.outcome[outcome], STYLES.get(outcome, "dim")),
        (f" {outcome}", ""),
        *link,
        (f"  {who}", "dim"),
    )
    return spread(left, ((count(summary.counts.rows, "row"), "dim"),), width)


def _head(head: TurnHead, width: int, glyphs: Glyphs, *, folded: bool) -> Line:
    arrow = glyphs.folded if folded else glyphs.unfolded
    left: Line = (
        (f"{arrow} ", "accent"),
        (glyphs.outcome[head.outcome], STYLES.get(head.outcome, "dim")),
        (f" {head.index} ", "title"),
        (head.prompt or "(no prompt)", "title"),
    )
    return spread(left, _figures(head, glyphs), width)


def _figures(head: TurnHead, glyphs: Glyphs) -> Line:
    figures: Line = ()
    if head.calls:
        figures = (*figures, (f" {count(head.calls, 'call')}", "dim"))
    if head.failed:
        figures = (*figures, (f" {glyphs.failed}{head.failed}", "bad"))
    if head.usage is not None and head.usage.total_tokens:
        figures = (*figures, (f" {right(tokens(head.usage.total_tokens), 4)}", "dim"))
    return figures


def _folds(rows: OutlineRows, turn: int, glyphs: Glyphs) -> Line:
    number = count(rows.folded_texts(turn), "text")
    verb = "hides" if rows.texts_shown(turn) else "shows"
    arrow = glyphs.unfolded if rows.texts_shown(turn) else glyphs.folded
    return ((f"  {arrow} {number} that nobody typed {glyphs.dot} {key_of('texts')} {verb} them", "dim"),)


def _call(rows: OutlineRows, entry: int, brief: Brief | None, glyphs: Glyphs) -> Line:
    entries = rows.outline.entries
    status, code = entries.status_name(entry) or "unknown", entries.code(entry)
    shown_code = str(code) if code else ""
    polls = rows.polls(entry)
    indent = "    " if entries.opener[entry] else "  "
    took = duration(brief.duration_ms) if brief is not None and (brief.duration_ms or 0) >= 50 else ""
    failed = STYLES.get(status) == "bad"
    line: Line = (
        (indent, ""),
        (
            f"{glyphs.status[status]} {shown_code:<{CODE - 1}}",
            STYLES[status] if status in STYLES and failed else _quiet(status),
        ),
        (f"{right(took, TOOK)} ", "dim"),
    )
    if brief is None:
        return (*line, (glyphs.more, "dim"))
    more = f"  {glyphs.unfolded if rows.is_expanded(entry) else glyphs.folded}{len(polls)}" if polls else ""
    clip = f"  [{brief.attachments}]" if brief.attachments else ""
    link: Line = ((f"{glyphs.link} ", "accent"),) if brief.agents else ()
    return (
        *line,
        *link,
        (f"{brief.name} ", "dim" if brief.name.endswith("$") else "accent"),
        (brief.text, ""),
        (more + clip, "dim"),
    )


def _quiet(status: str) -> str:
    return "dim" if status in ("ok", "unknown") else STYLES.get(status, "")


def _other(kind: str, brief: Brief | None, glyphs: Glyphs) -> Line:
    if brief is None:
        return (("  ", ""), (glyphs.more, "dim"))
    match kind:
        case "prompt":
            return (("  ", ""), (f"{glyphs.prompt} ", "prompt"), (brief.text, "bold"), _clip(brief))
        case "answer":
            return (("  ", ""), (f"{glyphs.answer} ", "accent"), (brief.text, ""))
        case "thought":
            return ((f"  {glyphs.thought} ", "dim"), (brief.text, "dim"))
        case "orphan":
            return ((f"  {glyphs.orphan} {brief.name}  ", "warn"), (brief.text, ""))
    style = "warn" if kind == "bad" or brief.name in NOTICED else "dim"
    mark = glyphs.bad if kind == "bad" else glyphs.note
    return ((f"  {mark} {brief.name}", style), (f"  {brief.text}" if brief.text else "", "dim"))


def _clip(brief: Brief) -> tuple[str, str]:
    return (f"  [{brief.attachments}]" if brief.attachments else "", "dim")
