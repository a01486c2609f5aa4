"""What a timeline line says of an item: a few short strings, so that thousands can be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.words import size
from codexlog.timeline.entries import ANSWER, BAD, CALL, NOTE, ORPHAN, PROMPT, THOUGHT

if TYPE_CHECKING:
    from codexlog.model import Item, Note

TEXT_CHARACTERS = 400
KINDS = {
    PROMPT: "prompt",
    ANSWER: "answer",
    THOUGHT: "thought",
    CALL: "call",
    ORPHAN: "orphan",
    NOTE: "note",
    BAD: "bad",
}
NOTE_NAMES = {
    "compacted": "context compacted",
    "rolled_back": "rolled back",
    "review": "review",
    "rate_limit": "rate limit",
    "bad_row": "unreadable row",
    "unknown": "row of an unknown kind",
    "boilerplate": "context",
    "second_output": "second output of a call",
    "agent_message": "message between agents",
    "subagent_prompt": "prompt for a subagent",
    "continued_in": "goes on in another session",
    "ended_by_model": "ended by the model",
}


class Brief(NamedTuple):
    """One line's worth of an item."""

    kind: str
    """`call`, `prompt`, `answer`, `thought`, `orphan`, `note` or `bad`."""
    name: str
    text: str
    duration_ms: int | None = None
    attachments: int = 0
    agents: tuple[str, ...] = ()
    """Ids of the sessions that a call started or spoke to."""


def brief(item: Item, home: str | None = None) -> Brief:
    """Boil an item down. Paths below `home`, the session's folder, are written as inside it."""
    from codexlog.report.calls import label

    match item.kind:
        case "call":
            tool, words = label(item, home)
            return Brief("call", tool, words, item.duration_ms, len(item.attachments))
        case "message":
            kind = "prompt" if item.role == "user" else "answer"
            text = first_line(item.text) or ("(an image)" if item.attachments else "(empty)")
            return Brief(kind, "", text, None, len(item.attachments))
        case "reasoning":
            hidden = f"encrypted, {size(item.encrypted_bytes)}" if item.encrypted_bytes else "(empty)"
            return Brief("thought", "", first_line(item.summary).strip("* ") or hidden)
        case "orphan_output":
            return Brief("orphan", "output without a call", first_line(item.output))
        case "note":
            return _of_note(item)


def too_large(kind: str, size_bytes: int) -> Brief:
    """The line of a row that nobody should parse just to draw it."""
    return Brief(kind, "", f"a row of {size(size_bytes)}")


def first_line(text: str) -> str:
    """The first line that says anything."""
    for line in text[:20_000].splitlines():
        if line.strip(" \t#`-"):
            return line.strip()[:TEXT_CHARACTERS]
    return text.strip()[:TEXT_CHARACTERS]


def _of_note(note: Note) -> Brief:
    name = NOTE_NAMES.get(note.what, note.what.replace("_", " "))
    kind = "bad" if note.what in ("bad_row", "unknown") else "note"
    return Brief(kind, name, first_line(note.text))
