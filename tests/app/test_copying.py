"""What leaves the explorer of a session that has a secret in every place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import Explore, press, screen_of, shown, until
from codexlog.app.app import ExplorerApp
from codexlog.app.outline_rows import FOLDS
from codexlog.report.redaction import MARK
from planted import HOME, Planted, claude, codex

NAME = "rollout-2026-03-01T10-00-00-019d0000-0000-7000-8000-000000000001.jsonl"
NOTHING = "There is nothing to copy here."
ENV = {"PATH": "", "HOME": HOME}


async def copy(pilot: Pilot[None], state: Path) -> tuple[str, str]:
    """Press the key and wait for its end; the file, empty where there was nothing to copy, and the screen."""
    file = state / "copy.txt"
    file.unlink(missing_ok=True)
    screen_of(pilot).say("")
    await pilot.press("c")
    await until(pilot, lambda: "written to " in shown(pilot) or NOTHING in shown(pilot))
    return file.read_text(encoding="utf-8") if file.exists() else "", shown(pilot)


async def every_copy(pilot: Pilot[None], state: Path) -> list[tuple[str, str]]:
    """A copy of each row of the timeline, with all folded texts unfolded."""
    view = screen_of(pilot).timeline.view
    copies = []
    at = 0
    while at < view.row_count():
        view.move_to(at)
        row = view.current()
        if row is not None and row.entry == FOLDS:
            await press(pilot, "x")
        copies.append(await copy(pilot, state))
        at += 1
    return copies


@pytest.mark.parametrize("planted", [codex(), claude()], ids=["codex", "claude"])
async def test_no_copy_has_a_secret(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: Planted
) -> None:
    written: list[str] = []
    monkeypatch.setattr(ExplorerApp, "write_to_terminal", lambda _, sequence: written.append(sequence))
    path = planted.write(tmp_path / NAME)
    async with explore(path, counted=True, state=tmp_path / "state", env=ENV) as pilot:
        copies = await every_copy(pilot, tmp_path / "state")
    assert all(re.search(r"\d secrets? left out; ", said) for copy, said in copies if MARK in copy)
    text = "\n".join(copy for copy, _ in copies)
    assert planted.left_in(text) <= {"home"}
    assert text.count(MARK) > 5
    assert len(written) == sum(bool(copy) for copy, _ in copies)


async def test_with_the_setting_off_it_is_copied_as_it_is(explore: Explore, tmp_path: Path) -> None:
    planted = codex()
    path = planted.write(tmp_path / NAME)
    async with explore(path, counted=True, state=tmp_path / "state", env=ENV, redact=False) as pilot:
        await press(pilot, "g", "j")
        text, said = await copy(pilot, tmp_path / "state")
        assert planted.left_in(text) == {"prompt", "home"}
        assert "left out" not in said


async def test_the_status_line_says_how_many_first(explore: Explore, tmp_path: Path) -> None:
    path = codex().write(tmp_path / NAME)
    async with explore(path, size=(80, 24), counted=True, state=tmp_path / "state", env=ENV) as pilot:
        await press(pilot, "g", "j")
        await copy(pilot, tmp_path / "state")
        assert "1 secret left out; written to " in shown(pilot)


@pytest.mark.parametrize(("limit", "asked"), [(74_994.0, 1), (9.0, 0), (0.0, 0)])
async def test_a_terminal_gets_no_more_than_it_takes(
    explore: Explore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: float, asked: int
) -> None:
    written: list[str] = []
    monkeypatch.setattr(ExplorerApp, "write_to_terminal", lambda _, sequence: written.append(sequence))
    path = codex().write(tmp_path / NAME)
    async with explore(path, state=tmp_path / "state", env=ENV, osc52_limit=limit) as pilot:
        await copy(pilot, tmp_path / "state")
        assert len(written) == asked
        assert (" are too long " in shown(pilot)) == (limit == 9)


@pytest.mark.parametrize("redact", [True, False])
async def test_a_page_is_saved_without_secrets(explore: Explore, tmp_path: Path, redact: bool) -> None:
    planted = codex()
    path = planted.write(tmp_path / NAME)
    more = {"env": ENV, "save_folder": tmp_path, "redact": redact}
    async with explore(path, counted=True, **more) as pilot:
        await press(pilot, "g", "j", "s", "enter")
        await until(pilot, lambda: "Saved" in shown(pilot))
        assert ("1 secret left out; Saved" in shown(pilot)) == redact
    (saved,) = tmp_path.glob("*.txt")
    assert planted.left_in(saved.read_text(encoding="utf-8")) == (set() if redact else {"prompt", "home"})
