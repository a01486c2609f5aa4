"""Pages: diffs, code, Markdown, raw rows; wrapped, cut, and scrolled sideways."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from codexlog.app.loading.raw_reading import raw_entry, raw_file, raw_session, raw_turn
from codexlog.app.outline_rows import OutlineRows
from codexlog.app.render import painters, syntax
from codexlog.app.render.call_page import call_page
from codexlog.app.render.item_page import item_page
from codexlog.app.render.lines import Line, Palette, line_width, window
from codexlog.app.render.page import Frame, Page, wrap
from codexlog.app.render.raw_page import RawRow, raw_page
from codexlog.catalog.transcript import Transcript
from codexlog.model import Call, Message
from codexlog.report.glyphs import UNICODE
from codexlog.timeline.entries import BAD, CALL

FRAME = Frame(60, 30, UNICODE)
PATCH = """*** Begin Patch
*** Update File: /p/src/a.py
@@ -1,2 +1,2 @@
 kept
-old
+new
stray
*** Delete File: /q/b.py
*** End Patch"""


def call(name: str, arguments: object, output: str | None = None) -> Call:
    return Call(1, None, "call_1", name, arguments, output, 2, "ok", 0, None)


def texts(page: Page) -> list[str]:
    return ["".join(text for text, _ in line) for line in page.lines]


def styles(page: Page, words: str) -> set[str]:
    return {style for line in page.lines for text, style in line if words in text}


# ------------------------------------------------------------------------------------------- diffs


def test_a_patch_is_shown_file_by_file() -> None:
    page = call_page(call("apply_patch", PATCH), (), (), FRAME, "/p")
    lines = texts(page)
    start = lines.index("updated src/a.py  +1 −1")
    assert lines[start + 1 : start + 7] == ["@@", "1  kept", "2 -old", "2 +new", "  ?stray", ""]
    assert "deleted /q/b.py" in lines
    assert lines[-1] == "1 line of this patch have no mark and stand behind a ?"
    assert styles(page, "+new") == {"add"}
    assert styles(page, "-old") == {"remove"}


def test_a_broken_patch_is_shown_as_it_stands() -> None:
    lines = texts(call_page(call("apply_patch", "garbage\nmore"), (), (), FRAME))
    assert lines[-3:] == ["No file is named in this patch; as it stands:", "garbage", "more"]


def test_the_command_around_a_patch_is_shown() -> None:
    command = f"cd sub && apply_patch <<'EOF'\n{PATCH}\nEOF"
    assert "$ cd sub && apply_patch <<'EOF'" in texts(
        call_page(call("exec_command", {"cmd": command}), (), (), FRAME)
    )


def test_diffs_in_outputs_are_coloured() -> None:
    output = "commit 1\n- a list\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new"
    page = call_page(call("exec_command", {"cmd": "git show"}, output), (), (), FRAME)
    assert styles(page, "+new") == {"add"}
    assert styles(page, "- a list") == {""}
    assert styles(page, "+++ b/x") == {"bold"}


# -------------------------------------------------------------------------------------------- code


def test_code_that_a_command_prints_is_coloured() -> None:
    output = "def f():\n    return 'x'"
    page = call_page(call("exec_command", {"cmd": "cat a.py"}, output), (), (), FRAME)
    assert styles(page, "def") == {"code-keyword"}
    assert texts(page)[-2:] == output.splitlines()
    plain = call_page(call("exec_command", {"cmd": "cat a.txt"}, output), (), (), FRAME)
    assert styles(plain, "def") == {""}


def test_numbers_before_code_are_quiet() -> None:
    page = call_page(call("Read", {"file_path": "a.py"}, "     1→import os\n     2→x = 1"), (), (), FRAME)
    assert styles(page, "1→") == {"dim"}
    assert styles(page, "import") == {"code-keyword"}


@given(
    st.lists(st.text(alphabet="ab =\"'(\t#/*`{}", max_size=12), max_size=12),
    st.sampled_from(["python", "javascript"]),
)
def test_painting_changes_no_character(lines: list[str], language: str) -> None:
    assert ["".join(text for text, _ in line) for line in syntax.painted(lines, language)] == lines


def test_what_is_long_stays_plain() -> None:
    far = ["x = 1"] * (syntax.MOST_CHARACTERS // 6 + 10)
    found = syntax.painted(far, "python")
    assert len(found) == len(far)
    assert len(found[0]) > 1
    assert found[-1] == (("x = 1", ""),)
    assert syntax.painted(["x = " + "1" * 2_000], "python") == [(("x = " + "1" * 2_000, ""),)]


def test_json_is_laid_out() -> None:
    page = call_page(call("mcp", {"a": "x"}, '{"b":[1.50,true],"c":"text"}'), (), (), FRAME)
    assert texts(page)[-7:] == ["{", '  "b": [', "    1.50,", "    true", "  ],", '  "c": "text"', "}"]
    assert styles(page, '"b"') == {"code-key"}
    assert not painters.is_json("{not json}")


def test_here_documents_are_quiet() -> None:
    page = call_page(call("exec_command", {"cmd": "bash -lc 'cat <<EOF\nbody\nEOF\nls'"}), (), (), FRAME)
    assert styles(page, "body") == {""}
    assert styles(page, "ls") == {"bold"}


def test_a_page_without_code_loads_no_lexer() -> None:
    script = """
import sys
from codexlog.app.render.call_page import call_page
from codexlog.app.render.item_page import item_page
from codexlog.app.render.page import Frame
from codexlog.model import Call, Message
from codexlog.report.glyphs import UNICODE
frame = Frame(80, 20, UNICODE)
call_page(Call(1, None, "c", "exec_command", {"cmd": "make"}, "done", 2, "ok", 0, None), (), (), frame)
item_page(Message(1, None, "user", "Please fix it."), (), frame)
print([name for name in ("pygments.lexers", "markdown_it") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------------------------------- Markdown

MARKDOWN = """# Title

Some *soft* and **hard** words, `code`, a [link](https://a.example/x) and <https://b.example>.
Second line.

- one
- two
  1. inner
  2. more

| name | count |
| --- | ---: |
| 表の列 | 1 |
| b | 20 |

```python
def f(): ...
```

> quoted
"""


def markdown(text: str, frame: Frame = FRAME) -> Page:
    return item_page(Message(1, None, "assistant", text), (), frame)


def test_markdown_is_rendered() -> None:
    lines = texts(markdown(MARKDOWN))[2:]
    assert lines == [
        "Title",
        "",
        "Some soft and hard words, `code`, a link ",
        "(https://a.example/x) and https://b.example.",
        "Second line.",
        "",
        "• one",
        "• two",
        "  1. inner",
        "  2. more",
        "",
        "name    count",
        "─" * 13,
        "表の列      1",
        "b          20",
        "",
        "  def f(): ...",
        "",
        "│ quoted",
    ]
    page = markdown(MARKDOWN)
    assert styles(page, "hard") == {"strong"}
    assert styles(page, "soft") == {"em"}
    assert styles(page, "Title") == {"heading"}
    assert styles(page, "def") == {"code-keyword"}


def test_markdown_is_shown_as_written_on_demand() -> None:
    assert "| 表の列 | 1 |" in texts(markdown(MARKDOWN, FRAME._replace(rendered=False)))


def test_wide_tables_go_on_below_in_their_columns() -> None:
    page = markdown(f"| a | b |\n| --- | --- |\n| {'word ' * 30} | {'other ' * 30} |")
    assert max(map(line_width, page.lines)) <= FRAME.width
    assert sum("word" in line and "other" in line for line in texts(page)) > 3


def test_no_hyperlink_is_made_and_html_stands_as_written() -> None:
    page = markdown("[good](https://evil.example) <b>bold</b>\n\n<div>\n*x*\n</div>")
    assert "good (https://evil.example) <b>bold</b>" in texts(page)
    assert "*x*" in texts(page)
    assert all(Palette()[style].link is None for line in page.lines for _, style in line)


@given(st.text(alphabet="*_`#[]()<>|~-+1. \n\tab表\\!:&;", max_size=120), st.sampled_from([8, 20, 60]))
def test_any_markdown_fits_the_page(text: str, width: int) -> None:
    page = markdown(text, Frame(width, 10, UNICODE))
    assert all(line_width(line) <= width for line in page.lines[2:])


def test_huge_texts_are_shown_as_written() -> None:
    text = "**x** " * 40_000
    assert "**x**" in texts(markdown(text))[2]


# ---------------------------------------------------------------------------- wrapping and sideways


@given(st.lists(st.text(alphabet="ab 表é\u0301", max_size=20), max_size=4), st.integers(2, 30), st.booleans())
def test_wrapping_loses_nothing_but_blanks(parts: list[str], width: int, prose: bool) -> None:
    pieces = wrap([(part, "") for part in parts], width, prose=prose)
    joined = "".join(text for piece in pieces for text, _ in piece)
    wanted = "".join(parts)
    assert joined.replace(" ", "") == wanted.replace(" ", "")
    assert prose or joined == wanted
    assert all(line_width(piece) <= width for piece in pieces)


@given(st.lists(st.text(alphabet="ab 表😀", max_size=20), max_size=4), st.integers(1, 30), st.integers(1, 40))
def test_a_window_splits_no_character(parts: list[str], width: int, start: int) -> None:
    line: Line = tuple((part, "") for part in parts if part)
    shown = window(line, start, width)
    assert line_width(shown) <= width
    assert {char for text, _ in shown for char in text} <= {*"".join(parts), "…", " "}


def test_a_window_shows_where_more_is() -> None:
    line: Line = (("abcdef", "bold"), ("ghij", ""))
    assert "".join(text for text, _ in window(line, 0, 6)) == "abcde…"
    assert "".join(text for text, _ in window(line, 3, 20)) == "…efghij"
    assert "".join(text for text, _ in window(line, 3, 5)) == "…efg…"


def test_lines_that_are_not_wrapped_stand_whole() -> None:
    page = call_page(call("x", {}, "a" * 500 + "\nb"), (), (), FRAME._replace(wrapped=False))
    assert texts(page)[-2:] == ["a" * 500, "b"]
    long = call_page(call("x", {}, "a" * 50_000), (), (), FRAME._replace(wrapped=False))
    assert texts(long)[-1].endswith("⋯ 30,000 characters more")


@pytest.mark.parametrize("size", [4, 12, 40, 400])
def test_long_outputs_show_how_they_begin_and_end(size: int) -> None:
    output = "\n".join(f"line {number}" for number in range(size))
    page = call_page(call("x", {}, output), (), (), FRAME)
    lines = texts(page)
    assert "line 0" in lines
    assert lines[-1] == f"line {size - 1}"
    hidden = [int(line.split()[1]) for line in lines if "hidden" in line]
    assert sum(hidden) + sum(line.startswith("line ") for line in lines) == size


# ----------------------------------------------------------------------------------------- raw rows


@pytest.fixture
def session(tmp_path: Path) -> tuple[Transcript, OutlineRows]:
    meta = {"timestamp": "2026-10-06T18:00:00Z", "type": "session_meta", "payload": {"id": "x", "cwd": "/p"}}
    started = {"type": "task_started", "turn_id": "t1"}
    rows: list[object] = [
        meta,
        {"timestamp": "2026-10-06T18:00:01Z", "type": "event_msg", "payload": started},
        _item({"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}),
        _item({"type": "function_call", "name": "shell", "arguments": "{}", "call_id": "c"}),
        _item({"type": "function_call_output", "call_id": "c", "output": "x" * 5_000}),
    ]
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(b"".join(json.dumps(row).encode() + b"\n" for row in rows) + b'{"torn\x1b\xff\n')
    transcript = Transcript.open(path)
    return transcript, OutlineRows(transcript.outline())


def _item(payload: object) -> object:
    return {"timestamp": "2026-10-06T18:00:02Z", "type": "response_item", "payload": payload}


def test_the_rows_of_a_call(session: tuple[Transcript, OutlineRows]) -> None:
    transcript, rows = session
    page = raw_entry(transcript, rows, rows.outline.entries.kind.index(CALL), Frame(300, 30, UNICODE))
    lines = texts(page)
    assert page.title == "raw rows 4, 5"
    assert lines[0].startswith(f"call  {transcript.facts.path}:4  ")
    assert any(line.startswith(f"output  {transcript.facts.path}:5  ") for line in lines)
    assert '    "name": "shell",' in lines
    assert page.is_cut
    assert any("⋯ 4.8 kB more" in line for line in lines)
    whole = raw_entry(
        transcript, rows, rows.outline.entries.kind.index(CALL), Frame(6_000, 30, UNICODE, whole=True)
    )
    assert f'    "output": "{"x" * 5_000}"' in texts(whole)
    assert not whole.is_cut


def test_the_rows_of_a_turn_and_of_the_session(session: tuple[Transcript, OutlineRows]) -> None:
    transcript, rows = session
    assert raw_turn(transcript, rows, 0, FRAME).title == "raw row 2"
    assert any('"task_started"' in line for line in texts(raw_turn(transcript, rows, 0, FRAME)))
    assert any('"session_meta"' in line for line in texts(raw_session(transcript, FRAME)))
    assert texts(raw_file(transcript.source.path, FRAME)) == texts(raw_session(transcript, FRAME))
    assert texts(raw_file(Path("/nowhere"), FRAME))[0].startswith("This row cannot be read")


def test_bytes_that_are_no_row_are_escaped(session: tuple[Transcript, OutlineRows]) -> None:
    transcript, rows = session
    page = raw_entry(transcript, rows, rows.outline.entries.kind.index(BAD), FRAME)
    assert texts(page)[-1] == '{"torn\\x1b\\xff'


def test_a_row_that_is_too_long_is_cut_with_a_mark() -> None:
    page = raw_page("f", [RawRow("row", 3, b'{"a":"' + b"x" * 100, 5_000_000)], FRAME)
    assert texts(page)[-1] == "⋯ 5.0 MB more of this row"


@pytest.mark.parametrize(
    ("line", "offset", "row"),
    [
        (b'{"a":1}', 0, b'{"a":1}'),
        (b'{"a":1}{"b":2}', 0, b'{"a":1}'),
        (b'{"a":1}{"b":2}', 7, b'{"b":2}'),
        (b'{"a":1} \r', 0, b'{"a":1}'),
    ],
)
def test_the_bytes_of_a_row(tmp_path: Path, line: bytes, offset: int, row: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(line + b"\n{}\n")
    with Transcript.open(path) as transcript:
        assert transcript.raw_row(offset, 1_000) == (row, len(row))
        assert transcript.raw_row(offset, 3) == (row[:3], len(line) - offset)


def test_cells_of_every_style_are_known_without_colour() -> None:
    assert cell_len("表") == 2
    assert Palette(colour=False)["code-string"].color is None
    assert Palette(colour=False)["code-keyword"].bold
