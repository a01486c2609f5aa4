"""The texts of a row that a search looks into: what the screens show of it, decoded.

Never ciphertext, never an image. Words that are codexlog's own ("2 turns rolled back") are no text of the
transcript.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats.codex_items import IMAGE_ONLY
from codexlog.formats.dialect import Decoder
from codexlog.formats.events import Answer, Prompt, Thought, ToolCall, ToolOutput
from codexlog.formats.json_text import json_text
from codexlog.timeline import entries as en
from codexlog.timeline.hydrate import arguments_of, note_of, pick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.timeline.entries import Entry

JsonObject = dict[str, Any]
MAX_DEPTH = 64
_WORDED = frozenset(("rolled_back", "rate_limit"))
"""Notes that say what a row means instead of quoting it."""
_INTRODUCED = {"review": ("review mode entered", "review mode left"), "stream_error": ("retry",)}
"""Notes that may quote a row behind words of their own."""


def own_texts(entry: Entry, row: JsonObject) -> list[str]:
    """What an entry's own row says; of a call its name and arguments."""
    events = Decoder().events(row)
    if entry.kind == en.CALL:
        call = pick(events, ToolCall, entry.part)
        return [call.name, *leaves(arguments_of(call))] if call is not None else []
    if entry.kind == en.PROMPT:
        prompt = pick(events, Prompt, entry.part)
        return [prompt.text] if prompt is not None and prompt.text != IMAGE_ONLY else []
    if entry.kind == en.ANSWER:
        answer = pick(events, Answer, entry.part)
        return [answer.text] if answer is not None else []
    if entry.kind == en.THOUGHT:
        thought = pick(events, Thought, entry.part)
        return [thought.summary] if thought is not None else []
    if entry.kind == en.ORPHAN:
        output = pick(events, ToolOutput, entry.part)
        return [output.text] if output is not None else []
    return _note_texts(*note_of(entry, events, row), row)


def outputs_in(row: JsonObject) -> list[ToolOutput]:
    """The outputs that a row holds."""
    return [event for event in Decoder().events(row) if type(event) is ToolOutput]


def call_id_in(entry: Entry, row: JsonObject) -> str | None:
    """The id of the call that an entry stands for."""
    call = pick(Decoder().events(row), ToolCall, entry.part)
    return call.call_id if call is not None else None


def leaves(value: Any, depth: int = 0) -> Iterator[str]:
    """Every text in a JSON value: strings, keys, numbers as they are written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth < MAX_DEPTH:
        for key, inner in value.items():
            yield key
            yield from leaves(inner, depth + 1)
    elif isinstance(value, list) and depth < MAX_DEPTH:
        for inner in value:
            yield from leaves(inner, depth + 1)
    elif value is not None:
        yield json_text(value)


def _note_texts(what: str, text: str, row: JsonObject) -> list[str]:
    if what in _WORDED:
        return []
    if what == "unknown":  # as it is shown, and what stands in it
        return [json_text(row), *leaves(row)]
    if what in _INTRODUCED and text.startswith(_INTRODUCED[what]):
        words = next(words for words in _INTRODUCED[what] if text.startswith(words))
        return [text.removeprefix(words) if what == "review" else text.partition(": ")[2]]
    if what == "hook":  # who said it, and what
        return list(text.partition(": ")[::2])
    return [text]
