from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.report.safe_text import cell_width
from codexlog.triage.compare import compare
from codexlog.triage.loops import Loop
from codexlog.triage.pages import PageLine, compare_page, last_words, loop_page, matrix_page
from codexlog.triage.reading import trace_of
from faults.plays import denied, limit, red_at_end
from faults.score import loops_in
from faults.stories import change, check, commit, finish, write_loop
from faults.writers import Writer

WIDTHS = (40, 60, 80, 100, 120, 200)
HOSTILE = "\x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07 \u202eabc\u202c [bold]x[/] 金額の端数 e\u0301\u200b\ttab\r\n"


def hostile(writer: Writer) -> None:
    writer.say(HOSTILE)
    writer.patch(f"src/{HOSTILE[:12]}.py", HOSTILE.strip(), HOSTILE.strip() * 3)
    change(writer)
    check(writer, red=True)
    commit(writer, HOSTILE.replace("'", "").replace("\r\n", " "))
    writer.shell(HOSTILE, HOSTILE, 1)
    finish(writer, HOSTILE * 20)


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Loop:
    home = tmp_path_factory.mktemp("home")
    plays = {2: hostile, 3: red_at_end, 4: denied, 6: limit}
    (found,) = loops_in(
        write_loop(home, "codex-0.145", 6, plays, prompt=f"Do ONE item. {HOSTILE} Then commit.")
    )
    return found


def pages(loop: Loop, width: int, *, plain: bool = False) -> list[PageLine]:
    one, two = loop.iterations[1], loop.iterations[2]
    traces = []
    for run in (one, two):
        with Transcript.open(Path(run.path)) as transcript:
            traces.append(trace_of(transcript))
    return [
        *loop_page(loop, width, plain=plain),
        *matrix_page(loop, width, plain=plain),
        *compare_page(one, two, compare(*traces), width, plain=plain),
        *(line for run in loop.iterations for line in last_words(run, width)),
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_screen(loop: Loop, width: int) -> None:
    for line in pages(loop, width):
        assert sum(cell_width(text) for text, _ in line.spans) <= width, line


def test_what_a_transcript_says_commands_no_terminal(loop: Loop) -> None:
    for line in pages(loop, 120):
        for text, _ in line.spans:
            assert not any(
                ord(each) < 32 or 127 <= ord(each) < 160 or each in "\u202e\u202c" for each in text
            )


def test_every_link_leads_to_an_iteration_and_a_row_of_it(loop: Loop) -> None:
    for line in pages(loop, 120):
        if line.link is not None:
            run = loop.iterations[line.link.iteration - 1]
            rows = len(Path(run.path).read_text("utf-8").split("\n"))
            assert line.link.row is None or 1 <= line.link.row <= rows


def test_without_colour_and_symbols_it_says_the_same(loop: Loop) -> None:
    text = "".join(text for line in matrix_page(loop, 80, plain=True) for text, _ in line.spans)
    assert "✗" not in text
    assert "x" in text


def test_the_table_has_a_line_an_iteration(loop: Loop) -> None:
    lines = ["".join(text for text, _ in line.spans) for line in loop_page(loop, 120, plain=False)]
    table = [line for line in lines if line[:3].strip().isdigit() and line[3] == " "]
    assert [int(line[:3]) for line in table] == [1, 2, 3, 4, 5, 6]
    assert "usage limit" in table[5]
    assert any("<- first bad" in line for line in table)


def test_a_column_is_as_wide_as_what_is_shown_of_a_hostile_subject(tmp_path: Path) -> None:
    """What a terminal is not given takes no room."""
    subject = "\x1b]52;c;aGk=\x07\x1b[31m\x1b[2Jred subject"

    def commits(writer: Writer) -> None:
        change(writer)
        commit(writer, subject)
        finish(writer, "Done.")

    (found,) = loops_in(write_loop(tmp_path, "codex-0.145", 3, {2: commits}))
    texts = ["".join(text for text, _ in line.spans) for line in loop_page(found, 120, plain=False)]
    assert any("red subject" in text for text in texts)
