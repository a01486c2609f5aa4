"""The table of what event streams say of usage, U1 to U16."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.recorder import usage_from_sse


def start(**usage: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {"usage": usage}}


def delta(**usage: Any) -> dict[str, Any]:
    return {"type": "message_delta", "usage": usage}


IN, OUT = "input_tokens", "output_tokens"
WRITE, READ = "cache_creation_input_tokens", "cache_read_input_tokens"
PING = {"type": "ping"}
TABLE = {
    "U1": ([start(**{IN: 1200, WRITE: 50, READ: 800}), delta(**{OUT: 350})], (1200, 350, 50, 800)),
    "U2": ([delta(**{OUT: 10}), delta(**{OUT: 25})], (0, 25, 0, 0)),
    "U3": ([start(**{IN: 5, OUT: 1}), {"type": "message_delta"}], (5, 1, 0, 0)),
    "U4": ([delta(**{OUT: 40}), {"type": "message_delta"}], (0, 40, 0, 0)),
    "U5": ([delta(**{OUT: 40}), {"type": "message_delta", "usage": None}], (0, 40, 0, 0)),
    "U6": ([delta(**{OUT: 40}), delta(), delta(**{OUT: None})], (0, 40, 0, 0)),
    "U7": ([start(**{IN: 5, WRITE: None}), delta(**{OUT: 2})], (5, 2, 0, 0)),
    "U8": ([start(**{IN: 0}), delta(**{IN: 10, READ: 7, OUT: 17})], (10, 17, 0, 7)),
    "U9": ([PING], (0, 0, 0, 0)),
    "U10": ([start(**{IN: 5}), delta(**{IN: True, OUT: 1.5, WRITE: "3", READ: -1})], (5, 0, 0, 0)),
    "U11": ([start(**{IN: 5, "service_tier": "x", "server_tool_use": {}}), delta(**{OUT: 2})], (5, 2, 0, 0)),
    "U13": ([start(**{IN: 5}), delta(**{OUT: 40}), start(**{IN: 6}), delta(**{OUT: 7})], (6, 7, 0, 0)),
    "U15": ([start(**{IN: 5, READ: 3}), start(**{IN: 6, READ: 4}), delta(**{OUT: 1})], (6, 1, 0, 4)),
}


@pytest.mark.parametrize(("events", "figures"), TABLE.values(), ids=TABLE)
def test_decoded_events(events: list[Any], figures: tuple[int, int, int, int]) -> None:
    assert usage_from_sse(events)[:4] == figures


@pytest.mark.parametrize(("events", "figures"), TABLE.values(), ids=TABLE)
def test_the_same_as_a_stream_of_bytes(events: list[Any], figures: tuple[int, int, int, int]) -> None:
    stream = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()
    assert usage_from_sse([stream])[:4] == figures
    assert usage_from_sse(bytes([byte]) for byte in stream)[:4] == figures


def test_u3_a_figure_without_any_delta_is_partial() -> None:
    assert not usage_from_sse([start(**{IN: 5, OUT: 1})]).complete
    assert usage_from_sse([start(**{IN: 5, OUT: 1}), delta(**{OUT: 1})]).complete


def test_u12_an_error_in_the_stream() -> None:
    found = usage_from_sse([start(**{IN: 5}), {"type": "error", "error": {"message": "overloaded"}}])
    assert found.error == "overloaded"


def test_u14_crlf_no_blank_no_event_line_unknown_events() -> None:
    stream = (
        ": a comment\r\nevent: nonsense\r\n"
        f"data:{json.dumps(start(**{IN: 5}))}\r\n\r\n"
        'data: {"type":"tomorrow","usage":{"output_tokens":9}}\r\n\r\n'
        f"data: {json.dumps(delta(**{OUT: 2}))}\r\n\r\ndata: [DONE]\r\n"
    )
    assert usage_from_sse([stream])[:4] == (5, 2, 0, 0)


def test_u16_a_character_cut_between_two_pieces() -> None:
    event = {**delta(**{OUT: 3}), "text": "é 👩"}
    stream = f"data: {json.dumps(event, ensure_ascii=False)}\n".encode()
    for cut in range(len(stream)):
        assert usage_from_sse([stream[:cut], stream[cut:]]).output_tokens == 3


@given(st.lists(st.one_of(st.binary(max_size=40), st.text(max_size=40)), max_size=8))
def test_any_stream_is_taken(pieces: list[bytes | str]) -> None:
    assert min(usage_from_sse(pieces)[:4]) >= 0
