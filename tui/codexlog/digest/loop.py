"""A loop: what it was, the iterations around the first bad one, which checks failed in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.digest import words as w
from codexlog.digest.budget import Section, fit, more
from codexlog.digest.when import stamp
from codexlog.report.safe_text import cell_width
from codexlog.report.words import count, tokens
from codexlog.triage.marks import CELLS, mark, words
from codexlog.triage.story import joint
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.triage.loops import Iteration, Loop

COMMIT, END = 24, 60
"""Characters of a commit's subject and of how an iteration ended, in their columns."""
HEAD = f"  # {'start':8} {'took':>6} {'calls':>5} {'✗':>3} {'Δf':>3} {'commit':{COMMIT}} end"


def loop_digest(loop: Loop, offset: int | None, say: w.Voice, most: int | None) -> str:
    """The digest, of at most so many bytes. `offset`: of the recorder's clock."""
    sections = [
        Section("head", _head(loop, offset, say)),
        Section("iterations", _table(loop, offset, say)),
        Section("checks", _matrix(loop, say), 1),
        Section("findings", _findings(loop, say), 3),
        Section("last words", _last_words(loop, say), 2),
        Section("source", _source(loop, say)),
    ]
    return fit(sections, most, say.where)


def _head(loop: Loop, offset: int | None, say: w.Voice) -> list[str]:
    runs = loop.iterations
    known = [run.usage for run in runs if run.usage is not None]
    usage = add_usage(known)
    facts = [
        say.code(loop.cwd) if loop.cwd else "",
        stamp(runs[0].started_at, offset) if runs else "",
        f"{sum(run.calls for run in runs):,} calls, {sum(run.failed for run in runs):,} failed",
        f"{tokens(usage.total_tokens)} tokens" if usage is not None else "tokens not recorded",
    ]
    return [
        f"**Loop** {say.code(loop.id)} · {count(len(runs), 'iteration')}",
        "",
        "- " + " · ".join(each for each in facts if each),
        f"- **Asked** {say.quoter.quote(loop.prompt, say.amounts.prompt)}",
        f"- **End** {words(loop.verdict)}{_cause(loop.cause.text if loop.cause else '', say, joint(loop))}",
        *_bad(loop, say),
        f"- **Why one loop** {say.quoter.words(loop.why, say.amounts.width)}",
    ]


def _cause(text: str, say: w.Voice, joint: str = ": ") -> str:
    return f"{joint}{say.quoter.words(text, say.amounts.width)}" if text else ""


def _bad(loop: Loop, say: w.Voice) -> Iterator[str]:
    if loop.first_failure is None:
        yield "- **First bad** none ended badly"
        return
    bad = loop.iterations[loop.first_failure - 1]
    row = f", row {bad.cause.row}" if bad.cause is not None and bad.cause.row is not None else ""
    good = f"made good by #{loop.recovered_by}" if loop.recovered_by else "made good by none"
    why = _cause(bad.cause.text if bad.cause is not None else "", say)
    yield f"- **First bad** #{bad.index}{row} ({good}): {words(bad.verdict)}{why}"


def chosen(loop: Loop, say: w.Voice) -> list[Iteration]:
    """The iterations around the first bad one, and the last ones."""
    number = len(loop.iterations)
    if number <= say.amounts.runs:
        return list(loop.iterations)
    first = loop.first_failure or 1
    around = range(first - say.amounts.runs_before, first + say.amounts.runs_after + 1)
    last = range(number - say.amounts.runs_last + 1, number + 1)
    return [run for run in loop.iterations if run.index in around or run.index in last]


def _table(loop: Loop, offset: int | None, say: w.Voice) -> list[str]:
    lines, before = [HEAD], 0
    shown = chosen(loop, say)
    for run in shown:
        if run.index > before + 1:
            lines.append(f"  … ({count(run.index - before - 1, 'iteration')} left out)")
        lines.append(_row(run, loop, offset, say))
        before = run.index
    left = len(loop.iterations) - len(shown)
    told = [f"- full digest: {say.where}"] if left else []
    return ["", *(f"    {line}".rstrip() for line in lines), "", *told]


def _row(run: Iteration, loop: Loop, offset: int | None, say: w.Voice) -> str:
    commits = run.progress.commits
    subject = say.quoter.line(commits[-1].subject if commits else "-", COMMIT)
    lost = f", {count(run.progress.uncommitted, 'edit')} uncommitted" if run.progress.uncommitted else ""
    first = " <- first bad" if run.index == loop.first_failure else ""
    cause = say.quoter.line(run.cause.text, END) if run.cause is not None else ""
    row = f" (row {run.cause.row})" if run.cause is not None and run.cause.row is not None else ""
    failed = run.failed or ""
    return (
        f"{run.index:>3} {stamp(run.started_at, offset)[11:19]:8} {w.span(run.seconds):>6} {run.calls:>5} "
        f"{failed:>3} {len(run.progress.files):>3} {_padded(subject, COMMIT)} "
        f"{mark(run.verdict)} {words(run.verdict)}{lost}{first}{row}{': ' if cause else ''}{cause}"
    )


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_width(text))


def _matrix(loop: Loop, say: w.Voice) -> list[str]:
    if not loop.signatures:
        return []
    ruler = "".join(str(run.index % 10) for run in loop.iterations)
    lines = [ruler]
    for row in loop.signatures[: say.amounts.checks]:
        cells = "".join(CELLS[cell][0] for cell in row.cells)
        hint = "  (from text: a pipe hid the exit code)" if row.from_text else ""
        lines.append(f"{cells}  {say.quoter.line(row.failure.text, say.amounts.width)}{hint}")
    left = len(loop.signatures) - say.amounts.checks
    told = ["", more(left, say.where)] if left > 0 else []
    block = [f"    {line}" for line in lines]
    return ["", "**Checks that fail at an iteration's end**", "", *block, *told, ""]


def _findings(loop: Loop, say: w.Voice) -> list[str]:
    shown = [
        f"{each.kind.replace('_', ' ')}"
        + (f" (#{each.iteration}{', ' + w.rows(each.rows) if each.rows else ''})" if each.iteration else "")
        + f": {say.quoter.words(each.explanation, say.amounts.width)}"
        for each in loop.findings
        if each.severity != "info" and each.kind != "failing_across_iterations"  # the checks say so already
    ]
    return w.listed("Found", shown, say.amounts.items, say)


def _last_words(loop: Loop, say: w.Voice) -> list[str]:
    last = loop.iterations[-1] if loop.iterations else None
    if last is None or not last.last_answer.strip():
        return []
    row = f", row {last.last_answer_row}" if last.last_answer_row is not None else ""
    told = say.quoter.quote(last.last_answer, say.amounts.message)
    return [f"- **Last message** (#{last.index}{row}) {told}"]


def _source(loop: Loop, say: w.Voice) -> list[str]:
    lines = [
        f"- {title} {say.quoter.code(run.path, 1_000)}"
        for title, run in _named(loop.iterations, loop.first_failure)
    ]
    if say.quoter.redacted:
        lines.append(f"- {say.quoter.redacted:,} × `[redacted]`")
    return lines


def _named(runs: Sequence[Iteration], first: int | None) -> Iterable[tuple[str, Iteration]]:
    """The first bad iteration and the last one."""
    if first is not None and first != len(runs):
        yield f"First bad #{first}:", runs[first - 1]
    if runs:
        yield f"Last #{runs[-1].index}:", runs[-1]
