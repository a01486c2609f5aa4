from __future__ import annotations

import json
import os
import pickle
import sqlite3
from concurrent.futures import Future
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.catalog.listing import facts_of, head_summary
from codexlog.catalog.workers import WorkerDied, Workers
from codexlog.settings.thresholds import Thresholds
from codexlog.triage import finder as finder_module
from codexlog.triage.finder import Finder, maker_of
from codexlog.triage.grouping import Wishes
from codexlog.triage.loops import Loop
from codexlog.triage.worker import MODULE
from faults.plays import red_at_end
from faults.stories import write_loop
from rollout import call, encode, event, exited, message, meta, output, task_started

LIMITS = Thresholds()
LATER = 4e9
"""A time at which no file changed a moment ago."""


def finder(home: Path, now: float = LATER, limits: Thresholds = LIMITS) -> Finder:
    cache = Cache(home / "cache.sqlite", maker_of(limits))
    return Finder(discover([home / "sessions"]), now, limits, cache)


def one_file_loop(path: Path, prompts: int = 4, prompt: str = "Do one item of the plan, then stop.") -> None:
    rows = [meta(cli_version="0.145.0", originator="codex_exec", source="exec")]
    for number in range(prompts):
        turn = f"t{number}"
        rows += [task_started(turn), event("user_message", message=prompt, kind="plain")]
        rows += [
            call(f"c{number}", "exec_command", {"cmd": f"touch {number}"}),
            output(f"c{number}", exited(0)),
        ]
        rows += [message("assistant", f"Item {number}."), event("task_complete", turn_id=turn)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(rows))


class TestSecondStart:
    def test_no_file_is_opened(self, tmp_path: Path) -> None:
        write_loop(tmp_path, "codex-0.145", 5, {3: red_at_end})
        first = finder(tmp_path)
        loops = first.loops()
        assert first.opened == 10
        second = finder(tmp_path)
        assert second.loops() == loops
        assert second.opened == 0

    @pytest.mark.parametrize("size", [4, 40])
    def test_a_long_loop_is_one_entry_as_a_short_one_is(self, tmp_path: Path, size: int) -> None:
        write_loop(tmp_path, "codex-0.145", size, {3: red_at_end})
        loops = finder(tmp_path).loops()
        second = finder(tmp_path)
        assert second.loops() == loops
        assert (second.opened, second.decoded) == (0, 1)

    def test_other_wishes_have_another_answer(self, tmp_path: Path) -> None:
        write_loop(tmp_path, "codex-0.145", 6)
        (loop,) = finder(tmp_path).loops()
        fourth = loop.iterations[3].session_id
        assert fourth is not None
        halves = finder(tmp_path).loops(Wishes(splits=frozenset((fourth,))))
        assert len(halves) == 2
        assert finder(tmp_path).loops(Wishes(splits=frozenset((fourth,)))) == halves
        assert len(finder(tmp_path).loops()) == 1

    def test_an_answer_that_cannot_be_used_is_worked_out_again(self, tmp_path: Path) -> None:
        write_loop(tmp_path, "codex-0.145", 3)
        loops = finder(tmp_path).loops()
        with sqlite3.connect(tmp_path / "cache.sqlite") as database:
            database.execute("UPDATE entry SET data = x'00' WHERE path = 'loops'")
        again = finder(tmp_path)
        assert again.loops() == loops
        assert (again.opened, again.decoded) == (0, 3)

    def test_a_file_that_grew_is_judged_again_alone(self, tmp_path: Path) -> None:
        paths = write_loop(tmp_path, "codex-0.145", 5)
        finder(tmp_path).loops()
        with paths[4].open("a") as file:
            file.write(json.dumps(event("turn_aborted", reason="interrupted")) + "\n")
        again = finder(tmp_path)
        again.loops()
        assert again.opened == 2  # its head, and all of it

    def test_other_thresholds_judge_again(self, tmp_path: Path) -> None:
        write_loop(tmp_path, "codex-0.145", 3)
        finder(tmp_path).loops()
        other = finder(tmp_path, limits=Thresholds(failing_in_a_row=2))
        other.loops()
        assert other.opened == 6

    def test_what_a_running_session_says_is_not_kept(self, tmp_path: Path) -> None:
        paths = write_loop(tmp_path, "codex-0.145", 3)
        rows = paths[2].read_text().splitlines()[:-1]
        paths[2].write_text("\n".join(rows) + "\n")
        os.utime(paths[2], (1_000, 1_000))
        running = finder(tmp_path, now=1_010).loops()
        assert (running[0].verdict, running[0].iterations[2].verdict) == ("running", "running")
        later = finder(tmp_path, now=9_000)
        assert later.loops()[0].iterations[2].verdict == "cut_off"
        assert later.opened == 1

    @pytest.mark.parametrize("by_path", [False, True])
    def test_an_iteration_that_another_one_followed_is_not_running(
        self, tmp_path: Path, by_path: bool
    ) -> None:
        paths = write_loop(tmp_path, "codex-0.145", 4)
        for path in paths[1], paths[3]:
            rows = path.read_text().splitlines()[:-1]
            path.write_text("\n".join(rows) + "\n")
            os.utime(path, (1_000, 1_000))
        young = finder(tmp_path, now=1_010)
        loop = young.loop_of(paths[1]) if by_path else young.loops()[0]
        assert loop is not None
        assert [each.verdict for each in loop.iterations][1::2] == ["cut_off", "running"]

    @pytest.mark.parametrize("data", [b"", b"no pickle", pickle.dumps(7), pickle.dumps(None)])
    def test_an_entry_that_cannot_be_used_is_a_miss(self, tmp_path: Path, data: bytes) -> None:
        write_loop(tmp_path, "codex-0.145", 3)
        found = discover([tmp_path / "sessions"])
        with Cache(tmp_path / "cache.sqlite", maker_of(LIMITS)) as cache:
            cache.put({each.path: data for each in found}, found)
        assert len(finder(tmp_path).loops()) == 1


class TestOneFile:
    def test_a_prompt_again_and_again_is_a_loop(self, tmp_path: Path) -> None:
        one_file_loop(tmp_path / "sessions" / "rollout-a.jsonl")
        (loop,) = finder(tmp_path).loops()
        assert [each.index for each in loop.iterations] == [1, 2, 3, 4]
        assert loop.why.startswith("one session")
        rows = [each.rows for each in loop.iterations]
        assert all(row is not None for row in rows)
        assert all(before[1] < after[0] for before, after in pairwise(rows) if before and after)

    def test_twice_is_none(self, tmp_path: Path) -> None:
        one_file_loop(tmp_path / "sessions" / "rollout-a.jsonl", 2)
        assert finder(tmp_path).loops() == []

    def test_the_steps_of_one_iteration_are_read_again(self, tmp_path: Path) -> None:
        one_file_loop(tmp_path / "sessions" / "rollout-a.jsonl")
        found = finder(tmp_path)
        (loop,) = found.loops()
        assert [step.command for step in found.trace(loop.iterations[2]).steps] == ["touch 2"]


def test_a_session_by_itself_may_ask_and_look(tmp_path: Path) -> None:
    rows = [meta(cli_version="0.145.0", originator="codex-tui", source="cli"), task_started("t")]
    rows += [event("user_message", message="what is this?", kind="plain")]
    rows += [message("assistant", "A parser. Shall I explain more?"), event("task_complete", turn_id="t")]
    path = tmp_path / "sessions" / "rollout-a.jsonl"
    path.parent.mkdir()
    path.write_bytes(encode(rows))
    found = finder(tmp_path)
    assert found.loops() == []
    (each,) = discover([path])
    head = replace(head_summary(facts_of(each, LATER), path), path=str(path))
    (run,) = found.judge(head)
    assert (run.verdict, run.is_bad) == ("question", False)


class TestChildren:
    @staticmethod
    def with_pool(home: Path, pool: Workers) -> tuple[Finder, list[Loop]]:
        with Cache(None, "") as cache:
            found = Finder(discover([home / "sessions"]), LATER, LIMITS, cache, pool=pool)
            return found, found.loops()

    def test_they_judge_as_this_process_does(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finder_module, "MANY", 1)
        write_loop(tmp_path, "codex-0.145", 4, {3: red_at_end})
        pool = Workers(1, MODULE)
        try:
            found, loops = self.with_pool(tmp_path, pool)
        finally:
            pool.close()
        assert loops == finder(tmp_path).loops()
        assert found.opened == 8

    def test_one_that_dies_is_made_up_for(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finder_module, "MANY", 1)
        paths = write_loop(tmp_path, "codex-0.145", 4, {3: red_at_end})
        pool = Dying()
        _, loops = self.with_pool(tmp_path, pool)
        assert [each.verdict for each in loops[0].iterations][2] == "failed"
        assert sorted(pool.asked) == sorted((job, each) for job in ("judge", "look") for each in paths)

    def test_little_is_read_here(self, tmp_path: Path) -> None:
        write_loop(tmp_path, "codex-0.145", 3)
        pool = Dying()
        self.with_pool(tmp_path, pool)
        assert pool.asked == []


class Dying(Workers):
    """Children that die with every job."""

    def __init__(self) -> None:
        super().__init__(1, MODULE)
        self.asked: list[tuple[str, Path]] = []

    def ask(self, operation: str, given: Any, path: Path, priority: int = 0) -> Future[Any]:
        self.asked.append((operation, path))
        future: Future[Any] = Future()
        future.set_exception(WorkerDied("killed"))
        return future


def test_an_unreadable_file_is_in_no_loop(tmp_path: Path) -> None:
    paths = write_loop(tmp_path, "codex-0.145", 4)
    paths[3].write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    (loop,) = finder(tmp_path).loops()
    assert len(loop.iterations) == 3


def test_wishes_change_the_groups_and_open_nothing_twice(tmp_path: Path) -> None:
    write_loop(tmp_path, "codex-0.145", 6)
    found = finder(tmp_path)
    (loop,) = found.loops()
    opened = found.opened
    fourth = loop.iterations[3].session_id
    assert fourth is not None
    halves = found.loops(Wishes(splits=frozenset((fourth,))))
    assert [len(each.iterations) for each in halves] == [3, 3]
    assert found.opened == opened
