"""A zoo of texts that want to break a terminal, through everything that draws."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyte
import pytest
from rich.cells import cell_len
from textual.strip import Strip

from codexlog.app.loading.raw_reading import raw_entry, raw_session, raw_turn
from codexlog.app.loading.reading import read_page
from codexlog.app.outline_rows import OutlineRows
from codexlog.app.render.brief import brief
from codexlog.app.render.facts_page import session_page, turn_page
from codexlog.app.render.lines import Line, Palette, line_width, to_strip
from codexlog.app.render.loop_row import loop_lines, loop_row, said_of
from codexlog.app.render.loops_page import loop_details
from codexlog.app.render.page import Frame
from codexlog.app.render.session_row import SessionRow, session_lines
from codexlog.app.render.timeline_row import timeline_line
from codexlog.app.screens.asking import Choice, ChoiceList
from codexlog.app.session_tree import ALL, Kinship
from codexlog.app.widgets.bars import Header
from codexlog.app.widgets.text_view import TextView
from codexlog.catalog.discover import Found
from codexlog.catalog.transcript import Transcript
from codexlog.report.glyphs import UNICODE
from codexlog.triage.findings import Cause
from codexlog.triage.loops import Loop
from faults.plays import red_at_end
from faults.score import loops_in
from faults.stories import write_loop

ZOO = {
    "escapes": "a\x1b[31mred\x1b[2J\x1b]0;title\x07\x1b]8;;http://x\x1b\\link\x1b[6n\x1bP1$r\x1b\\",
    "c1": "a\x9b2Jb\x90c\x9c\x84d",
    "controls": "a\x00b\x01\x08\x08c\x7f\x0bd\x0ce\x0e",
    "lines": "a\r\nb\rc\nd\u2028e\u2029f\x85g",
    "tabs": "a\tb\t\tc",
    "bidi": "a\u202eb\u2066c\u2069\u200fd\u061c",
    "zero width": "a\u200bb\u200d\ufeffc\u2060\U000e0041",
    "wide": "表の列がずれる全角文字",
    "emoji": "👩‍👩‍👧‍👦🇩🇪❤️👍🏽",
    "combining": "e\u0301\u0301\u0301 \u0301a" + "\u0300" * 40,
    "surrogates": "a\ud800b\udc00",
    "markup": "[bold]x[/] [link=http://x]y[/link] **b** `c`",
    "long": "x" * 700 + "表" * 200,
    "patch": "*** Begin Patch\n*** Update File: a\x1b[31m\u202eb\n@@ \x07\n-\x1b[2J\n+\u200b表",
    "diff": "diff --git a/\x1b[31m b\n--- a\n+++ b\n@@ -1 +1 @@\n-\x9b2J\n+\u202e",
    "json": '{"a\x1b[31m":"\\u001b[2J\u202e","b":[1,"表"]}',
    "table": "| a\x1b[31m | 表 |\n| --- | --- |\n| \u202ex | e\u0301 |\n\n```py\n\x1b[2J\n```\n> - 1. \x07",
}
FORBIDDEN = {*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))} | set(
    "\u200b\u200d\u200f\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u061c\u2028\u2029\u2060"
)
WIDTHS = (24, 57, 120)
PALETTE = Palette()
zoo = pytest.mark.parametrize("text", ZOO.values(), ids=ZOO)


def session(tmp_path: Path, text: str) -> tuple[Transcript, OutlineRows]:
    """A session that says the text wherever a session can say anything."""

    def item(**payload: object) -> dict[str, object]:
        return {"timestamp": "2026-10-06T18:00:02Z", "type": "response_item", "payload": payload}

    def calls() -> Iterator[dict[str, object]]:
        for number, (name, arguments) in enumerate(
            (
                ("exec_command", {"cmd": f"bash -lc '{text}'", "workdir": text, text: text}),
                ("exec_command", {"cmd": "cat a.py"}),
                ("apply_patch", {"input": text}),
                ("Edit", {"file_path": text, "old_string": text, "new_string": "x" + text}),
                (text, {"plan": [{"step": text, "status": text}]}),
                (text, {text: [text, {text: text}]}),
                ("exec", text),
            )
        ):
            told = arguments if isinstance(arguments, str) else json.dumps(arguments)
            yield item(type="function_call", name=name, arguments=told, call_id=f"{text}{number}")
            yield item(type="function_call_output", call_id=f"{text}{number}", output=text)

    meta = {"id": "x", "cwd": text, "cli_version": text, "originator": text, "git": {"branch": text}}
    started = {"type": "task_started", "turn_id": text}
    rows = [
        {"timestamp": "2026-10-06T18:00:00Z", "type": "session_meta", "payload": meta},
        {"timestamp": text, "type": "event_msg", "payload": started},
        {"timestamp": text, "type": "turn_context", "payload": {"model": text, "cwd": text}},
        item(type="message", role="user", content=[{"type": "input_text", "text": text}]),
        item(type="reasoning", summary=[{"type": "summary_text", "text": text}], encrypted_content="x"),
        *calls(),
        item(type="function_call_output", call_id="nobody", output=text),
        item(type="message", role="assistant", content=[{"type": "output_text", "text": text}]),
        {"timestamp": text, "type": text, "payload": {"x": text}},
    ]
    path = tmp_path / "rollout.jsonl"
    raw = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    path.write_bytes(raw + b'{"torn' + text.encode("utf-8", "surrogatepass") + b"\xff\n")
    transcript = Transcript.open(path)
    return transcript, OutlineRows(transcript.outline())


def check(lines: Iterable[tuple[Line, str]], width: int) -> None:
    """Each line takes exactly its cells, with no control in it, and a terminal agrees where it is."""
    strips = [to_strip(line, base, width, PALETTE) for line, base in lines]
    for strip in strips:
        assert not FORBIDDEN & set("".join(segment.text for segment in strip))
        assert cell_len("".join(segment.text for segment in strip)) == width
        assert all(segment.style is None or segment.style.link is None for segment in strip)
    if not any(is_beyond_pyte(strip) for strip in strips):
        on_a_terminal(strips, width)


def is_beyond_pyte(strip: Strip) -> bool:
    """Whether a line holds emoji, whose width pyte's older tables do not know."""
    return any(ord(char) > 0xFFFF or char == "❤" for segment in strip for char in segment.text)


def on_a_terminal(strips: list[Strip], width: int) -> None:
    """Write every line with a mark behind it; the marks must stand below one another."""
    screen = pyte.Screen(width + 2, len(strips) + 1)
    stream = pyte.Stream(screen)
    for number, strip in enumerate(strips):
        stream.feed(f"\x1b[{number + 1}H" + "".join(segment.text for segment in strip) + "#")
    assert all(screen.buffer[number][width].data == "#" for number in range(len(strips)))
    assert screen.title == ""


@zoo
@pytest.mark.parametrize("width", WIDTHS)
def test_timeline_rows(tmp_path: Path, text: str, width: int) -> None:
    transcript, rows = session(tmp_path, text)
    home = rows.outline.summary.cwd
    lines = []
    for index in range(len(rows)):
        row = rows.row(index)
        said = brief(transcript.item(rows.outline, row.entry), home) if row.entry >= 0 else None
        lines.append(timeline_line(rows, row, said, width, UNICODE))
    assert len(lines) > 10
    check(((line, base) for line in lines for base in ("", "cursor")), width)


@zoo
@pytest.mark.parametrize(
    ("width", "wrapped", "rendered"), [(24, True, True), (57, False, True), (120, True, False)]
)
def test_pages(tmp_path: Path, text: str, width: int, wrapped: bool, rendered: bool) -> None:
    transcript, rows = session(tmp_path, text)
    for whole in (True, False):
        frame = Frame(width, 20, UNICODE, whole=whole, wrapped=wrapped, rendered=rendered)
        pages = [raw_session(transcript, frame), raw_turn(transcript, rows, 0, frame)]
        pages += [session_page(rows.outline.summary, frame, counted=True, error=text)]
        pages += [turn_page(rows.outline.turns[0], rows.outline.summary, frame, partial=False)]
        for entry in range(len(rows.outline.entries)):
            pages += [read_page(transcript, rows, entry, frame), raw_entry(transcript, rows, entry, frame)]
        for page in pages:
            assert not page.lines[0][0][0].startswith("This row cannot be")
            assert not wrapped or max(map(line_width, page.lines)) <= width
            check(((line, "") for line in page.lines[:60]), width)


@zoo
def test_a_view_that_is_scrolled_sideways(text: str) -> None:
    view = TextView(PALETTE, UNICODE)
    view.lines = [((line, "code"), (text, "")) for line in text.split("\n")]
    for left in range(12):
        view.left = left
        check(view.paint(30, len(view.lines)), 30)


@zoo
@pytest.mark.parametrize("width", WIDTHS)
def test_list_rows(tmp_path: Path, text: str, width: int) -> None:
    _, rows = session(tmp_path, text)
    name = text.replace("/", "").replace("\0", "")[:50]
    found = Found(tmp_path / "x", tmp_path / name, tmp_path, False, 1, 0.0)
    for row in (SessionRow(found), SessionRow(found, rows.outline.summary, counted=True)):
        for is_open in (True, False):
            lines = session_lines(row, width, 0.0, UNICODE, is_open=is_open)
            check(((line, base) for line in lines for base in ("", "cursor")), width)


def hostile_loop(tmp_path: Path, text: str) -> Loop:
    """A loop whose prompt, folder and verdicts are that text."""
    paths = write_loop(tmp_path, "codex-0.145", 3, {2: red_at_end})
    (loop,) = loops_in(paths)
    cause = Cause(text, loop.id, 1)
    runs = tuple(replace(run, cause=cause, last_answer=text) for run in loop.iterations)
    return replace(loop, prompt=text, cwd=text, why=text, cause=cause, iterations=runs)


@zoo
def test_loops_in_the_list_and_their_details(tmp_path: Path, text: str) -> None:
    _, rows = session(tmp_path, text)
    found = Found(tmp_path / "x", tmp_path / "x", tmp_path, False, 1, 0.0)
    row = loop_row(hostile_loop(tmp_path, text))
    kin = Kinship(loop=row, run=2)
    for width in WIDTHS:
        for folded in (True, False):
            lines = loop_lines(row, width, 0.0, UNICODE, is_open=folded, is_folded=folded)
            check(((line, base) for line in lines for base in ("", "cursor")), width)
        for number in (1, 2, ALL):
            said = said_of(row, number, UNICODE)
            one = SessionRow(found, rows.outline.summary, counted=True)
            lines = session_lines(one, width, 0.0, UNICODE, is_open=False, depth=1, said=said)
            check(((line, "") for line in lines), width)
    for frame in (Frame(24, 20, UNICODE), Frame(120, 20, UNICODE, wrapped=False)):
        check(((line, "") for line in loop_details(row.loop, frame).lines), frame.width)
        page = session_page(rows.outline.summary, frame, counted=True, kin=kin)
        check(((line, "") for line in page.lines), frame.width)


@zoo
@pytest.mark.parametrize("width", WIDTHS)
def test_headers_and_choices(text: str, width: int) -> None:
    header = Header(PALETTE, UNICODE)
    header.title = header.facts = text
    check(header.paint(width, 1), width)
    palette = ChoiceList(PALETTE, UNICODE)
    palette.choices = [Choice(text, text), Choice(text), Choice("x", text)]
    check(((line, "") for row in range(3) for line in palette.row_lines(row, width)), width)
