"""Loops as lines of styled text for a screen; a line leads to the row that it speaks of.

Style names are those of the explorer's palette. Columns of figures stand before any text, so that wide
characters can shift nothing.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.safe_text import cell_width, crop, safe_line
from codexlog.report.words import clock_time, count, full_time, span, tokens
from codexlog.triage.marks import CELLS, SEVERITIES, mark, style, words
from codexlog.triage.story import asked, folded, story
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.triage.compare import Change, Comparison
    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop

Span = tuple[str, str]
COMMIT = 22
STRIP = 8
SHORTEST = 12
"""Cells below which leaving out the middle of a text leaves nothing to read."""
EVIDENCE = 8
"""Blanks before what a finding quotes."""
LABEL = 11
ON_THE_PAGE = ("first bad", "changed", "made good", "ended")
"""What of the story stands above the table; the rest is a key away, or below."""
SEEN = {True: ("✓", "v"), False: ("·", "."), None: (" ", " ")}
"""Whether something that the prompt asks for was seen."""


class Link(NamedTuple):
    """Where a line leads to: a row of a session, or the session as a whole."""

    iteration: int
    """Index of the iteration, from 1."""
    row: int | None = None
    """The line of the file; None for where the session ends."""


class PageLine(NamedTuple):
    """One line."""

    spans: tuple[Span, ...] = ()
    link: Link | None = None


def loop_page(loop: Loop, width: int, *, plain: bool) -> list[PageLine]:
    """Why these sessions are one loop, the iteration table, and what was found."""
    lines = [*_head(loop, width), PageLine(), *_table(loop, width, plain=plain)]
    findings = [*loop.findings, *(each for run in loop.iterations for each in run.findings)]
    if findings:
        lines += [PageLine(), PageLine((("Findings", "title"),)), *_findings(findings, width)]
    lines += checklist_lines(loop, width, plain=plain)
    notes = [f"Ran with {told.text}" for told in story(loop) if told.label == "ran with"]
    why = [text for note in notes for text in _wrapped(note, width)]
    return _fitted([*lines, PageLine(), *(PageLine(((text, "dim"),)) for text in why)], width)


def matrix_page(loop: Loop, width: int, *, plain: bool) -> list[PageLine]:
    """Failing checks down, iterations across; the newest iterations where not all fit."""
    if not loop.signatures:
        return [PageLine((("No check fails at the end of any iteration.", ""),))]
    first = max(0, len(loop.iterations) - max(4, width // 2))
    shown = loop.iterations[first:]
    lines = [
        PageLine(
            ((f"Checks that fail at the end of iterations {shown[0].index}–{shown[-1].index}", "title"),)
        )
    ]
    lines += [PageLine(((_ruler(shown), "dim"),))]
    for row in loop.signatures:
        spans = tuple(
            (CELLS[cell][int(plain)], "bad" if cell == "fail" else "good" if cell == "pass" else "dim")
            for cell in row.cells[first:]
        )
        hint = "  (read from text: a pipe hid the exit code)" if row.from_text else ""
        text = "  " + ends(row.failure.text, width - len(spans) - len(hint) - 2) + hint
        last = max(index for index, cell in enumerate(row.cells) if cell == "fail")
        at = next((each.row for each in loop.iterations[last].failing if each.failure == row.failure), None)
        lines.append(
            PageLine((*spans, (crop(text, width - len(spans)), "")), Link(loop.iterations[last].index, at))
        )
    return _fitted(lines, width)


def compare_page(
    before: Iteration, after: Iteration, found: Comparison, width: int, *, plain: bool
) -> list[PageLine]:
    """How one iteration differs from another."""
    lines = [PageLine(((f"Iteration {before.index} and iteration {after.index}", "title"),)), PageLine()]
    lines += [
        PageLine(_facts(run, width, plain=plain), Link(run.index, _row(run))) for run in (before, after)
    ]
    lines += _part("Files", _files(found))
    lines += _part(
        "Commits",
        (("", f"#{run.index} {each.subject}") for run in (before, after) for each in run.progress.commits),
    )
    lines += _part("Checks", map(_change, found.checks))
    lines += _part("Plan", map(_change, found.plan))
    lines += _divergence(before, after, found, width)
    lines += _part(
        "Prompts differ", (("dim" if line[:1] == " " else _diff_style(line), line) for line in found.prompt)
    )
    return _fitted(lines, width)


def last_words(run: Iteration, width: int) -> list[PageLine]:
    """How an iteration ended, in two lines: the end, and the last thing that was said."""
    end = f"#{run.index} {words(run.verdict)}" + (f": {run.cause.text}" if run.cause is not None else "")
    said = safe_line(run.last_answer.strip().replace("\n", " "))
    return [
        PageLine(((crop(end, width), style(run)),), Link(run.index, _row(run))),
        PageLine(((crop(f"  {said}", width), "dim"),), Link(run.index, run.last_answer_row)),
    ]


def _fitted(lines: Iterable[PageLine], width: int) -> list[PageLine]:
    """Lines that fit, of text that a terminal may be given."""
    return [PageLine(tuple(_fitted_spans(line.spans, width)), line.link) for line in lines]


def _fitted_spans(spans: Iterable[Span], room: int) -> Iterator[Span]:
    for text, look in spans:
        shown = crop(safe_line(text), room) if room > 0 else ""
        room -= cell_width(shown)
        if shown:
            yield shown, look


def _wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """A text on as many lines as it needs."""
    blank = " " * indent
    return textwrap.wrap(safe_line(text), max(20, width), initial_indent=blank, subsequent_indent=blank)


def _head(loop: Loop, width: int) -> Iterator[PageLine]:
    runs = loop.iterations
    usage = add_usage(each.usage for each in runs)
    took = span(runs[0].started_at, runs[-1].ended_at) if runs else ""
    facts = [count(len(runs), "iteration"), took, f"{tokens(usage.total_tokens)} tokens" if usage else ""]
    started = full_time(runs[0].started_at) if runs and runs[0].started_at else ""
    yield PageLine((("  ".join(each for each in (started, *facts, safe_line(loop.cwd)) if each), ""),))
    yield PageLine(((crop(loop.prompt.strip().replace("\n", " "), width), "dim"),))
    yield PageLine(((crop(f"{'one loop':<{LABEL}}{loop.why}", width), "dim"),))
    for told in story(loop):
        if told.label in ON_THE_PAGE:
            leads = told.iteration is not None and told.label != "changed"  # as the line above does
            link = Link(told.iteration or 0, told.row) if leads else None
            yield PageLine(((crop(f"{told.label:<{LABEL}}{told.text}", width), told.look),), link)


def _table(loop: Loop, width: int, *, plain: bool) -> Iterator[PageLine]:
    head = f"  # {'start':5} {'took':>6} {'calls':>5} {'✗':>3} {'Δf':>3} {'tokens':>6} {'did':<{STRIP}} "
    wide = width >= 100
    yield PageLine(
        (
            (head.replace("✗", "x") if plain else head, "dim"),
            (f"{'commit':<{COMMIT}} end" if wide else "end", "dim"),
        )
    )
    phase = 1
    for run in loop.iterations:
        if run.phase != phase:
            phase = run.phase
            yield PageLine(((f"── phase {phase}: another prompt ({loop.phases[phase - 1]})", "dim"),))
        yield PageLine(_row_spans(run, loop, width, wide=wide, plain=plain), Link(run.index, _row(run)))


def _row_spans(run: Iteration, loop: Loop, width: int, *, wide: bool, plain: bool) -> tuple[Span, ...]:
    failed = str(run.failed) if run.failed else ""
    usage = tokens(run.usage.total_tokens) if run.usage is not None else ""
    files = str(len(run.progress.files))
    left = (
        f"{run.index:>3} {clock_time(run.started_at)[11:16]:5} {span(run.started_at, run.ended_at):>6} "
        f"{run.calls:>5} {failed:>3} {files:>3} {usage:>6} {run.strip[-STRIP:]:<{STRIP}} "
    )
    commits = run.progress.commits
    commit = crop(safe_line(commits[-1].subject) if commits else "-", COMMIT) if wide else ""
    commit += " " * (COMMIT + 1 - cell_width(commit)) if wide else ""
    first = "  <- first bad" if run.index == loop.first_failure else ""
    lost = (
        f" · {count(run.progress.uncommitted, 'edit')} uncommitted"
        if run.is_bad and run.progress.uncommitted
        else ""
    )
    cause = f" {safe_line(run.cause.text)}" if run.cause is not None else ""
    room = max(8, width - len(left) - cell_width(commit))
    end = crop(f"{mark(run.verdict, plain=plain)} {words(run.verdict)}{lost}{first}{cause}", room)
    return ((left, ""), (commit, "dim"), (end, style(run)))


def _findings(findings: Sequence[Finding], width: int) -> Iterator[PageLine]:
    for each, more in folded(findings):
        word, look = SEVERITIES[each.severity]
        where = f"#{each.iteration} " if each.iteration is not None else ""
        head = f"{word:<8}{where}{each.kind.replace('_', ' ')}  "
        link = Link(each.iteration, each.rows[-1] if each.rows else None) if each.iteration else None
        if cell_width(head) + cell_width(each.explanation) <= width:
            yield PageLine(((head, look), (each.explanation, "")), link)
        else:
            yield PageLine(((head.rstrip(), look),), link)
            lines = _wrapped(each.explanation, width, EVIDENCE)
            yield from (PageLine(((text, ""),), link) for text in lines)
        if each.evidence:
            yield PageLine(((" " * EVIDENCE + each.evidence, "dim"),), link)
        if more:
            yield PageLine(((f"{'':<{EVIDENCE}}and {more} more {each.kind.replace('_', ' ')}", "dim"),), link)


def _facts(run: Iteration, width: int, *, plain: bool) -> tuple[Span, ...]:
    usage = f"{tokens(run.usage.total_tokens)} tokens" if run.usage is not None else "tokens not recorded"
    facts = (
        f"#{run.index} {mark(run.verdict, plain=plain)} {words(run.verdict)}",
        span(run.started_at, run.ended_at),
        count(run.calls, "call"),
        f"{run.failed} failed",
        f"+{run.progress.added} -{run.progress.removed}",
        usage,
        run.strip,
    )
    return ((crop("  ".join(each for each in facts if each), width), style(run)),)


def _files(found: Comparison) -> Iterator[tuple[str, str]]:
    yield from (("remove", f"- {path}  only the first") for path in found.only_before)
    yield from (("add", f"+ {path}  only the second") for path in found.only_after)
    yield from (("", f"  {path}  both") for path in found.in_both)


def _change(change: Change) -> tuple[str, str]:
    look = "bad" if change.after == "fails" else "good" if change.before == "fails" else ""
    return look, f"{change.before} -> {change.after}  {change.what}"


def _divergence(before: Iteration, after: Iteration, found: Comparison, width: int) -> Iterator[PageLine]:
    at = found.divergence
    yield PageLine()
    if at is None:
        yield PageLine((("Both made the same calls.", "title"),))
        return
    yield PageLine(((f"The calls differ from the {_nth(at.position)} on", "title"),))
    for run, step in ((before, at.before), (after, at.after)):
        text = f"#{run.index} {step.command}" if step is not None else f"#{run.index} made no more calls"
        link = Link(run.index, step.row) if step is not None else None
        yield PageLine(((crop(f"  {text}", width), ""),), link)


def checklist_lines(loop: Loop, width: int, *, plain: bool) -> list[PageLine]:
    """What the prompt says, iterations across: seen or not. No verdict: a thing can be done in other ways."""
    rows = asked(loop)
    if not rows:
        return []
    most = max(4, width // 2)
    key = f"({SEEN[True][plain]} seen, {SEEN[False][plain]} not seen)"
    lines = [PageLine(), PageLine((("The prompt says  ", "title"), (key, "dim")))]
    for row in rows:
        cells = tuple((SEEN[cell][plain], "" if cell else "warn") for cell in row.cells[-most:])
        words = ((f"  {row.text}", ""), (f"  {row.missing}", "dim"))
        lines.append(PageLine((*cells, *words), Link(row.iteration, row.row)))
    return lines


def _part(title: str, lines: Iterable[tuple[str, str]]) -> Iterator[PageLine]:
    """A heading and (style, text) lines; nothing where there are none."""
    for number, (look, text) in enumerate(lines):
        if number == 0:
            yield PageLine()
            yield PageLine(((title, "title"),))
        yield PageLine((("  ", ""), (text, look)))


def _diff_style(line: str) -> str:
    return {"+": "add", "-": "remove", "@": "hunk"}.get(line[:1], "")


def ends(text: str, width: int) -> str:
    """A text without its middle where it is too long: names of tests differ at their ends."""
    line = safe_line(text)
    if cell_width(line) <= width or width < SHORTEST:
        return line
    head = crop(line, width // 3)
    first = 0
    while cell_width(head) + cell_width(line[first:]) > width:
        first += 1
    return head + line[first:]


def _ruler(runs: Sequence[Iteration]) -> str:
    """The last digit of each iteration's number."""
    return "".join(str(run.index % 10) for run in runs)


def _row(run: Iteration) -> int | None:
    return run.cause.row if run.cause is not None else None


def _nth(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
