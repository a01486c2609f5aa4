"""The details of everything that is no tool call: prompts, answers, reasoning, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render import painters
from codexlog.app.render.brief import NOTE_NAMES
from codexlog.app.render.page import Page, PageBuilder, Target, body_lines
from codexlog.report.words import count, full_time, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.page import Frame
    from codexlog.model import Message, Note, OrphanOutput, Reasoning


WITHOUT_PROSE = frozenset(("bad_row", "unknown", "second_output", "command"))


def item_page(
    item: Message | Reasoning | Note | OrphanOutput, targets: Sequence[Target], frame: Frame
) -> Page:
    """One item in full."""
    page = PageBuilder(frame)
    match item.kind:
        case "message":
            title = _message(page, item, targets)
        case "reasoning":
            title = _reasoning(page, item)
        case "orphan_output":
            title = _orphan(page, item)
        case "note":
            title = _note(page, item)
    return page.page(f"{title} {frame.glyphs.dot} row {item.row}", targets)


def prose(page: PageBuilder, text: str) -> None:
    """What a person or a model wrote: Markdown as it is meant, unless asked for as it is written."""
    from codexlog.app.render.markdown import add_markdown, is_markdown

    if page.frame.rendered and is_markdown(text):
        add_markdown(page, text)
    else:
        page.text(text)


def _when(page: PageBuilder, at: str | None, *facts: str) -> None:
    known = [full_time(at) if at else "time not recorded", *(fact for fact in facts if fact)]
    page.add(("  ".join(known), "dim"))
    page.gap()


def _message(page: PageBuilder, message: Message, targets: Sequence[Target]) -> str:
    _when(page, message.at, (message.phase or "").replace("_", " "))
    prose(page, message.text)
    page.listing(targets)
    return "prompt" if message.role == "user" else "answer"


def _reasoning(page: PageBuilder, reasoning: Reasoning) -> str:
    _when(page, reasoning.at)
    if reasoning.summary:
        prose(page, reasoning.summary)
    if reasoning.encrypted_bytes:
        page.gap()
        page.add(
            (f"{size(reasoning.encrypted_bytes)} encrypted by the provider; nobody here can read it", "dim")
        )
    return "reasoning"


def _orphan(page: PageBuilder, output: OrphanOutput) -> str:
    _when(page, output.at, output.call_id or "no call id")
    page.add(("No call of this transcript has this id.", "warn"))
    lines = body_lines(output.output)
    page.heading("Output", count(len(lines), "line"))
    page.ends_of(lines, max(8, page.frame.height - len(page.lines)), painters.plain)
    return "output without a call"


def _note(page: PageBuilder, note: Note) -> str:
    _when(page, note.at)
    if note.what in WITHOUT_PROSE:
        page.text(note.text or "(no text)", prose=False)
        page.add(("r shows the row itself", "dim"))
    else:
        prose(page, note.text or "(no text)")
    return NOTE_NAMES.get(note.what, note.what.replace("_", " "))
