"""A tool call in words."""

import pytest

from codexlog.model import Call
from codexlog.report.calls import command_of, label, pretty


def call(name: str, arguments: object, output: str | None = None, **more: object) -> Call:
    facts: dict[str, object] = {"status": "ok", "exit_code": 0, "duration_ms": 400} | more
    return Call(1, None, "call_1", name, arguments, output, 2 if output else None, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ({"command": ["bash", "-lc", "pytest -q"]}, "pytest -q"),
        ({"command": ["/bin/zsh", "-c", "ls | wc"]}, "ls | wc"),
        ({"cmd": "bash -lc 'make test'"}, "make test"),
        ({"cmd": "rg -n x"}, "rg -n x"),
        ({"command": ["git", "commit", "-m", "two words"]}, "git commit -m 'two words'"),
        ({"command": "bash -lc 'unclosed"}, "bash -lc 'unclosed"),
        ({"path": "x"}, None),
        ("text", None),
    ],
)
def test_commands_are_taken_out_of_their_shell(arguments: object, command: str | None) -> None:
    assert command_of(arguments) == command


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (call("exec_command", {"cmd": "a\nb"}), ("$", "a ↵ b")),
        (
            call("apply_patch", "*** Begin Patch\n*** Add File: x.py\n+1\n*** End Patch"),
            ("patch", "A x.py +1"),
        ),
        (
            call(
                "update_plan",
                {"plan": [{"step": "s", "status": "completed"}, {"step": "t", "status": "in_progress"}]},
            ),
            ("update_plan", "1/2 t"),
        ),
        (call("exec", 'await tools.shell_command({command: "ls -l"})'), ("exec", "ls -l")),
        (call("write_stdin", {"session_id": 7, "chars": ""}), ("write_stdin", "7 (poll)")),
        (call("other", {}), ("other", "")),
    ],
)
def test_calls_in_words(one: Call, shown: tuple[str, str]) -> None:
    assert label(one) == shown


def test_pretty_indents_json_and_leaves_text_alone() -> None:
    assert pretty({"a": [1]}) == '{\n  "a": [\n    1\n  ]\n}'
    assert pretty("raw\ntext") == "raw\ntext"
    assert pretty(None) == ""
