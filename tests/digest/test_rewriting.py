from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from codexlog.digest.rewriting import NotRewritten, rewritten
from codexlog.digest.skeleton import Entry, day_text

ENTRY = Entry("12:06 (+02:00)", "2025-09-23T12:06:19+02:00", "Fix it", "Fix it", [["a"], [], [], [], []])
TEXT = day_text([ENTRY], ["A note."])


def ask(command: str, seconds: float = 20.0) -> str:
    return rewritten(TEXT, command, os.environ, seconds)


def test_bullets_may_change() -> None:
    assert ask("sed 's/^- a$/- b; $(c) `d`/'") == TEXT.replace("- a\n", "- b; $(c) `d`\n")
    assert ask("cat; printf '\\n\\n'") == TEXT
    assert ask("sed '/^- A note/,$d'") == TEXT.replace("- A note.\n", "")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("sed 's/Key Insights/Insights/'", "has '**3. Insights**' where '**3. Key Insights**' was"),
        ("sed 's/^#### /### /'", "where '#### Session 1: Fix it (2025-09-23T12:06:19+02:00)' was"),
        ("sed '/^.*Assumptions/,$d'", "lacks the heading '**Assumptions & Notes**'"),
        ("tac", "where '### Session Overview' was"),
        ("cat; echo '#### Session 2: More (now)'", "one more heading: '#### Session 2: More (now)'"),
        ("echo '```'; cat", "lacks the heading '### Session Overview'"),
        ("true", "answered nothing"),
        ("echo no model >&2; exit 3", "exit code 3: no model"),
        ("no-such-command-here", "exit code 127"),
        ("kill -9 $$", "exit code -9"),
        ("cat; printf '\\377\\376' | sed 's/^/### /'", "one more heading"),
    ],
)
def test_whatever_else_it_does_is_refused_with_the_reason(command: str, reason: str) -> None:
    with pytest.raises(NotRewritten) as refused:
        ask(command)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_answer_is_safe_for_a_terminal() -> None:
    assert ask("sed 's/^- a$/- \x1b]0;owned\x07b\x1b[31m/'") == TEXT.replace("- a\n", "- b\n")
    with pytest.raises(NotRewritten) as refused:
        ask("printf '### \x1b[31mx\\n' >&2; exit 1")
    assert "\x1b" not in str(refused.value)


def test_the_text_is_never_part_of_the_command(tmp_path: Path) -> None:
    hostile = TEXT.replace(
        "- a\n", f"- $(touch {tmp_path}/x) `touch {tmp_path}/x`; ' \" touch {tmp_path}/x\n"
    )
    assert rewritten(hostile, "cat", os.environ, 20.0) == hostile
    assert not list(tmp_path.iterdir())


def test_a_command_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(NotRewritten, match=r"longer than 0\.3 seconds"):
        ask(f"sleep 60 & echo $! > {tmp_path}/pid; wait", 0.3)
    process = int((tmp_path / "pid").read_text())
    for _ in range(200):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("it still runs")


def test_a_command_that_reads_nothing_may_answer() -> None:
    big = day_text([ENTRY], ["x" * 1_000_000])
    with pytest.raises(NotRewritten, match="lacks the heading"):
        rewritten(big, "echo hello", os.environ, 20.0)
