from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cli.test_hygiene import HEAVY, imported
from codexlog.app.commands import COMMANDS
from codexlog.settings import thresholds
from codexlog.settings.table import RULES
from commandline import SAMPLES, codexlog

COMMAND_IDS = [command.id for command in COMMANDS]


def settings(tmp_path: Path, text: str) -> str:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return str(path)


def test_without_a_file_every_setting_stands_there_as_a_comment(tmp_path: Path) -> None:
    ran = codexlog("settings", XDG_CONFIG_HOME=str(tmp_path))
    assert (ran.code, ran.err) == (0, "")
    text = ran.out.decode()
    assert tomllib.loads(text) == {"triage": {}, "keys": {}}
    assert all(
        f"# {name} = " in text for name in (*RULES, *thresholds.RULES, *(command.id for command in COMMANDS))
    )


def test_what_it_prints_can_be_saved_as_the_file(tmp_path: Path) -> None:
    path = settings(tmp_path, 'theme = "dark"\n[triage]\ncompactions = 7\n[keys]\nzoom = ["F2", "Z"]\n')
    once = codexlog("settings", CODEXLOG_SETTINGS=path)
    assert tomllib.loads(once.out.decode()) == {
        "theme": "dark", "triage": {"compactions": 7}, "keys": {"zoom": ["F2", "Z"]}
    }  # fmt: skip
    Path(path).write_bytes(once.out)
    assert codexlog("settings", CODEXLOG_SETTINGS=path).out == once.out


def test_what_has_no_effect_is_named_and_the_rest_is_printed(tmp_path: Path) -> None:
    path = settings(tmp_path, 'mosue = "on"\ntheme = "dark"\n[keys]\nzomo = "x"\n')
    ran = codexlog("settings", CODEXLOG_SETTINGS=path)
    assert ran.code == 0
    assert ran.err.splitlines() == [
        f"codexlog: {path}: line 1: no setting is called mosue; did you mean mouse?",
        f"codexlog: {path}: line 4: no command is called zomo; did you mean zoom?",
    ]
    assert tomllib.loads(ran.out.decode()) == {"theme": "dark", "triage": {}, "keys": {}}


def test_a_file_that_is_no_toml_is_an_error_with_its_place(tmp_path: Path) -> None:
    path = settings(tmp_path, 'theme = "dark"\nmouse == 1\n')
    ran = codexlog("settings", CODEXLOG_SETTINGS=path)
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err == f"codexlog: {path}: line 2: column 8: not TOML: Invalid value\n"


def test_hostile_settings_are_printed_safely(tmp_path: Path) -> None:
    path = settings(tmp_path, '"\\u001b[31m" = 1\npager = "\\u001b]0;x\\u0007"\n')
    ran = codexlog("settings", CODEXLOG_SETTINGS=path)
    assert not {"\x1b", "\x07"} & set(ran.out.decode() + ran.err)


@pytest.mark.parametrize(
    ("env", "path"),
    [
        ({"XDG_CONFIG_HOME": "/etc/xdg-ann"}, "/etc/xdg-ann/codexlog/settings.toml"),
        ({"CODEXLOG_SETTINGS": "/srv/my.toml", "XDG_CONFIG_HOME": "/x"}, "/srv/my.toml"),
        ({"CODEXLOG_SETTINGS": "~/my.toml"}, f"{SAMPLES}/my.toml"),
    ],
)
def test_path_says_where_the_file_is_or_would_be(env: dict[str, Any], path: str) -> None:
    assert codexlog("settings", "--path", **env).out.decode() == f"{path}\n"


def test_lists_take_the_age_of_running_sessions_from_it(tmp_path: Path) -> None:
    path = settings(tmp_path, "running_seconds = 1e12\n")
    name = next(SAMPLES.rglob("*019f7e5c-*.jsonl")).name
    session = tmp_path / name
    session.write_bytes(b"".join(next(SAMPLES.rglob(name)).read_bytes().splitlines(keepends=True)[:9]))
    os.utime(session, (1_000_000_000, 1_000_000_000))
    for command in (("list", "--json"), ("show", "--json")):
        assert b'"running"' not in codexlog(*command, session).out
        assert b'"running"' in codexlog(*command, session, CODEXLOG_SETTINGS=path).out


def test_commands_name_what_is_wrong_with_it_and_go_on(tmp_path: Path) -> None:
    ran = codexlog("list", "--json", CODEXLOG_SETTINGS=settings(tmp_path, "running_seconds = -1"))
    assert ran.code == 0
    assert "line 1: running_seconds is a number from 0 on, not -1" in ran.err


def test_a_threshold_that_is_no_number_is_an_error_wherever_it_counts(tmp_path: Path) -> None:
    path = settings(tmp_path, '[triage]\ncompactions = "many"\n')
    problem = f'codexlog: {path}: line 2: compactions is a whole number from 1 on, not "many"\n'
    for command in (("loops", SAMPLES), ("triage", "--json"), ("settings",)):
        ran = codexlog(*command, CODEXLOG_SETTINGS=path)
        assert (ran.code, ran.err) == (2, problem), command
    assert codexlog("list", SAMPLES, "--limit", "1", CODEXLOG_SETTINGS=path).code == 0


def test_loops_are_judged_by_the_thresholds_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    def kinds(text: str) -> tuple[set[str], str]:
        path, cache = settings(tmp_path, text), str(tmp_path / "cache")
        ran = codexlog("triage", "latest", SAMPLES, "--json", CODEXLOG_SETTINGS=path, XDG_CACHE_HOME=cache)
        return {each["kind"] for each in json.loads(ran.out)["findings"]}, ran.err

    usual, said = kinds("")
    assert said == ""
    fewer, said = kinds("[triage]\nsignature_iterations = 9\nsame_output = 3\n")
    assert usual - fewer == {"failing_across_iterations"}
    assert "line 3: no threshold is called same_output; did you mean same_output_in_a_row?" in said


def test_printing_settings_imports_no_screen(tmp_path: Path) -> None:
    assert imported("settings", home=tmp_path) & (HEAVY - {"platformdirs"}) == set()
