"""The JSON documents."""

import json

from codexlog.report.as_json import dumps


def test_no_control_character_leaves_and_the_value_stays() -> None:
    value = {"a": "\x1b[31m \x7f \x9b31m \u202e \n"}
    data = dumps(value)
    assert not any(byte < 0x20 or byte == 0x7F for byte in data)
    assert "\x9b" not in data.decode()
    assert json.loads(data) == value


def test_no_mark_turns_the_reading_order_round() -> None:
    marks = "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    data = dumps({"a": marks + "é — … שלום"})
    assert not set(marks) & set(data.decode())
    assert json.loads(data) == {"a": marks + "é — … שלום"}


def test_an_integer_beyond_64_bits_is_kept() -> None:
    assert json.loads(dumps({"a": 1 << 80})) == {"a": 1 << 80}
