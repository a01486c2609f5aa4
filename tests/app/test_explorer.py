from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.conftest import NOW, Explore, press, screen_of, settled, shown, until
from codexlog.app.app import ExplorerApp
from codexlog.app.commands import COMMANDS
from codexlog.app.options import Options
from codexlog.app.outline_rows import OutlineRows
from codexlog.app.render.brief import Brief
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import spool
from codexlog.timeline.summary import FileFacts

pytestmark = pytest.mark.asyncio
FAILED_LOOP = ("j", "j", "j", "enter")
"""Opens the fourth session of the sample loop, which has five failing calls."""


async def test_the_list_shows_outcome_title_project_failures_and_tokens(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        lines = shown(pilot).splitlines()
        assert "Sessions  47" in lines[0]
        assert lines[1].startswith("✗ study specs/*")
        assert lines[2].split("│")[0].split() == ["Oct", "06", "18:41", "ledger", "✗1", "23k"]


async def test_a_file_that_is_no_session_is_a_row_with_its_cause(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 60)) as pilot:
        assert "a git-LFS pointer" in shown(pilot)


async def test_enter_opens_a_session_at_its_end(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        assert "23/23" in shown(pilot)


async def test_details_show_how_a_call_ended_and_the_end_of_its_output(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        text = shown(pilot)
        assert "✗ failed · exit 1 · 0.4s" in text
        assert "$ python -m pytest -q" in text
        assert "lines hidden · a shows all" in text
        assert "3 failed, 22 passed" in text


async def test_a_shows_all_of_an_output_and_its_ends_again(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        above = shown(pilot).split("lines hidden")[0].splitlines()[:-1]
        await press(pilot, "a")
        assert "lines hidden" not in shown(pilot)
        assert shown(pilot).splitlines()[25 : len(above)] == above[25:], "what was hidden opens in its place"
        await press(pilot, "enter", "G")
        assert "3 failed, 22 passed" in shown(pilot)
        await press(pilot, "a", "g")
        assert "lines hidden · a shows all" in shown(pilot)


async def test_failures_are_jumped_to_in_both_directions(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        timeline = screen_of(pilot).timeline
        places = []
        for _ in range(5):
            await press(pilot, "left_square_bracket")
            places.append(timeline.view.cursor)
        assert len(set(places)) == 5
        await press(pilot, "right_square_bracket")
        assert timeline.view.cursor == places[3]
        await press(pilot, "left_square_bracket", "left_square_bracket")
        await until(pilot, lambda: "Iteration 4 of 8, at its last failing call" in shown(pilot))


async def test_from_the_list_a_session_opens_at_its_first_or_last_failure(
    explore: Explore, home: Path
) -> None:
    async with explore(home) as pilot:
        await press(pilot, "j", "j", "j", "right_square_bracket")
        await settled(pilot)
        timeline = screen_of(pilot).timeline
        first = timeline.view.cursor
        await press(pilot, "escape", "left_square_bracket")
        await settled(pilot)
        assert timeline.view.cursor > first
        await press(pilot, "right_square_bracket")
        await until(pilot, lambda: "Iteration 6 of 8, at its first failing call" in shown(pilot))


async def test_turns_fold_and_unfold(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "g", "j", "h")
        assert "2/2" in shown(pilot)
        await press(pilot, "enter")
        assert "2/23" in shown(pilot)


async def test_x_shows_the_texts_that_nobody_typed(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        assert "x shows them" in shown(pilot) or "3 texts" not in shown(pilot)
        await press(pilot, "x", "g")
        assert "x hides them" in shown(pilot)
        assert "1/26" in shown(pilot)


async def test_typing_filters_the_list_and_escape_ends_it(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        model = screen_of(pilot).sessions.model
        unfiltered = len(model)
        await press(pilot, "slash", *"failed", "enter")
        assert 0 < len(model) < model.total
        assert f"{len(model)} of {model.total}" in shown(pilot)
        await press(pilot, "escape")
        assert len(model) == unfiltered


async def test_an_empty_filter_result_says_what_was_looked_for(explore: Explore, home: Path) -> None:
    async with explore(home, counted=True) as pilot:
        await press(pilot, "slash", *"nosuchword")
        assert "No session contains nosuchword." in shown(pilot)


async def test_narrow_screens_show_one_pane_and_the_same_keys_move(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        assert shown(pilot).startswith("▸ Sessions")
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        assert "Sessions" not in shown(pilot)
        await press(pilot, "left_square_bracket", "enter")
        assert "✗ failed · exit 1" in shown(pilot)
        await press(pilot, "escape", "escape")
        assert shown(pilot).startswith("▸ Sessions")


async def test_tab_goes_round_the_panes(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        fronts = []
        for _ in range(3):
            await press(pilot, "tab")
            fronts.append(screen_of(pilot).front)
        assert fronts == ["timeline", "details", "sessions"]


async def test_z_gives_a_pane_the_screen_and_escape_takes_it_back(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "z")
        assert "│" not in shown(pilot)
        await press(pilot, "escape")
        assert "│" in shown(pilot)


async def test_help_names_every_key(explore: Explore, home: Path) -> None:
    async with explore(home, size=(120, 60)) as pilot:
        await press(pilot, "question_mark")
        assert "Next failing call" in shown(pilot)
        await press(pilot, "escape")
        assert shown(pilot).startswith("▸ Sessions")


async def test_the_palette_runs_what_is_picked(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "colon", *"last row", "enter")
        sessions = screen_of(pilot).sessions
        assert sessions.view.cursor == len(sessions.model) - 1 == 45


@pytest.mark.parametrize("words", ["qui", "quit", "half_down", "half down", "ctrl+d"])
async def test_the_palette_finds_commands_by_id_and_label(words: str, explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "colon", *words)
        said = next(each.help for each in COMMANDS if each.id == ("quit" if words[0] == "q" else "half_down"))
        await until(pilot, lambda: said in shown(pilot) and "Next failing call" not in shown(pilot))


async def test_saving_never_overwrites_and_shows_the_path(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    async with explore(home, save_folder=folder) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        for number in (1, 2):
            if number == 1:
                await press(pilot, "left_square_bracket")
                await until(pilot, lambda: "exit 1" in shown(pilot))
            await press(pilot, "s")
            await until(pilot, lambda: "Enter saves" in shown(pilot))
            await press(pilot, "enter")
            await until(pilot, lambda number=number: len(list(folder.iterdir())) == number)  # type: ignore[misc]
            await until(pilot, lambda: "Saved" in shown(pilot))
        assert sum("python -m pytest" in path.read_text() for path in folder.iterdir()) == 2


async def test_a_narrow_timeline_saves_what_its_cursor_is_on(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    async with explore(home, size=(80, 24), save_folder=tmp_path) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "s")
        await until(pilot, lambda: "Save exec_command" in shown(pilot))


async def test_nothing_is_saved_under_the_sessions_own_home(explore: Explore, home: Path) -> None:
    async with explore(
        home, save_folder=home.resolve(), size=(160, 40)
    ) as pilot:  # the note names a long path
        before = sorted(home.rglob("*"))
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket")
        await until(pilot, lambda: "exit 1" in shown(pilot))
        await press(pilot, "s")
        await until(pilot, lambda: "Enter saves" in shown(pilot))
        await press(pilot, "enter")
        await until(pilot, lambda: "belongs to an agent" in shown(pilot))
        assert sorted(home.rglob("*")) == before


async def test_a_deleted_file_is_said_to_be_deleted(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.loading.opening.LOOK_AGAIN", 0.05)
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        found = screen_of(pilot).timeline.found
        assert found is not None
        found.path.unlink()
        await until(pilot, lambda: "the file was deleted" in shown(pilot))
        await press(pilot, "left_square_bracket")
        assert "✗ failed" in shown(pilot)


async def test_an_empty_home_says_where_it_looked_and_what_to_do(explore: Explore, tmp_path: Path) -> None:
    async with explore(tmp_path) as pilot:
        text = shown(pilot)
        assert "No sessions here." in text
        assert "codexlog --demo" in text
        assert "CODEX_HOME" in text


async def test_a_single_file_opens_without_a_list(explore: Explore, home: Path) -> None:
    newest = max(home.rglob("rollout-2026-10-06*.jsonl"))
    async with explore(newest) as pilot:
        assert "Sessions" not in shown(pilot)
        assert "usage limit" in shown(pilot)


async def test_resizing_while_loading_breaks_nothing(explore: Explore, home: Path) -> None:
    async with explore(home, wait=False) as pilot:
        for size in ((20, 5), (300, 100), (80, 24), (200, 50), (1, 1), (120, 40)):
            await pilot.resize_terminal(*size)
            await pilot.press("enter", "j")
            await pilot.pause(0.05)
        await settled(pilot)
        assert "│" in shown(pilot)


ROW = '{"timestamp":"2026-10-06T18:45:00.000Z","type":"future_kind","payload":{"a":1}}\n'


def write_more(path: Path, text: str = ROW) -> None:
    with path.open("a") as file:
        file.write(text)


async def test_new_rows_of_a_growing_session_appear_and_the_cursor_stays(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.loading.opening.LOOK_AGAIN", 0.05)
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        timeline = screen_of(pilot).timeline
        assert timeline.found is not None
        cursor = timeline.view.cursor
        for length in (24, 25):
            write_more(timeline.found.path)
            await until(pilot, lambda: f"/{length}" in shown(pilot))  # noqa: B023
        assert timeline.view.cursor == cursor


async def test_a_torn_last_row_of_a_growing_session_waits_until_it_is_whole(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.loading.opening.LOOK_AGAIN", 0.05)
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        path = screen_of(pilot).timeline.found.path  # type: ignore[union-attr]
        write_more(path)
        await until(pilot, lambda: "/24" in shown(pilot))
        write_more(path, ROW[:60])
        await until(pilot, lambda: "last row unfinished (60 B)" in shown(pilot))
        assert "/24" in shown(pilot)
        write_more(path, ROW[60:])
        await until(pilot, lambda: "/25" in shown(pilot))
        assert "unfinished" not in shown(pilot)
        assert "unreadable" not in shown(pilot)


async def test_a_large_session_that_grows_is_read_by_another_process_and_followed(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codexlog.app.loading.opening.LOOK_AGAIN", 0.05)
    monkeypatch.setattr("codexlog.app.loading.opening.LARGE", 1000)
    async with explore(home) as pilot:
        await press(pilot, *FAILED_LOOP)
        await settled(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket")
        timeline = screen_of(pilot).timeline
        assert timeline.found is not None
        cursor = timeline.view.cursor
        for length in (24, 25, 26):
            write_more(timeline.found.path)
            await until(pilot, lambda: f"/{length}" in shown(pilot))  # noqa: B023
        assert timeline.view.cursor == cursor


async def test_only_what_is_visible_is_read(
    explore: Explore, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codexlog.app.loading import briefs

    read: list[int] = []
    original = briefs._brief

    def counted(transcript: Transcript, rows: OutlineRows, entry: int) -> Brief:
        read.append(entry)
        return original(transcript, rows, entry)

    monkeypatch.setattr(briefs, "_brief", counted)
    big = home / "sessions" / "2026" / "10" / "07"
    big.mkdir(parents=True)
    source = next(home.rglob("rollout-2026-10-06T20-37*.jsonl")).read_text().splitlines()
    calls = [line for line in source if '"type":"response_item"' in line.replace(" ", "")]
    path = big / "rollout-2026-10-07T10-00-00-01a11285-4b62-7ef9-85b8-3d1e405ee999.jsonl"
    path.write_text("\n".join([source[0], *(calls * 60)]) + "\n")
    os.utime(path, (NOW - 9999, NOW - 9999))
    async with explore(home) as pilot:
        await press(pilot, "enter")
        await settled(pilot)
        rows = screen_of(pilot).timeline.rows
        assert rows is not None and len(rows) > 500
        assert len(read) <= 2 * 40


async def test_a_stream_that_is_open_already_is_shown(home: Path) -> None:
    path = max(home.rglob("rollout-2026-10-06*.jsonl"))
    with path.open("rb") as stream:
        transcript = Transcript(spool(stream), FileFacts("stdin", path.stat().st_size))
    app = ExplorerApp(Options(paths=(), clock=lambda: NOW), None, transcript)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "usage limit" in shown(pilot))
        await press(pilot, "left_square_bracket")
        assert "✗ failed · exit 1" in shown(pilot)


async def test_escape_sequences_of_a_session_are_never_drawn(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "slash", *"header red", "enter", "enter")
        await settled(pilot)
        for _ in range(8):
            await press(pilot, "k")
            assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown(pilot))


async def test_a_key_of_another_pane_says_where_it_works(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "n")
        assert "n does nothing here; it works in the timeline and the details." in shown(pilot)
        await press(pilot, "j", "n", "j")
        assert "n does nothing" not in shown(pilot)


async def test_esc_stands_in_the_footer_where_it_leads_somewhere(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        assert "Esc back" not in shown(pilot)
        await press(pilot, "enter")
        await settled(pilot)
        assert "Esc back" in shown(pilot)
        await press(pilot, "enter")
        assert "Esc back" in shown(pilot)
