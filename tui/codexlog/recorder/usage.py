"""Token usage out of the event stream of the Messages API.

`message_start` tells the input; each `message_delta` tells the output so far, cumulative: the last value
wins and nothing is added up. A figure that an event lacks, or that is no count, changes nothing. A new
`message_start` begins anew: it is another attempt at the same request.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIELDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")

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

    def as_object(self) -> dict[str, int]:
        """The four figures as a row holds them."""
        return {name: getattr(self, name) for name in FIELDS}


def usage_from_sse(events: Iterable[JsonObject | str | bytes]) -> SseUsage:
    """The usage of a response.

    Events are decoded objects, or the stream as text or bytes in pieces cut anywhere; both may be mixed.
    """
    figures = dict.fromkeys(FIELDS, 0)
    complete, error = False, None
    for event in _objects(events):
        kind = event.get("type")
        if kind == "message_start":
            figures, complete, error = dict.fromkeys(FIELDS, 0), False, None
            message = event.get("message")
            figures |= counts_in(message.get("usage") if isinstance(message, dict) else None)
        elif kind == "message_delta":
            known = counts_in(event.get("usage"))
            figures |= known
            complete = complete or "output_tokens" in known
        elif kind == "error":
            error = _error_text(event.get("error"))
    return SseUsage(**figures, complete=complete, error=error)


def counts_in(usage: Any) -> dict[str, int]:
    """The figures of a usage object that are counts; floats, texts, booleans and negatives are none."""
    if not isinstance(usage, dict):
        return {}
    return {name: usage[name] for name in FIELDS if type(usage.get(name)) is int and usage[name] >= 0}


def _objects(events: Iterable[JsonObject | str | bytes]) -> Iterator[JsonObject]:
    """Decoded events; of a raw stream the `data:` lines, whatever `event:` says."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = ""
    for event in events:
        if isinstance(event, dict):
            yield event
            continue
        rest += decoder.decode(event) if isinstance(event, bytes) else event
        *lines, rest = rest.split("\n")
        yield from _of_lines(lines)
    yield from _of_lines([rest])


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


def _error_text(error: Any) -> str:
    if isinstance(error, dict):
        return str(error.get("message") or error.get("type") or "error")
    return str(error or "error")
