"""Sizes, themes, key maps and what they leave behind for the next start."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from app.conftest import Explore, press, screen_of, shown, until
from codexlog.app.key_map import apply_keys
from codexlog.app.options import Options, options_from
from codexlog.app.remembered import Remembered
from codexlog.app.widgets.session_list import SessionList
from codexlog.settings.parse import Mapped, parse

pytestmark = pytest.mark.asyncio


def columns(pilot: Pilot[None]) -> int:
    return screen_of(pilot).boxes["sessions"].size.width


def rows(pilot: Pilot[None]) -> tuple[int, int]:
    boxes = screen_of(pilot).boxes
    return boxes["timeline"].size.height, boxes["details"].size.height


def grounds(pilot: Pilot[None]) -> set[str]:
    strips = pilot.app.screen_stack[-1]._compositor.render_strips()
    return {
        str(segment.style.bgcolor.name) if segment.style and segment.style.bgcolor else "none"
        for strip in strips
        for segment in strip
    }


async def test_the_list_is_widened_and_narrowed_and_reset(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        assert columns(pilot) == 38
        await press(pilot, "greater_than_sign", "greater_than_sign")
        assert columns(pilot) == 46
        await press(pilot, *["less_than_sign"] * 9)
        assert columns(pilot) == 24
        assert "It can be no narrower." in shown(pilot)
        await press(pilot, "0")
        assert columns(pilot) == 38


async def test_the_split_moves_with_the_pane_that_has_the_keys(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        timeline, details = rows(pilot)
        await press(pilot, "tab", "greater_than_sign")
        assert rows(pilot) == (timeline + 1, details - 1)
        await press(pilot, "tab", "greater_than_sign", "greater_than_sign")
        assert rows(pilot) == (timeline - 1, details + 1)
        for _ in range(40):
            await pilot.press("greater_than_sign")
        assert rows(pilot)[0] == 4
        assert columns(pilot) == 38


async def test_every_step_is_a_row_at_every_height(explore: Explore, home: Path) -> None:
    async with explore(home, size=(120, 31)) as pilot:
        await press(pilot, "tab")
        seen = []
        for _ in range(8):
            await press(pilot, "greater_than_sign")
            seen.append(rows(pilot)[0])
            assert sum(rows(pilot)) == 30
        assert [b - a for a, b in itertools.pairwise(seen)] == [1] * 7


async def test_broad_screens_have_sizes_of_their_own(explore: Explore, home: Path) -> None:
    async with explore(home, size=(200, 40)) as pilot:
        boxes = screen_of(pilot).boxes
        before = boxes["timeline"].outer_size.width
        await press(pilot, "tab", "greater_than_sign")
        assert boxes["timeline"].outer_size.width == before + 4
        assert rows(pilot)[0] == rows(pilot)[1] == 39
        await pilot.resize_terminal(120, 40)
        await pilot.pause(0.1)
        assert rows(pilot)[0] > rows(pilot)[1]
        assert columns(pilot) == 38


async def test_proportions_stay_when_the_terminal_is_resized(explore: Explore, home: Path) -> None:
    async with explore(home, size=(100, 40)) as pilot:
        await press(pilot, *["greater_than_sign"] * 3)
        assert columns(pilot) == 50
        await pilot.resize_terminal(140, 40)
        await pilot.pause(0.1)
        assert columns(pilot) == 70
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        assert columns(pilot) == 80
        await pilot.resize_terminal(100, 40)
        await pilot.pause(0.1)
        assert columns(pilot) == 50


async def test_one_pane_has_nothing_to_share(explore: Explore, home: Path) -> None:
    async with explore(home, size=(80, 24)) as pilot:
        await press(pilot, "greater_than_sign")
        assert "One pane has the whole screen already." in shown(pilot)


async def test_sizes_are_remembered_and_restored_in_the_first_layout(
    explore: Explore, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state" / "state.json"
    async with explore(home, state_file=state) as pilot:
        await press(pilot, "greater_than_sign", "tab", "less_than_sign")
        wanted = columns(pilot), rows(pilot)
    shares = json.loads(state.read_text())["shares"]
    assert set(shares) == {"beside.list", "beside.split"}
    widths = []
    monkeypatch.setattr(SessionList, "on_resize", lambda self, event: widths.append(event.size.width))
    async with explore(home, remembered=Remembered(shares=shares)) as pilot:
        assert (columns(pilot), rows(pilot)) == wanted
    assert widths == [wanted[0]]


async def test_what_another_explorer_remembered_is_kept(explore: Explore, home: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with explore(home, state_file=state) as pilot:
        state.write_text('{"theme": "light", "shares": {"broad.list": 0.5, "beside.list": 0.9}}')
        await press(pilot, "greater_than_sign")
    document = json.loads(state.read_text())
    assert document["theme"] == "light"
    assert document["shares"] == {"broad.list": 0.5, "beside.list": pytest.approx(42 / 120, abs=0.01)}


async def test_a_state_that_cannot_be_written_is_a_note(explore: Explore, home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with explore(home, state_file=tmp_path / "file" / "state.json") as pilot:
        await press(pilot, "greater_than_sign")
        await until(pilot, lambda: "Not remembered:" in shown(pilot))


async def test_themes_are_seen_while_choosing_and_escape_takes_them_back(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    async with explore(home, state_file=tmp_path / "state.json") as pilot:
        assert grounds(pilot) == {"none"} or grounds(pilot) <= {"none", "default"}
        before = grounds(pilot)
        await press(pilot, "T", "j")
        assert "color(234)" in grounds(pilot)
        assert "Sessions" in shown(pilot)
        await press(pilot, "escape")
        assert grounds(pilot) == before
    assert not (tmp_path / "state.json").exists()


async def test_enter_keeps_a_theme_and_remembers_it(explore: Explore, home: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with explore(home, state_file=state) as pilot:
        await press(pilot, "T", "j", "j", "enter")
        assert screen_of(pilot).colours.theme == "light"
        assert len(pilot.app.screen_stack) == 1
        assert grounds(pilot) <= {"color(231)", "#ffffff"}
    assert json.loads(state.read_text())["theme"] == "light"


async def test_without_colour_there_is_no_theme_to_choose(explore: Explore, home: Path) -> None:
    async with explore(home, colour=False) as pilot:
        await press(pilot, "T")
        assert "NO_COLOR is set" in shown(pilot)


async def test_a_theme_of_the_settings_is_there_from_the_first_frame(explore: Explore, home: Path) -> None:
    async with explore(home, theme="light") as pilot:
        assert grounds(pilot) <= {"color(231)", "#ffffff"}


async def test_a_key_map_changes_keys_footer_help_and_palette(explore: Explore, home: Path) -> None:
    commands, _ = apply_keys(
        {"zoom": Mapped(("F2",), 1), "help": Mapped(("F4",), 2), "reload": Mapped((), 3)}
    )
    async with explore(home, commands=commands, size=(140, 70)) as pilot:
        assert "F2 zoom" in shown(pilot)
        assert "F4 help" in shown(pilot)
        await press(pilot, "z")
        assert "│" in shown(pilot)
        await press(pilot, "f2")
        assert "│" not in shown(pilot)
        await press(pilot, "f2", "f4")
        assert "  F2                Give this pane" in shown(pilot)
        assert "  no key            Read the folders" in shown(pilot)
        await press(pilot, "f4")
        assert len(pilot.app.screen_stack) == 1
        await press(pilot, "colon", *"whole screen")
        assert "F2 " in shown(pilot)


async def test_texts_name_the_keys_of_the_map(explore: Explore, home: Path) -> None:
    commands, _ = apply_keys({"texts": Mapped(("F3",), 1), "whole": Mapped((), 2)})
    async with explore(home, commands=commands) as pilot:
        await press(pilot, "j", "j", "j", "right_square_bracket")
        await until(pilot, lambda: "the palette shows all" in shown(pilot))
        await press(pilot, "g")
        assert "F3 shows them" in shown(pilot)


async def test_a_second_click_opens_whatever_key_does(explore: Explore, home: Path) -> None:
    commands, _ = apply_keys({"open": Mapped(("F2",), 1), "zoom": Mapped(("Enter",), 1)})
    async with explore(home, commands=commands) as pilot:
        await pilot.click(SessionList, offset=(5, 4))
        await pilot.click(SessionList, offset=(5, 4))
        await until(pilot, lambda: screen_of(pilot).front == "timeline")


async def test_quitting_has_the_keys_of_the_map_alone(explore: Explore, home: Path) -> None:
    commands, _ = apply_keys({"quit": Mapped(("F10",), 1)})
    async with explore(home, commands=commands) as pilot:
        await press(pilot, "ctrl+q", "q", "ctrl+c")
        assert pilot.app.is_running and not pilot.app._exit
        await press(pilot, "f10")
        assert pilot.app._exit


async def test_problems_of_the_settings_are_in_the_footer_and_in_the_help(
    explore: Explore, home: Path, tmp_path: Path
) -> None:
    problems = ("line 1: no setting is called mosue; did you mean mouse?", "line 4: something else")
    path = Path("/home/ann/settings.toml")
    async with explore(home, wait=False, problems=problems, settings_file=path) as pilot:
        await until(pilot, lambda: "settings.toml, 2 problems, see ?: line 1: no setting is" in shown(pilot))
        await press(pilot, "question_mark")
        for part in (*problems, str(path)):
            assert part in shown(pilot)


async def test_help_is_searched_by_typing(explore: Explore, home: Path) -> None:
    async with explore(home) as pilot:
        await press(pilot, "question_mark", "slash", *"failing session")
        lines = [line.strip("│ ") for line in shown(pilot).splitlines() if "failing" in line or "row" in line]
        assert len([line for line in lines if "Next failing call" in line]) == 1
        assert "Next row" not in shown(pilot)
        assert "Everywhere" in shown(pilot)
        await press(pilot, "enter", "j", "escape")
        assert "Next row" in shown(pilot)
        await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_help_names_the_settings_file(explore: Explore, home: Path) -> None:
    async with explore(home, settings_file=Path("/home/ann/settings.toml"), size=(120, 80)) as pilot:
        await press(pilot, "question_mark", "G")
        assert "/home/ann/settings.toml" in shown(pilot)


class TestOptions:
    HOME = Path("/home/ann")

    def options(self, text: str = "", **env: str) -> Options:
        env = {"XDG_STATE_HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"} | env
        return options_from((), env, self.HOME, parsed=parse(text))

    async def test_settings_win_over_the_environment(self) -> None:
        assert self.options(PAGER="most -s").pager == ("most", "-s")
        assert self.options('pager = "less -S"', PAGER="most").pager == ("less", "-S")
        assert self.options('pager = "less \'"', PAGER="most").pager == ("most",)
        assert self.options('save_folder = "/srv"').save_folder == Path("/srv")
        assert self.options("running_seconds = 7").running_seconds == 7
        assert self.options('watch = "poll"').watch == "poll"

    async def test_the_mouse(self) -> None:
        assert self.options().mouse
        assert not self.options(SSH_TTY="/dev/pts/1").mouse
        assert self.options('mouse = "on"', SSH_TTY="/dev/pts/1").mouse
        assert not self.options('mouse = "off"').mouse
        assert options_from((), {}, self.HOME, mouse=True, parsed=parse('mouse = "off"')).mouse

    async def test_glyphs(self) -> None:
        assert not self.options().plain_glyphs
        assert self.options(TERM="linux").plain_glyphs
        assert not self.options('glyphs = "unicode"', TERM="linux").plain_glyphs
        assert self.options('glyphs = "ascii"').plain_glyphs

    async def test_problems_of_settings_and_keys_come_together_by_line(self) -> None:
        assert [each[:6] for each in self.options("[keys]\nnope = 'x'\n[zzz]\n").problems] == [
            "line 2",
            "line 3",
        ]
