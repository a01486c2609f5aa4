"""A session as a document to read: headings, facts, what was said, what was run. Times in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.report.calls import label, pretty
from codexlog.report.glyphs import UNICODE
from codexlog.report.safe_text import safe_text
from codexlog.report.words import NOT_RECORDED, count, duration, grouped, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.model import Attachment, Call, Item, Session, Summary, Turn


class Heading(NamedTuple):
    """Begins a part; 1 is the whole document."""

    level: int
    text: str


class Facts(NamedTuple):
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


class Said(NamedTuple):
    """A text with who said it."""

    who: str
    text: str
    is_aside: bool
    """Whether it is no part of the conversation: a note, a thought, what the agent put there."""


class Ran(NamedTuple):
    """A call: one line, its arguments, its output."""

    line: str
    arguments: str
    output: str | None
    """None where the transcript has none."""


Block = Heading | Facts | Said | Ran


def document(session: Session, change: Callable[[str], str]) -> Iterator[Block]:
    """The whole session, nothing cut, every text safe and then as `change` leaves it."""
    for block in _blocks(session):
        yield type(block)(*(_changed(part, change) for part in block))


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    if isinstance(part, str):
        return change(safe_text(part))
    return tuple(_changed(each, change) for each in part) if isinstance(part, tuple) else part


def _blocks(session: Session) -> Iterator[Block]:
    summary = session.summary
    yield Heading(1, summary.title or summary.id or summary.path)
    yield Facts(tuple(_facts(summary)))
    for item in session.loose_items:
        yield _block(item)
    for turn in session.turns:
        yield Heading(2, _turn_line(turn))
        readable = (each for each in turn.items if each.kind != "reasoning" or each.summary)
        yield from map(_block, readable)


def _facts(summary: Summary) -> Iterator[tuple[str, str]]:
    counts = summary.counts
    yield "outcome", f"{UNICODE.outcome[summary.outcome]} {summary.outcome}"
    yield "session", summary.id or NOT_RECORDED
    yield "directory", summary.cwd or NOT_RECORDED
    yield "branch", summary.branch or NOT_RECORDED
    yield "model", summary.model or NOT_RECORDED
    yield "agent", f"{summary.originator or summary.format or '?'} {summary.cli_version or ''}".strip()
    yield "started", summary.started_at or NOT_RECORDED
    yield "last row", summary.ended_at or NOT_RECORDED
    ends = f"{counts.calls_failed} failed, {counts.calls_unanswered} unanswered"
    yield "calls", f"{count(counts.calls, 'call')}, {ends}"
    yield "tokens", _tokens(summary)
    if counts.bad_rows:
        yield "unreadable", count(counts.bad_rows, "row")


def _tokens(summary: Summary) -> str:
    usage = summary.usage
    if usage is None:
        return NOT_RECORDED
    known = usage.cached_input_tokens
    cached = "" if known is None else f", of it cached {grouped(known)}"
    parts = f"input {grouped(usage.input_tokens)}{cached}, output {grouped(usage.output_tokens)}"
    return f"{grouped(usage.total_tokens)} ({parts}){'' if usage.complete else ', partial'}"


def _turn_line(turn: Turn) -> str:
    calls = sum(item.kind == "call" for item in turn.items)
    parts = [f"Turn {turn.index}", f"{UNICODE.outcome[turn.outcome]} {turn.outcome}", count(calls, "call")]
    if turn.usage is not None:
        parts.append(f"{grouped(turn.usage.total_tokens)} tokens")
    return " · ".join([*parts, *([turn.started_at] if turn.started_at else [])])


def _block(item: Item) -> Block:
    if item.kind == "call":
        return _ran(item)
    if item.kind == "message":
        who = "Prompt" if item.role == "user" else "Answer"
        return Said(who, "\n".join([item.text, *map(_attached, item.attachments)]), is_aside=False)
    if item.kind == "reasoning":
        return Said("Thought", item.summary, is_aside=True)
    if item.kind == "orphan_output":
        return Said(f"Output without a call (row {item.row})", item.output, is_aside=True)
    return Said(f"{item.what} (row {item.row})", item.text, is_aside=True)


def _ran(call: Call) -> Ran:
    tool, told = label(call)
    code = f" {call.exit_code}" if call.exit_code is not None else ""
    end = [] if call.status in ("ok", "failed") else [call.status]
    facts = ", ".join(filter(None, [*end, duration(call.duration_ms), f"row {call.row}"]))
    arguments = pretty(call.arguments) if call.arguments not in (None, "", {}) else ""
    pictures = [_attached(each) for each in call.attachments if each.kind == "image"]
    output = "\n".join(filter(None, [call.output or "", *pictures])) if call.output is not None else None
    return Ran(f"{UNICODE.status[call.status]}{code} {tool} {told} ({facts})", arguments, output)


def _attached(attachment: Attachment) -> str:
    return f"[{attachment.kind}: {attachment.name}, {size(attachment.bytes)}, not in this file]"
