"""Token usage out of the event stream of the Messages API.

`message_start` tells the input; each `message_delta` tells the output so far, cumulative: the last value
wins and nothing is added up. A figure that an event lacks, or that is no count, changes nothing. A new
`message_start` begins anew: it is another attempt at the same request.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.recorder.rows import plain_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FIELDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
NO_USAGE = dict.fromkeys(FIELDS, 0)
FIELD_NAMES = ("data:", "event:", "id:", "retry:", ":")
"""How a line of an event stream begins."""

JsonObject = dict[str, Any]


class SseUsage(NamedTuple):
    """Usage of one response; a figure that no event held is 0."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_read_input_tokens: int = 0
    complete: bool = False
    """Whether an event behind the first one told the output; else it is a placeholder."""
    error: str | None = None
    """What an `error` event said: the response is not to be recorded as an answer."""
    stop_reason: str | None = None

    def as_object(self) -> dict[str, int]:
        """The four figures as a row holds them."""
        return {name: getattr(self, name) for name in FIELDS}

    def totals(self) -> list[int | None]:
        """The figures of a message's mark: all input, cached, written to the cache, output, reasoning."""
        cached, write = self.cache_read_input_tokens, self.cache_creation_input_tokens
        return [self.input_tokens + cached + write, cached, write, self.output_tokens, None]


def usage_from_sse(events: Iterable[Any]) -> SseUsage:
    """The usage of a response.

    Events are decoded objects or those of an SDK, or the stream as text or bytes, in lines or in pieces cut
    anywhere; all may be mixed.
    """
    figures = dict.fromkeys(FIELDS, 0)
    complete, error, reason = False, None, None
    for event in _objects(events):
        kind = event.get("type")
        if kind == "message_start":
            figures, complete, error, reason = dict.fromkeys(FIELDS, 0), False, None, None
            message = event.get("message")
            figures |= counts_in(message.get("usage") if isinstance(message, dict) else None)
        elif kind == "message_delta":
            known = counts_in(event.get("usage"))
            figures |= known
            complete = complete or "output_tokens" in known
            reason = _stop_reason(event.get("delta")) or reason
        elif kind == "error":
            error = _error_text(event.get("error"))
    return SseUsage(**figures, complete=complete, error=error, stop_reason=reason)


def usage_of(figures: Mapping[str, int]) -> SseUsage:
    """Figures by their names; one that is not there is 0."""
    fresh, output, write, read = (figures.get(name, 0) for name in FIELDS)
    return SseUsage(fresh, output, write, read)


def counts_in(usage: Any) -> dict[str, int]:
    """The figures of a usage object that are counts; floats, texts, booleans and negatives are none."""
    usage = plain_object(usage)
    if not isinstance(usage, dict):
        return {}
    return {name: usage[name] for name in FIELDS if type(usage.get(name)) is int and usage[name] >= 0}


def _objects(events: Iterable[Any]) -> Iterator[JsonObject]:
    """Decoded events; of a raw stream the `data:` lines, whatever `event:` says."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for given in events:
        event = plain_object(given)
        if isinstance(event, dict):
            yield event
            continue
        piece = decoder.decode(event) if isinstance(event, bytes) else event
        if piece.startswith(FIELD_NAMES) and _is_line(rest):
            yield from _of_lines([rest])
            rest = ""
        rest += piece
        *lines, rest = rest.split("\n")
        yield from _of_lines(lines)
    yield from _of_lines([rest])


def _is_line(rest: str) -> bool:
    """Whether what has no newline is a whole line: HTTP libraries that give lines leave it out."""
    name, _, data = rest.partition(":")
    return name != "data" or any(True for _ in _of_lines([rest])) or data.strip() == "[DONE]"


def _of_lines(lines: list[str]) -> Iterator[JsonObject]:
    for line in lines:
        name, colon, data = line.partition(":")
        if colon and name == "data":
            try:
                value = json.loads(data.strip())
            except ValueError:
                continue  # `[DONE]`, or a torn last line
            if isinstance(value, dict):
                yield value


def _stop_reason(delta: Any) -> str | None:
    reason = delta.get("stop_reason") if isinstance(delta, dict) else None
    return reason if isinstance(reason, str) else None


def _error_text(error: Any) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error.get("type") or "error")
    return str(error or "error")
