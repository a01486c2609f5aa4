"""Widening, parting and joining loops on their page, what is remembered of it, and taking it back."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, Explore, press, screen_of, shown, until
from app.test_loops import links_of, loops_of, on_page
from codexlog.triage.grouping import Wishes
from codexlog.triage.pages import Link
from codexlog.triage.wishes import load_wishes
from commandline import codexlog
from faults.plays import red_at_end
from faults.stories import START, write_loop

pytestmark = pytest.mark.asyncio
SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "narrow"])


@pytest.fixture
def wishes(tmp_path: Path) -> Path:
    return tmp_path / "state" / "loops.json"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two runs of one loop, four and three iterations, with three hours between them."""
    home = tmp_path / "home"
    write_loop(home, "codex-0.145", 4, {3: red_at_end})
    write_loop(home, "codex-0.145", 3, first=5, seed=1, start=START + timedelta(hours=3))
    for path in home.rglob("*.jsonl"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return home


def sizes(pilot: Pilot[None]) -> list[int]:
    known = loops_of(pilot)._known
    assert known is not None
    return [len(loop.iterations) for loop in known.loops]


def said(pilot: Pilot[None]) -> str:
    return shown(pilot).splitlines()[-1]


async def to_iteration(pilot: Pilot[None], number: int) -> None:
    """Put the cursor on the line of an iteration in the table."""
    view = links_of(pilot)
    table = next(at for at, line in enumerate(view.lines) if line.line and line.line[0][0].startswith("  #"))
    view.move_to(table + number)
    link = view.link()
    assert isinstance(link, Link) and link.iteration == number


@SIZES
async def test_a_loop_is_parted_and_one_key_takes_it_back(
    explore: Explore, home: Path, wishes: Path, size: tuple[int, int]
) -> None:
    async with explore(home, wishes=wishes, size=size, group_loops=True) as pilot:
        await on_page(pilot)
        await to_iteration(pilot, 5)
        before = shown(pilot)
        await press(pilot, "x")
        assert sizes(pilot) == [4, 4]
        assert "2 loops" in shown(pilot)
        assert "Parted before #5: 4 and 4; u undoes. Kept in " in said(pilot)
        assert "1 loop parted; kept in" in shown(pilot)
        assert len(load_wishes(wishes).splits) == 1
        await press(pilot, "u")
        assert sizes(pilot) == [8]
        assert shown(pilot).splitlines()[:-1] == before.splitlines()[:-1]
        assert "Taken back" in said(pilot)
        assert load_wishes(wishes) == Wishes()
        await press(pilot, "u")
        assert "Nothing to take back; w, x, J change loops." in said(pilot)


async def test_what_was_parted_is_so_the_next_time_in_the_list_and_for_the_command(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    wishes = tmp_path / "state" / "codexlog" / "loops.json"
    async with explore(home, wishes=wishes) as pilot:
        await on_page(pilot)
        await to_iteration(pilot, 4)
        await press(pilot, "x")
    async with explore(home, wishes=wishes, group_loops=True) as pilot:
        await until(pilot, lambda: "↻5 ✗5 from #1" in shown(pilot) and "↻3 " in shown(pilot))
        await press(pilot, "L")
        await until(pilot, lambda: "2 loops" in shown(pilot))
        assert "parted by you" in shown(pilot)  # of the loop under the cursor
        await press(pilot, "enter")
        await to_iteration(pilot, 1)
        await press(pilot, "x")
        assert "Parted no longer" in said(pilot)
        assert sizes(pilot) == [8]
        await to_iteration(pilot, 4)
        await press(pilot, "x")
    cache = str(tmp_path / "cache")
    ran = codexlog("loops", home, XDG_STATE_HOME=str(tmp_path / "state"), XDG_CACHE_HOME=cache)
    assert ran.out.decode().count("iterations") == 2
    assert "parted by you" in ran.out.decode()


async def test_two_loops_are_joined_and_longer_pauses_do_so_too(
    explore: Explore, two: Path, wishes: Path
) -> None:
    async with explore(two, wishes=wishes) as pilot:
        await on_page(pilot, "2 loops")
        await press(pilot, "J")
        assert sizes(pilot) == [7]
        assert "Joined: 7 iterations; u undoes" in said(pilot)
        assert "joined by you" in shown(pilot)
        await press(pilot, "u")
        assert sizes(pilot) == [3, 4]
        await press(pilot, "w", "w")
        assert "Pauses of up to 1 h: 2 loops, 2 before" in said(pilot)
        await press(pilot, "w")
        assert sizes(pilot) == [7]
        assert "Pauses of up to 4 h: 1 loop, 2 before; u undoes" in said(pilot)
        assert load_wishes(wishes).gap == 14_400
        await press(pilot, "u", "u", "u")
        assert load_wishes(wishes) == Wishes()


async def test_what_changes_nothing_is_not_remembered(explore: Explore, two: Path, wishes: Path) -> None:
    async with explore(two, wishes=wishes) as pilot:
        await on_page(pilot, "2 loops")
        await press(pilot, "j", "J")
        assert "No loop ran before this one in its folder." in said(pilot)
        assert load_wishes(wishes) == Wishes()
        assert sizes(pilot) == [3, 4]
        await press(pilot, "x")
        assert "Choose the iteration that begins the new loop." in said(pilot)
        await press(pilot, "enter")
        await to_iteration(pilot, 1)
        await press(pilot, "x")
        assert "The loop begins here already; choose a later iteration." in said(pilot)
        await press(pilot, "t", "x")
        assert "Loops are changed on their own page and in their list." in said(pilot)


async def test_a_folder_that_takes_nothing_is_said(
    explore: Explore, home: Path, tmp_path: Path, wishes: Path
) -> None:
    wishes.parent.write_text("a file where the folder should be")
    async with explore(home, wishes=wishes) as pilot:
        await on_page(pilot)
        await press(pilot, "w")
        assert "It cannot be remembered in " in said(pilot)
        assert sizes(pilot) == [8]
    async with explore(home) as pilot:
        await on_page(pilot)
        await press(pilot, "w")
        assert "There is no folder to remember it in." in said(pilot)


async def test_iterations_in_one_session_are_not_parted(
    explore: Explore, tmp_path: Path, wishes: Path
) -> None:
    from triage.test_finder import one_file_loop

    for number in (1, 2):
        name = f"rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-00000000000{number}.jsonl"
        one_file_loop(tmp_path / name)
    async with explore(tmp_path, wishes=wishes) as pilot:
        await on_page(pilot, "4 iterations")
        await to_iteration(pilot, 3)
        await press(pilot, "x")
        assert "These iterations are one session, which cannot be parted." in said(pilot)


async def test_why_a_loop_was_made_stands_on_its_page(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        await on_page(pilot)
        assert "one loop   8 sessions · same prompt" in shown(pilot)
        assert "pauses 7–38 s" in shown(pilot)
        assert screen_of(pilot) is not pilot.app.screen
