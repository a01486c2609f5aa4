"""What runs beside a loop, in the same folder and at the same time, and is no part of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.settings.thresholds import Thresholds
from codexlog.triage.finder import Finder
from codexlog.triage.loops import Loop
from faults import plays
from faults.stories import PROMPT, START, write_loop
from faults.writers import ERAS, Codex, Writer, begin

LATER = 4e9
SIZE, AT = 6, 4


def found_in(home: Path) -> list[Loop]:
    with Cache(None, "") as cache:
        return Finder(discover([home]), LATER, Thresholds(), cache).loops()


def check_loop(home: Path, paths: list[Path]) -> None:
    (loop,) = found_in(home)
    assert [each.path for each in loop.iterations] == [str(path) for path in paths]
    assert (loop.first_failure, loop.iterations[AT - 1].verdict) == (AT, "failed")


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def paths(tmp_path: Path, era: str) -> list[Path]:
    return write_loop(tmp_path, era, SIZE, {AT: plays.red_at_end})


def beside(era: str, number: int, prompt: str, seconds: float = 5) -> Writer:
    """A session that runs while the loop does."""
    writer = begin(era, 90 + number, START + timedelta(seconds=seconds))
    writer.open()
    writer.prompt(prompt)
    return writer


def test_a_session_that_watches_the_loop(tmp_path: Path, era: str, paths: list[Path]) -> None:
    writer = beside(era, 1, "Watch the loop and restart it when it hangs.")
    for _ in range(8):
        writer.now += timedelta(seconds=20)
        writer.shell("git log --oneline -1", "abc1234 part 1\n")
    plays.question(writer)
    writer.write(tmp_path)
    check_loop(tmp_path, paths)


def test_subagents_with_the_same_prompt(tmp_path: Path, era: str, paths: list[Path]) -> None:
    for number in range(3):
        writer = beside(era, number, PROMPT, 5 + 40 * number)
        plays.red_at_end(writer)
        parent = "019d0001-0000-7000-8000-000000000001"
        if isinstance(writer, Codex):
            spawned = {"subagent": {"thread_spawn": {"parent_thread_id": parent, "depth": 1}}}
            writer.rows[0]["payload"]["source"] = spawned
            writer.write(tmp_path)
        else:
            for row in writer.rows:
                row |= {"isSidechain": True, "agentId": f"a{number}", "sessionId": parent}
            path = writer.path(tmp_path).parent / parent / "subagents" / f"agent-a{number}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in writer.lines()))
    check_loop(tmp_path, paths)


def test_an_editor_that_makes_titles(tmp_path: Path) -> None:
    paths = write_loop(tmp_path, "codex-0.145", SIZE, {AT: plays.red_at_end})
    for number in range(4):
        writer = beside("codex-0.145", number, "Make a title of at most six words.", 5 + 10 * number)
        writer.rows[0]["payload"]["originator"] = "codex_vscode"
        plays.nothing(writer)
        writer.write(tmp_path)
    check_loop(tmp_path, paths)


@pytest.mark.parametrize("folder", ["aaa", "zzz"])
def test_snapshots_of_an_iteration_count_once(tmp_path: Path, paths: list[Path], folder: str) -> None:
    """Copies of what there was at some moment; wherever they stand, the longest one counts."""
    lines = paths[AT - 1].read_text("utf-8").splitlines(keepends=True)
    for number, share in enumerate((0.4, 0.7)):
        copy = tmp_path / folder / str(number) / paths[AT - 1].name
        copy.parent.mkdir(parents=True)
        copy.write_text("".join(lines[: int(len(lines) * share)]), "utf-8")
    check_loop(tmp_path, paths)


@pytest.mark.parametrize(
    "prompt",
    [
        "仕様と IMPLEMENTATION_PLAN.md を読み、項目を一つ選んで実装し、テストしてコミットする。",
        "Lies specs/* und den Plan, nimm genau EINEN offenen Punkt, setze ihn um, teste, committe.",
        "Изучи план, выбери один пункт, сделай его, запусти тесты и закоммить.",
    ],
)
def test_prompts_in_other_languages(tmp_path: Path, era: str, prompt: str) -> None:
    paths = write_loop(tmp_path, era, SIZE, {AT: plays.red_at_end}, prompt=prompt)
    check_loop(tmp_path, paths)
    (loop,) = found_in(tmp_path)
    others = [each for run in loop.iterations if run.index != AT for each in run.findings]
    assert others == []


def test_a_loop_restarted_after_a_pause_of_five_minutes(tmp_path: Path, era: str) -> None:
    first = write_loop(tmp_path, era, 3)
    (loop,) = found_in(tmp_path)
    assert loop.iterations[-1].ended_at is not None
    later = START + timedelta(seconds=(loop.iterations[-1].seconds or 0) * 3 + 3 * 8 + 340)
    second = write_loop(tmp_path, era, 3, {2: plays.red_at_end}, start=later, first=4)
    (loop,) = found_in(tmp_path)
    assert [each.path for each in loop.iterations] == [str(path) for path in (*first, *second)]
    assert loop.first_failure == 5
