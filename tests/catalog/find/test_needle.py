from __future__ import annotations

import re

import pytest

from codexlog.catalog.find.needle import BadNeedle, needle_of


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("parse", "Parse, PARSE, parse", [(0, 5), (7, 12), (14, 19)]),
        ("Parse", "Parse, PARSE, parse", [(0, 5)]),
        ("a.b", "axb a.b", [(4, 7)]),
        ("übung", "Übung ÜBUNG", [(0, 5), (6, 11)]),
        ("k", "\u212a", []),
        ("kelvin", "KELVIN \u212aelvin", [(0, 6)]),
        ("strasse", "straße", []),
        ("re:exit code: [1-9]", "Exit code: 0\nExit code: 7", [(13, 25)]),
        ("re:^b", "a\nb", [(2, 3)]),
        ("re:x*", "aab", []),
        (r"re:\S+D", "abD abd", [(0, 3)]),
        (r"re:\Sx", "AX", [(0, 2)]),
        ("re:(?i)ABC", "abc", [(0, 3)]),
        ("re:(?P<Name>a)", "A", [(0, 1)]),
    ],
)
def test_matching(query: str, text: str, spans: list[tuple[int, int]]) -> None:
    assert list(needle_of(query).spans(text)) == spans


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ("subprocess", (b"subprocess",)),
        ('if __name__ == "__main__"', (b"if __name__", b"command-args")),
        ("</div>", (b"div",)),
        ("'\\n'", (b"n",)),
        ('"""', ()),
        ("表の列", ("表".encode(), b"u8868")),
        ("ÜBER", (b"BER",)),
        ("é", ()),
        ("É", ("É".encode(), b"u00c9", b"u00C9")),
        ("😀", ("😀".encode(), b"ud83d", b"uD83D")),
        ("re:fail(ed|ure): [0-9]+ items?", (b"fail",)),
        ("re:(?:exit code){2}|x", ()),
        ("re:(abcd)+e?fg", (b"abcd",)),
        ("re:[0-9]+", ()),
        ("re:(?x) a b c", ()),
        ("re:a(?i:bcd)", (b"a",)),
    ],
)
def test_anchors(query: str, anchors: tuple[bytes, ...]) -> None:
    assert needle_of(query).anchors == anchors


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("", "nothing to search for"),
        ("re:", "no pattern"),
        ("re:a(b", re.escape("missing ), unterminated subpattern at character 2 of 'a(b'")),
        ("re:a{99999999999}", "repetition number"),
    ],
)
def test_what_cannot_be_searched_is_said_in_one_line(query: str, complaint: str) -> None:
    with pytest.raises(BadNeedle, match=complaint) as error:
        needle_of(query)
    assert "\n" not in str(error.value)
