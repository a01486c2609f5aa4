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
