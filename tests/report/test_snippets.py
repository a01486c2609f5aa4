from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from codexlog.report.safe_text import cell_width, safe_line
from codexlog.report.snippets import CELLS, snippet_of


def snippet(text: str, word: str) -> tuple[str, list[str]]:
    line, ranges = snippet_of(text, (found.span() for found in re.finditer(re.escape(word), text)))
    return line, [line[start:end] for start, end in ranges]


def test_the_line_of_the_first_match() -> None:
    assert snippet("one\n  two needles, needle\nthree needle", "needle") == (
        "two needles, needle",
        ["needle", "needle"],
    )


def test_a_match_over_a_line_end_stands_on_one_line() -> None:
    assert snippet("a one\n  two b", "one\n  two") == ("a one two b", ["one two"])


def test_a_long_line_is_cut_on_both_sides() -> None:
    line, found = snippet("x" * 900 + " needle " + "y" * 900, "needle")
    assert line.startswith("…x")
    assert line.endswith("y…")
    assert found == ["needle"]
    assert cell_width(line) == CELLS


def test_wide_characters_before_a_match_are_cut_to_cells() -> None:
    for wide in range(1, 40):
        line, found = snippet("x" * (40 - wide) + "表" * wide + "needle", "needle")
        assert found == ["needle"]
        assert cell_width(line) <= 47


def test_a_match_that_no_terminal_may_see_has_no_range() -> None:
    assert snippet("a\x1b[31mb", "\x1b[31m") == ("ab", [])


def test_nothing_found_is_an_empty_line() -> None:
    assert snippet("abc", "x") == ("", [])


PIECES = ["a", "b", "\n", "\r", "\x1b[31m", "\t", "表", "\u202e", " ", "x" * 50]
TEXT = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(TEXT, st.sampled_from(["a", "ab", "表", "x" * 50, "\n", "b\n"]))
def test_the_line_is_safe_and_the_ranges_lie_in_it(text: str, word: str) -> None:
    spans = [found.span() for found in re.finditer(re.escape(word), text)]
    line, ranges = snippet_of(text, spans)
    assert line == safe_line(line)
    assert cell_width(line) <= CELLS
    assert all(0 <= start < end <= len(line) for start, end in ranges)
