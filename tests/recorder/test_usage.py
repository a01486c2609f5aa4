"""The table of what event streams say of usage, U1 to U16."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.recorder import SseUsage, usage_from_sse

IN, OUT = "input_tokens", "output_tokens"
WRITE, READ = "cache_creation_input_tokens", "cache_read_input_tokens"


def start(**usage: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {"usage": usage}}


def delta(**usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "usage": usage}


def figures(fresh: int, output: int, write: int = 0, read: int = 0, *, whole: bool = True) -> SseUsage:
    return SseUsage(fresh, output, write, read, complete=whole)


PING = {"type": "ping"}
BROKEN = {"type": "error", "error": {"type": "overloaded_error", "message": "overloaded"}}
SPLIT = f"data: {json.dumps({**delta(**{OUT: 3}), 'text': 'é 👩'}, ensure_ascii=False)}\n".encode()
ODD_STREAM = (
    ": a comment\r\nevent: nonsense\r\n"
    f"data:{json.dumps(start(**{IN: 5}))}\r\n\r\n"
    'data: {"type":"tomorrow","usage":{"output_tokens":9}}\r\n\r\n'
    f"data: {json.dumps(PING)}\r\n\r\n"
    f"data: {json.dumps(delta(**{OUT: 2}))}\r\n\r\ndata: [DONE]\r\n"
)
TABLE: dict[str, tuple[list[Any], SseUsage]] = {
    "U1": ([start(**{IN: 1200, WRITE: 50, READ: 800}), delta(**{OUT: 350})], figures(1200, 350, 50, 800)),
    "U2": ([delta(**{OUT: 10}), delta(**{OUT: 25})], figures(0, 25)),
    "U3": ([start(**{IN: 5, OUT: 1}), {"type": "message_delta"}], figures(5, 1, whole=False)),
    "U4": ([delta(**{OUT: 40}), {"type": "message_delta"}], figures(0, 40)),
    "U5": ([delta(**{OUT: 40}), {"type": "message_delta", "usage": None}], figures(0, 40)),
    "U6": ([delta(**{OUT: 40}), delta(), delta(**{OUT: None})], figures(0, 40)),
    "U7": ([start(**{IN: 5, WRITE: None}), delta(**{OUT: 2})], figures(5, 2)),
    "U8": ([start(**{IN: 0}), delta(**{IN: 10, READ: 7, OUT: 17})], figures(10, 17, 0, 7)),
    "U9": ([PING], figures(0, 0, whole=False)),
    "U10": (
        [start(**{IN: 5}), delta(**{IN: True, OUT: 1.5, WRITE: "3", READ: -1})],
        figures(5, 0, whole=False),
    ),
    "U11": ([start(**{IN: 5, "service_tier": "x", "server_tool_use": {}}), delta(**{OUT: 2})], figures(5, 2)),
    "U12": ([start(**{IN: 5}), BROKEN], SseUsage(5, error="overloaded")),
    "U13": ([start(**{IN: 5}), delta(**{OUT: 40}), start(**{IN: 6}), delta(**{OUT: 7})], figures(6, 7)),
    "U14": ([ODD_STREAM], figures(5, 2)),
    "U15": ([start(**{IN: 5, READ: 3}), start(**{IN: 6, READ: 4}), delta(**{OUT: 1})], figures(6, 1, 0, 4)),
    "U16": ([SPLIT[: SPLIT.index(b"\xc3") + 1], SPLIT[SPLIT.index(b"\xc3") + 1 :]], figures(0, 3)),
}


@pytest.mark.parametrize(("events", "wanted"), TABLE.values(), ids=TABLE)
def test_the_table(events: list[Any], wanted: SseUsage) -> None:
    assert usage_from_sse(events) == wanted


@pytest.mark.parametrize(("events", "wanted"), TABLE.values(), ids=TABLE)
def test_the_table_as_a_stream_of_bytes(events: list[Any], wanted: SseUsage) -> None:
    stream = b"".join(map(encoded, events))
    assert usage_from_sse([stream]) == wanted
    assert usage_from_sse(bytes([byte]) for byte in stream) == wanted


def encoded(event: Any) -> bytes:
    if isinstance(event, dict):
        return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
    return event.encode() if isinstance(event, str) else bytes(event)


@pytest.mark.parametrize("as_bytes", [False, True])
def test_lines_without_their_newlines(as_bytes: bool) -> None:
    """As `iter_lines` of HTTP libraries gives them."""
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 1200}}}
    deltas = [{"type": "message_delta", "usage": {"output_tokens": number}} for number in (10, 25)]
    lines = [
        line
        for each in (start, *deltas)
        for line in (f"event: {each['type']}", f"data: {json.dumps(each)}", "")
    ]
    given = [line.encode() for line in lines] if as_bytes else lines
    for events in (given, [line for line in given if line]):
        usage = usage_from_sse(events)
        assert (usage.input_tokens, usage.output_tokens, usage.complete) == (1200, 25, True)


def test_a_text_that_is_cut_before_the_name_of_a_field() -> None:
    event = json.dumps(
        {"type": "message_delta", "delta": {"text": "data: {}"}, "usage": {"output_tokens": 3}}
    )
    at = event.index("data:")
    assert usage_from_sse([f"data: {event[:at]}", f"{event[at:]}\n"]).output_tokens == 3


def test_why_a_response_ended() -> None:
    ended = {**delta(**{OUT: 2}), "delta": {"stop_reason": "max_tokens"}}
    assert usage_from_sse([start(**{IN: 5}), ended]).stop_reason == "max_tokens"
    assert usage_from_sse([ended, start(**{IN: 5})]).stop_reason is None


def test_u16_wherever_a_character_is_cut() -> None:
    for cut in range(len(SPLIT)):
        assert usage_from_sse([SPLIT[:cut], SPLIT[cut:]]).output_tokens == 3


@given(st.lists(st.one_of(st.binary(max_size=40), st.text(max_size=40)), max_size=8))
def test_any_stream_is_taken(pieces: list[bytes | str]) -> None:
    assert min(usage_from_sse(pieces)[:4]) >= 0
