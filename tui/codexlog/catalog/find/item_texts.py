"""The texts of one item by the rows that they stand on: its own, and the row of a call's output."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.find.texts import call_id_in, outputs_in, own_texts
from codexlog.formats.dialect import Decoder
from codexlog.formats.events import ToolCall
from codexlog.timeline import entries as en
from codexlog.timeline.hydrate import pick, time_of

if TYPE_CHECKING:
    from codexlog.catalog.transcript import JsonObject, Transcript
    from codexlog.formats.events import ToolOutput
    from codexlog.timeline.entries import Entry

KINDS = {
    en.PROMPT: "prompt",
    en.ANSWER: "answer",
    en.THOUGHT: "reasoning",
    en.CALL: "call",
    en.ORPHAN: "orphan_output",
    en.NOTE: "note",
    en.BAD: "note",
}
OUTPUT = "output"


class Place(NamedTuple):
    """One row of an item."""

    kind: str
    row: int
    """1-based line; 0 where only the end of the file has been read and nobody knows."""
    at: str | None
    texts: list[str]
    call: ToolCall | None = None


def own_place(transcript: Transcript, entry: Entry) -> Place:
    """The row that an item begins with."""
    row = transcript.row(entry.offset) if entry.kind != en.BAD else None
    kind = KINDS[entry.kind]
    if row is None:
        return Place(kind, entry.line, None, [transcript.bad_text(entry)])
    call = pick(Decoder().events(row), ToolCall, entry.part) if entry.kind == en.CALL else None
    return Place(kind, entry.line, time_of(row), own_texts(entry, row), call)


def output_place(transcript: Transcript, entry: Entry) -> Place | None:
    """The row of a call's output; None where there is none."""
    if entry.kind != en.CALL or not (entry.out_line or entry.out_offset):
        return None
    row = transcript.row(entry.out_offset)
    outputs = outputs_in(row) if row is not None else []
    if row is None or not outputs:
        return None
    return Place(OUTPUT, entry.out_line, time_of(row), [answer_to(transcript, entry, outputs)])


def answer_to(transcript: Transcript, entry: Entry, outputs: list[ToolOutput]) -> str:
    """The text that a call was answered with; the row may hold answers to others."""
    if len(outputs) == 1:
        return outputs[0].text
    row: JsonObject | None = transcript.row(entry.offset)
    call_id = call_id_in(entry, row) if row is not None else None
    return next((each for each in outputs if each.call_id == call_id), outputs[0]).text
