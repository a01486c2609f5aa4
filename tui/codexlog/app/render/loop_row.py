"""A loop in the session list: its row, and what the rows of its iterations say instead of one same prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.lines import Line, fit, line_width, pad, right
from codexlog.app.render.session_row import FAILURES, ONE_LINE, PROJECT, ROOMY, SIZE, TIME, TOKENS, Said
from codexlog.app.session_tree import ALL
from codexlog.report.glyphs import PLAIN
from codexlog.report.words import short_time, span, tokens
from codexlog.triage.marks import mark, style, words
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from codexlog.report.glyphs import Glyphs
    from codexlog.triage.loops import Loop

LONGEST = 400
"""Characters of a prompt that a row may need."""


class LoopRow(NamedTuple):
    """A loop and the figures of its row."""

    loop: Loop
    bad: int
    """How many iterations ended badly."""
    took: str
    tokens: str
    """"" where they are not recorded, with a `+` where some are not."""
    paths: frozenset[str]

    @property
    def is_alone(self) -> bool:
        """Whether one session holds every iteration."""
        return len(self.paths) == 1


def loop_row(loop: Loop) -> LoopRow:
    """Work out what a row needs, once each time that the loops are judged."""
    runs = loop.iterations
    usage = add_usage(each.usage for each in runs)
    return LoopRow(
        loop,
        sum(each.is_bad for each in runs),
        span(runs[0].started_at, runs[-1].ended_at),
        tokens(usage.total_tokens) + "+" * (not usage.complete) if usage is not None else "",
        frozenset(each.path for each in runs),
    )


def loop_lines(
    row: LoopRow, width: int, now: float, glyphs: Glyphs, *, is_open: bool, is_folded: bool
) -> tuple[Line, ...]:
    """The lines of a loop; `is_open`: a session that it hides stands in the timeline."""
    loop, is_plain = row.loop, glyphs is PLAIN
    first: Line = (
        (mark(loop.verdict, plain=is_plain), style(loop.iterations[-1])),
        (f" {glyphs.folded if is_folded else glyphs.unfolded} ", "dim"),
        *summary(row, glyphs),
    )
    prompt = " ".join(loop.prompt[:LONGEST].split())
    when = pad(short_time(loop.iterations[0].started_at, now), TIME)
    project = loop.cwd.replace("\\", "/").rstrip("/").rpartition("/")[2]
    look = "title" if is_open else ""
    if width < ONE_LINE:
        figures = " ".join(each for each in (row.took, row.tokens) if each)
        room = width - 3 - TIME - len(figures) - 1
        second = (f"  {when} {pad(project, room)} {figures}", "dim")
        return fit((*first, (prompt, look)), width), fit((second,), width)
    name = PROJECT if width >= ROOMY else PROJECT // 2
    end: Line = (
        (f" {pad(project, name)} ", "dim"),
        (f"{right(row.tokens, FAILURES + 1 + TOKENS)} {right(row.took, SIZE)}", "dim"),
    )
    head: Line = (first[0], (f" {when}", "dim"), *first[1:])
    room = width - line_width(head) - line_width(end)
    return (fit((*head, (pad(prompt, room), look), *end), width),)


def summary(row: LoopRow, glyphs: Glyphs) -> Line:
    """How many iterations, and how many of them ended badly, from which one on."""
    loop = row.loop
    number = (f"{glyphs.loop}{len(loop.iterations)} ", "accent")
    if loop.first_failure is None:
        return (number,)
    look = "bad" if loop.recovered_by is None else "warn"
    return number, (f"{glyphs.failed}{row.bad} from #{loop.first_failure} ", look)


def part_words(row: LoopRow, number: int) -> str:
    """What a session is to its loop, in words."""
    every = len(row.loop.iterations)
    if number == ALL:
        bad = f", {row.bad} of them bad" if row.bad else ""
        return f"all {every} of a loop{bad}"
    run = row.loop.iterations[number - 1]
    cause = f": {run.cause.text}" if run.cause is not None and run.verdict != "completed" else ""
    return f"{number} of {every} of a loop; {words(run.verdict)}{cause}"


def said_of(row: LoopRow, number: int, glyphs: Glyphs) -> Said:
    """What the row of an iteration says: its number, how it ended and why; ALL: the loop in short."""
    if number == ALL:
        how = mark(row.loop.verdict, plain=glyphs is PLAIN), style(row.loop.iterations[-1])
        return Said(how, "".join(text for text, _ in summary(row, glyphs)), is_before=True)
    run = row.loop.iterations[number - 1]
    cause = run.cause.text if run.cause is not None else ""
    end = "" if run.verdict == "completed" else words(run.verdict)
    text = f"#{run.index} {': '.join(each for each in (end, cause) if each)}"
    return Said((mark(run.verdict, plain=glyphs is PLAIN), style(run)), text.rstrip())
