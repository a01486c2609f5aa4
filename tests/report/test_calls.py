"""What a call does, in one line."""

from typing import Any

import pytest

from codexlog.report.calls import command_of, one_line, patch_files, pretty, unwrap

PLAN = {"plan": [{"step": "a", "status": "completed"}, {"step": "b", "status": "in_progress"}]}
PATCH = """*** Begin Patch
*** Add File: a.py
+x
*** Update File: b/c.py
@@
-1
+2
*** Delete File: d
*** End Patch"""


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"cmd": "pytest -q"}, "pytest -q"),
        ({"cmd": "bash -lc 'pytest -q | tail'"}, "pytest -q | tail"),
        ({"command": ["bash", "-lc", "ls *.py"]}, "ls *.py"),
        ({"command": ["/bin/zsh", "-c", "ls"]}, "ls"),
        ({"command": ["git", "commit", "-m", "two words"]}, "git commit -m 'two words'"),
        ({"command": "bash -lc 'unbalanced"}, "bash -lc 'unbalanced"),
        ({"command": []}, None),
        ({"command": [1, 2]}, None),
        ({"query": "x"}, None),
        ("raw", None),
        (None, None),
    ],
)
def test_command_is_unwrapped_from_its_shell(arguments: Any, command: str | None) -> None:
    assert command_of(arguments) == command


def test_a_shell_with_further_arguments_stays_whole() -> None:
    assert unwrap("bash script.sh now") == "bash script.sh now"
    assert unwrap("") == ""


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("apply_patch", PATCH, "+a.py ~b/c.py -d"),
        ("apply_patch", {"input": PATCH}, "+a.py ~b/c.py -d"),
        ("exec", "text(1)", "text(1)"),
        ("write_stdin", {"session_id": 3, "chars": ""}, "session 3"),
        ("write_stdin", {"session_id": 3, "chars": "y\n"}, "y\n"),
        ("view_image", {"path": "a.png"}, "a.png"),
        ("update_plan", PLAN, "plan 1/2 · b"),
        ("mcp", {"id": 5}, '{"id":5}'),
        ("mcp", {}, ""),
        ("mcp", None, ""),
    ],
)
def test_one_line(name: str, arguments: Any, line: str) -> None:
    assert one_line(name, arguments) == line


def test_pretty_indents_json_and_leaves_text_alone() -> None:
    assert pretty({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'
    assert pretty("raw\ntext") == "raw\ntext"
    assert pretty(None) == ""


def test_only_a_patch_names_files() -> None:
    assert patch_files("*** Add File: a.py") == ""
