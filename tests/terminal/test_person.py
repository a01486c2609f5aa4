"""A person's path through the explorer: keyboard alone, no colours, in tmux."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.tmux import PROMPT, TMUX, Tmux

pytestmark = pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
SOURCES = Path(__file__).parents[2] / "tui"
SIZES = [(120, 40), (80, 24)]
COLOUR = re.compile(r"\x1b\[[\d;]*\b(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])\b")


@pytest.fixture(params=SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def tmux(request: pytest.FixtureRequest, home: Path) -> Iterator[Tmux]:
    """A shell beside the sample sessions."""
    columns, rows = request.param
    with Tmux(Path.cwd(), columns, rows, {"NO_COLOR": "1", "PYTHONPATH": str(SOURCES)}) as one:
        yield one


def start(tmux: Tmux, *arguments: str) -> None:
    tmux.command(shlex.join([sys.executable, "-m", "codexlog", *arguments]))


def is_narrow(tmux: Tmux) -> bool:
    return int(tmux.tell("pane_width")) < 100


def at_prompt(screen: str) -> bool:
    return screen.rstrip().endswith(PROMPT.strip())


def modes_of(tmux: Tmux, name: str) -> str:
    """How the shell's terminal treats what is typed and printed."""
    tmux.command(f"stty -g > {name}.part && mv {name}.part {name}; clear")
    tmux.until(lambda screen: Path(name).exists() and screen.strip() == PROMPT.strip())
    return Path(name).read_text()


def go_to_newest(tmux: Tmux) -> None:
    """Unfold the loop and go to its last iteration."""
    tmux.until_shown("▸ ↻8 ✗5 from #4")
    tmux.press("l", "j")
    tmux.until_shown("▾ ↻8 ✗5 from #4", "└ #8 usage limit")


def test_from_the_failed_iteration_to_its_failing_call_and_out_again(tmux: Tmux) -> None:
    modes = modes_of(tmux, "before")
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", "Enter open", "/ filter", "? help", "q quit", gone=("counting…",))
    assert tmux.tell("alternate_on") == "1"

    go_to_newest(tmux)
    tmux.press("]")  # the newest session is the failed iteration
    tmux.until_shown("✗ 1", "$ python -m pytest -q", "Enter details")
    if is_narrow(tmux):
        tmux.press("Enter")
    tmux.until_shown("✗ failed · exit 1", "short test summary info", "FAILED tests/")
    if is_narrow(tmux):
        tmux.press("Escape")
        tmux.until_shown("Enter details", gone=("short test summary info",))

    tmux.press("g")
    tmux.until_shown("rate limit reached" if not is_narrow(tmux) else "▾ ✗ 1 study")
    tmux.press("Escape")
    tmux.until_shown("▸ Sessions  47", "Enter open")
    tmux.press("q")
    tmux.until(at_prompt)

    assert tmux.tell("alternate_on") == "0"
    assert tmux.tell("cursor_flag") == "1"
    assert tmux.tell("mouse_any_flag") == "0"
    assert modes_of(tmux, "after") == modes


def test_filter_help_palette_and_zoom(tmux: Tmux) -> None:
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", gone=("counting…",))

    tmux.press("/")
    tmux.type("usage limit")
    tmux.press("Enter")
    tmux.until_shown("of 47")
    tmux.press("Escape")
    tmux.until_shown("Sessions  47", gone=("of 47",))

    tmux.press("?")
    tmux.until_shown("Keys", "Esc closes", "Everywhere")
    tmux.press("Escape")
    tmux.until_shown("Sessions  47", gone=("Esc closes",))

    tmux.press(":")
    tmux.until_shown("Commands", "type to narrow down")
    tmux.type("whole screen")
    tmux.until_shown("Give this pane the whole screen", gone=("Next row",))
    tmux.press("Enter")
    if is_narrow(tmux):
        tmux.until_shown("One pane has the whole screen already.")
    else:
        tmux.until(lambda screen: "│" not in screen and "Sessions  47" in screen)
        tmux.press("z")
        tmux.until_shown("│")
    tmux.press("C-c")
    tmux.until(at_prompt)


def test_to_the_shell_and_back(tmux: Tmux) -> None:
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", gone=("counting…",))
    go_to_newest(tmux)
    tmux.press("]")
    tmux.until_shown("$ python -m pytest -q", "Enter details")
    if is_narrow(tmux):
        tmux.press("Enter")
    tmux.until_shown("✗ failed · exit 1", "short test summary info")
    before = tmux.until_still()
    tmux.press("C-z")
    tmux.until(at_prompt)
    assert tmux.tell("alternate_on") == "0"
    tmux.command("echo still here")
    tmux.until_shown("\nstill here\n")
    tmux.command("fg")
    tmux.until(lambda screen: screen == before)
    tmux.press("q")
    tmux.until(at_prompt)


def test_no_colour_is_drawn(tmux: Tmux) -> None:
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", gone=("counting…",))
    go_to_newest(tmux)
    tmux.press("]")
    tmux.until_shown("$ python -m pytest -q", "Enter details")
    coloured = tmux.coloured_screen
    assert "\x1b[" in coloured
    assert COLOUR.findall(coloured) == []
    tmux.press("q")
    tmux.until(at_prompt)


def test_search_raw_rows_markdown_and_wrapping(tmux: Tmux) -> None:
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", gone=("counting…",))
    go_to_newest(tmux)
    tmux.press("]")
    tmux.until_shown("$ python -m pytest -q", "Enter details")

    tmux.press("/")
    tmux.until_shown("text to find, or re:pattern")
    tmux.type("half cents")
    tmux.press("Enter")
    hits = r"/half cents {}/[1-9]"
    tmux.until(lambda screen: re.search(hits.format("[1-9]"), screen))
    tmux.press("g", "n")
    tmux.until(lambda screen: re.search(hits.format(1), screen) and "n next hit" in screen)
    tmux.press("n")
    tmux.until(lambda screen: re.search(hits.format("[2-9]"), screen) or "from the top again" in screen)
    tmux.press("N")
    tmux.until(lambda screen: re.search(hits.format(1), screen) or "from the end again" in screen)
    tmux.press("Escape")
    tmux.until_shown("Enter details", gone=("/half cents", "next hit"))

    tmux.press("r")
    tmux.until_shown('"timestamp": "2026-', "r or Esc goes back")
    tmux.press("r")
    tmux.until_shown(gone=('"timestamp": "2026-',))
    tmux.press("m")
    tmux.until_shown("Markdown is shown as it is written; m renders it.")
    tmux.press("m")
    tmux.until_shown(gone=("Markdown is shown as it is written",))
    tmux.press("w")
    tmux.until_shown("Long lines go on to the right")
    tmux.press("w")
    tmux.until_shown(gone=("Long lines go on to the right",))
    tmux.press("C-c")
    tmux.until(at_prompt)


def test_usage_attachments_and_how_to_resume(tmux: Tmux) -> None:
    start(tmux, "sample_sessions")
    tmux.until_shown("Sessions  47", gone=("counting…",))
    tmux.press("$")
    tmux.until_shown("▸ Usage", "Context over the session", "23,015", "Esc back")
    tmux.press("G")
    tmux.until_shown("row", gone=("23,015",) if is_narrow(tmux) else ())
    tmux.press("Escape")
    tmux.until_shown("▸ Sessions  47", gone=("▸ Usage",))
    tmux.press("A")
    tmux.until_shown("No attachments in this session.", "Esc back")
    tmux.press("Escape")
    tmux.until_shown("▸ Sessions  47", gone=("No attachments",))
    tmux.press("R")
    tmux.until_shown("▸ Resume", "cd /srv/ledger && ", "Nothing is run here: paste it into a shell.")
    tmux.press("c")
    tmux.until_shown("▸ Sessions  47", "written to", gone=("▸ Resume",))
    tmux.press("q")
    tmux.until(at_prompt)


WRITER = """
import json, sys, time
path, rows = sys.argv[1], json.loads(sys.argv[2])
for row in rows:
    with open(path, "a") as file:
        line = json.dumps(row) + "\\n"
        file.write(line[:40])
        file.flush()
        time.sleep(0.05)
        file.write(line[40:])
    time.sleep(0.1)
"""


def said(text: str, second: int) -> dict[str, object]:
    payload = {"type": "agent_message", "message": text}
    return {"timestamp": f"2026-01-01T00:00:{second:02d}.000Z", "type": "event_msg", "payload": payload}


def test_a_session_grows_while_it_is_watched(tmux: Tmux) -> None:
    path = Path("rollout-2026-01-01T00-00-00-019b2d38-495a-7ff1-9db5-efef3c506d2a.jsonl")
    begin: list[dict[str, object]] = [
        {
            "timestamp": "2026-01-01T00:00:00.000Z",
            "type": "session_meta",
            "payload": {"id": "x", "cwd": "/srv"},
        },
        {
            "timestamp": "2026-01-01T00:00:01.000Z",
            "type": "event_msg",
            "payload": {"type": "user_message", "message": "count to many"},
        },
        *(said(f"number {number}", 2) for number in range(50)),
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in begin))
    start(tmux, str(path))
    tmux.until_shown("number 49", "q quit")

    more = [said(f"later {number}", 3) for number in range(12)]
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), json.dumps(more)]):
        tmux.until_shown("later 0")
        tmux.until_shown("later 11")
    assert "cannot be read" not in tmux.screen

    tmux.press("g")
    tmux.until_shown("count to many", gone=("later 11",))
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), json.dumps([said("the very last", 4)])]):
        pass
    tmux.until(lambda screen: "/66" in screen or "grown" in screen)
    assert "the very last" not in tmux.screen
    tmux.press("G")
    tmux.until_shown("the very last")
    tmux.press("q")
    tmux.until(at_prompt)


def test_following_and_no_longer(tmux: Tmux) -> None:
    path = Path("rollout-2026-01-01T00-00-00-019b2d38-495a-7ff1-9db5-efef3c506d2a.jsonl")
    asked = {"type": "user_message", "message": "count to many"}
    prompt = {"timestamp": "2026-01-01T00:00:01.000Z", "type": "event_msg", "payload": asked}
    path.write_text(
        "".join(json.dumps(row) + "\n" for row in (prompt, *(said(f"row {n}", 2) for n in range(50))))
    )
    start(tmux, str(path))
    tmux.until_shown("row 49", "q quit")
    tmux.press("g")
    tmux.until_shown("count to many", gone=("row 49",))

    tmux.press("f")
    tmux.until_shown("row 49", "what comes will be shown")
    write(path, [said(f"later {number}", 3) for number in range(8)])
    tmux.until_shown("later 7", "following", gone=("Nothing is being written",))

    tmux.press("k")
    tmux.until_shown("not following")
    write(path, [said("unseen", 4) for _ in range(6)])
    tmux.until(lambda screen: "/67" in screen)
    assert "later 6" in tmux.screen

    tmux.press("/")
    tmux.until_shown("text to find, or re:pattern")
    tmux.type("later 7")
    tmux.press("Enter")
    tmux.until_shown("/later 7 1/1")
    write(path, [said("later 70", 5)])
    tmux.until_shown("/later 7 1/2")
    tmux.press("Escape")
    tmux.until_shown("later 7", gone=("/later 7",))
    tmux.press("f")
    tmux.until_shown("later 70", "following", gone=("not following",))
    tmux.press("q")
    tmux.until(at_prompt)


def write(path: Path, more: list[dict[str, object]]) -> None:
    """Append rows from another process, each in two pieces."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), json.dumps(more)]):
        pass
