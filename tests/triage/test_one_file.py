"""Loops that keep one session: each iteration is a part of the same file."""

from __future__ import annotations

import json
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
from faults.score import every_finding, loops_in
from faults.stories import PROMPT, change, check, finish, write_loop
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


def test_a_command_whose_words_are_not_quoted_is_found_by_what_the_hook_repeats(tmp_path: Path) -> None:
    """As Claude Code writes it: the name and the words of the command are parted."""
    path = write_one_file(tmp_path, "claude-2.1", 4, by_hook=True)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    first = next(row for row in rows if row["type"] == "user")
    words = f"{PROMPT} --completion-promise DONE"
    first["message"]["content"] = (
        "<command-message>ralph-loop:ralph-loop is running…</command-message>\n"
        f"<command-name>/ralph-loop:ralph-loop</command-name>\n<command-args>{words}</command-args>"
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert len(loop_of(path).iterations) == 4


def test_a_hook_that_asks_for_something_else_is_no_loop(tmp_path: Path) -> None:
    def answer(writer: Writer) -> None:
        change(writer)
        finish(writer, "Done so far.")

    path = write_one_file(tmp_path, "claude-2.1", 4, dict.fromkeys(range(1, 5), answer), by_hook=True)
    text = path.read_text("utf-8").replace("stop-hook.sh]: Study", "lint.sh]: The linter complains of")
    path.write_text(text, "utf-8")
    assert loops_of(path) == []


def test_a_loop_that_makes_no_commits_is_made_good_without_one(tmp_path: Path) -> None:
    def red(writer: Writer) -> None:
        change(writer, str(writer.number))
        check(writer, red=True)
        finish(writer, "One test is red.")

    def green(writer: Writer) -> None:
        change(writer, "last")
        check(writer)
        finish(writer, "It passes.")

    for prompt, good in (("Make the suite of this library pass.", 4), (PROMPT, None)):
        home = tmp_path / str(good)
        (loop,) = loops_in(
            write_loop(home, "codex-0.145", 4, {1: red, 2: red, 3: red, 4: green}, prompt=prompt)
        )
        assert (loop.first_failure, loop.recovered_by) == (1, good)


def test_a_session_that_was_resumed_in_a_new_file_is_one_loop(tmp_path: Path) -> None:
    """The new file repeats the rows of the old one under another id."""
    whole = write_one_file(tmp_path, "claude-2.1", 4)
    text = whole.read_text("utf-8")
    rows = text.splitlines(keepends=True)
    last = max(at for at, row in enumerate(rows) if PROMPT[:20] in row)
    old = "0badcafe-0000-4000-8000-000000000000"
    begun = "".join(rows[:last]).replace(whole.stem, old)
    whole.with_name(f"{old}.jsonl").write_text(begun, "utf-8")
    assert len(loops_of(whole.with_name(f"{old}.jsonl"))[0].iterations) == 3
    (loop,) = loops_of(tmp_path)
    assert (len(loop.iterations), loop.iterations[0].path) == (4, str(whole))
