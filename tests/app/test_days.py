"""The page of a day."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import Explore, press, screen_of, settled, shown, until
from codexlog.app.actions import days
from codexlog.app.actions.days import DayPage
from codexlog.app.render.day_page import SessionLink, day_lines
from codexlog.app.screens.covering import CoveringScreen
from codexlog.app.widgets.link_view import LinkView
from codexlog.digest.day_reading import Gathered
from digest.day_home import Told, number

pytestmark = pytest.mark.asyncio


async def on_day(pilot: Pilot[None], day: str) -> None:
    await press(pilot, "D")
    await until(pilot, lambda: f"Day {day}" in shown(pilot) and "Session Overview" in shown(pilot))


def shows(pilot: Pilot[None], text: str) -> bool:
    return text in shown(pilot)


def view_of(pilot: Pilot[None]) -> LinkView:
    page = pilot.app.screen
    assert isinstance(page, CoveringScreen)
    assert isinstance(page.view, LinkView)
    return page.view


async def test_the_day_of_the_session_under_the_cursor(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_day(pilot, "2026-10-06")
        assert "8 sessions" in shown(pilot)
        assert "#### Session 1: study specs/* and AGENTS.md" in shown(pilot)
        await press(pilot, "D")
        assert pilot.app.screen is screen_of(pilot)


async def test_the_days_before_and_after(explore: Explore, tmp_path: Path) -> None:
    for n, day in enumerate(("2025-09-23", "2025-09-23", "2025-10-02", "2026-01-01")):
        Told(f"{day}T12:00:0{n}+02:00", number(n)).ask("Fix it").answer("Yes.").write(tmp_path)
    async with explore(tmp_path) as pilot:
        await on_day(pilot, "2026-01-01")
        await press(pilot, "right_square_bracket")
        assert "No session began on a later day." in shown(pilot)
        for day in ("2025-10-02  1 session", "2025-09-23  2 sessions"):
            await press(pilot, "left_square_bracket")
            await until(pilot, partial(shows, pilot, f"Day {day}"))
        await press(pilot, "left_square_bracket")
        assert "No session began on an earlier day." in shown(pilot)
        await press(pilot, "right_square_bracket")
        await until(pilot, lambda: "Day 2025-10-02  1 session" in shown(pilot))


async def test_a_line_leads_to_its_session_and_row(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_day(pilot, "2026-10-06")
        view = view_of(pilot)
        await press(pilot, "j", "j", "j")
        await until(pilot, lambda: view.link() == SessionLink(4))
        while view.link() != SessionLink(1, 50):  # its commit
            await press(pilot, "j")
        await press(pilot, "enter")
        await settled(pilot)
        screen = screen_of(pilot)
        assert pilot.app.screen is screen
        assert screen.timeline.found is not None
        assert "2026-10-06T20-31-07" in screen.timeline.found.path.name
        await until(pilot, lambda: screen.timeline.is_whole)
        row = screen.timeline.view.current()
        assert screen.timeline.rows is not None
        assert row is not None
        entries = screen.timeline.rows.outline.entries
        assert 50 in (entries.line[row.entry], entries.out_line[row.entry])


async def test_it_is_copied_as_the_command_prints_it(explore: Explore, home: Path, tmp_path: Path) -> None:
    async with explore(home, state=tmp_path / "state", env={"PATH": ""}, home=Path("/home/nobody")) as pilot:
        await on_day(pilot, "2026-10-06")
        await press(pilot, "y")
        await until(pilot, lambda: "written to" in shown(pilot))
        action = screen_of(pilot).actions.of("day")
        assert isinstance(action, DayPage)
        target = action.target()
        assert target is not None
        assert (tmp_path / "state" / "copy.txt").read_text() == target.load()
        assert target.name == "2026-10-06-summary.md"


async def test_closing_the_page_stops_the_reading(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go = threading.Event(), threading.Event()
    stopped: list[bool] = []

    def slow(*arguments: object) -> Gathered:
        began.set()
        go.wait(20)
        stop = arguments[-1]
        assert callable(stop)
        stopped.append(stop())
        return Gathered((), ())

    monkeypatch.setattr(days, "gather", slow)
    async with explore(home) as pilot:
        await press(pilot, "D")
        assert began.wait(20)
        assert "reading the sessions of the day" in shown(pilot)
        await press(pilot, "y")
        assert "There is nothing to copy yet." in shown(pilot)
        await press(pilot, "q")
        assert pilot.app.screen is screen_of(pilot)
        go.set()
        await until(pilot, lambda: bool(stopped))
        assert stopped == [True]


async def test_without_a_session_there_is_no_day(explore: Explore, tmp_path: Path) -> None:
    async with explore(tmp_path) as pilot:
        await press(pilot, "D")
        assert "There is no session here." in shown(pilot)


async def test_a_session_whose_day_nobody_knows(explore: Explore, home: Path) -> None:
    async with explore(home / "streams" / "exec-stream.jsonl") as pilot:
        await press(pilot, "D")
        assert "The day of this session is not recorded." in shown(pilot)


async def test_lines_of_the_notes_lead_nowhere() -> None:
    text = (
        "### Session Overview\n- a\n- b\n\n### Session Breakdown\n\n#### Session 1: a (x)\n- c (row 4)\n- d\n"
    )
    text += "\n#### Session 2: b (x)\n- e (rows 5, 6)\n\n**Assumptions & Notes**\n- f (row 7)\n"
    links = [line.link for line in day_lines(text, 80)]
    assert [link for link in links if link is not None] == [
        SessionLink(1),
        SessionLink(2),
        SessionLink(1),
        SessionLink(1, 4),
        SessionLink(2),
        SessionLink(2, 5),
    ]
