"""The pages of the loops: a list of them; and those of the triage as lines that lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.hints import key_of
from codexlog.app.render.lines import LinkedLine, crop
from codexlog.app.render.page import Page, PageBuilder
from codexlog.report.glyphs import PLAIN
from codexlog.report.safe_text import safe_line
from codexlog.report.words import clock_time, count, short_time, span, tokens
from codexlog.triage.grouping import GAP
from codexlog.triage.marks import mark, style, words
from codexlog.triage.story import joint
from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from codexlog.app.render.page import Frame
    from codexlog.triage.grouping import Wishes
    from codexlog.triage.loops import Loop
    from codexlog.triage.pages import PageLine

MOST_OF_PROMPT = 1_000
"""Characters of a prompt that the details look at."""
STRIP = 40
"""Iterations whose marks a line of the list has room for; of longer loops the last ones."""


class LoopLink(NamedTuple):
    """Leads to the page of a loop."""

    id: str


def loop_list(loops: Sequence[Loop], width: int, now: float, *, plain: bool) -> list[LinkedLine]:
    """Three lines a loop, the newest first."""
    if not loops:
        return [
            LinkedLine((("No loops among these sessions.", ""),)),
            LinkedLine(()),
            _quiet("A loop is the same first prompt in the same folder, three times or more,", width),
            _quiet("one after the other.", width),
        ]
    return [line for loop in loops for line in _entry(loop, width, now, plain=plain)][:-1]


def grouping_lines(wishes: Wishes, path: Path | None, home: Path, width: int) -> list[LinkedLine]:
    """How long a pause may be, and which changes of the person's count, kept where."""
    said = ["the pause"] if wishes.gap != GAP else []
    if wishes.splits:
        said.append(f"{count(len(wishes.splits), 'loop')} parted")
    if wishes.joins:
        said.append(f"{count(len(wishes.joins), 'loop')} joined")
    lines = [LinkedLine(()), _quiet(f"Pauses of up to {pause_words(wishes.gap)} do not end a loop.", width)]
    if said and path is not None:
        lines.append(_quiet(f"Yours: {', '.join(said)}; kept in {short_path(path, home)}", width))
    return lines


def pause_words(seconds: float) -> str:
    """A pause as people say it."""
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def short_path(path: Path, home: Path) -> str:
    """A path with `~` for the person's home."""
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _quiet(text: str, width: int) -> LinkedLine:
    return LinkedLine(((crop(text, width), "dim"),))


def loop_details(loop: Loop, frame: Frame) -> Page:
    """A loop in the details: how it ended, a short line an iteration; and the keys that lead on."""
    page, plain = PageBuilder(frame), frame.glyphs is PLAIN
    keys = (("open", "opens the loop"), ("in", "unfolds it"), ("out", "folds it"), ("first_bad", "first bad"))
    page.add(("  ".join(f"{key_of(key)} {what}" for key, what in keys), "dim"))
    page.gap()
    page.add((crop(" ".join(loop.prompt[:MOST_OF_PROMPT].split()), frame.width), "title"))
    page.gap()
    for name, value, look in _facts(loop, plain=plain):
        page.fact(name, value, look)
    page.gap()
    for run in loop.iterations:
        lost = count(run.progress.uncommitted, "edit") + " uncommitted" if run.is_bad else ""
        end = f"{mark(run.verdict, plain=plain)} {words(run.verdict)}"
        when = f"#{run.index:<4}{clock_time(run.started_at)[11:16]} {span(run.started_at, run.ended_at):>6}  "
        page.add((when, "dim"), (end, style(run)), (f"  {lost}" * bool(run.progress.uncommitted), "dim"))
    page.gap()
    page.fact("folder", loop.cwd)
    page.fact("one loop", loop.why)
    return page.page(f"loop {frame.glyphs.dot} {loop.id}")


def _facts(loop: Loop, *, plain: bool) -> Iterator[tuple[str, str, str]]:
    """Name, value and style of what stands at the top."""
    runs = loop.iterations
    end = f"{mark(loop.verdict, plain=plain)} {words(loop.verdict)}"
    yield "ended", f"{end}{joint(loop)}{loop.cause.text}" if loop.cause is not None else end, style(runs[-1])
    if loop.first_failure is not None:
        bad = runs[loop.first_failure - 1]
        cause = f": {bad.cause.text}" if bad.cause is not None else ""
        yield "first bad", f"#{bad.index} {words(bad.verdict)}{cause}", style(bad)
        good = loop.recovered_by
        yield "made good", f"by #{good}" if good is not None else "by no later iteration", ""
    usage = add_usage(each.usage for each in runs)
    spent = f"{tokens(usage.total_tokens)} tokens" if usage is not None else "tokens not recorded"
    took = span(runs[0].started_at, runs[-1].ended_at)
    yield "iterations", "  ".join(each for each in (str(len(runs)), took, spent) if each), ""


def linked(lines: Iterable[PageLine]) -> list[LinkedLine]:
    """Lines of a page of the triage, for the view."""
    return [LinkedLine(line.spans, line.link) for line in lines]


def as_text(lines: Iterable[LinkedLine]) -> str:
    """The same for a pager or a file."""
    return "\n".join("".join(safe_line(text) for text, _ in each.line).rstrip() for each in lines) + "\n"


def _entry(loop: Loop, width: int, now: float, *, plain: bool) -> Iterator[LinkedLine]:
    runs = loop.iterations
    usage = add_usage(each.usage for each in runs)
    facts = (
        short_time(runs[0].started_at, now),
        count(len(runs), "iteration"),
        span(runs[0].started_at, runs[-1].ended_at),
        f"{tokens(usage.total_tokens)} tokens" if usage is not None else "",
        f"{mark(loop.verdict, plain=plain)} {words(loop.verdict)}",
        _tail(loop.cwd, 24),
    )
    yield LinkedLine(((crop("  ".join(each for each in facts if each), width), "title"),), LoopLink(loop.id))
    strip = tuple((mark(each.verdict, plain=plain), style(each)) for each in runs[-STRIP:])
    yield LinkedLine((("  ", ""), *strip, (crop(f"  {_said(loop)}", width - len(strip) - 2), "")))
    yield LinkedLine(((crop(f"  {loop.prompt.strip()}", width), "dim"),))
    yield LinkedLine(())


def _said(loop: Loop) -> str:
    if loop.first_failure is None:
        return loop.cause.text if loop.cause is not None else "no iteration ended badly"
    bad = loop.iterations[loop.first_failure - 1]
    good = f", made good by #{loop.recovered_by}" if loop.recovered_by is not None else ""
    why = f": {bad.cause.text}" if bad.cause is not None else ""
    return f"first bad #{bad.index} {words(bad.verdict)}{good}{why}"


def _tail(path: str, width: int) -> str:
    """The end of a path says the most."""
    shown = safe_line(path)
    return shown if len(shown) <= width else f"…{shown[1 - width :]}"
