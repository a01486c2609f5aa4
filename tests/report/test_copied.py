from __future__ import annotations

from typing import Any

import pytest

from codexlog.model import Call, Message, Note, OrphanOutput, Reasoning
from codexlog.report.copied import Copied, copied

PATCH = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch"


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("shell", {"command": ["bash", "-lc", "cd x && ls\nls"]}, "cd x && ls\nls"),
        ("exec_command", {"cmd": "bash -lc 'ls -l'"}, "ls -l"),
        ("Bash", {"command": "ls | wc"}, "ls | wc"),
        ("apply_patch", PATCH, PATCH),
        ("apply_patch", {"input": PATCH}, PATCH),
        ("shell", {"command": ["apply_patch", PATCH]}, PATCH),
        ("shell", {"command": ["applypatch", PATCH]}, PATCH),
        ("shell", {"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF"]}, PATCH),
        (
            "shell",
            {"command": ["bash", "-lc", f"cd x && apply_patch <<'EOF'\n{PATCH}\nEOF\nls"]},
            f"cd x && apply_patch <<'EOF'\n{PATCH}\nEOF\nls",
        ),
        ("exec", "text(1);\n", "text(1);\n"),
        ("Read", {"file_path": "/a"}, '{\n  "file_path": "/a"\n}'),
        ("list_agents", None, "list_agents"),
    ],
)
def test_calls(name: str, arguments: Any, text: str) -> None:
    found = copied(Call(1, None, "c", name, arguments, "output", 2, "ok", 0, None))
    assert found.text == text
    assert found.runs == (name in ("shell", "exec_command", "Bash") and text != PATCH)


def test_other_items() -> None:
    assert copied(Message(1, None, "user", "prompt")) == Copied("prompt")
    assert copied(Reasoning(1, None, "thought", 7)) == Copied("thought")
    assert copied(OrphanOutput(1, None, None, "output")) == Copied("output")
    assert copied(Note(1, None, "bad_row", "torn")) == Copied("torn")
