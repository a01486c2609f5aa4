"""A session as the timeline tells it → rows in the form that Entire reads. Pure.

Blocks stand together as a response has them: thoughts, a text, calls. The results of a response's calls are
one row behind it. Where Claude's form has no word for what the timeline knows (where turns begin and end,
exit codes, notes) the rows carry a mark, so that reading them gives the same turns, calls and usage.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.formats.codex_items import IMAGE_ONLY
from codexlog.formats.marks import KEY as MARK
from codexlog.formats.marks import RAW
from codexlog.recorder.journal import note_message

if TYPE_CHECKING:
    from codexlog.model import Call, Item, Message, OrphanOutput, Usage

JsonObject = dict[str, Any]
Figures = list[int | None]
"""Input, cached input, cache write, output, reasoning output."""
ERRORS = frozenset(("failed", "denied", "timeout", "aborted"))
_RANKS = {"reasoning": 0, "message": 1, "call": 2}


class Image(NamedTuple):
    """A picture of a prompt or an output."""

    media_type: str
    content: bytes
    """The picture itself, or what points to it."""
    is_reference: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An item and what it does not hold itself."""

    item: Item
    images: tuple[Image, ...] = ()
    answered_at: str | None = None
    """Time of the row with a call's output."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What becomes the rows of one turn."""

    parts: list[Part]
    requests: list[tuple[int, Figures]]
    """Usage of each request of the model, with how many of the parts stand before its report."""
    turn_id: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    is_turn: bool = True
    """False for what stands in a session without turns."""
    has_end: bool = False
    """Whether the turn is over; one that was interrupted ends with its note."""
    window: int | None = None
    model: str | None = None


@dataclass(slots=True)
class Draft:
    """A row before it has its place in the chain."""

    kind: str
    message: JsonObject
    at: str | None
    keys: JsonObject = field(default_factory=dict)

    @property
    def is_prompt(self) -> bool:
        """Whether it is what a person submitted."""
        return bool(self.keys.get(MARK, {}).get("prompt"))

    def mark(self, **more: Any) -> None:
        """Add to the mark of the row."""
        self.keys[MARK] = {**self.keys.get(MARK, {}), **more}


def drafts_of(exchanges: list[Exchange], usage: Usage | None) -> list[Draft]:
    """The rows of a session in order. `usage`: of the whole session."""
    openers = {call.continues for each in exchanges for call in _calls(each) if call.continues is not None}
    names = _Names()
    found = [draft for each in exchanges for draft in _Turn(openers, names).drafts(each)]
    if usage is not None:
        _finish(found, usage)
    return found


def _finish(drafts: list[Draft], usage: Usage) -> None:
    """Say with the last figures what is known of them all."""
    used = [each.message for each in drafts if each.kind == "assistant" and each.message[MARK]["usage"]]
    if not used:  # figures that are all 0
        draft = _response(drafts[-1].at if drafts else None)
        _use(draft.message, [0, 0, usage.cache_write_tokens, 0, usage.reasoning_output_tokens])
        drafts.append(draft)
        used = [draft.message]
    mark = used[-1][MARK]
    if not usage.complete:
        mark["partial"] = True
    if usage.context_used != mark["usage"][0] + mark["usage"][3]:
        mark["context"] = usage.context_used


def _calls(exchange: Exchange) -> list[Call]:
    return [part.item for part in exchange.parts if part.item.kind == "call"]


class _Names:
    """Ids for calls: their own where they have one that no other call has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, call: Call) -> str:
        name = call.call_id or f"call_row{call.row}"
        while name in self._taken:
            name += "~"
        self._taken.add(name)
        return name


class _Turn:
    """Writes the rows of one turn."""

    def __init__(self, openers: set[str], names: _Names) -> None:
        self._openers = openers
        self._names = names
        self._drafts: list[Draft] = []
        self._response: Draft | None = None
        """The last response, while more of its blocks may come."""
        self._rank = 0
        self._results: list[tuple[int, JsonObject]] = []
        """Results of its calls that are no row yet, with the rows of the outputs."""
        self._answered_at: str | None = None

    def drafts(self, exchange: Exchange) -> list[Draft]:
        requests = list(exchange.requests)
        for number, part in enumerate(exchange.parts):
            while requests and requests[0][0] <= number:
                self._charge(requests.pop(0)[1])
            self._add(part)
        for _, figures in requests:
            self._charge(figures)
        self._write_results()
        if exchange.is_turn:
            self._frame(exchange)
        return self._drafts

    def _frame(self, exchange: Exchange) -> None:
        """Mark the first and the last row of the turn."""
        if not self._drafts:
            message, keys = note_message("", "")
            self._drafts.append(Draft("user", message, exchange.started_at, {"isMeta": keys["isMeta"]}))
        start = {"id": exchange.turn_id, "window": exchange.window, "model": exchange.model}
        self._drafts[0].mark(turn_start={key: start[key] for key in start if start[key] is not None})
        self._drafts[0].at = exchange.started_at or self._drafts[0].at
        if exchange.has_end:
            self._drafts[-1].mark(turn_end={})
            if len(self._drafts) > 1:
                self._drafts[-1].at = exchange.ended_at or self._drafts[-1].at

    def _add(self, part: Part) -> None:
        item = part.item
        if (
            item.kind == "reasoning"
            or item.kind == "call"
            or (item.kind == "message" and item.role != "user")
        ):
            self._respond(part)
            return
        self._response = None
        if self._results and self._results[0][0] < item.row:
            self._write_results()
        if item.kind == "message":
            self._drafts.append(_prompt(item, part.images))
        elif item.kind == "orphan_output":
            self._drafts.append(_orphan(item))
        else:
            assert item.kind == "note"
            message, keys = note_message(item.what, item.text)
            self._drafts.append(Draft("user", message, item.at, keys))

    def _respond(self, part: Part) -> None:
        """Add a block to the response, or begin another one."""
        item = part.item
        if item.kind == "reasoning" and not item.summary:
            return  # nothing but its size is readable
        rank = _RANKS[item.kind]
        before = min((row for row, _ in self._results), default=item.row)
        opens = item.kind == "call" and item.call_id in self._openers
        if (
            self._response is None
            or rank < self._rank
            or 1 == rank == self._rank
            or before < item.row
            or opens
        ):
            self._write_results()
            self._response = _response(item.at)
            self._drafts.append(self._response)
        self._rank = rank
        content = self._response.message["content"]
        if item.kind == "call":
            content.append(self._call(item, part))
        elif item.kind == "reasoning":
            content.append({"type": "thinking", "thinking": item.summary, "signature": ""})
        else:
            assert item.kind == "message"
            content.append({"type": "text", "text": item.text})

    def _call(self, call: Call, part: Part) -> JsonObject:
        name = self._names.take(call)
        given = call.arguments
        block: JsonObject = {"type": "tool_use", "id": name, "name": call.name}
        block["input"] = given if isinstance(given, dict) else {RAW: given}
        mark: JsonObject = {"nameless": True} if call.call_id is None else {}
        if call.continues is not None:
            mark["continues"] = call.continues
        if call.output is not None:
            self._results.append((call.output_row or 0, self._result(call, name, part.images)))
            self._answered_at = max(part.answered_at or "", self._answered_at or "") or None
        elif call.status != "unanswered":
            mark["status"] = call.status
        return {**block, MARK: mark} if mark else block

    def _result(self, call: Call, name: str, images: tuple[Image, ...]) -> JsonObject:
        content = _content(call.output or "", images)
        block: JsonObject = {"type": "tool_result", "tool_use_id": name, "content": content}
        if call.status in ERRORS:
            block["is_error"] = True
        mark: JsonObject = {
            "status": call.status,
            "exit_code": call.exit_code,
            "duration_ms": call.duration_ms,
        }
        if call.call_id in self._openers:
            mark["process"] = call.call_id
        return {**block, MARK: {key: mark[key] for key in mark if mark[key] is not None}}

    def _write_results(self) -> None:
        self._response = None
        if self._results:
            blocks = [block for _, block in self._results]
            self._drafts.append(Draft("user", {"role": "user", "content": blocks}, self._answered_at))
        self._results, self._answered_at = [], None

    def _charge(self, figures: Figures) -> None:
        """Put usage on the last response that has none; else on one without content."""
        for draft in reversed(self._drafts):
            if draft.kind == "assistant":
                if draft.message[MARK]["usage"] is None:
                    _use(draft.message, figures)
                    return
                break
        self._write_results()
        draft = _response(self._drafts[-1].at if self._drafts else None)
        self._drafts.append(draft)
        _use(draft.message, figures)


def _response(at: str | None) -> Draft:
    message: JsonObject = {"role": "assistant", "content": [], "stop_reason": None}
    _use(message, None)
    return Draft("assistant", message, at)


def _use(message: JsonObject, figures: Figures | None) -> None:
    """Set the usage of a message: the four figures, and its mark, which says what they cannot."""
    whole, cached, write, output = (each or 0 for each in (figures or [0] * 4)[:4])
    message["usage"] = {
        "input_tokens": max(0, whole - cached - write),
        "output_tokens": output,
        "cache_creation_input_tokens": write,
        "cache_read_input_tokens": cached,
    }
    message[MARK] = {"usage": figures}


def _prompt(item: Message, images: tuple[Image, ...]) -> Draft:
    text = "" if images and item.text == IMAGE_ONLY else item.text
    message = {"role": "user", "content": _content(text, images)}
    return Draft("user", message, item.at, {MARK: {"prompt": True}})


def _orphan(item: OrphanOutput) -> Draft:
    name = item.call_id or f"output_row{item.row}"
    block = {"type": "tool_result", "tool_use_id": name, "content": item.output}
    return Draft("user", {"role": "user", "content": [block]}, item.at)


def _content(text: str, images: tuple[Image, ...]) -> str | list[JsonObject]:
    if not images:
        return text
    blocks = [{"type": "text", "text": text}] if text else []
    return [*blocks, *map(_image, images)]


def _image(image: Image) -> JsonObject:
    if image.is_reference:
        source = {"type": "url", "url": image.content.decode("utf-8", "replace")}
    else:
        data = base64.b64encode(image.content).decode()
        source = {"type": "base64", "media_type": image.media_type, "data": data}
    return {"type": "image", "source": source}
