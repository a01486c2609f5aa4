from __future__ import annotations

import base64
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import LONG_AGO, Explore, press, screen_of, settled, shown, until
from codexlog.app.app import ExplorerApp
from codexlog.app.loading.events import Summarized
from codexlog.app.loading.opening import TAIL_FIRST
from codexlog.app.screens.resume import ResumeScreen

pytestmark = pytest.mark.asyncio
SPAWNER = "019f4b84-2c94-7174-baae-f9d4d2ed5290"
SCOUT = "019f4b84-310d-74ec-8571-5015e9323b3e"
ROOT = "019ef8bf-071e-7f63-b2ad-30a672d431de"
FORK = "019ef8c6-84b8-7530-857f-59a1daa672e3"


def select(pilot: Pilot[None], session_id: str) -> None:
    """Put the cursor of the list on a session."""
    sessions = screen_of(pilot).sessions
    session = sessions.model.session(session_id)
    assert session is not None
    row = sessions.model.row_of(session.found)
    assert row is not None, "it is folded away"
    sessions.view.move_to(row)


def selected(pilot: Pilot[None]) -> str:
    row = screen_of(pilot).sessions.current
    assert row is not None
    return row.found.path.name[28:64]


async def open_session(pilot: Pilot[None], session_id: str) -> None:
    select(pilot, session_id)
    await press(pilot, "enter")
    await settled(pilot)
    assert opened(pilot) == session_id


def opened(pilot: Pilot[None]) -> str | None:
    timeline = screen_of(pilot).timeline
    return timeline.rows.outline.summary.id if timeline.rows is not None else None


async def go_to_row_with(pilot: Pilot[None], words: str) -> None:
    timeline = screen_of(pilot).timeline
    for _ in range(60):
        lines = shown(pilot).splitlines()
        line = next((at for at, line in enumerate(lines) if words in line), None)
        assert line is not None, shown(pilot)
        wanted = timeline.view.top + line - timeline.view.region.y
        if wanted == timeline.view.cursor:
            return
        await press(pilot, "j" if wanted > timeline.view.cursor else "k")


def line_with(pilot: Pilot[None], words: str) -> str:
    return next(line for line in shown(pilot).splitlines() if words in line)


class TestTree:
    async def test_a_family_is_one_row_that_counts_its_subagents(self, explore: Explore, home: Path) -> None:
        async with explore(home, size=(80, 60), counted=True) as pilot:
            assert "+1" in line_with(pilot, "Scout: report command")
            assert "└ Leave the order alone" in shown(pilot)
            assert "Read specs/report.md" not in shown(pilot)

    async def test_l_and_h_fold_and_go_to_the_parent(self, explore: Explore, home: Path) -> None:
        async with explore(home, size=(80, 60), counted=True) as pilot:
            select(pilot, SPAWNER)
            await press(pilot, "right")
            assert "└ Read specs/report.md" in shown(pilot)
            assert "+1" not in line_with(pilot, "Scout: report command")
            await press(pilot, "j")
            assert selected(pilot) == SCOUT
            await press(pilot, "left")
            assert selected(pilot) == SPAWNER
            await press(pilot, "left")
            assert "Read specs/report.md" not in shown(pilot)
            assert screen_of(pilot).front == "sessions"

    async def test_l_opens_what_has_nothing_folded(self, explore: Explore, home: Path) -> None:
        async with explore(home) as pilot:
            await press(pilot, "l")
            assert screen_of(pilot).front == "timeline"

    async def test_plus_and_minus_are_for_all_families(self, explore: Explore, home: Path) -> None:
        async with explore(home, size=(80, 60), counted=True) as pilot:
            sessions = screen_of(pilot).sessions
            select(pilot, FORK)
            await press(pilot, "minus")
            assert len(sessions.model) == 44
            assert selected(pilot) == ROOT
            await press(pilot, "plus")
            assert len(sessions.model) == 47
            assert selected(pilot) == ROOT

    async def test_a_filter_lists_matches_without_their_families(self, explore: Explore, home: Path) -> None:
        async with explore(home, size=(80, 60), counted=True) as pilot:
            await press(pilot, "slash", *"edit anything", "enter")
            assert len(screen_of(pilot).sessions.model) == 1
            assert "↳ Read specs/report.md" in shown(pilot)
            await press(pilot, "h", "l")
            await settled(pilot)
            assert opened(pilot) == SCOUT

    async def test_ascii_marks(self, explore: Explore, home: Path) -> None:
        async with explore(home, size=(80, 60), counted=True, plain_glyphs=True) as pilot:
            assert "` Leave the order alone" in shown(pilot)

    async def test_details_say_what_a_session_has_and_what_is_missing(
        self, explore: Explore, home: Path
    ) -> None:
        next(home.rglob(f"*{ROOT}*")).unlink()
        async with explore(home, counted=True) as pilot:
            select(pilot, SPAWNER)
            await press(pilot, "k", "j")
            await until(pilot, lambda: "1 subagent" in shown(pilot))
            select(pilot, FORK)
            await press(pilot, "k", "j")
            await until(pilot, lambda: "which is not here" in shown(pilot))

    async def test_the_cursor_stays_on_its_session_and_line_while_families_form(
        self, explore: Explore, home: Path
    ) -> None:
        async with explore(home, size=(80, 24), counted=True) as pilot:
            sessions = screen_of(pilot).sessions
            await press(pilot, "plus", "G", "k", "k")
            kept, line = selected(pilot), sessions.view.cursor - sessions.view.top
            child = sessions.model.session(SCOUT)
            assert child is not None and child.summary is not None
            index = next(
                sessions.model.index(row)
                for row in range(len(sessions.model))
                if sessions.model[row].found == child.found
            )
            stranger = replace(child.summary, parent_id=None, forked_from=ROOT)
            screen_of(pilot).tell(Summarized(1, {index: stranger}, whole=True))
            await until(pilot, lambda: len(sessions.model.kinship(child.found, stranger).absent) == 0)
            await pilot.pause(0.3)
            assert (selected(pilot), sessions.view.cursor - sessions.view.top) == (kept, line)


class TestLinks:
    async def test_enter_on_a_spawn_opens_the_child_and_escape_comes_back(
        self, explore: Explore, home: Path
    ) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await go_to_row_with(pilot, "→ spawn_agent")
            there = screen_of(pilot).timeline.view.cursor
            await press(pilot, "enter")
            await settled(pilot)
            assert opened(pilot) == SCOUT
            assert selected(pilot) == SCOUT
            await press(pilot, "g", "escape")
            assert (opened(pilot), screen_of(pilot).timeline.view.cursor) == (SPAWNER, there)
            await settled(pilot)
            assert (opened(pilot), screen_of(pilot).timeline.view.cursor) == (SPAWNER, there)
            assert selected(pilot) == SPAWNER
            await press(pilot, "escape")
            assert screen_of(pilot).front == "sessions"

    @pytest.mark.parametrize("key", ["backspace", "ctrl+o"])
    async def test_the_jump_back_works_from_any_pane(self, explore: Explore, home: Path, key: str) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await go_to_row_with(pilot, "→ wait_agent")
            await press(pilot, "ctrl+l")
            await settled(pilot)
            await press(pilot, "tab", key)
            await settled(pilot)
            assert opened(pilot) == SPAWNER
            assert screen_of(pilot).front == "timeline"
            await press(pilot, key)
            assert "No link was followed" in shown(pilot)

    async def test_details_of_a_spawn_are_one_key_to_the_right(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await go_to_row_with(pilot, "→ spawn_agent")
            await press(pilot, "l")
            assert (opened(pilot), screen_of(pilot).front) == (SPAWNER, "details")

    async def test_the_first_row_of_a_child_leads_to_the_very_call(
        self, explore: Explore, home: Path
    ) -> None:
        async with explore(home, counted=True) as pilot:
            select(pilot, SPAWNER)
            await press(pilot, "l")
            await open_session(pilot, SCOUT)
            await press(pilot, "g")
            assert "→ parent" in shown(pilot)
            await press(pilot, "enter")
            await settled(pilot)
            assert opened(pilot) == SPAWNER
            view = screen_of(pilot).timeline.view
            await until(pilot, lambda: view.agents() == (SCOUT,))
            assert "spawn_agent" in shown(pilot).splitlines()[view.cursor - view.top + view.region.y]

    async def test_going_up_from_a_visited_child_is_going_back(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await go_to_row_with(pilot, "→ wait_agent")
            there = screen_of(pilot).timeline.view.cursor
            await press(pilot, "enter")
            await settled(pilot)
            await press(pilot, "g", "enter")
            await settled(pilot)
            assert screen_of(pilot).timeline.view.cursor == there
            await press(pilot, "backspace")
            assert "No link was followed" in shown(pilot)

    async def test_a_fork_leads_to_its_parent(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, FORK)
            await press(pilot, "g", "enter")
            await settled(pilot)
            assert opened(pilot) == ROOT
            await press(pilot, "escape")
            await settled(pilot)
            assert opened(pilot) == FORK

    async def test_a_child_that_is_not_there_is_named(self, explore: Explore, home: Path) -> None:
        next(home.rglob(f"*{SCOUT}*")).unlink()
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await go_to_row_with(pilot, "→ spawn_agent")
            await press(pilot, "enter")
            await until(pilot, lambda: f"No file here holds the session {SCOUT}." in shown(pilot))
            assert opened(pilot) == SPAWNER

    async def test_of_a_single_file_the_child_is_found_in_its_home(
        self, explore: Explore, home: Path
    ) -> None:
        async with explore(next(home.rglob(f"*{SPAWNER}*"))) as pilot:
            await go_to_row_with(pilot, "→ spawn_agent")
            await press(pilot, "enter")
            await until(pilot, lambda: opened(pilot) == SCOUT)
            await settled(pilot)
            await press(pilot, "escape")
            assert opened(pilot) == SPAWNER

    async def test_a_large_session_that_is_read_again_keeps_its_place(
        self, explore: Explore, home: Path
    ) -> None:
        path = next(home.rglob(f"*{SPAWNER}*"))
        rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(rows + rows[-2:-1] * 900), encoding="utf-8")
        os.utime(path, (LONG_AGO, LONG_AGO))
        assert path.stat().st_size > TAIL_FIRST
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await until(pilot, lambda: screen_of(pilot).timeline.is_whole)
            await press(pilot, "g")
            await go_to_row_with(pilot, "→ spawn_agent")
            there = screen_of(pilot).timeline.view.cursor
            await press(pilot, "enter")
            await settled(pilot)
            await press(pilot, "escape")
            await settled(pilot)
            assert (opened(pilot), screen_of(pilot).timeline.view.cursor) == (SPAWNER, there)

    async def test_where_nothing_leads_this_is_said(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await press(pilot, "G", "ctrl+l")
            assert "Nothing here leads to another session." in shown(pilot)


class TestResume:
    async def test_the_command_is_shown_and_copied_but_not_run(
        self, explore: Explore, home: Path, tmp_path: Path
    ) -> None:
        async with explore(home, counted=True, state=tmp_path / "state", env={"PATH": ""}) as pilot:
            select(pilot, ROOT)
            await press(pilot, "R")
            assert isinstance(pilot.app.screen, ResumeScreen)
            assert "cd /srv/ledger && CODEX_HOME=" in shown(pilot)
            assert "Nothing is run here" in shown(pilot)
            await press(pilot, "c")
            await until(pilot, lambda: "written to " in shown(pilot))
            command = (tmp_path / "state" / "copy.txt").read_text(encoding="utf-8")
            assert command.endswith(f"codex resume {ROOT}")

    async def test_the_usual_home_needs_no_variable(
        self, explore: Explore, home: Path, tmp_path: Path
    ) -> None:
        async with explore(home, counted=True, env={"CODEX_HOME": str(home.resolve())}) as pilot:
            select(pilot, ROOT)
            await press(pilot, "R")
            assert "CODEX_HOME" not in shown(pilot)
            assert "&& codex resume" in shown(pilot)

    async def test_a_subagent_is_resumed_through_its_parent(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            select(pilot, SPAWNER)
            await press(pilot, "l", "j", "R")
            text = re.sub(r"[│\s]+", " ", shown(pilot))
            assert "A subagent is resumed by the session that started it" in text
            assert "codex resume 019f4b84" in text

    async def test_where_there_is_none_this_is_said_and_nothing_copied(
        self, explore: Explore, home: Path, tmp_path: Path
    ) -> None:
        async with explore(home, counted=True, state=tmp_path / "state") as pilot:
            await press(pilot, "G", "R")
            assert "How to resume it is not recorded" in shown(pilot)
            await press(pilot, "enter")
            assert not isinstance(pilot.app.screen, ResumeScreen)
            assert not (tmp_path / "state").exists()


class TestCopy:
    async def test_the_command_of_a_call_without_its_shell(
        self, explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written: list[str] = []
        monkeypatch.setattr(ExplorerApp, "write_to_terminal", lambda _, sequence: written.append(sequence))
        async with explore(home, counted=True, state=tmp_path / "state", env={"PATH": ""}) as pilot:
            await press(pilot, "j", "j", "j", "left_square_bracket")
            await settled(pilot)
            await press(pilot, "c")
            await until(pilot, lambda: bool(written))
            command = base64.b64decode(written[0].removeprefix("\x1b]52;c;").removesuffix("\x07")).decode()
            assert command == (tmp_path / "state" / "copy.txt").read_text(encoding="utf-8")
            assert f"$ {command.splitlines()[0]}" in shown(pilot)

    @pytest.mark.parametrize(
        ("keys", "text"),
        [
            ((), f"sample_sessions/archived_sessions/rollout-2026-07-16T08-20-11-{'019f6995'}"),
            (("enter", "g"), "019f6995-2b6c-7243-86c5-8fe51eb963de"),
            (("enter", "g", "j"), "Remove the unused import in soak.py"),
            (("enter", "G"), "There is none: both names are used."),
            (("enter", "G", "tab"), "There is none: both names are used."),
        ],
        ids=["path", "id", "prompt of a turn", "answer", "in the details"],
    )
    async def test_everything_else(
        self, explore: Explore, home: Path, tmp_path: Path, keys: tuple[str, ...], text: str
    ) -> None:
        async with explore(home, counted=True, state=tmp_path / "state", env={"PATH": ""}) as pilot:
            select(pilot, "019f6995-2b6c-7243-86c5-8fe51eb963de")
            for key in keys:
                await press(pilot, key)
                await settled(pilot)
            await press(pilot, "c")
            await until(pilot, lambda: "copy.txt" in shown(pilot))
            assert (tmp_path / "state" / "copy.txt").read_text(encoding="utf-8").startswith(text)

    async def test_a_heading_of_folded_texts_has_nothing(self, explore: Explore, home: Path) -> None:
        async with explore(home, counted=True) as pilot:
            await open_session(pilot, SPAWNER)
            await press(pilot, "g", "j", "j", "c")
            assert "There is nothing to copy here." in shown(pilot)
