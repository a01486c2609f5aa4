"""The details of everything that is no tool call: prompts, answers, reasoning, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.brief import NOTE_NAMES
from codexlog.app.render.page import Page, PageBuilder, Target
from codexlog.report.words import count, full_time, size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.page import Frame
    from codexlog.model import Message, Note, OrphanOutput, Reasoning


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


def _when(page: PageBuilder, at: str | None, *facts: str) -> None:
    known = [full_time(at) if at else "time not recorded", *(fact for fact in facts if fact)]
    page.add(("  ".join(known), "dim"))
    page.gap()


def _message(page: PageBuilder, message: Message, targets: Sequence[Target]) -> str:
    _when(page, message.at, (message.phase or "").replace("_", " "))
    page.text(message.text)
    page.listing(targets)
    return "prompt" if message.role == "user" else "answer"


def _reasoning(page: PageBuilder, reasoning: Reasoning) -> str:
    _when(page, reasoning.at)
    if reasoning.summary:
        page.text(reasoning.summary)
    if reasoning.encrypted_bytes:
        page.gap()
        page.add(
            (f"{size(reasoning.encrypted_bytes)} encrypted by the provider; nobody here can read it", "dim")
        )
    return "reasoning"


def _orphan(page: PageBuilder, output: OrphanOutput) -> str:
    _when(page, output.at, output.call_id or "no call id")
    page.add(("No call of this transcript has this id.", "warn"))
    page.heading("Output", count(output.output.count("\n") + 1, "line"))
    page.text(output.output, prose=False)
    return "output without a call"


def _note(page: PageBuilder, note: Note) -> str:
    _when(page, note.at)
    page.text(note.text or "(no text)", prose=note.what not in ("bad_row", "unknown"))
    return NOTE_NAMES.get(note.what, note.what.replace("_", " "))
