"""The usage page as lines of styled text; some of them lead to a row or a turn of the timeline.

Style names are those of the explorer's palette. Columns with figures stand before any text, so that wide
characters can shift nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.glyphs import STYLES, Glyphs
from codexlog.report.limits import window_words
from codexlog.report.prices import BadPrices, cost_of, money, price_of
from codexlog.report.safe_text import safe_line
from codexlog.report.usage import (
    cell_of,
    dearest_turns,
    fill_cells,
    fullest,
    largest_request,
    requests_per_turn,
    visible,
)
from codexlog.report.words import NOT_RECORDED, count, grouped, share, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codexlog.formats.events import TokenTotals
    from codexlog.model.limits import RateLimits
    from codexlog.report.prices import Price
    from codexlog.report.usage import LargeOutput, UsageFacts
    from codexlog.timeline.outline import TurnHead

Span = tuple[str, str]
LABEL = 16
FIGURE = 16
ALARM = 0.8
"""Share of the context window from which a cell is set off."""
TURN_COLUMNS = (("turn", 5), ("calls", 6), ("reqs", 6), *((name, 7) for name in ("input", "cached")))
MORE_COLUMNS = (*((name, 7) for name in ("output", "reason", "total")), ("share", 6))
COST = 10
_KINDS = (("input", 0), ("  cached", 1), ("  cache written", 2), ("output", 3), ("  reasoning", 4))
_RULES = {
    "records": "each response's own usage record, added up",
    "messages": "the greatest figures of each message, added up",
    "totals": "the newest cumulative total, less what the counter held before",
}


class Link(NamedTuple):
    """Where a line leads to in the timeline."""

    turn: int
    """Index of a turn's heading; -1 for an entry."""
    entry: int = -1


class UsageLine(NamedTuple):
    """One line."""

    spans: tuple[Span, ...] = ()
    link: Link | None = None


def usage_lines(facts: UsageFacts, width: int, glyphs: Glyphs) -> list[UsageLine]:
    """The page for a width in cells."""
    if facts.outline.is_tail:
        return [_line("  The session is still being read; this page fills by itself.", "dim")]
    turns = facts.outline.turns
    parts = [_ledger(facts, glyphs), _context(facts, width, glyphs), _limits(facts)]
    if len(turns) > 1:
        parts.append(_turns(facts, dearest_turns(turns), "Most expensive turns", "by total tokens", width))
    parts.append(_outputs(facts, width, glyphs))
    parts.append(_turns(facts, turns, "Every turn", "", width))
    lines = [line for part in parts for line in (*part, UsageLine())]
    return lines[:-1]


def _line(text: str, style: str = "", link: Link | None = None) -> UsageLine:
    return UsageLine(((text, style),), link)


def _heading(title: str, fact: str = "") -> UsageLine:
    return UsageLine(((title, "title"), *(((f"  {fact}", "dim"),) if fact else ())))


# ------------------------------------------------------------------------------------------- ledger


def _ledger(facts: UsageFacts, glyphs: Glyphs) -> Iterator[UsageLine]:
    usage, basis = facts.outline.summary.usage, facts.metering.basis
    if usage is None:
        yield _heading("Tokens")
        yield _line(f"  {NOT_RECORDED}", "dim")
    else:
        yield _heading("Tokens", "complete" if usage.complete else "partial")
        yield from _figures(facts)
        yield _line(f"  counted {glyphs.dot} {_RULES.get(basis.rule, NOT_RECORDED)}", "dim")
    yield from (_line(f"  {note}", "warn") for note in _caveats(facts))
    yield from _models(facts)
    yield from _cost(facts)


def _figures(facts: UsageFacts) -> Iterator[UsageLine]:
    usage, basis = facts.outline.summary.usage, facts.metering.basis
    assert usage is not None
    own: Sequence[int | None] = (
        usage.input_tokens,
        usage.cached_input_tokens,
        usage.cache_write_tokens,
        usage.output_tokens,
        usage.reasoning_output_tokens,
    )
    columns = [("own", own)]
    columns += [("inherited", basis.inherited)] if basis.inherited else []
    columns += [("before the file", basis.before)] if basis.before else []
    if len(columns) > 1:
        yield _line(" " * LABEL + "".join(f"{name:>{FIGURE}}" for name, _ in columns), "dim")
    for name, at in _KINDS:
        figures = "".join(f"{grouped(column[at]):>{FIGURE}}" for _, column in columns)
        yield UsageLine(((f"  {name:<{LABEL - 2}}", "dim"), (figures, "")))
    totals = "".join(f"{grouped((column[0] or 0) + (column[3] or 0)):>{FIGURE}}" for _, column in columns)
    yield UsageLine(((f"  {'total':<{LABEL - 2}}", "dim"), (totals, "bold")))


def _caveats(facts: UsageFacts) -> Iterator[str]:
    """What the figures leave out, and why."""
    outline, basis = facts.outline, facts.metering.basis
    if outline.provisional:
        yield "The session is still being read: figures and outputs may change."
    if basis.filled_up:
        yield f"partial: {count(basis.filled_up, 'total')} made up by the agent when the context overflowed"
    if basis.unfinished:
        yield f"partial: {count(basis.unfinished, 'answer')} without a final output figure"
    if basis.restarts:
        yield f"the counter began again {count(basis.restarts, 'time')}; every stretch is counted"
    if basis.copied:
        copied = basis.copied[0] + basis.copied[3]
        yield f"copied: {copied:,} of them are answers of the session that this one was forked from"
    if basis.inherited:
        yield "inherited: used by the parent session, whose rows were copied; in no figure of this one"
    elif facts.metering.elsewhere:
        yield "inherited: unknown, for the parent's rows stand in another file"
    elif (rows := outline.summary.counts.inherited_rows) > 0:
        yield f"inherited: unknown, for the {count(rows, 'copied row')} hold no total"
    if basis.before:
        yield "before the file: the counter did not begin at zero, and no row says whose use that was"


def _models(facts: UsageFacts) -> Iterator[UsageLine]:
    window = facts.outline.summary.usage.context_window if facts.outline.summary.usage else None
    name = facts.outline.summary.model or NOT_RECORDED
    yield UsageLine(
        (
            (f"  {'model':<{LABEL - 2}}", "dim"),
            (name, ""),
            ("  context window ", "dim"),
            (grouped(window), ""),
        )
    )
    if len(_by_model(facts)) > 1:
        for model, total in _by_model(facts).items():
            words = f"{grouped(total)} by {model or 'a model that no row names'}"
            yield UsageLine(((" " * LABEL, ""), (words, "dim")))


def _by_model(facts: UsageFacts) -> dict[str | None, int]:
    """Total tokens of each model."""
    found: dict[str | None, int] = {}
    for model, totals in facts.metering.spent:
        found[model] = found.get(model, 0) + totals[0] + totals[3]
    return found


def _cost(facts: UsageFacts) -> Iterator[UsageLine]:
    """Nothing where there is no price table."""
    if facts.problem:
        yield _line(f"  price table not used: {facts.problem}", "warn")
        return
    if not facts.prices or facts.outline.summary.usage is None:
        return
    try:
        words, style = str(cost_of(facts.prices, facts.metering.spent)), "bold"
    except BadPrices as error:
        words, style = str(error), "dim"
    if not facts.outline.summary.usage.complete and style:
        words += ", of partial figures"
    yield UsageLine(((f"  {'cost of own':<{LABEL - 2}}", "dim"), (words, style)))


# ------------------------------------------------------------------------------------------ context


def _context(facts: UsageFacts, width: int, glyphs: Glyphs) -> Iterator[UsageLine]:
    yield _heading("Context over the session")
    peak, largest = fullest(facts.metering.points), largest_request(facts.metering.points)
    if peak is None:
        yield _line(f"  {NOT_RECORDED}", "dim")
        return
    window = facts.outline.summary.usage.context_window if facts.outline.summary.usage else None
    scale = window or peak.used or 1
    if len(facts.outline.entries):
        yield UsageLine(tuple(_bar(facts, scale, width, glyphs)))
        marks = _marks(facts, width, glyphs)
        if marks.strip():
            yield _line(marks, "warn")
        yield _line(_axis(facts, width, glyphs), "dim")
    of = f"{share(peak.used, window)} of the window" if window else "the window is not recorded"
    requests = count(len(facts.metering.points), "request")
    yield _line(
        f"  peak {grouped(peak.used)} tokens, {of} {glyphs.dot} row {peak.line} {glyphs.dot} {requests}",
        link=_link_before(facts, peak.entry),
    )
    if largest is not None and len(facts.metering.points) > 1:
        reasoning = f" ({grouped(largest.reasoning)} reasoning)" if largest.reasoning is not None else ""
        yield _line(
            f"  largest request {grouped(largest.input)} in ({grouped(largest.cached)} cached), "
            f"{grouped(largest.output)} out{reasoning} {glyphs.dot} row {largest.line}",
            link=_link_before(facts, largest.entry),
        )


def _bar(facts: UsageFacts, scale: int, width: int, glyphs: Glyphs) -> Iterator[Span]:
    """A cell for each stretch of the timeline, as high as the context was full; alarming ones set off."""
    text, style = "", ""
    for used in fill_cells(facts, width):
        level = -1 if used is None else min(len(glyphs.fill) - 1, used * len(glyphs.fill) // scale)
        of_cell = "warn" if used is not None and used >= ALARM * scale else ""
        if of_cell != style:
            yield (text, style)
            text, style = "", of_cell
        text += " " if level < 0 else glyphs.fill[level]
    yield (text, style)


def _marks(facts: UsageFacts, width: int, glyphs: Glyphs) -> str:
    entries = len(facts.outline.entries)
    compacted = {cell_of(entry, entries, width) for entry in facts.metering.compactions}
    failed = {cell_of(entry, entries, width) for entry in facts.metering.failures}
    return "".join(
        (glyphs.both if at in failed else "C")
        if at in compacted
        else (glyphs.failed if at in failed else " ")
        for at in range(width)
    )


def _axis(facts: UsageFacts, width: int, glyphs: Glyphs) -> str:
    """What the two ends are, and what the marks mean."""
    lines = facts.outline.entries.line
    ends = f"row {lines[0]}", f"row {lines[-1]}"
    has = [
        (facts.metering.compactions, "C compaction"),
        (facts.metering.failures, f"{glyphs.failed} failure"),
    ]
    words = [word for found, word in has if found]
    words += [f"{glyphs.both} both"] if len(words) == 2 else []
    middle = "  ".join(words)
    room = width - len(ends[0]) - len(ends[1])
    return f"{ends[0]}{middle:^{room}}{ends[1]}" if room > len(middle) else ends[0]


def _link_before(facts: UsageFacts, before: int) -> Link | None:
    entry = visible(facts.outline, before)
    return Link(-1, entry) if entry >= 0 else None


# ---------------------------------------------------------------------------------------- rate limits


def _limits(facts: UsageFacts) -> Iterator[UsageLine]:
    yield _heading("Rate limits", "the newest state that the session records")
    if not facts.metering.limits:
        yield _line(f"  {NOT_RECORDED}", "dim")
    for limits in facts.metering.limits:
        yield from _limit(facts, limits)


def _limit(facts: UsageFacts, limits: RateLimits) -> Iterator[UsageLine]:
    name = "".join(f", {word}" for word in (limits.limit_id, limits.plan and f"plan {limits.plan}") if word)
    link, row = _link_before(facts, limits.entry), f"  row {limits.row:<6} "
    if limits.reached:
        yield _line(f"{row}reached: {limits.reached}{name}", "bad", link)
    for window in limits.windows:
        style = "bad" if window.used_percent >= 100 else ""
        yield _line(f"{row}{window_words(window, limits.at)}{name}", style, link)
    if not limits.windows and not limits.reached:
        yield _line(f"{row}no window named{name}", "dim", link)


# --------------------------------------------------------------------------------------------- turns


def _turns(
    facts: UsageFacts, turns: Sequence[TurnHead], title: str, fact: str, width: int
) -> Iterator[UsageLine]:
    price = _one_price(facts)
    dated = f"cost in {price.currency}, prices of {price.as_of}" if price is not None else ""
    yield _heading(title, "; ".join(filter(None, (fact, dated))))
    if not turns:
        yield _line(f"  {NOT_RECORDED}", "dim")
        return
    columns = (*TURN_COLUMNS, *MORE_COLUMNS, *((("cost", COST),) if price else ()))
    yield _line("".join(f"{name:>{wide}}" for name, wide in columns) + "  prompt", "dim")
    requests = requests_per_turn(facts)
    session = facts.outline.summary.usage
    whole = session.total_tokens if session is not None else None
    for turn in turns:
        cells = _cells(turn, requests[turn.index - 1], whole, price)
        figures = "".join(f"{cell:>{wide}}" for cell, (_, wide) in zip(cells, columns, strict=True))
        room = width - len(figures) - 2
        prompt = safe_line(turn.prompt or "(no prompt)", width=max(0, room))
        yield UsageLine(((f"{figures}  ", ""), (prompt, "dim")), Link(turn.index - 1))


def _cells(turn: TurnHead, requests: int, whole: int | None, price: Price | None) -> list[str]:
    usage = turn.usage
    head = [str(turn.index), str(turn.calls), str(requests or "-")]
    if usage is None:
        return [*head, *["-"] * (6 + bool(price))]
    figures = (
        usage.input_tokens,
        usage.cached_input_tokens,
        usage.output_tokens,
        usage.reasoning_output_tokens,
        usage.total_tokens,
    )
    part = share(usage.total_tokens, whole) if whole else "-"
    cells = [*head, *(tokens(each) or "-" for each in figures), part]
    if price is not None:
        totals: TokenTotals = (
            usage.input_tokens,
            usage.cached_input_tokens or 0,
            usage.cache_write_tokens,
            usage.output_tokens,
            None,
        )
        cells.append(_turn_cost(price, totals))
    return cells


def _turn_cost(price: Price, totals: TokenTotals) -> str:
    try:
        return money(price.of(totals))
    except BadPrices:
        return "-"


def _one_price(facts: UsageFacts) -> Price | None:
    """The price of every turn: there is one only where one model did all of it."""
    models = {each.model for each in facts.metering.spent}
    return price_of(facts.prices, models.pop()) if len(models) == 1 and facts.prices else None


# ------------------------------------------------------------------------------------------- outputs


def _outputs(facts: UsageFacts, width: int, glyphs: Glyphs) -> Iterator[UsageLine]:
    yield _heading("Largest outputs", "characters of the output's text")
    if not facts.outputs:
        later = "counted when the whole session is read" if facts.outline.provisional else "no output"
        yield _line(f"  {later}", "dim")
    for output in facts.outputs:
        yield _output(facts, output, width, glyphs)


def _output(facts: UsageFacts, output: LargeOutput, width: int, glyphs: Glyphs) -> UsageLine:
    entries = facts.outline.entries
    row = entries.out_line[output.entry] or entries.line[output.entry]
    head = f"{output.characters:>12,}  "
    mark = glyphs.status.get(output.status.split(" ")[0], "?")
    tail = f"  row {row}"
    words = safe_line(output.words, width=max(0, width - len(head) - len(output.status) - len(tail) - 4))
    style = STYLES.get(output.status.split(" ")[0], "")
    return UsageLine(
        ((head, ""), (f"{mark} {output.status}  ", style), (words, ""), (tail, "dim")),
        Link(-1, output.entry),
    )
