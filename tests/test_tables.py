"""`list` and `show` for people."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "sample_sessions"
LOOP = SAMPLES / "sessions/2026/10/06"


def run(*arguments: str, columns: int | None = None) -> str:
    environment = {"TZ": "UTC", "PATH": "", "HOME": "/nonexistent"}
    if columns is not None:
        environment["COLUMNS"] = str(columns)
    command = [sys.executable, "-m", "codexlog", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    return done.stdout.decode()


def iteration(number: int) -> str:
    return str(sorted(LOOP.iterdir())[number - 1])


@pytest.mark.parametrize("columns", [80, 110, 200])
def test_the_list_fits_its_width(columns: int) -> None:
    lines = run("list", str(LOOP), columns=columns).splitlines()
    assert len(lines) == 9
    assert max(map(len, lines)) <= columns
    assert "✗ failed" in lines[1]


def test_a_narrow_list_keeps_time_id_outcome_failures_and_title() -> None:
    assert run("list", str(LOOP), columns=80).splitlines()[0].split() == [
        "started",
        "id",
        "outcome",
        "✗",
        "title",
    ]


def test_a_pipe_gets_no_colour() -> None:
    assert "\x1b" not in run("show", iteration(5))


def test_a_failing_call_is_shown_with_both_ends_of_its_output() -> None:
    text = run("show", iteration(5), columns=120)
    start = text.index("✗ 1 $ python -m pytest -q")
    block = text[start : start + 2500]
    assert "= FAILURES =" in block
    assert re.search(r"⋯ \d+ lines left out; --full shows them", block)
    assert re.search(r"1 failed, \d+ passed", block)


def test_failed_shows_nothing_but_bad_calls() -> None:
    lines = run("show", iteration(5), "--failed").splitlines()
    marks = {line[0] for line in lines[lines.index("") + 1 :] if line and not line.startswith((" ", "Turn"))}
    assert marks == {"✗"}


def test_full_shows_whole_outputs_and_reasoning() -> None:
    text = run("show", iteration(5), "--full")
    assert "lines left out" not in text
    assert "~ " in text
    assert "# AGENTS.md instructions" in text


def test_one_turn_of_a_session() -> None:
    path = next(SAMPLES.glob("sessions/2026/06/26/*.jsonl"))
    text = run("show", str(path), "--turn", "2")
    assert text.lstrip().startswith("Turn 2")
    assert "Turn 1" not in text


def test_hostile_text_cannot_reach_the_terminal() -> None:
    text = ""
    for path in sorted(SAMPLES.glob("sessions/2026/07/20/*.jsonl")):
        if path.stat().st_size > 1000:
            text += run("show", str(path), "--full")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)
