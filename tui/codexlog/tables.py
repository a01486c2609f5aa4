"""`list` and `show` for people: tables and text, coloured on a terminal only."""

from __future__ import annotations

import os
import sys
from itertools import compress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from codexlog.formats.tool_output import body_of
from codexlog.report.calls import label, pretty
from codexlog.report.glyphs import STYLES as MEANINGS
from codexlog.report.glyphs import UNICODE
from codexlog.report.safe_text import safe_line, safe_text
from codexlog.report.words import (
    NOT_RECORDED,
    clock_time,
    count,
    duration,
    full_time,
    list_time,
    size,
    tokens,
)
from codexlog.timeline.payloads import preview

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.model import Call, Item, Outcome, Session, Summary, Turn
    from codexlog.report.usage import UsageFacts

STYLES = {"good": "green", "bad": "red", "warn": "yellow", "busy": "cyan"}
PAGE_STYLES = STYLES | {"dim": "dim", "title": "bold", "bold": "bold"}
PIPE_WIDTH = 140
ID_LENGTH = 13
"""The part of a UUIDv7 that tells sessions apart: a millisecond time."""
WIDE = 110
NARROW_TIME = 11
AGENT = "agent"
"""A column only of lists that hold sessions of several agents."""
COLUMNS = (
    ("started", 16, False, True),
    ("id", ID_LENGTH, False, True),
    (AGENT, 6, False, True),
    ("outcome", 13, False, True),
    ("✗", 3, True, True),
    ("calls", 5, True, False),
    ("tokens", 6, True, False),
    ("size", 8, True, False),
    ("project", 16, False, False),
)
"""Name, width, right-aligned, shown on a narrow terminal too."""
HIDDEN_NOTES = frozenset(("boilerplate",))


class PipedConsole(Console):
    """A console whose closed pipe is for the command line to handle."""

    def on_broken_pipe(self) -> None:
        """Pass the error on; rich would end the program with code 1."""
        raise BrokenPipeError


def console() -> Console:
    """Colour on a terminal alone; a pipe gets lines of a fixed width unless COLUMNS says otherwise."""
    wide = None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH
    return PipedConsole(width=wide, highlight=False, markup=False, emoji=False, soft_wrap=False)


def style_of(state: str) -> str:
    """The colour of a status or an outcome; the quiet ones are dim."""
    return STYLES.get(MEANINGS.get(state, ""), "dim")


def outcome_text(outcome: Outcome) -> Text:
    """Mark and word: meaning is never in the colour alone."""
    return Text(f"{UNICODE.outcome[outcome]} {outcome}", style=style_of(outcome))


def print_list(summaries: Sequence[Summary]) -> None:
    """The session list; a narrow terminal gets the columns that matter most."""
    out = console()
    wide = out.width >= WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    used = 0
    is_mixed = len({each.agent for each in summaries if each.agent is not None}) > 1
    shown = [(wide or always) and (is_mixed or name != AGENT) for name, *_, always in COLUMNS]
    for name, width, right, _ in compress(COLUMNS, shown):
        width = width if wide or name != "started" else NARROW_TIME
        table.add_column(name, width=width, justify="right" if right else "left", no_wrap=True)
        used += width + 2
    table.add_column("title", no_wrap=True, overflow="ellipsis", width=max(10, out.width - used))
    for summary in summaries:
        cells = _row(summary, wide=wide)
        table.add_row(*compress(cells, shown), cells[-1])
    out.print(table)


def _row(summary: Summary, *, wide: bool) -> tuple[str | Text, ...]:
    counts = summary.counts
    title = summary.title or ""
    if summary.error is not None:
        title = f"{summary.error}: {summary.path.rsplit('/', 1)[-1]}"
    elif summary.outcome == "empty" and not title:
        title = "(nothing but environment)" if counts.rows else "(empty file)"
    unread = summary.error is not None and not counts.rows
    form = "%Y-%m-%d %H:%M" if wide else "%m-%d %H:%M"
    failed = Text(str(counts.calls_failed), style="red") if counts.calls_failed else ""
    return (
        list_time(summary.started_at or summary.ended_at, form) or "-",
        safe_line(summary.id or "-")[:ID_LENGTH],
        summary.agent or "?",
        Text("? unreadable", style="dim") if unread else outcome_text(summary.outcome),
        failed,
        str(counts.calls) if counts.calls else "",
        tokens(summary.usage.total_tokens) if summary.usage else "",
        size(summary.size_bytes),
        Text(safe_line(summary.project or ""), overflow="ellipsis"),
        ("↳ " if summary.parent_id or summary.forked_from else "") + safe_line(title),
    )


def print_found(out: Console, summary: Summary, *, is_first: bool) -> None:
    """The heading of a session's hits."""
    if not is_first:
        out.print()
    when = list_time(summary.started_at or summary.ended_at, "%Y-%m-%d %H:%M") or "-"
    title = safe_line(summary.title or summary.first_prompt or summary.path)
    line = Text.assemble((f"{when}  {safe_line(summary.id or '-')[:ID_LENGTH]}  ", "dim"), (title, "bold"))
    out.print(line, no_wrap=True, overflow="ellipsis")


def print_hit(
    out: Console, row: int, kind: str, end: str, snippet: str, ranges: Sequence[tuple[int, int]]
) -> None:
    """One hit; the matches are set off in bold and underlined, so that no colour is needed.

    `end`: how a call ended, where that is worth saying.
    """
    line = Text(f"{row:>8}  {kind.replace('_output', ''):<10}", style="dim")
    if end:
        line.append(f"{end}  ", style="not dim bold red")
    said = Text(snippet, style="not dim")
    for start, stop in ranges:
        said.stylize("bold underline", start, stop)
    out.print(line.append_text(said), no_wrap=True, overflow="ellipsis")


def print_session(session: Session, *, turn: int | None, failed: bool, full: bool) -> None:
    """One session: heading, turns, items; outputs of failed calls with the end of their text."""
    out = console()
    if turn is None:
        _print_heading(out, session)
        for item in session.loose_items:
            _print_item(out, item, failed=failed, full=full)
    for each in session.turns:
        if turn is None or each.index == turn:
            _print_turn(out, each, failed=failed, full=full)


def _print_heading(out: Console, session: Session) -> None:
    summary = session.summary
    out.print(Text(safe_line(summary.title or summary.path), style="bold"))
    for name, value in heading_rows(summary):
        out.print(Text.assemble((f"{name:<12}", "dim"), safe_line(value)), soft_wrap=True)


def heading_rows(summary: Summary) -> list[tuple[str, str]]:
    """What is known of a session, by name."""
    counts, usage = summary.counts, summary.usage
    rows = [
        ("outcome", f"{UNICODE.outcome[summary.outcome]} {summary.outcome}"),
        ("session", summary.id or NOT_RECORDED),
        ("file", summary.path),
        *(("also", line) for line in summary.copies),
        *((("doubt", summary.doubt),) if summary.doubt else ()),
        ("directory", summary.cwd or NOT_RECORDED),
        ("branch", summary.branch or NOT_RECORDED),
        ("model", summary.model or NOT_RECORDED),
        ("agent", f"{summary.originator or summary.format or '?'} {summary.cli_version or ''}".strip()),
        ("started", full_time(summary.started_at)),
        ("last row", full_time(summary.ended_at)),
        (
            "calls",
            f"{counts.calls}, {counts.calls_failed} failed, {counts.calls_unanswered} unanswered"
            + (f", {count(counts.orphan_outputs, 'output')} without call" if counts.orphan_outputs else ""),
        ),
        ("tokens", _usage(summary) if usage else NOT_RECORDED),
    ]
    if summary.parent_id or summary.forked_from:
        rows.append(("parent", summary.parent_id or summary.forked_from or ""))
    if counts.bad_rows or counts.unknown_rows:
        rows.append(("rows", f"{counts.rows}, {counts.bad_rows} bad, {counts.unknown_rows} unknown"))
    if summary.error:
        rows.append(("error", summary.error))
    return rows


def _usage(summary: Summary) -> str:
    usage = summary.usage
    assert usage is not None
    text = f"{tokens(usage.total_tokens)} (input {tokens(usage.input_tokens)}"
    if usage.cached_input_tokens is not None:
        text += f", of it cached {tokens(usage.cached_input_tokens)}"
    text += f", output {tokens(usage.output_tokens)})"
    return text if usage.complete else text + ", partial"


def _print_turn(out: Console, turn: Turn, *, failed: bool, full: bool) -> None:
    calls = [item for item in turn.items if item.kind == "call"]
    bad = sum(call.status in ("failed", "denied", "timeout") for call in calls)
    parts = [
        f"Turn {turn.index}",
        f"{UNICODE.outcome[turn.outcome]} {turn.outcome}",
        count(len(calls), "call"),
    ]
    if bad:
        parts.append(f"{bad} failed")
    if turn.usage is not None:
        parts.append(f"{tokens(turn.usage.total_tokens)} tokens")
    if turn.started_at:
        parts.append(clock_time(turn.started_at))
    out.print()
    out.print(Text(" · ".join(parts), style="bold"))
    for item in turn.items:
        _print_item(out, item, failed=failed, full=full)


def _print_item(out: Console, item: Item, *, failed: bool, full: bool) -> None:
    if item.kind == "call":
        if not failed or item.status not in ("ok", "unknown"):
            _print_call(out, item, full=full)
    elif failed:
        return
    elif item.kind == "message":
        mark = "›" if item.role == "user" else "•"
        out.print(
            Text(f"{mark} {_indented(item.text)}", style="cyan" if item.role == "user" else ""),
            soft_wrap=True,
        )
    elif item.kind == "reasoning":
        if full:
            out.print(
                Text(
                    f"~ {_indented(item.summary or f'encrypted, {size(item.encrypted_bytes)}')}", style="dim"
                )
            )
    elif item.kind == "orphan_output":
        name = safe_line(item.call_id or "")
        out.print(Text(f"{UNICODE.orphan} output without call {name} (row {item.row})", style="dim"))
        _print_output(out, item.output, full=full)
    elif full or item.what not in HIDDEN_NOTES:
        text = _indented(item.text) if full else safe_line(item.text)[:300]
        out.print(Text(f"─ {item.what} (row {item.row}) {text}", style="dim"), soft_wrap=True)


def print_usage(facts: UsageFacts) -> None:
    """Tokens, context, limits, turns and outputs: the explorer's usage page as text."""
    from codexlog.report.usage_lines import usage_lines

    out = console()
    for line in usage_lines(facts, out.width, UNICODE):
        text = Text()
        for words, style in line.spans:
            text.append(safe_line(words), style=PAGE_STYLES.get(style, ""))
        out.print(text, no_wrap=True, overflow="ellipsis")


def _indented(text: str) -> str:
    return safe_text(text).strip().replace("\n", "\n  ")


def _print_call(out: Console, call: Call, *, full: bool) -> None:
    mark, (tool, told) = UNICODE.status[call.status], label(call)
    code = f" {call.exit_code}" if call.exit_code is not None else ""
    line = Text.assemble((f"{mark}{code}", style_of(call.status)), f" {safe_line(tool)} {safe_line(told)}")
    facts = [duration(call.duration_ms), f"row {call.row}"]
    if call.status not in ("ok", "failed", "unknown"):
        facts.insert(0, call.status)
    line.append(f"  ({', '.join(filter(None, facts))})", style="dim")
    out.print(line, soft_wrap=full, no_wrap=not full, overflow="ellipsis")
    if full and not isinstance(call.arguments, str) and call.arguments:
        out.print(Text("  " + _indented(pretty(call.arguments)), style="dim"), soft_wrap=True)
    elif full and isinstance(call.arguments, str):
        out.print(Text("  " + _indented(call.arguments)), soft_wrap=True)
    if call.output is not None and (full or call.status in ("failed", "denied", "timeout")):
        _print_output(out, body_of(call.output), full=full)


def _print_output(out: Console, output: str, *, full: bool) -> None:
    head, left_out, tail = preview(safe_text(output).rstrip("\n"))
    if full:
        head, left_out, tail = safe_text(output).rstrip("\n").split("\n"), 0, []
    for line in head:
        out.print(Text(f"  │ {line}"), soft_wrap=True)
    if left_out:
        out.print(Text(f"  ⋯ {count(left_out, 'line')} left out; --full shows them", style="dim"))
    for line in tail:
        out.print(Text(f"  │ {line}"), soft_wrap=True)
