"""The ways to read the details, tried at the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.conftest import Explore, press, screen_of, settled, shown, until

pytestmark = pytest.mark.asyncio
FAILED_LOOP = ("j", "j", "j", "enter")
"""Opens the fourth session of the sample loop."""


async def test_r_shows_the_rows_of_a_call_and_escape_goes_back(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "r")
        await until(pilot, lambda: "raw rows 51, 52" in shown(pilot))
        assert '"type": "function_call"' in shown(pilot)
        await press(pilot, "k")
        await until(pilot, lambda: "raw row 47" in shown(pilot) or "raw rows" in shown(pilot))
        await press(pilot, "escape")
        await until(pilot, lambda: "raw row" not in shown(pilot))
        assert screen_of(pilot).front == "timeline"
        await press(pilot, "r", "r")
        assert "raw row" not in shown(pilot)


async def test_r_shows_the_first_row_of_a_turn_and_of_the_session(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "g", "r")
        await until(pilot, lambda: '"type": "session_meta"' in shown(pilot))
        assert ".jsonl:1 " in shown(pilot).replace("\n", "") or "raw row 1" in shown(pilot)
        await press(pilot, "j")
        await until(pilot, lambda: "task_started" in shown(pilot))


async def test_r_brings_the_details_where_one_pane_is_shown(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "r")
        await until(pilot, lambda: "raw rows 51, 52" in shown(pilot))
        await press(pilot, "escape", "escape")
        assert screen_of(pilot).front == "timeline"


async def test_w_scrolls_sideways_in_the_details(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "r", "w", "enter", "right", "right")
        assert "col 17" in shown(pilot)
        assert screen_of(pilot).details.view.left == 16
        await press(pilot, *["left"] * 4)
        assert "col 1 " in shown(pilot)
        assert screen_of(pilot).front == "details", "an arrow too many leaves the pane alone"
        await press(pilot, "w", "r", "left")
        assert screen_of(pilot).front == "timeline"
        assert "col" not in shown(pilot)


async def test_m_shows_markdown_as_it_is_written(explore: Explore, tmp_path: Path) -> None:
    path = tmp_path / "answer.jsonl"
    path.write_text(
        '{"timestamp":"2026-10-06T18:00:00Z","type":"session_meta","payload":{"id":"x"}}\n'
        '{"timestamp":"2026-10-06T18:00:01Z","type":"response_item","payload":{"type":"message",'
        '"role":"assistant","content":[{"type":"output_text","text":"Some **bold** [word](http://a.example)"}]}}\n'
    )
    async with explore(path) as pilot:
        await press(pilot, "G")
        assert "Some bold word (http://a.example)" in shown(pilot)
        await press(pilot, "m")
        assert "[word](http://a.example)" in shown(pilot).split("Markdown")[0]
        assert shown(pilot).count("Some **bold**") == 2
        await press(pilot, "m")
        assert shown(pilot).count("Some **bold**") == 1
