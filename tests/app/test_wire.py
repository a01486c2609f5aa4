"""What goes over the wire, measured in a real terminal.

A line of 20 kB/s shows in 300 ms what 6 kB say: that is the bound of every key. Most keys stay far below.
The step that scrolls a list is the dearest of the moves: no line of the list keeps its text, a terminal
cannot scroll a part of its width, and the details change along. Measured on the sample sessions at
120 × 40: 340 to 1,000 bytes a step, up to 2,600 once in half a page.
"""

from __future__ import annotations

import base64
import os
import re
import select
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from codexlog.app.commands import COMMANDS, Command, Pane
from codexlog.app.widgets.moves import MOVES
from terminals import Terminal, bytes_of

LIMIT = 2_048
SCROLL_LIMIT = 3_000
KEY_LIMIT = 6_000
FIRST_SCREEN_LIMIT = 9_000
LEAVING = ("quit", "stop", "pager", "edit")
"""Commands after which another program has the terminal."""
DOWN, UP = bytes_of("down"), bytes_of("up")


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    yield one
    one.close()


def test_a_step_sends_little(terminal: Terminal) -> None:
    steps = [terminal.press(DOWN, quiet=0.12) for _ in range(46)]
    assert max(steps[:12]) < LIMIT, steps
    assert max(steps) < SCROLL_LIMIT, steps
    assert sum(step >= LIMIT for step in steps) <= 3, sorted(steps)
    assert sum(steps) / len(steps) < LIMIT / 2, steps


def test_a_step_in_the_timeline_and_in_the_details_sends_little(terminal: Terminal) -> None:
    for _ in range(4):
        terminal.press(DOWN)
    terminal.press("\r")
    terminal.settle()
    inside = [terminal.press(UP) for _ in range(22)]
    terminal.press("\t")
    inside += [terminal.press(DOWN) for _ in range(6)]
    assert max(inside) < LIMIT, inside


def test_a_step_sends_little_in_every_theme_with_a_ground_of_its_own(home: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"], "codexlog", "state.json")
    state.parent.mkdir(parents=True)
    state.write_text('{"theme": "dark", "theme_over": "terminal"}')
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    steps = [one.press("\x1b[B") for _ in range(12)]
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    assert 0 < median(steps) < LIMIT, steps
    assert sum(steps) / len(steps) < LIMIT, steps


@pytest.mark.parametrize(("per_second", "limit"), [(2, 8 * LIMIT), (100, 400 * 400)])
def test_rows_that_are_appended_send_little(per_second: int, limit: int, home: Path) -> None:
    """A row at a time changes two lines; of a flood, some screens a second are sent."""
    path = max(home.rglob("rollout-2026-10-06*.jsonl"))
    one = Terminal(path)
    one.wait_for("usage limit")
    one.settle()
    row = '{"timestamp":"2026-10-06T18:45:00.000Z","type":"future_kind","payload":{"a":%d}}\n'
    sent, rows = b"", 4 * per_second
    for number in range(rows):
        with path.open("a") as file:
            file.write(row % number)
        time.sleep(1 / per_second)
        while select.select([one.fd], [], [], 0)[0]:
            sent += os.read(one.fd, 1 << 16)
    sent += one.read(1.0)
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    assert sent.count(b"row of an unknown kind") >= min(rows, 10)
    assert len(sent) < limit


def test_a_change_of_pane_sends_little(terminal: Terminal) -> None:
    assert max(terminal.press("\t") for _ in range(3)) < LIMIT


def open_pane(terminal: Terminal, pane: Pane) -> None:
    """Come to a pane from wherever the last key led."""
    for _ in range(4):
        terminal.press("\x1b")
    if pane != "sessions":
        terminal.press("\r")
        terminal.settle()
    if pane == "details":
        terminal.press("\t")


def commands_of(pane: Pane) -> list[Command]:
    return [each for each in COMMANDS if pane in each.where and each.id not in LEAVING]


@pytest.mark.parametrize("pane", ["sessions", "timeline", "details"])
def test_no_key_sends_more_than_a_slow_line_shows_at_once(terminal: Terminal, pane: Pane) -> None:
    sent: dict[str, int] = {}
    for _ in range(4):
        terminal.press(DOWN)
    open_pane(terminal, pane)
    footer = terminal.screen.display[-1]
    for command in commands_of(pane):
        sent[command.id] = terminal.press(bytes_of(command.keys[0]))
        if terminal.screen.display[-1] != footer:
            sent[f"{command.id}, Esc"] = terminal.press("\x1b")
            open_pane(terminal, pane)
    assert len(sent) >= len(MOVES)
    assert {name: size for name, size in sent.items() if size >= KEY_LIMIT} == {}


def test_the_first_screen_is_sent_once(home: Path) -> None:
    one = Terminal(home)
    out = one.until(lambda screen: "Sessions  47" in screen)
    assert out.count(b"\x1b[2J") == 1
    assert len(out) < FIRST_SCREEN_LIMIT
    one.close()


def test_redrawing_sends_the_whole_screen_again(terminal: Terminal) -> None:
    before = terminal.text
    terminal.stream.feed(b"\x1b[2J\x1b[5Hwritten by another program")
    terminal.press(bytes_of("ctrl+r"))
    assert terminal.text == before


def test_no_colour_is_sent_where_none_is_wanted(home: Path) -> None:
    one = Terminal(home, NO_COLOR="1")
    out = one.until(lambda screen: "q quit" in screen)
    one.close()
    sgr = {part for codes in re.findall(rb"\x1b\[([\d;]+)m", out) for part in codes.split(b";")}
    assert sgr
    assert not {b"31", b"32", b"33", b"34", b"35", b"36", b"38", b"48"} & sgr


MOUSE = (b"\x1b[?1000h", b"\x1b[?1003h")
"""What a terminal is sent that shall report the mouse instead of selecting text."""


@pytest.mark.parametrize(("env", "wanted"), [({}, True), ({"SSH_TTY": "/dev/pts/9"}, False)])
def test_the_mouse_is_the_terminals_over_ssh(home: Path, env: dict[str, str], wanted: bool) -> None:
    one = Terminal(home, **env)  # type: ignore[arg-type]
    out = one.until(lambda screen: "q quit" in screen)
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    assert b"\x1b[?1049h" in out
    assert [mode in out for mode in MOUSE] == [wanted] * 2


def test_a_copy_is_asked_of_a_bare_terminal_in_one_piece(home: Path, tmp_path: Path) -> None:
    one = Terminal(home, XDG_STATE_HOME=str(tmp_path), TMUX="", DISPLAY="", WAYLAND_DISPLAY="")
    one.wait_for("Sessions  47")
    one.settle()
    os.write(one.fd, b"c")
    out = one.read(1.0)
    os.write(one.fd, b"q")
    one.end()
    os.close(one.fd)
    sent = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", out)
    assert len(sent) == 1
    path = base64.b64decode(sent[0]).decode()
    assert path.startswith("sample_sessions/sessions/2026/10/06/rollout-")
    assert (tmp_path / "codexlog" / "copy.txt").read_text(encoding="utf-8") == path


def test_the_pager_gets_the_screen_and_gives_it_back(home: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho PAGED; head -c 200 "$1"; sleep 0.4\n')
    pager.chmod(0o755)
    one = Terminal(home, PAGER=str(pager))
    one.wait_for("Sessions  47")
    one.settle()
    one.press("G")  # a session that is in no loop
    one.press("\r")
    one.settle()
    before = one.text
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert b"PAGED" in out
    assert out.index(b"\x1b[?1049l") < out.index(b"PAGED") < out.rindex(b"\x1b[?1049h")
    one.wait_for("Sessions  47")
    assert one.text == before
    one.type("q")
    assert one.end() == 0
    os.close(one.fd)


def test_a_program_that_ends_at_once_does_not_flash(home: Path) -> None:
    one = Terminal(home, PAGER="cat")
    one.wait_for("Sessions  47")
    one.settle()
    one.press("G")  # a session that is in no loop
    one.press("\r")
    one.settle()
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert b"Press Enter to return." in out
    assert b"\x1b[?1049h" not in out
    os.write(one.fd, b"\r")
    one.wait_for("Sessions  47")
    os.write(one.fd, b"q")
    assert one.end() == 0
    os.close(one.fd)


def test_the_editor_gets_a_copy_that_cannot_be_changed(home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "an editor"
    editor.write_text('#!/bin/sh\necho EDITED "$1"; stat -c %a "$2"; sleep 0.5\n')
    editor.chmod(0o755)
    one = Terminal(home, VISUAL=f"'{editor}' --wait", EDITOR="false")
    one.wait_for("Sessions  47")
    one.settle()
    one.press("G")  # a session that is in no loop
    one.press("\r")
    one.settle()
    os.write(one.fd, b"e")
    out = one.read(1.0)
    assert b"EDITED --wait" in out
    assert b"400" in out
    one.wait_for("Sessions  47")
    os.write(one.fd, b"q")
    assert one.end() == 0
    os.close(one.fd)


def test_a_step_on_the_usage_page_sends_little(terminal: Terminal) -> None:
    for _ in range(3):
        terminal.press("\x1b[B")
    terminal.press("\r")
    terminal.settle()
    os.write(terminal.fd, b"$")
    terminal.wait_for("Every turn")
    steps = [terminal.press("j") for _ in range(12)]
    assert max(steps) < LIMIT, steps
    os.write(terminal.fd, b"q")
    terminal.wait_for("Sessions  47")


def test_a_picture_waits_for_enter(home: Path) -> None:
    (path,) = home.rglob("*019f29d9-66b0-73f5-9018-bda3ce4b77a4.jsonl")
    one = Terminal(path, SSH_TTY="/dev/pts/9")
    one.wait_for("quit")
    one.settle()
    os.write(one.fd, b"A")
    one.wait_for("2 attachments")
    os.write(one.fd, b"o")
    out = one.read(1.0)
    assert out.index(b"\x1b[?1049l") < out.index("▀".encode()) < out.index(b"Press Enter")
    os.write(one.fd, b"\r")
    one.wait_for("2 attachments")
    os.write(one.fd, b"\x03")
    assert one.end() == 0
    os.close(one.fd)


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        (b"/half\r", "/half"),
        (b"/is:fork ledger\r", "/is:fork ledger"),
        (b":zoom", "zoom"),
    ],
)
def test_what_is_typed_ahead_of_a_field_goes_into_it(home: Path, typed: bytes, seen: str) -> None:
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    os.write(one.fd, typed)
    one.wait_for(seen)
    one.close()
