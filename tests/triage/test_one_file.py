"""Loops that keep one session: each iteration is a part of the same file."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.settings.thresholds import Thresholds
from codexlog.triage.finder import Finder
from codexlog.triage.loops import Loop
from faults import plays
from faults.one_file import write_one_file
from faults.score import every_finding
from faults.stories import change, finish
from faults.writers import ERAS, Writer

LATER = 4e9
"""A time at which no file changed a moment ago."""
HOOKED = [("claude-2.1", True), ("codex-0.145", True), *((era, False) for era in ERAS)]


def loops_of(path: Path) -> list[Loop]:
    with Cache(None, "") as cache:
        return Finder(discover([path]), LATER, Thresholds(), cache).loops()


def loop_of(path: Path) -> Loop:
    (loop,) = loops_of(path)
    return loop


@pytest.mark.parametrize(("era", "by_hook"), HOOKED)
def test_a_healthy_one(tmp_path: Path, era: str, by_hook: bool) -> None:
    loop = loop_of(write_one_file(tmp_path, era, 5, by_hook=by_hook))
    assert [each.verdict for each in loop.iterations] == ["completed"] * 5
    assert (loop.verdict, loop.first_failure) == ("completed", None)
    assert [each for each in every_finding(loop) if each.severity != "info"] == []
    rows = [each.rows for each in loop.iterations]
    assert all(before and after and before[1] < after[0] for before, after in pairwise(rows))
    assert [len(each.progress.commits) for each in loop.iterations] == [1] * 5


@pytest.mark.parametrize(("era", "by_hook"), HOOKED)
@pytest.mark.parametrize(
    ("play", "verdict", "kind"),
    [
        (plays.claims_done, "failed", "early_stop"),
        (plays.hidden_by_pipe, "failed", ""),
        (plays.question, "question", "question"),
        (plays.stuck, "failed", "repeated_failing_command"),
        (plays.nothing, "no_op", ""),
    ],
)
def test_a_fault_in_the_third(
    tmp_path: Path, era: str, by_hook: bool, play: object, verdict: str, kind: str
) -> None:
    loop = loop_of(write_one_file(tmp_path, era, 5, {3: play}, by_hook=by_hook))  # type: ignore[dict-item]
    assert (loop.first_failure, loop.iterations[2].verdict) == (3, verdict)
    assert not kind or kind in {each.kind for each in loop.iterations[2].findings}


def test_a_hook_that_asks_for_something_else_is_no_loop(tmp_path: Path) -> None:
    def answer(writer: Writer) -> None:
        change(writer)
        finish(writer, "Done so far.")

    path = write_one_file(tmp_path, "claude-2.1", 4, dict.fromkeys(range(1, 5), answer), by_hook=True)
    text = path.read_text("utf-8").replace("stop-hook.sh]: Study", "lint.sh]: The linter complains of")
    path.write_text(text, "utf-8")
    assert loops_of(path) == []
