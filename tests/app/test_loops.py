"""The pages of the loops, and going from iteration to iteration."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, Explore, press, screen_of, settled, shown, until
from codexlog.app.actions.landing import entry_at
from codexlog.app.actions.loops import Loops
from codexlog.app.commands import page_commands
from codexlog.app.loading import judging
from codexlog.app.screens.covering import CoveringScreen
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.moves import MOVES
from codexlog.timeline.entries import ANSWER, CALL, ECHO, SHOWN, Entries
from codexlog.triage.finder import Finder
from codexlog.triage.pages import Link
from faults import writers
from faults.plays import red_at_end
from faults.stories import START, write_loop

pytestmark = pytest.mark.asyncio


def page_of(pilot: Pilot[None]) -> CoveringScreen:
    page = pilot.app.screen
    assert isinstance(page, CoveringScreen), shown(pilot)
    return page


def links_of(pilot: Pilot[None]) -> LinkView:
    view = page_of(pilot).view
    assert isinstance(view, LinkView)
    return view


def loops_of(pilot: Pilot[None]) -> Loops:
    action = screen_of(pilot).actions.of("loops")
    assert isinstance(action, Loops)
    return action


async def on_page(pilot: Pilot[None], words: str = "first bad  #4 failed") -> None:
    await press(pilot, "L")
    await until(pilot, lambda: words in shown(pilot))


def at_row(pilot: Pilot[None], row: int) -> bool:
    """Whether the timeline's cursor stands on what a row of the file holds."""
    timeline = screen_of(pilot).timeline
    here = timeline.view.current() if timeline.rows is not None else None
    if here is None or timeline.rows is None or here.entry < 0:
        return False
    entries = timeline.rows.outline.entries
    return row in (entries.line[here.entry], entries.out_line[here.entry])


async def landed(pilot: Pilot[None], row: int) -> None:
    await until(pilot, lambda: pilot.app.screen is screen_of(pilot) and at_row(pilot, row))


async def test_one_loop_opens_and_enter_lands_on_its_cause(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        assert "8 iterations" in shown(pilot)
        await press(pilot, "enter")
        await landed(pilot, 46)
        assert screen_of(pilot).front == "timeline"


@pytest.mark.parametrize("back", ["escape", "backspace"])
async def test_the_way_back_leads_to_the_same_line(explore: Explore, home: Path, back: str) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        await on_page(pilot)
        await press(pilot, "j", "j", "j", "j", "j", "j")
        before, said = links_of(pilot).cursor, shown(pilot)
        assert links_of(pilot).link() == Link(5, 52)
        await press(pilot, "enter")
        await landed(pilot, 52)
        await press(pilot, back)
        assert (links_of(pilot).cursor, shown(pilot)) == (before, said)
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)
        await press(pilot, "escape")  # the page was closed: nothing leads back to it
        assert screen_of(pilot).front == "sessions"


async def test_every_line_lands_in_its_own_session(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        known = loops_of(pilot)._known
        assert known is not None
        view = links_of(pilot)
        for at in [at for at, line in enumerate(view.lines) if isinstance(line.link, Link)][::4]:
            view.move_to(at)
            link = view.link()
            assert isinstance(link, Link)
            await press(pilot, "enter")
            path = known.loops[0].iterations[link.iteration - 1].path
            await until(pilot, lambda path=path: screen_of(pilot).timeline.found == known.files[path])  # type: ignore[misc]
            if link.row is not None:
                await landed(pilot, link.row)
            await press(pilot, "escape")
            view = links_of(pilot)


async def test_matrix_and_comparison_stand_upon_the_page(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        await press(pilot, "t")
        assert "···✗✗✗✗✗" in shown(pilot)
        await press(pilot, "escape", "d")
        await until(pilot, lambda: "The calls differ" in shown(pilot))
        assert "Iteration 4 and iteration 5" in shown(pilot)
        await press(pilot, "escape")
        assert "Findings" in shown(pilot)
        await press(pilot, "q")
        assert pilot.app.screen is screen_of(pilot)


async def test_the_end_of_the_iteration_under_the_cursor_stands_below(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        assert "#4 failed" in shown(pilot).splitlines()[-3]
        await press(pilot, *"jjjjjjjjj")
        assert "#8 usage limit" in shown(pilot).splitlines()[-3]


async def test_bad_iterations_from_the_list_the_timeline_and_the_page(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "b")
        await landed(pilot, 46)
        assert "Iteration 4 of 8: failed" in shown(pilot)
        for row in (52, 37, 55, 26):
            await press(pilot, "B")
            await landed(pilot, row)
        await press(pilot, "B")
        assert "No later iteration ended badly." in shown(pilot)
        await on_page(pilot)
        await press(pilot, "B")
        await landed(pilot, 52)


async def test_failures_go_on_in_the_next_iteration(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "b")
        await landed(pilot, 46)
        await press(pilot, "g", "right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: "Iteration 5 of 8, at its first failing call" in shown(pilot))
        await settled(pilot)
        await press(pilot, "left_square_bracket")
        await until(pilot, lambda: "Iteration 4 of 8, at its last failing call" in shown(pilot))
        await settled(pilot)
        await press(pilot, "left_square_bracket")
        assert "No failing call further up, nor in an earlier iteration." in shown(pilot)


async def test_failures_end_where_there_is_no_loop(explore: Explore, home: Path) -> None:
    async with explore(home / "sessions" / "2026" / "02") as pilot:
        await press(pilot, "enter")
        await settled(pilot)
        await press(pilot, "G", "right_square_bracket")
        await until(pilot, lambda: "No failing call further down." in shown(pilot))
        await press(pilot, "b")
        await until(pilot, lambda: "No loops among these sessions." in shown(pilot))
        await on_page(pilot, "A loop is the same first prompt")


async def test_usage_of_an_iteration_comes_back_to_the_page(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        await press(pilot, "dollar_sign")
        await until(pilot, lambda: "Tokens" in shown(pilot))
        await press(pilot, "escape")
        assert "first bad  #4 failed" in shown(pilot)
        await press(pilot, "dollar_sign")
        await until(pilot, lambda: "Every turn" in shown(pilot) or "row" in shown(pilot))
        await press(pilot, "G", "enter")
        assert pilot.app.screen is screen_of(pilot)
        await press(pilot, "escape")
        assert "first bad  #4 failed" in shown(pilot)


async def test_several_loops_are_a_list_that_begins_at_the_loop_one_comes_from(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, bad, start in (("a", 2, START), ("b", 3, START - timedelta(hours=1))):
        (tmp_path / name).mkdir()
        monkeypatch.setattr(writers, "CWD", f"/srv/{name}")
        for path in write_loop(tmp_path / name, "codex-0.145", 4, {bad: red_at_end}, start=start):
            own = path.with_name(path.name.replace("019d", f"019{name}"))
            own.write_text(path.read_text().replace("019d", f"019{name}"))
            path.unlink()
            os.utime(own, (LONG_AGO, LONG_AGO))
    async with explore(tmp_path / "a", tmp_path / "b") as pilot:
        await press(pilot, "G")
        await press(pilot, "L")
        await until(pilot, lambda: "2 loops" in shown(pilot))
        view = links_of(pilot)
        assert view.cursor > 0
        await press(pilot, "enter")
        assert "Findings" in shown(pilot)
        await press(pilot, "escape")
        assert "2 loops" in shown(pilot)
        await press(pilot, "t")
        assert "Failing checks" in shown(pilot)


async def test_the_second_time_no_file_is_opened(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Finder] = []

    class Watched(Finder):
        def loops(self, *given: object) -> object:  # type: ignore[override]
            opened.append(self)
            return super().loops(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "Finder", Watched)
    for _ in range(2):
        async with explore(home, cache=tmp_path / "cache" / "cache.sqlite") as pilot:
            await on_page(pilot)
    assert opened[0].opened > 8
    assert opened[1].opened == 0


async def test_a_grown_iteration_is_judged_again_while_the_page_is_open(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        assert "! usage limit" in shown(pilot)
        path = max((home / "sessions" / "2026" / "10" / "06").glob("*.jsonl"))
        row = {
            "timestamp": "2026-10-06T18:43:00.000Z",
            "type": "event_msg",
            "payload": {"type": "turn_aborted", "reason": "interrupted"},
        }
        task = row | {"payload": {"type": "task_started", "turn_id": "later"}}
        with path.open("a") as file:
            file.write(json.dumps(task) + "\n" + json.dumps(row) + "\n")
        os.utime(path, (LONG_AGO, LONG_AGO))
        await until(pilot, lambda: "Loop  aborted" in shown(pilot))


async def test_judging_says_how_far_it_is_and_escape_stops_it(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = threading.Event()
    monkeypatch.setattr(judging, "PROGRESS_EVERY", 0.0)
    monkeypatch.setattr(judging, "PATIENCE", 0.0)
    real = Finder._read

    def slow(self: Finder, found: object) -> object:
        held.wait(10)
        return real(self, found)  # type: ignore[arg-type]

    monkeypatch.setattr(Finder, "_read", slow)
    async with explore(home) as pilot:
        await press(pilot, "L")
        await until(pilot, lambda: re.search(r"judging \d+ of \d+…  \(Esc stops\)", shown(pilot)) is not None)
        await press(pilot, "b")
        assert "The loops are not judged yet." in shown(pilot)
        await press(pilot, "escape")
        assert "stopped" in shown(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)
        await press(pilot, "b")
        held.set()
        await landed(pilot, 46)


async def test_every_command_of_the_page_is_done(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        wanted = {command.id for command in page_commands("loops")}
        assert wanted == set(page_of(pilot)._do) | set(MOVES)


async def test_the_page_can_be_saved(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_page(pilot)
        await press(pilot, "t")
        target = loops_of(pilot).target()
        assert target is not None
        assert target.name.endswith("-matrix.txt")
        text = target.load()
        assert isinstance(text, str)
        assert "···✗✗✗✗✗" in text


async def test_the_entry_of_a_row() -> None:
    entries = Entries()
    entries.append(ANSWER, 3, 0, 0, 0, SHOWN)
    entries.append(ANSWER, 4, 0, 0, 0, ECHO)
    entries.append(CALL, 6, 0, 0, 0, SHOWN)
    entries.answer(2, 9, 0)
    wanted = {1: -1, 3: 0, 4: 0, 6: 2, 7: 2, 9: 2, 12: 2, None: 2}
    assert {row: entry_at(entries, row) for row in wanted} == wanted


async def test_without_a_folder_there_are_no_loops(explore: Explore, home: Path) -> None:
    empty = home / "nothing"
    empty.mkdir()
    async with explore(empty) as pilot:
        await press(pilot, "L")
        assert "Loops are looked for among the sessions of a folder." in shown(pilot)
    shutil.rmtree(empty)
