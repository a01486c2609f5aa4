"""`loops` and `triage` for people."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from codexlog.report.safe_text import crop, safe_line
from codexlog.report.words import NOT_RECORDED, clock_time, count, full_time, span, tokens
from codexlog.tables import console
from codexlog.triage.marks import CELLS, mark, style, words
from codexlog.triage.pages import SEEN, checklist_lines, ends
from codexlog.triage.story import folded, story
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop
    from codexlog.triage.story import Told

INDENT = 8
SHORT_ID = 13
SEVERITY = {"error": "red", "warning": "yellow", "info": "dim"}
STYLE = {"bad": "red", "good": "green", "warn": "yellow"}
MOST_SIGNATURES = 12
WIDE = 100
COLUMNS = (
    ("#", 3, True),
    ("start", 5, False),
    ("took", 6, True),
    ("calls", 5, True),
    ("✗", 3, True),
    ("Δf", 3, True),
    ("commit", 20, False),
    ("tokens", 6, True),
    ("did", 8, False),
)
"""Name, width, right-aligned; the end takes the rest."""


def print_loops(loops: Sequence[Loop]) -> None:
    """A few lines a loop."""
    out = console()
    for number, loop in enumerate(loops):
        if number:
            out.print()
        _print_head(loop)
        for told in story(loop):
            if told.label in ("first bad", "made good", "ended"):
                _print_told(told)
        _print_wrapped(loop.why, 2, "dim")


def print_loop(loop: Loop) -> None:
    """A loop: what went wrong first and why, a line an iteration, the matrix, the checklist, findings."""
    out = console()
    _print_head(loop)
    out.print()
    for told in story(loop):
        _print_told(told, loop)
    out.print()
    out.print(_iterations(loop))
    if loop.signatures:
        out.print()
        out.print(Text("Checks that fail at the end of iterations", style="bold"))
        _print_matrix(loop)
    for line in checklist_lines(loop, out.width, plain=False):
        text = "".join(text for text, _ in line.spans)
        out.print(Text(crop(safe_line(text), out.width).rstrip()), no_wrap=True)
    findings = [*loop.findings, *(each for run in loop.iterations for each in run.findings)]
    if findings:
        out.print()
        out.print(Text("Findings", style="bold"))
        print_findings(findings)
    out.print()
    _print_wrapped(f"One loop: {loop.why}", 0, "dim")


def print_session(iteration: Iteration) -> None:
    """A session that is no part of a loop."""
    out = console()
    out.print(Text(f"{mark(iteration.verdict)} {words(iteration.verdict)}", style=look(iteration)))
    if iteration.cause is not None:
        row = f"  (row {iteration.cause.row})" if iteration.cause.row is not None else ""
        _print_wrapped(f"{iteration.cause.text}{row}", 2)
    if iteration.allowed:
        _print_wrapped(f"ran with {iteration.allowed}", 2, "dim")
    for wanted in iteration.checklist:
        seen = SEEN[wanted.seen][0]
        _print_wrapped(f"{seen} {wanted.asked}  ({wanted.what if wanted.seen else 'not seen'})", 2, "dim")
    if iteration.findings:
        out.print()
        print_findings(iteration.findings)


def print_findings(findings: Sequence[Finding]) -> None:
    """What was found, the gravest first, with its rows and what stands there; of many alike a few."""
    out = console()
    for finding, more in folded(findings):
        where = f"#{finding.iteration} " if finding.iteration is not None else ""
        rows = ", ".join(map(str, finding.rows[:6])) + (" …" if len(finding.rows) > 6 else "")
        head = Text(f"{finding.severity:<7} ", style=SEVERITY[finding.severity])
        head.append(f"{where}{finding.kind}", style="bold")
        head.append(f"  row{'s' if len(finding.rows) != 1 else ''} {rows}" if rows else "", style="dim")
        out.print(head)
        _print_wrapped(finding.explanation, INDENT)
        if finding.evidence and finding.severity != "info":
            _print_wrapped(finding.evidence, INDENT, "dim", 2)
        if more:
            _print_wrapped(f"and {more} more {finding.kind}", INDENT, "dim")


def _print_told(told: Told, loop: Loop | None = None) -> None:
    """A sentence of the story, with the row that it rests on."""
    row = f"  (row {told.row}" if told.row is not None else ""
    run = loop.iterations[told.iteration - 1] if loop is not None and told.iteration is not None else None
    if row and run is not None:
        row += f" of {(run.session_id or run.path)[:SHORT_ID]}"
    label = f"{told.label}:"
    _print_wrapped(f"{label:<11}{told.text}{row and row + ')'}", 2, STYLE.get(told.look, told.look), hang=11)


def _print_wrapped(text: str, indent: int, style: str = "", most: int = 4, hang: int = 0) -> None:
    """A text on a few lines below each other, that a terminal may be given."""
    out = console()
    room = max(30, out.width)
    lines = textwrap.wrap(
        safe_line(text),
        room,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        max_lines=most,
        placeholder=" …",
        break_on_hyphens=False,
    )
    for line in lines:
        out.print(Text(line, style=style), no_wrap=True, overflow="ellipsis")


def _print_head(loop: Loop) -> None:
    out = console()
    runs = loop.iterations
    usage = add_usage(each.usage for each in runs)
    took = span(runs[0].started_at, runs[-1].ended_at) if runs else ""
    strip = "".join(mark(each.verdict) for each in runs)
    out.print(Text.assemble((loop.id, "bold"), f"  {safe_line(loop.cwd)}  ", (strip, "bold")))
    figures = [count(len(runs), "iteration"), took, f"{tokens(usage.total_tokens)} tokens" if usage else ""]
    started = full_time(runs[0].started_at) if runs and runs[0].started_at else NOT_RECORDED
    out.print("  " + "  ".join(each for each in (started, *figures) if each))
    _print_wrapped(loop.prompt, 2, "dim", 2)


def _iterations(loop: Loop) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim", expand=True)
    narrow = console().width < WIDE
    for name, width, right in COLUMNS:
        if not (narrow and name == "commit"):
            table.add_column(name, justify="right" if right else "left", no_wrap=True, width=width)
    table.add_column("end", no_wrap=True, overflow="ellipsis", ratio=1)
    for run in loop.iterations:
        commits = run.progress.commits
        first = "<- first bad " if run.index == loop.first_failure else ""
        cause = run.cause.text if run.cause is not None else ""
        end = f"{mark(run.verdict)} {words(run.verdict)} {first}{cause}"
        commit = Text(safe_line(commits[-1].subject) if commits else "-", overflow="ellipsis")
        table.add_row(
            str(run.index),
            clock_time(run.started_at)[11:16],
            span(run.started_at, run.ended_at),
            str(run.calls),
            str(run.failed) if run.failed else "",
            str(len(run.progress.files)),
            *(() if narrow else (commit,)),
            tokens(run.usage.total_tokens) if run.usage is not None else "",
            run.strip[-8:],
            Text(safe_line(end), style=look(run)),
        )
    return table


def _print_matrix(loop: Loop) -> None:
    out = console()
    for row in loop.signatures[:MOST_SIGNATURES]:
        marks = "".join(CELLS[cell][0] for cell in row.cells)
        text = "  (read from text)" if row.from_text else ""
        name = ends(row.failure.text, max(20, out.width - len(marks) - len(text) - 6))
        out.print(Text(f"  {marks}  {name}{text}"), no_wrap=True, overflow="ellipsis")
    left = len(loop.signatures) - MOST_SIGNATURES
    if left > 0:
        out.print(Text(f"  {left} more", style="dim"))


def look(iteration: Iteration) -> str:
    """The colour of an iteration's end."""
    return STYLE[style(iteration)]
