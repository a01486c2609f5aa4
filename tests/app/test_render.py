from __future__ import annotations

import pytest
from rich.cells import cell_len

from codexlog.app.render.call_page import call_page
from codexlog.app.render.lines import Palette, crop, merged, pad, spread, to_strip
from codexlog.app.render.page import Frame, readable, wrap
from codexlog.model import Call
from codexlog.report.glyphs import PLAIN, UNICODE, Glyphs

HOSTILE = "a\x1b[31mred\x1b]0;title\x07\u202eb\u200b\x9b2J\x00"


def call(name: str, arguments: object, output: str | None = None, **more: object) -> Call:
    facts: dict[str, object] = {"status": "ok", "exit_code": 0, "duration_ms": 400} | more
    return Call(1, None, "call_1", name, arguments, output, 2 if output else None, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("glyphs", [UNICODE, PLAIN])
def test_every_mark_takes_one_cell(glyphs: Glyphs) -> None:
    marks = [*glyphs.outcome.values(), *glyphs.status.values(), glyphs.prompt, glyphs.answer, glyphs.thought]
    marks += [
        glyphs.note,
        glyphs.orphan,
        glyphs.bad,
        glyphs.folded,
        glyphs.unfolded,
        glyphs.child,
        glyphs.failed,
    ]
    assert {cell_len(mark) for mark in marks} == {1}


def test_plain_marks_are_ascii() -> None:
    assert all(mark.isascii() for mark in (*PLAIN.outcome.values(), *PLAIN.status.values(), PLAIN.more))


@pytest.mark.parametrize("base", ["", "cursor"])
def test_hostile_text_never_reaches_a_segment(base: str) -> None:
    strip = to_strip(((HOSTILE, "bad"), (HOSTILE, "")), base, 40, Palette())
    text = "".join(segment.text for segment in strip)
    assert strip.cell_length == 40
    assert not set("\x1b\x00\x07\x9b\u202e\u200b") & set(text)


def test_wide_characters_keep_their_columns() -> None:
    assert cell_len(pad("表の列がずれる", 9)) == 9
    assert crop("表の列", 4) == "表…" or cell_len(crop("表の列", 4)) <= 4
    assert cell_len("".join(text for text, _ in spread((("表" * 50, ""),), (("9", ""),), 20))) == 20


def test_without_colour_meaning_stays() -> None:
    style = Palette(colour=False)["bad"]
    assert style.color is None
    assert style.bold


def test_blanks_join_the_span_before_them() -> None:
    assert merged((("a", "dim"), ("  ", ""), ("b", "dim"))) == [("a  b", "dim")]


def test_prose_breaks_at_blanks_and_code_at_the_edge() -> None:
    line = (("one two three", ""),)
    assert ["".join(text for text, _ in part) for part in wrap(line, 8, prose=True)] == ["one two ", "three"]
    assert ["".join(text for text, _ in part) for part in wrap(line, 8)] == ["one two ", "three"]
    assert ["".join(text for text, _ in part) for part in wrap((("abcdefghij", ""),), 4)] == [
        "abcd",
        "efgh",
        "ij",
    ]


@pytest.mark.parametrize("width", [1, 2, 5, 80])
def test_no_piece_is_wider_than_the_page(width: int) -> None:
    for prose in (True, False):
        for part in wrap(
            (("表の列がずれる and words", ""), ("x" * 30, "dim")), max(width, 2), 1, prose=prose
        ):
            assert sum(cell_len(text) for text, _ in part) <= max(width, 2)


def test_json_reads_like_a_letter() -> None:
    assert readable({"a": 1, "b": {"c": "x\ny"}, "d": ["e"]}) == [
        "a: 1",
        "b:",
        "  c:",
        "    x",
        "    y",
        "d:",
        "  - e",
    ]


def test_the_end_of_an_output_is_on_the_page() -> None:
    output = "Process exited with code 1\nOutput:\n" + "\n".join(f"line {number}" for number in range(500))
    page = call_page(call("exec_command", {"cmd": "x"}, output), (), (), Frame(60, 20, UNICODE))
    text = ["".join(text for text, _ in line) for line in page.lines]
    assert text[-1] == "line 499"
    assert len(text) <= 20
    assert page.is_cut
    whole = call_page(call("exec_command", {"cmd": "x"}, output), (), (), Frame(60, 20, UNICODE, whole=True))
    assert len(whole.lines) > 500
    assert not whole.is_cut


def test_polls_complete_the_output_of_their_call() -> None:
    first = call(
        "exec_command", {"cmd": "x"}, "Process running with session ID 1\nOutput:\nbegin", duration_ms=100
    )
    poll = call("write_stdin", {"session_id": 1}, "Process exited with code 0\nOutput:\nend", duration_ms=200)
    page = call_page(first, (poll,), (), Frame(60, 20, UNICODE))
    text = ["".join(text for text, _ in line) for line in page.lines]
    assert text[0] == "✓ ok · exit 0 · 0.3s · 1 poll"
    assert text[-2:] == ["begin", "end"]
