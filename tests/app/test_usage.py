"""The pages that cover the panes: usage and attachments."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.conftest import Explore, press, screen_of, settled, shown, until
from codexlog.app.actions import exporting
from codexlog.app.commands import COVERING, page_commands
from codexlog.app.screens.covering import CoveringScreen
from codexlog.app.widgets.moves import MOVES
from codexlog.catalog.transcript import Transcript
from codexlog.timeline.entries import CALL

pytestmark = pytest.mark.asyncio
FAILED_LOOP = ("j", "j", "j", "enter")
PRICES = """
[[price]]
models = ["*"]
as_of = 2026-07-01
currency = "USD"
input = 1
cached_input = 1
output = 1
"""


def page_of(pilot: Pilot[None]) -> CoveringScreen:
    page = pilot.app.screen
    assert isinstance(page, CoveringScreen)
    return page


def images(home: Path) -> Path:
    (found,) = home.rglob("*019f29d9-66b0-73f5-9018-bda3ce4b77a4.jsonl")
    return found


async def on_usage(pilot: Pilot[None], *keys: str) -> None:
    await press(pilot, *keys)
    await settled(pilot)
    await press(pilot, "dollar_sign")
    await until(pilot, lambda: "Every turn" in shown(pilot) or "row" in shown(pilot))


@pytest.mark.parametrize("page", COVERING)
async def test_a_key_means_one_thing_on_a_page(page: Any) -> None:
    keys = [key for command in page_commands(page) for key in command.keys]
    assert len(keys) == len(set(keys))


async def test_every_command_of_a_page_is_done(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        for key, page in (("dollar_sign", "usage"), ("A", "attachments")):
            await press(pilot, key)
            wanted = {command.id for command in page_commands(page)}  # type: ignore[arg-type]
            assert wanted == set(page_of(pilot)._do) | set(MOVES)
            await press(pilot, "q")


async def test_usage_of_the_open_session_and_back(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        said = shown(pilot)
        for words in ("Tokens", "193,264", "peak 26,512 tokens, 10 % of the window", "70 % used of 5 h"):
            assert words in said
        assert "cost" not in said
        for key in ("escape", "dollar_sign", "dollar_sign", "q"):
            await press(pilot, key)
        assert pilot.app.screen is screen_of(pilot)


async def test_enter_lands_on_the_row_of_the_line(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        await press(pilot, "j", "j", "j", "j")
        view = page_of(pilot).view
        assert "$ python -m pytest -q" in shown(pilot).splitlines()[view.cursor - view.top + 1]
        await press(pilot, "enter")
        screen = screen_of(pilot)
        assert pilot.app.screen is screen
        assert screen.front == "timeline"
        row = screen.timeline.view.current()
        assert row is not None
        assert screen.timeline.rows is not None
        assert screen.timeline.rows.outline.entries.out_line[row.entry] == 44


async def test_enter_on_a_turn_lands_on_its_heading(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        await press(pilot, "G", "enter")
        row = screen_of(pilot).timeline.view.current()
        assert row is not None
        assert (row.turn, row.entry) == (0, -2)


async def test_from_the_list_it_is_that_of_the_session_under_the_cursor(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await on_usage(pilot, "j", "j", "j")
        assert "193,264" in shown(pilot)
        await press(pilot, "escape")
        assert screen_of(pilot).front == "sessions"


async def test_at_80_columns_without_colour_and_marks(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24), colour=False, plain_glyphs=True) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        said = shown(pilot)
        assert "x failure" in said
        assert "." * 20 in said
        assert "Enter go there" in said.splitlines()[-1]
        await press(pilot, "G")
        assert "study specs" in shown(pilot)
        await press(pilot, "g")
        assert "Tokens" in shown(pilot)


async def test_cost_by_the_users_table(explore: Explore, home: Path, tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(PRICES)
    async with explore(home, prices=table) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        assert "0.1933 USD (prices of 2026-07-01)" in shown(pilot)


async def test_a_broken_table_is_a_note(explore: Explore, home: Path, tmp_path: Path) -> None:
    table = tmp_path / "prices.toml"
    table.write_bytes(b"\xff")
    async with explore(home, prices=table) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        assert "price table not used" in shown(pilot)


async def test_the_page_is_saved_as_text(explore: Explore, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    async with explore(home, save_folder=folder) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        await press(pilot, "s", "enter")
        await until(pilot, lambda: "Saved" in shown(pilot))
        (saved,) = folder.iterdir()
        assert "193,264" in saved.read_text(encoding="utf-8")


async def test_a_session_that_grows_is_read_on(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        screen = screen_of(pilot)
        assert screen.timeline.found is not None
        await press(pilot, "escape")
        with open(screen.timeline.found.path, "a", encoding="utf-8") as file:
            usage = '{"input_tokens":300000,"cached_input_tokens":0,"output_tokens":5,"total_tokens":300005}'
            file.write(
                '{"timestamp":"2026-10-06T20:00:00Z","type":"event_msg","payload":'
                f'{{"type":"token_count","info":{{"total_token_usage":{usage},"last_token_usage":{usage}}}}}}}\n'
            )
        await press(pilot, "dollar_sign")
        await until(pilot, lambda: "300,005" in shown(pilot))


async def test_attachments_have_names_sizes_and_rows(explore: Explore, home: Path) -> None:
    async with explore(images(home)) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "2 attachments" in shown(pilot))
        said = shown(pilot)
        assert "196 B        7     1  image  row7-prompt-image1.png  image/png" in said
        await press(pilot, "j", "enter")
        screen = screen_of(pilot)
        row = screen.timeline.view.current()
        assert row is not None
        assert screen.timeline.rows is not None
        assert screen.timeline.rows.outline.entries.kind[row.entry] == CALL


async def test_an_attachment_is_saved_whole(explore: Explore, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    async with explore(images(home), save_folder=folder) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "2 attachments" in shown(pilot))
        await press(pilot, "s", "enter")
        await until(pilot, lambda: "Saved" in shown(pilot))
        (saved,) = folder.iterdir()
        assert saved.read_bytes().startswith(b"\x89PNG")


async def test_a_picture_is_not_for_the_editor(explore: Explore, home: Path) -> None:
    async with explore(images(home)) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "2 attachments" in shown(pilot))
        await press(pilot, "e")
        await until(pilot, lambda: "is a picture; o opens it" in shown(pilot))


@pytest.mark.parametrize(
    ("has_pillow", "local", "words"),
    [
        (True, True, "cannot be lent to a picture; s saves row7"),
        (False, True, "no viewer can be started (no such program); s saves row7"),
        (False, False, "is a picture and this is a remote terminal; s saves it."),
    ],
)
async def test_where_a_picture_opens(
    has_pillow: bool,
    local: bool,
    words: str,
    explore: Explore,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_viewer(*_: object) -> None:
        raise FileNotFoundError(2, "no such program")

    monkeypatch.setattr(exporting, "find_spec", lambda _: object() if has_pillow else None)
    monkeypatch.setattr(exporting, "view_elsewhere", no_viewer)
    async with explore(images(home), local_screen=local) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "2 attachments" in shown(pilot))
        await press(pilot, "o")
        await until(pilot, lambda: words in shown(pilot))


async def test_a_session_without_attachments_says_so(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "enter")
        await settled(pilot)
        await press(pilot, "A")
        await until(pilot, lambda: "No attachments in this session." in shown(pilot))


async def test_escape_stops_the_reading_and_then_closes(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = threading.Event(), Transcript.attachments

    def slow(self: Transcript, *arguments: Any) -> Any:
        go_on.wait(20)
        return read(self, *arguments)

    monkeypatch.setattr(Transcript, "attachments", slow)
    async with explore(images(home)) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "reading 0 of 2, Esc stops" in shown(pilot))
        await press(pilot, "escape")
        go_on.set()
        assert "stopped; Esc closes" in shown(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_a_file_that_breaks_while_it_is_read_is_said(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("gone")

    monkeypatch.setattr(Transcript, "attachments", broken)
    async with explore(images(home)) as pilot:
        await press(pilot, "A")
        await until(pilot, lambda: "cannot be read any further: gone" in shown(pilot))
        await press(pilot, "escape")
        assert pilot.app.screen is screen_of(pilot)


@pytest.mark.parametrize("key", ["dollar_sign", "A"])
async def test_a_file_that_is_no_session_has_its_cause_on_the_page(
    key: str, explore: Explore, home: Path
) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash", *"git-LFS", "enter", key)
        await until(pilot, lambda: "git-LFS pointer" in shown(pilot))
        assert "Esc back" in shown(pilot)
        await press(pilot, "enter", "o", "escape")
        assert pilot.app.screen is screen_of(pilot)


async def test_help_over_a_page(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await on_usage(pilot, *FAILED_LOOP)
        await press(pilot, "question_mark")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 3)
        await press(pilot, "G", "pageup")
        assert "Usage, attachments, loops, digest, day" in shown(pilot)
