from __future__ import annotations

import re
import sys
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.report.safe_text import cell_width, crop, safe_line, safe_text

ESCAPES = ("\x1b", "\x1b[", "\x1b]", "\x1bP", "\x9b", "\x9d", "\x90", "\x9c", "\x1b\\", "\x07", "31m", "0;t")
BREAKS = ("\n", "\r", "\r\n", "\t", "\x85", "\u2028")
OTHERS = ("a", " ", "\u202e", "\u200d", "\ufeff", "\ud800", "é", "漢", "👩")
PIECES = st.sampled_from((*ESCAPES, *BREAKS, *OTHERS))
HOSTILE = st.text() | st.lists(PIECES).map("".join) | st.lists(PIECES | st.characters()).map("".join)
FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u061c\ud800-\udfff]"
)


@given(HOSTILE)
def test_text_holds_nothing_unsafe(text: str) -> None:
    safe = safe_text(text)
    assert not FORBIDDEN.search(safe)
    assert safe_text(safe) == safe
    safe.encode()


@given(HOSTILE)
def test_line_holds_nothing_unsafe(text: str) -> None:
    safe = safe_line(text)
    assert not FORBIDDEN.search(safe)
    assert "\n" not in safe
    assert safe_line(safe) == safe == safe_text(safe)


@given(HOSTILE, st.integers(-1, 40))
def test_line_fits_its_width(text: str, width: int) -> None:
    safe = safe_line(text, width=width)
    assert cell_width(safe) <= max(width, 0)
    assert safe == crop(safe_line(text), width)


@given(HOSTILE, st.integers(1, 10))
def test_crop_of_long_text_is_that_of_the_whole(text: str, width: int) -> None:
    long = text * 200
    assert safe_line(long, width=width) == crop(safe_line(long), width)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_plain_text_is_unchanged(text: str) -> None:
    assert safe_text(text) == text
    assert safe_line(text) == text


def test_every_format_character_is_taken_out() -> None:
    odd = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cf", "Zl", "Zp")
    ]
    for char in odd:
        assert char not in safe_text(f"a{char}b"), hex(ord(char))
        assert char not in safe_line(f"a{char}b"), hex(ord(char))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b31mred", "red"),
        ("\x1b[38:5:196mred\x1b[K", "red"),
        ("\x1b]0;title\x07shown", "shown"),
        ("\x1b]52;c;ZXZpbA==\x1b\\shown", "shown"),
        ("\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9cshown", "shown"),
        ("\x1bPq#0;2;0;0;0\x1b\\shown", "shown"),
        ("\x1b_Gf=100;AAAA\x1b\\shown", "shown"),
        ("\x1b]0;never ends", "0;never ends"),
        ("\x1b(Bshown\x1b7\x1bc", "shown"),
        ("a\x1b", "a␛"),
        ("a\x00b\x07c\x7f", "a␀b␇c␡"),
        ("abc\b\b\bxyz", "abc␈␈␈xyz"),
        ("a\x81b", "a·b"),
        ("admin\u202enimda\u2066", "admin·nimda·"),
        ("a\u200bb\ufeffc\u2060d\u00ade", "abcde"),
        ("\u200fשלום\u200e", "שלום"),
        ("👩\u200d💻❤\ufe0f", "👩💻❤"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("half \ud83d pair", "half \ufffd pair"),
    ],
)
def test_what_becomes_of(text: str, expected: str) -> None:
    assert safe_text(text) == expected
    assert safe_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\u2028b\u2029c\x85d", "a\nb\nc\nd"),
        ("\ta\n12\tb", "    a\n12  b"),
        ("50%\r100%\n", "50%\n100%\n"),
        ("one\n\n  two", "one\n\n  two"),
    ],
)
def test_lines_of_text(text: str, expected: str) -> None:
    assert safe_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\n\n    two\r\nthree\n", "one two three"),
        ("a\tb", "a b"),
        ("\nfirst", "first"),
        ("  kept  ", "  kept  "),
        ("[bold]no markup[/bold]", "[bold]no markup[/bold]"),
    ],
)
def test_one_line(text: str, expected: str) -> None:
    assert safe_line(text) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("plain", 5, "plain"),
        ("plain text", 5, "plai…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("cafe\u0301s", 5, "cafe\u0301s"),
        ("ab", 1, "…"),
        ("ab", 0, ""),
        ("", 0, ""),
    ],
)
def test_crop_to_cells(text: str, width: int, expected: str) -> None:
    assert safe_line(text, width=width) == expected


def test_cell_width() -> None:
    assert cell_width("abc") == 3
    assert cell_width("漢字") == 4
    assert cell_width("👩") == 2
    assert cell_width("e\u0301") == 1
    assert cell_width("한") == 2


@pytest.mark.parametrize(
    "piece", ["\x1b]", "\x1bP", "\x9d", "\x90", "\x1b[", "\x1b[1", "\n ", "\r", "\t", "\u200b", "\x1b] ", "x"]
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    text = piece * 200_000
    start = time.perf_counter()
    safe_text(text)
    safe_line(text)
    assert time.perf_counter() - start < 5
