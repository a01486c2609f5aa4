from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codexlog import paths

HOME = Path("/home/ann")


def test_homes_without_variables() -> None:
    assert paths.codex_home({}, HOME) == HOME / ".codex"
    assert paths.codex_sqlite_home({}, HOME) == HOME / ".codex"
    assert paths.claude_home({}, HOME) == HOME / ".claude"


def test_variables_move_homes() -> None:
    env = {"CODEX_HOME": "/srv/codex", "CLAUDE_CONFIG_DIR": "~/claude"}
    assert paths.codex_home(env, HOME) == Path("/srv/codex")
    assert paths.codex_sqlite_home(env, HOME) == Path("/srv/codex")
    assert paths.codex_sqlite_home(env | {"CODEX_SQLITE_HOME": "/db"}, HOME) == Path("/db")
    assert paths.claude_home(env, HOME) == HOME / "claude"


def test_empty_variable_is_no_variable() -> None:
    assert paths.codex_home({"CODEX_HOME": ""}, HOME) == HOME / ".codex"


def test_settings_and_state_are_in_the_folders_for_them() -> None:
    env = {"XDG_CONFIG_HOME": "/srv/config", "XDG_STATE_HOME": "/srv/state"}
    assert paths.settings_file(env, HOME) == Path("/srv/config/codexlog/settings.toml")
    assert paths.state_file(env, HOME) == Path("/srv/state/codexlog/state.json")
    assert paths.settings_file(env | {"CODEXLOG_SETTINGS": "~/my.toml"}, HOME) == HOME / "my.toml"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders")
@pytest.mark.parametrize("env", [{}, {"XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "relative"}])
def test_settings_and_state_without_variables(env: dict[str, str]) -> None:
    assert paths.settings_file(env, HOME) == HOME / ".config" / "codexlog" / "settings.toml"
    assert paths.state_file(env, HOME) == HOME / ".local" / "state" / "codexlog" / "state.json"


def test_demo_home_is_a_folder_or_none() -> None:
    demo = paths.demo_home()
    assert demo is None or demo.is_dir()


def test_the_state_folder_follows_xdg() -> None:
    assert paths.state_folder({}, HOME) == HOME / ".local/state/codexlog"
    assert paths.state_folder({"XDG_STATE_HOME": "/var/s"}, HOME) == Path("/var/s/codexlog")
    assert paths.state_folder({"XDG_STATE_HOME": "relative"}, HOME) == HOME / ".local/state/codexlog"


class TestAgentHomes:
    """Every home that exists is opened, and no other."""

    def make(self, home: Path, *folders: str) -> None:
        for folder in folders:
            (home / folder).mkdir(parents=True)

    def test_all_that_exist(self, tmp_path: Path) -> None:
        self.make(tmp_path, ".codex", ".claude/projects", ".config/claude/projects", "work/.entire/metadata")
        assert paths.agent_homes({}, tmp_path, tmp_path / "work") == [
            ("codex", tmp_path / ".codex"),
            ("claude", tmp_path / ".claude"),
            ("claude", tmp_path / ".config/claude"),
            ("entire", tmp_path / "work/.entire/metadata"),
        ]

    def test_a_home_without_projects_holds_no_sessions(self, tmp_path: Path) -> None:
        self.make(tmp_path, ".claude/todos")
        assert paths.agent_homes({}, tmp_path, None) == []

    @pytest.mark.parametrize(
        ("value", "expected"),
        [("~/one", ["one"]), ("~/one, ~/two", ["one", "two"]), ("~/a,b", ["a,b"]), (",", [","])],
    )
    def test_the_variable_may_name_several(self, tmp_path: Path, value: str, expected: list[str]) -> None:
        self.make(tmp_path, "a,b")
        found = paths.claude_homes({"CLAUDE_CONFIG_DIR": value}, tmp_path)
        assert [each.name for each in found] == expected

    def test_settings_folder_of_the_system(self) -> None:
        assert paths.claude_homes({"XDG_CONFIG_HOME": "/etc/me"}, HOME)[1] == Path("/etc/me/claude")

    def test_entire_is_looked_for_up_to_the_root_of_the_repository(self, tmp_path: Path) -> None:
        self.make(tmp_path, ".entire/metadata", "repo/.git", "repo/.entire/metadata", "repo/a/b")
        repo = tmp_path / "repo"
        assert paths.entire_folders(repo / "a/b") == [repo / ".entire/metadata"]
        assert paths.entire_folders(tmp_path) == [tmp_path / ".entire/metadata"]
        self.make(tmp_path, "plain/a")
        assert paths.entire_folders(tmp_path / "plain/a") == []

    def test_a_loop_may_write_below_the_root(self, tmp_path: Path) -> None:
        self.make(tmp_path, ".git", ".entire/metadata", "a/.entire/metadata")
        found = paths.entire_folders(tmp_path / "a")
        assert found == [tmp_path / "a/.entire/metadata", tmp_path / ".entire/metadata"]
