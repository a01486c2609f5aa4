"""Claude Code's sessions in the explorer: families, links, resume and usage, as for Codex."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.conftest import LONG_AGO, Explore, press, screen_of, settled, shown, until
from app.test_lineage import go_to_row_with, line_with, open_session, opened, select
from claude_kit import OTHER, SESSION, claude_home

pytestmark = pytest.mark.asyncio
AGENT = "agent-a295a32d"


@pytest.fixture
def claude(tmp_path: Path) -> Path:
    home = claude_home(tmp_path)
    for path in tmp_path.rglob("*.jsonl"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return home


async def test_subagents_and_forks_stand_below_their_session(explore: Explore, claude: Path) -> None:
    async with explore(claude, size=(80, 40), counted=True) as pilot:
        assert "+2" in line_with(pilot, "Fix the parser")
        assert "└ Fix the parser" in shown(pilot)
        select(pilot, SESSION)
        await press(pilot, "l")
        assert shown(pilot).count("└ Look") == 2
        assert "claude" not in shown(pilot)


async def test_a_copy_that_entire_keeps_is_folded_into_the_session(explore: Explore, claude: Path) -> None:
    metadata = claude.parent / "app/.entire/metadata"
    async with explore(claude, metadata, size=(80, 40), counted=True) as pilot:
        assert "+3" in line_with(pilot, "Fix the parser")
        select(pilot, SESSION)
        assert "10:00 claude Fix the parser" in shown(pilot)
        await press(pilot, "l")
        assert "└ Fix the parser" in line_with(pilot, "entire")
    async with explore(claude, metadata, counted=True) as pilot:
        sessions = screen_of(pilot).sessions
        select(pilot, SESSION)
        await press(pilot, "l")
        row = next(row for row in range(5) if sessions.model[row].found.agent == "entire")
        sessions.view.move_to(row)
        await until(pilot, lambda: "another file of this session is in use" in shown(pilot))


async def test_enter_on_a_task_leads_to_the_subagent_and_back(explore: Explore, claude: Path) -> None:
    async with explore(claude, counted=True) as pilot:
        await open_session(pilot, SESSION)
        await go_to_row_with(pilot, "→ Task Explore: Find the parser")
        there = screen_of(pilot).timeline.view.cursor
        await press(pilot, "enter")
        await settled(pilot)
        assert opened(pilot) == AGENT
        await press(pilot, "escape")
        await settled(pilot)
        assert (opened(pilot), screen_of(pilot).timeline.view.cursor) == (SESSION, there)


async def test_the_first_row_of_a_subagent_leads_to_its_call(explore: Explore, claude: Path) -> None:
    async with explore(claude, counted=True) as pilot:
        select(pilot, SESSION)
        await press(pilot, "l")
        await open_session(pilot, AGENT)
        await press(pilot, "g", "enter")
        await settled(pilot)
        assert opened(pilot) == SESSION
        view = screen_of(pilot).timeline.view
        await until(pilot, lambda: view.agents() == (AGENT,))


async def test_notes_failures_and_compactions_have_their_lines(explore: Explore, claude: Path) -> None:
    async with explore(claude, counted=True) as pilot:
        await open_session(pilot, SESSION)
        text = shown(pilot)
        assert "✗ 2        $ ls" in text
        assert "context compacted  Conversation compacted" in text
        assert "background task  make ended" in text


async def test_resume_and_the_use_of_a_fork(explore: Explore, claude: Path) -> None:
    env = {"CLAUDE_CONFIG_DIR": str(claude)}
    async with explore(claude, counted=True, env=env, home=claude.parent) as pilot:
        await open_session(pilot, OTHER)
        await press(pilot, "R")
        assert f"cd /srv/app && claude --resume {OTHER}" in shown(pilot)
        await press(pilot, "escape", "dollar_sign")
        await until(pilot, lambda: "copied: 27,330 of them" in shown(pilot))


async def test_a_list_of_one_agent_alone(explore: Explore, claude: Path, home: Path) -> None:
    async with explore(home, claude, counted=True, agent="claude") as pilot:
        assert screen_of(pilot).sessions.model.total == 4
    async with explore(home, claude, counted=True, size=(80, 24)) as pilot:
        assert "codex  study specs" in shown(pilot)
