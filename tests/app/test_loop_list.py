"""Loops in the session list: folded into a row, unfolded again, and what the keys do there."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, Explore, press, screen_of, settled, shown, until
from app.test_loops import landed, links_of
from codexlog.app.loading import judging
from codexlog.app.screens.covering import CoveringScreen
from codexlog.app.session_rows import SessionRows
from codexlog.triage.finder import Finder
from faults import writers
from faults.plays import red_at_end
from faults.stories import write_loop

pytestmark = pytest.mark.asyncio
FOLDED = "↻8 ✗5 from #4"
SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


async def folded(pilot: Pilot[None], words: str = FOLDED) -> None:
    await until(pilot, lambda: words in shown(pilot))


def rows_of(pilot: Pilot[None]) -> SessionRows:
    return screen_of(pilot).sessions.model


def cursor_line(pilot: Pilot[None]) -> int:
    """Where on the screen the list's cursor stands."""
    view = screen_of(pilot).sessions.view
    return view.cursor - view.top


def path_here(pilot: Pilot[None]) -> Path:
    """The session under the list's cursor; what is known of it grows while it is counted."""
    here = screen_of(pilot).sessions.current
    assert here is not None
    return here.found.path


def first_lines(pilot: Pilot[None], number: int) -> str:
    return "\n".join(line[:80] for line in shown(pilot).splitlines()[1 : number + 1])


@SIZES
async def test_a_loop_is_one_row_and_unfolds(explore: Explore, home: Path, size: tuple[int, int]) -> None:
    async with explore(home, size=size, group_loops=True) as pilot:
        await folded(pilot)
        assert "! " in first_lines(pilot, 1) and "▸ ↻8" in first_lines(pilot, 1)
        assert all(each in first_lines(pilot, 2) for each in ("11m30", "1.1M", "Oct 06 18:31"))
        assert len(rows_of(pilot)) == 39
        assert screen_of(pilot).sessions.view.cursor == 0
        await press(pilot, "l")
        assert "▾ ↻8" in first_lines(pilot, 1)
        lines = first_lines(pilot, 18)
        assert "† └ #7 cut off: the last call has no" in lines or "† Oct 06 18:39 └ #7 cut off" in lines
        assert len(rows_of(pilot)) == 47
        await press(pilot, "j", "j", "h")
        assert screen_of(pilot).sessions.view.cursor == 0
        await press(pilot, "h")
        assert "▸ ↻8" in first_lines(pilot, 1)
        await press(pilot, "plus")
        assert "▾ ↻8" in first_lines(pilot, 1)
        await press(pilot, "j", "j", "j", "minus")
        assert screen_of(pilot).sessions.view.cursor == 0
        assert "▸ ↻8" in first_lines(pilot, 1)


@SIZES
async def test_enter_opens_the_loop_and_b_its_first_bad_iteration(
    explore: Explore, home: Path, size: tuple[int, int]
) -> None:
    async with explore(home, size=size, group_loops=True) as pilot:
        await folded(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "first bad  #4 failed" in shown(pilot))
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)
        assert "▸ ↻8" in first_lines(pilot, 1)
        await press(pilot, "b")
        await landed(pilot, 46)
        await press(pilot, "escape")
        assert "Iteration 4" not in shown(pilot)
        assert rows_of(pilot).twig(screen_of(pilot).sessions.view.cursor).run == 4
        await press(pilot, "h", "B")
        await landed(pilot, 46)


async def test_failures_from_the_row_of_the_loop(explore: Explore, home: Path) -> None:
    async with explore(home, group_loops=True) as pilot:
        await folded(pilot)
        for key, path in (("right_square_bracket", "T20-35"), ("left_square_bracket", "T20-41")):
            await press(pilot, "g", key)
            await settled(pilot)
            found = screen_of(pilot).timeline.found
            assert found is not None and path in found.path.name
            await press(pilot, "escape", "g", "h")


async def test_the_loop_stands_in_the_details(explore: Explore, home: Path) -> None:
    async with explore(home, group_loops=True) as pilot:
        await folded(pilot)
        await until(pilot, lambda: "made good    by no later iteration" in shown(pilot))
        assert "Enter opens the loop" in shown(pilot)
        await press(pilot, "l", "j")
        await until(pilot, lambda: "started      2026-10-06 18:41:27" in shown(pilot))


async def test_what_the_person_went_to_is_not_folded_away(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    real = Finder.loops

    def slow(self: Finder, *given: object) -> object:
        held.wait(20)
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Finder, "loops", slow)
    async with explore(home, size=(80, 24), group_loops=True) as pilot:
        await press(pilot, "j", "j", "j")
        before, line = path_here(pilot), cursor_line(pilot)
        held.set()
        await folded(pilot)
        assert path_here(pilot) == before
        assert cursor_line(pilot) == line + 1  # the row of the loop stands above it
        await press(pilot, *"jjjjjjjj")
        here, line = path_here(pilot), cursor_line(pilot)
        screen_of(pilot).actions.of("loops").listed()
        await press(pilot, "minus")
        assert path_here(pilot) == here


async def test_the_row_under_the_cursor_keeps_its_line(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    real = Finder.loops

    def slow(self: Finder, *given: object) -> object:
        held.wait(20)
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Finder, "loops", slow)
    async with explore(home, size=(80, 24), group_loops=True) as pilot:
        await press(pilot, "G", "k", "k")
        before, line = path_here(pilot), cursor_line(pilot)
        held.set()
        await until(pilot, lambda: len(rows_of(pilot)) == 39)
        assert (path_here(pilot), cursor_line(pilot)) == (before, line)


async def test_a_query_finds_sessions_and_its_end_brings_the_loop_back(explore: Explore, home: Path) -> None:
    async with explore(home, group_loops=True, counted=True) as pilot:
        await folded(pilot)
        await press(pilot, "slash", *"outcome", "colon", *"failed", "enter")
        await until(pilot, lambda: "↻" not in first_lines(pilot, 8))
        await press(pilot, "plus")
        assert "What a query finds is not folded." in shown(pilot)
        await press(pilot, "escape")
        await folded(pilot)
        assert screen_of(pilot).sessions.loop_here is not None


async def test_a_new_iteration_joins_its_loop(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.actions.loops.REST", 0.05)
    paths = write_loop(tmp_path / "later", "codex-0.145", 5, {2: red_at_end})
    home = tmp_path / "home"
    for path in paths:
        os.utime(path, (LONG_AGO, LONG_AGO))
    shutil.copytree(tmp_path / "later", home)
    (last,) = home.rglob(paths[4].name)
    kept = last.read_bytes()
    last.unlink()
    async with explore(home, group_loops=True, watch="poll") as pilot:
        await folded(pilot, "↻4 ✗1 from #2")
        await press(pilot, "l", "j", "j")
        before = path_here(pilot)
        last.write_bytes(kept)
        os.utime(last, (LONG_AGO, LONG_AGO))
        await until(pilot, lambda: "↻5 ✗1 from #2" in shown(pilot))
        assert path_here(pilot) == before
        assert [rows_of(pilot).twig(row).run for row in range(6)] == [0, 5, 4, 3, 2, 1]


async def test_a_loop_in_one_session_is_said_in_its_row(explore: Explore, tmp_path: Path) -> None:
    from triage.test_finder import one_file_loop

    path = tmp_path / "rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-000000000001.jsonl"
    one_file_loop(path)
    shutil.copy(path, tmp_path / "rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-000000000002.jsonl")
    async with explore(tmp_path, group_loops=True) as pilot:
        await folded(pilot, "↻4 ")
        assert screen_of(pilot).sessions.loop_here is None
        await press(pilot, "enter")
        assert screen_of(pilot).front == "timeline"


async def test_nothing_is_judged_before_the_first_frame_nor_where_it_is_switched_off(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[bool] = []
    real = judging.Judge.loops

    def watched(self: judging.Judge, *given: object) -> None:
        judged.append(True)
        real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging.Judge, "loops", watched)
    monkeypatch.setattr(
        "codexlog.app.screens.main.MainScreen._after_first_frame", lambda _: judged.append(False)
    )
    async with explore(home, group_loops=True, wait=False) as pilot:
        await until(pilot, lambda: judged != [])
        await pilot.pause(0.2)
        assert set(judged) == {False}
    monkeypatch.undo()
    async with explore(home, counted=True) as pilot:
        assert list(screen_of(pilot).actions) == []
        await press(pilot, "minus")
        assert "↻" not in shown(pilot)


async def test_where_nothing_folds_it_says_so(explore: Explore, home: Path) -> None:
    async with explore(home / "sessions" / "2026" / "10" / "06", counted=True) as pilot:
        await press(pilot, "minus")
        assert "No family and no loop here." in shown(pilot)


async def test_moving_over_folded_loops_costs_what_it_cost(explore: Explore, home: Path) -> None:
    """A row of a loop is made of what was worked out when the loops were judged."""
    async with explore(home, group_loops=True) as pilot:
        await folded(pilot)
        rows = rows_of(pilot)
        laid: list[int] = []
        real = rows.tree.rows
        rows.tree.rows = lambda: laid.append(1) or real()  # type: ignore[method-assign, func-returns-value]
        await press(pilot, "j", "k", "j")
        assert laid == []


async def test_two_loops_each_have_their_row(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bad in (("a", 2), ("b", 3)):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(writers, "CWD", f"/srv/{name}")
        for path in write_loop(tmp_path / name, "codex-0.145", 4, {bad: red_at_end}):
            own = path.with_name(path.name.replace("019d", f"019{name}"))
            own.write_text(path.read_text().replace("019d", f"019{name}"))
            path.unlink()
            os.utime(own, (LONG_AGO, LONG_AGO))
    async with explore(tmp_path / "a", tmp_path / "b", group_loops=True) as pilot:
        await until(pilot, lambda: len(rows_of(pilot)) == 2)
        await press(pilot, "j", "enter")
        assert isinstance(pilot.app.screen, CoveringScreen)
        second = rows_of(pilot).twig(1).loop
        assert second is not None and second.loop.id in shown(pilot)
        await press(pilot, "escape", "L")
        await until(pilot, lambda: "2 loops" in shown(pilot))
        assert links_of(pilot).cursor > 0
