"""Commands without the shell around them."""

from __future__ import annotations

import pytest

from codexlog.report.calls import command_of, folder_of, seen_from
from codexlog.report.script import commands, decoded
from codexlog.report.shell import patch_command


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"command": ["bash", "-l", "-c", "make"]}, "make"),
        ({"command": ["bash", "-euo", "pipefail", "-c", "make"]}, "make"),
        ({"command": ["bash", "-eu", "-o", "pipefail", "-c", "make"]}, "make"),
        ({"command": ["sh", "-c", "bash -lc 'zsh -c \"ls -l\"'"]}, "ls -l"),
        ({"cmd": 'bash -lc "echo \\"a b\\""'}, 'echo "a b"'),
        ({"cmd": "/usr/bin/env bash -lc ls"}, "/usr/bin/env bash -lc ls"),
        ({"cmd": "bash -lc 'make' && rm x"}, "bash -lc 'make' && rm x"),
        ({"cmd": "bash -lc make;ls"}, "bash -lc make;ls"),
        ({"cmd": "bash -lc 'cd sub && make'"}, "cd sub && make"),
        ({"cmd": "bash -lc 'cat <<EOF\na\nEOF'"}, "cat <<EOF\na\nEOF"),
        ({"cmd": "bash -n script.sh"}, "bash -n script.sh"),
        ({"cmd": "bash script.sh -c x"}, "bash script.sh -c x"),
        ({"command": ["bash", "-c", "echo $0", "name"]}, "bash -c 'echo $0' name"),
        ({"command": ["powershell.exe", "-NoLogo", "-NoProfile", "-Command", "ls"]}, "ls"),
        ({"command": ["pwsh", "-ExecutionPolicy", "Bypass", "-c", "ls", "-Force"]}, "ls -Force"),
        ({"command": ["cmd.exe", "/d", "/c", "dir"]}, "dir"),
        ({"command": ["C:\\Windows\\System32\\cmd.exe", "/c", "dir"]}, "dir"),
        ({"cmd": "bash -lc ''"}, ""),
        ({"cmd": ""}, ""),
        ({"cmd": 3, "command": []}, None),
    ],
)
def test_shells_are_taken_off(arguments: object, command: str | None) -> None:
    assert command_of(arguments) == command


@pytest.mark.parametrize(
    ("folder", "home", "seen"),
    [
        ("/p/sub", "/p", "sub"),
        ("/p", "/p/", None),
        ("/p/", "/p", None),
        (".", "/p", None),
        ("/pq", "/p", "/pq"),
        ("/q", "/p", "/q"),
        ("C:\\Work\\sub", "c:\\work", "sub"),
        ("/p", None, "/p"),
        ("/p", "/", "/p"),
    ],
)
def test_folders_as_seen_from_the_sessions(folder: str, home: str | None, seen: str | None) -> None:
    assert folder_of({"workdir": folder}, home) == seen


def test_a_path_elsewhere_stays_whole() -> None:
    assert seen_from("/q/a.py", "/p") == "/q/a.py"
    assert seen_from("/p/b/a.py", "/p") == "b/a.py"


def test_a_command_that_only_names_apply_patch_has_no_patch() -> None:
    assert patch_command("which apply_patch") is None
    assert patch_command("apply_patch 'unclosed") is None


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        (r'"a\nb\t\"c\""', 'a\nb\t"c"'),
        (r"'\u00e9\x41\u{1F600}'", "éA😀"),
        (r'"\ud83d\ude00 \ud83d"', "😀 \ufffd"),
        ("`a\\\nb ${c}`", "ab ${c}"),
    ],
)
def test_strings_of_scripts(literal: str, text: str) -> None:
    assert decoded(literal) == text


def test_commands_of_a_script() -> None:
    script = (
        'await tools.exec_command({cmd: "ls -l"}); run([{"command": \'make\'}, {cmd: `git log`}, {cmd: x}])'
    )
    assert commands(script) == ["ls -l", "make", "git log"]
