"""An entry and its rows → the item with its texts. Pure: the rows come in as parsed objects."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson

from codexlog.formats import tool_output
from codexlog.formats.claude_blocks import is_side
from codexlog.formats.dialect import Decoder, is_timed, time_in
from codexlog.formats.events import (
    NOTES,
    Answer,
    Compaction,
    Event,
    Payload,
    Prompt,
    Remark,
    Rollback,
    Thought,
    ToolCall,
    ToolOutput,
    TurnAbort,
    TurnEnd,
    Unknown,
)
from codexlog.formats.json_text import json_text, showable
from codexlog.model import Attachment, Call, Item, Message, Note, OrphanOutput, Reasoning
from codexlog.timeline import entries as en
from codexlog.timeline.entries import NO_CODE, STATUSES, Entry
from codexlog.timeline.payloads import is_oversized
from codexlog.timeline.times import utc

JsonObject = dict[str, Any]
E = TypeVar("E")
PATCH_TOOLS = frozenset(("apply_patch", "Edit", "MultiEdit", "Write"))
_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """An attachment with its content."""

    attachment: Attachment
    content: str | bytes
    """Text, image bytes, or the bytes of the URL where the image itself is not in the file."""
    is_reference: bool = False
    """Whether it is such a URL, or a path."""


def item(
    entry: Entry, row: JsonObject, output_row: JsonObject | None = None, opener: JsonObject | None = None
) -> Item:
    """The item that `entry` stands for.

    `output_row` is the row of a call's output, `opener` the row of the call whose process it polls.
    """
    events = Decoder().events(row)
    at = time_of(row)
    if entry.kind == en.CALL:
        return _call(entry, events, row, output_row, opener)
    if entry.kind == en.PROMPT:
        prompt = pick(events, Prompt, entry.part)
        text = prompt.text if prompt is not None else ""
        return Message(
            entry.line, at, "user", text, None, tuple(s.attachment for s in _stored(entry, events, []))
        )
    if entry.kind == en.ANSWER:
        answer = pick(events, Answer, entry.part)
        text, phase = (answer.text, answer.phase) if answer is not None else ("", None)
        return Message(entry.line, at, "assistant", text, phase)
    if entry.kind == en.THOUGHT:
        thought = pick(events, Thought, entry.part)
        return Reasoning(
            entry.line, at, thought.summary if thought else "", thought.encrypted_bytes if thought else 0
        )
    if entry.kind == en.ORPHAN:
        output = pick(events, ToolOutput, entry.part)
        return OrphanOutput(entry.line, at, output.call_id if output else None, output.text if output else "")
    what, text = note_of(entry, events, row)
    return Note(entry.line, at, what, text)


def bad_piece(entry: Entry, raw: bytes) -> Note:
    """The note for bytes that are no row."""
    return Note(entry.line, None, "bad_row", raw.decode("utf-8", "replace"))


def stored(entry: Entry, row: JsonObject, output_row: JsonObject | None = None) -> list[Stored]:
    """Every attachment of the item, with content."""
    events = list(Decoder().events(row))
    outputs = list(Decoder().events(output_row)) if output_row is not None else []
    return _stored(entry, events, outputs)


def pick(events: Any, kind: type[E], part: int) -> E | None:
    """The `part`-th event of a kind; the last one where the row has fewer."""
    found = [event for event in events if type(event) is kind]
    return found[min(part, len(found) - 1)] if found else None


def output_of(output_row: JsonObject | None, call_id: str | None) -> ToolOutput | None:
    """The output event of a row that answers a call."""
    if output_row is None:
        return None
    outputs = [event for event in Decoder().events(output_row) if type(event) is ToolOutput]
    return next((each for each in outputs if each.call_id == call_id), outputs[0] if outputs else None)


def arguments_of(call: ToolCall) -> Any:
    """Arguments decoded where the row holds JSON, else as they stand."""
    if not isinstance(call.arguments, str):
        return showable(call.arguments)
    text = call.arguments.strip()
    if text[:1] not in ("{", "["):
        return call.arguments
    try:
        decoded = orjson.loads(text)
    except ValueError:
        return call.arguments
    return decoded if showable(decoded) is decoded else call.arguments


def time_of(row: JsonObject) -> str | None:
    """The row's own time; None in eras whose rows carry none."""
    return utc(time_in(row)) if is_timed(row) else None


def _call(
    entry: Entry, events: Any, row: JsonObject, output_row: JsonObject | None, opener: JsonObject | None
) -> Call:
    call = pick(events, ToolCall, entry.part) or ToolCall(None, "?", None)
    output = output_of(output_row, call.call_id)
    opening = pick(Decoder().events(opener), ToolCall, 0) if opener is not None else None
    return Call(
        row=entry.line,
        at=time_of(row),
        call_id=call.call_id,
        name=call.name,
        arguments=arguments_of(call),
        output=output.text if output is not None else None,
        output_row=entry.out_line or None,
        status=STATUSES[entry.status] or "unknown",  # type: ignore[arg-type]
        exit_code=None if entry.exit_code == NO_CODE else entry.exit_code,
        duration_ms=_duration(output, output_row),
        attachments=tuple(each.attachment for each in _call_payloads(entry, call, output)),
        continues=opening.call_id if opening is not None else None,
    )


def _duration(output: ToolOutput | None, row: JsonObject | None) -> int | None:
    """What the row records beside the text, else what the header of a Codex output says."""
    if output is None or row is None:
        return None
    return output.duration_ms if "message" in row else tool_output.duration_ms(output.text)


def note_of(entry: Entry, events: Any, row: JsonObject) -> tuple[str, str]:
    """What kind of note an entry is, and its text."""
    if entry.part == en.WENT_BACK:
        return (
            "rolled_back",
            "the next prompt takes the place of an earlier one; what came after that was left",
        )
    notes: list[Event] = [event for event in events if type(event) in NOTES]
    event = notes[min(entry.part, len(notes) - 1)] if notes else None
    match event:
        case Remark(what=what, text=text):
            return what, text
        case Compaction(text=text):
            return "compacted", text
        case Rollback(turns=turns):
            return "rolled_back", f"{turns} turn{'s' if turns != 1 else ''} rolled back"
        case TurnAbort(reason=reason):
            return "aborted", reason
        case TurnEnd(error=error):
            return "error", error or ""
        case ToolOutput(text=text):
            return "second_output", text
        case Prompt(text=text):
            return "subagent_prompt" if is_side(row) else "command", text
        case Unknown(label=label):
            return "unknown", f"{label}: {json_text(row)}"
        case _:
            return "unknown", json_text(row)


def _stored(entry: Entry, events: Any, outputs: Any) -> list[Stored]:
    if entry.kind == en.PROMPT:
        prompt = pick(events, Prompt, entry.part)
        return _images(entry.line, "prompt", prompt.images) if prompt is not None else []
    if entry.kind != en.CALL:
        return []
    call = pick(events, ToolCall, entry.part) or ToolCall(None, "?", None)
    found = [event for event in outputs if type(event) is ToolOutput]
    output = next((each for each in found if each.call_id == call.call_id), found[0] if found else None)
    return _call_payloads(entry, call, output)


def _call_payloads(entry: Entry, call: ToolCall, output: ToolOutput | None) -> list[Stored]:
    payloads: list[Stored] = []
    if isinstance(call.result, Payload):
        payloads += _images(entry.line, "result", (call.result,))
    if is_oversized(call.arguments):
        is_patch = call.name in PATCH_TOOLS
        suffix, media = ("patch", "text/x-patch") if is_patch else ("txt", "text/plain")
        payloads.append(_text(entry.line, "arguments", suffix, media, call.arguments, patch=is_patch))
    if output is not None:
        if output.is_spilled or is_oversized(output.text):
            payloads.append(_text(entry.out_line or entry.line, "output", "txt", "text/plain", output.text))
        payloads += _images(entry.out_line or entry.line, "output", output.images)
    return payloads


def _text(line: int, what: str, suffix: str, media: str, text: str, *, patch: bool = False) -> Stored:
    size = len(text.encode("utf-8", "replace"))
    return Stored(
        Attachment("patch" if patch else "text", f"row{line}-{what}.{suffix}", media, size, line), text
    )


def _images(line: int, what: str, images: tuple[Payload, ...]) -> list[Stored]:
    found = []
    for number, image in enumerate(images, 1):
        content = image_bytes(image.source)
        name = f"row{line}-{what}-image{number}.{_EXTENSIONS.get(image.media_type, 'bin')}"
        attachment = Attachment("image", name, image.media_type, len(content), line)
        found.append(Stored(attachment, content, not image.source.startswith("data:")))
    return found


def image_bytes(source: str) -> bytes:
    """The bytes of a data URL; of any other reference the reference itself."""
    head, comma, data = source.partition(",")
    if not source.startswith("data:") or not comma:
        return source.encode("utf-8", "replace")
    if not head.endswith(";base64"):
        return data.encode("utf-8", "replace")
    try:
        return base64.b64decode(data, validate=False)
    except (ValueError, binascii.Error):
        return data.encode("utf-8", "replace")
