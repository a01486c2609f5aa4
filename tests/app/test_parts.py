from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from codexlog.app.actions.action import HOMES
from codexlog.app.commands import COMMANDS, EVERYWHERE, command_at, footer_of
from codexlog.app.exports import CannotSave, file_name, run_on, save
from codexlog.app.loading.ahead import Ahead
from codexlog.app.loading.desk import Desk
from codexlog.app.options import Options, options_from
from codexlog.app.screens.arrangement import arrange
from codexlog.app.screens.help import help_lines
from codexlog.app.widgets.moves import MOVES
from codexlog.report.glyphs import UNICODE


class TestCommands:
    def test_a_key_means_one_thing_in_a_pane(self) -> None:
        for pane in EVERYWHERE:
            keys = [key for command in COMMANDS if pane in command.where for key in command.keys]
            assert len(keys) == len(set(keys))

    def test_every_command_is_done_by_something(self) -> None:
        on_a_loop = {"open_loop"}  # what `open` does on the row of a loop
        assert {command.id for command in COMMANDS} | on_a_loop == set(MOVES) | set(HOMES)

    def test_help_names_every_command(self) -> None:
        text = "\n".join("".join(text for text, _ in line) for line in help_lines(UNICODE))
        assert all(command.help in text for command in COMMANDS)

    def test_search_has_the_keys_that_people_expect(self) -> None:
        keys = {"slash": "find", "n": "next_hit", "N": "previous_hit"}
        for pane in ("timeline", "details"):
            found = {key: command_at(pane, key) for key in keys}
            assert {key: command.id for key, command in found.items() if command is not None} == keys

    def test_the_footer_always_ends_with_help_and_quit(self) -> None:
        assert [[each.id for each in footer_of(pane)[-2:]] for pane in EVERYWHERE] == [["help", "quit"]] * 3


class TestDesk:
    def test_quick_work_is_answered_at_once(self) -> None:
        late: list[int] = []
        desk = Desk("test", late.append)
        assert desk.ask(lambda: 7, 5.0) == 7
        assert late == []

    def test_slow_work_is_delivered_later(self) -> None:
        arrived = threading.Event()
        desk: Desk[int] = Desk("test", lambda _: arrived.set())
        gate = threading.Event()
        assert desk.ask(lambda: int(gate.wait(5)), 0.01) is None
        gate.set()
        assert arrived.wait(5)

    def test_a_newer_job_replaces_the_older_one(self) -> None:
        late: list[str] = []
        gate = threading.Event()

        def slow() -> str:
            gate.wait(5)
            return "old"

        def quick() -> str:
            return "new"

        desk = Desk("test", late.append)
        assert desk.ask(slow, 0.01) is None
        threading.Timer(0.05, gate.set).start()
        assert desk.ask(quick, 5.0) == "new"
        time.sleep(0.05)
        assert late == []

    def test_a_closed_desk_does_nothing(self) -> None:
        desk: Desk[int] = Desk("test", lambda _: None)
        desk.close()
        assert desk.ask(lambda: 1, 1.0) is None


class TestExports:
    def test_a_taken_name_gets_a_number(self, tmp_path: Path) -> None:
        paths = [save(tmp_path / "a.txt", "x", ()) for _ in range(3)]
        assert [path.name for path in paths] == ["a.txt", "a-2.txt", "a-3.txt"]

    def test_agents_folders_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / ".codex" / "sub").mkdir(parents=True)
        (tmp_path / "home").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "home")
        for place in (".codex/sub/a", "home/a", "link/a"):
            with pytest.raises(CannotSave, match="belongs to an agent"):
                save(tmp_path / place, "x", (tmp_path / "home",))

    def test_a_missing_folder_is_said_to_be_missing(self, tmp_path: Path) -> None:
        with pytest.raises(CannotSave, match="no such folder"):
            save(tmp_path / "none" / "a", "x", ())

    @pytest.mark.parametrize(
        ("name", "safe"), [("a/../b.txt", "a-..-b.txt"), ("...", "codexlog.txt"), ("a b", "a-b")]
    )
    def test_names_are_one_part_of_a_path(self, name: str, safe: str) -> None:
        assert file_name(name) == safe

    def test_the_pager_gets_safe_text(self, tmp_path: Path) -> None:
        seen = tmp_path / "seen"
        assert run_on(("sh", "-c", f'cp "$0" {seen}'), "a\x1b[2Jb\n", "page.txt")
        assert seen.read_text() == "ab\n"


class TestOptions:
    def test_mouse_is_off_over_ssh_unless_asked_for(self, tmp_path: Path) -> None:
        remote = {"SSH_CONNECTION": "1"}
        assert options_from([], {}, tmp_path).mouse
        assert not options_from([], remote, tmp_path).mouse
        assert options_from([], remote, tmp_path, mouse=True).mouse

    def test_no_color_is_honoured(self, tmp_path: Path) -> None:
        assert not options_from([], {"NO_COLOR": "1"}, tmp_path).colour

    @pytest.mark.parametrize(
        ("pager", "words"), [("", ("less", "-R")), ("most -s", ("most", "-s")), ("'broken", ("less", "-R"))]
    )
    def test_pager(self, pager: str, words: tuple[str, ...], tmp_path: Path) -> None:
        assert options_from([], {"PAGER": pager}, tmp_path).pager == words

    @pytest.mark.parametrize(
        ("env", "words"),
        [
            ({}, ("vi",)),
            ({"EDITOR": "nano"}, ("nano",)),
            ({"EDITOR": "nano", "VISUAL": "code --wait"}, ("code", "--wait")),
            ({"VISUAL": "'my editor' -f"}, ("my editor", "-f")),
            ({"VISUAL": "'broken"}, ("vi",)),
        ],
    )
    def test_editor(self, env: dict[str, str], words: tuple[str, ...], tmp_path: Path) -> None:
        assert options_from([], env, tmp_path).editor == words

    def test_prices_lie_in_the_users_configuration(self, tmp_path: Path) -> None:
        assert options_from([], {}, tmp_path).prices == tmp_path / ".config/codexlog/prices.toml"
        assert options_from([], {"XDG_CONFIG_HOME": "/etc/x"}, tmp_path).prices == Path(
            "/etc/x/codexlog/prices.toml"
        )


class TestArrangement:
    def test_below_100_columns_one_pane_fills_the_screen(self) -> None:
        assert arrange(99, "timeline", zoomed=False, solo=False)[:3] == (False, True, False)
        assert arrange(100, "timeline", zoomed=False, solo=False)[:3] == (True, True, True)

    def test_one_session_needs_no_list(self) -> None:
        assert arrange(120, "details", zoomed=False, solo=True)[:3] == (False, True, True)


FORKED = """
import os, sys
from pathlib import Path
from codexlog.app.loading.ahead import Ahead
from codexlog.app.options import Options
look = Ahead(Options(paths=(Path(sys.argv[1]),)))
assert look._pipe is not None
print(len(look.result().found), "orjson" in sys.modules)
"""


def test_the_first_look_comes_from_another_process(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKED, str(home)], capture_output=True, text=True, timeout=30
    )
    assert done.stdout.split() == ["47", "False"], done.stderr


def test_the_first_look_is_read_here_where_there_are_threads(home: Path) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    look = Ahead(Options(paths=(home,)))
    stop.set()
    thread.join()
    summaries = look.result().summaries
    assert summaries is not None
    assert summaries[0].cwd == "/srv/ledger"


def test_a_place_that_does_not_exist_is_a_problem_not_a_crash(tmp_path: Path) -> None:
    look = Ahead(Options(paths=(tmp_path / "none",))).result()
    assert look.problem is not None
