"""`loops` and `triage` for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from codexlog.report.safe_text import safe_line
from codexlog.report.words import NOT_RECORDED, clock_time, count, full_time, span, tokens
from codexlog.tables import console
from codexlog.triage.marks import CELLS, ORDER, mark, style, words
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop

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


def print_loop(loop: Loop) -> None:
    """A loop: head, a line an iteration, the matrix, findings."""
    out = console()
    _print_head(loop)
    out.print()
    out.print(_iterations(loop.iterations))
    if loop.signatures:
        out.print()
        _print_matrix(loop)
    findings = [*loop.findings, *(each for run in loop.iterations for each in run.findings)]
    if findings:
        out.print()
        print_findings(findings)


def print_session(iteration: Iteration) -> None:
    """A session that is no part of a loop."""
    out = console()
    out.print(Text(f"{mark(iteration.verdict)} {words(iteration.verdict)}", style=look(iteration)))
    if iteration.cause is not None:
        row = f"  (row {iteration.cause.row})" if iteration.cause.row is not None else ""
        out.print(f"  {safe_line(iteration.cause.text)}{row}")
    if iteration.findings:
        out.print()
        print_findings(iteration.findings)


def print_findings(findings: Sequence[Finding]) -> None:
    """A line a finding, and its evidence below."""
    out = console()
    for finding in sorted(findings, key=lambda each: ORDER[each.severity]):
        where = f"#{finding.iteration} " if finding.iteration is not None else ""
        rows = ", ".join(map(str, finding.rows[:6])) + (" …" if len(finding.rows) > 6 else "")
        head = Text(f"{finding.severity:<7} ", style=SEVERITY[finding.severity])
        head.append(f"{where}{finding.kind}", style="bold")
        head.append(f"  rows {rows}" if rows else "", style="dim")
        out.print(head)
        out.print(f"        {safe_line(finding.explanation)}")
        if finding.evidence:
            out.print(Text(f"        {safe_line(finding.evidence)}", style="dim"))


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
    out.print(Text(f"  {safe_line(loop.prompt)[:160]}", style="dim"))
    out.print(f"  {_end(loop)}")
    out.print(Text(f"  {loop.why}", style="dim"))


def _end(loop: Loop) -> str:
    cause = f": {safe_line(loop.cause.text)}" if loop.cause is not None else ""
    end = f"ended {words(loop.verdict)}{cause}"
    if loop.first_failure is None:
        return end
    bad = loop.iterations[loop.first_failure - 1]
    made_good = f", made good by #{loop.recovered_by}" if loop.recovered_by is not None else ""
    why = f" ({safe_line(bad.cause.text)})" if bad.cause is not None else ""
    return f"first bad: #{bad.index} {words(bad.verdict)}{why}{made_good}; {end}"


def _iterations(runs: Sequence[Iteration]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="dim", expand=True)
    narrow = console().width < WIDE
    for name, width, right in COLUMNS:
        wide = width if not (narrow and name == "commit") else width // 2
        table.add_column(name, justify="right" if right else "left", no_wrap=True, width=wide)
    table.add_column("end", no_wrap=True, overflow="ellipsis", ratio=1)
    for run in runs:
        commits = run.progress.commits
        end = f"{mark(run.verdict)} {run.cause.text if run.cause is not None else words(run.verdict)}"
        table.add_row(
            str(run.index),
            clock_time(run.started_at)[11:16],
            span(run.started_at, run.ended_at),
            str(run.calls),
            str(run.failed) if run.failed else "",
            str(len(run.progress.files)),
            Text(safe_line(commits[-1].subject) if commits else "-", overflow="ellipsis"),
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
        out.print(f"  {marks}  {safe_line(row.failure.text)}{text}")
    left = len(loop.signatures) - MOST_SIGNATURES
    if left > 0:
        out.print(Text(f"  {left} more", style="dim"))


def look(iteration: Iteration) -> str:
    """The colour of an iteration's end."""
    return STYLE[style(iteration)]
