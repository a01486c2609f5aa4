"""Which files a call changes, whichever agent's tool it is."""

from __future__ import annotations

import pytest

from codexlog.model import Call
from codexlog.report.calls import EDITING, label, may_edit
from codexlog.report.edits import _TOOLS, Edits, compared, edits_of, summary

PATCH = "*** Begin Patch\n*** Update File: src/a.py\n@@\n-old\n+new\n+more\n*** End Patch"
ESCAPED = PATCH.replace("\n", "\\n")


def call(name: str, arguments: object) -> Call:
    return Call(1, None, "call_1", name, arguments, None, None, "ok", 0, None)


def found(name: str, arguments: object) -> Edits:
    one = call(name, arguments)
    edits = edits_of(one)
    assert edits is not None
    assert may_edit(one)
    return edits


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("apply_patch", PATCH),
        ("apply_patch", {"input": PATCH}),
        ("apply_patch", {"patch": PATCH}),
        ("shell", {"command": ["apply_patch", PATCH]}),
        ("shell", {"command": ["bash", "-lc", f"apply_patch <<'EOF'\n{PATCH}\nEOF\n"]}),
        ("shell", {"command": ["bash", "-lc", f"apply_patch << EOF\n{PATCH}\nEOF"]}),
        ("exec_command", {"cmd": f"bash -lc \"apply_patch <<'EOF'\n{PATCH}\nEOF\""}),
        ("exec_command", {"cmd": f"cd sub && apply_patch <<'EOF'\n{PATCH}\nEOF"}),
        ("shell_command", {"command": f"apply_patch '{PATCH}'"}),
        ("exec", f'const r = await tools.apply_patch("{ESCAPED}");\ntext(r);'),
        ("exec", f"await tools.apply_patch(`{PATCH}`)"),
        ("exec", f"const p = String.raw`{PATCH}`; await tools.apply_patch(p)"),
    ],
)
def test_a_patch_is_found_wherever_it_stands(name: str, arguments: object) -> None:
    edits = found(name, arguments)
    assert summary(edits) == "src/a.py +2 −1"
    assert edits.odd_lines == 0


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("Edit", {"file_path": "/p/a.py", "old_string": "a\nb", "new_string": "a\nc"}, "a.py +1 −1"),
        ("Edit", {"path": "/p/a.py", "old_string": "", "new_string": "a\nc"}, "a.py +2"),
        ("mcp__acp__Edit", {"file_path": "/q/a.py", "old_string": "x", "new_string": ""}, "/q/a.py −1"),
        (
            "MultiEdit",
            {
                "file_path": "/p/a",
                "edits": [{"old_string": "x", "new_string": "y"}, {"old_string": "1", "new_string": "2"}, 7],
            },
            "a +2 −2",
        ),
        ("Write", {"file_path": "/p/sub/new.py", "content": "1\n2\n"}, "sub/new.py +2"),
        ("NotebookEdit", {"notebook_path": "/p/n.ipynb", "new_source": "x", "cell_id": "4"}, "n.ipynb +1"),
        ("file_change", {"changes": [{"path": "/p/a", "kind": "add"}, {"path": "b", "kind": "delete"}]},
         "2 files  A a, D b"),
    ],
)  # fmt: skip
def test_edits_of_every_tool(name: str, arguments: object, words: str) -> None:
    assert summary(found(name, arguments), "/p") == words


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("exec_command", {"cmd": "cat a.py"}),
        ("exec_command", {"cmd": "grep '*** Begin Patch' log"}),
        ("exec", "text('hello')"),
        ("Edit", {"file_path": 3}),
        ("Edit", None),
        ("Write", {"file_path": "a"}),
        ("MultiEdit", {"file_path": "a", "edits": "x"}),
        ("apply_patch", {"input": 3}),
        ("apply_patch", None),
        ("file_change", {"changes": {"a": 1}}),
    ],
)
def test_other_calls_change_nothing_that_can_be_shown(name: str, arguments: object) -> None:
    assert edits_of(call(name, arguments)) is None
    assert label(call(name, arguments))[0] != "patch"


def test_every_tool_that_edits_is_looked_at() -> None:
    assert {"apply_patch", *_TOOLS} == EDITING


@pytest.mark.parametrize(
    ("name", "arguments", "shown"),
    [
        ("replace", {"file_path": "a.py", "old_string": "x", "new_string": "y"}, "a.py +1 −1"),
        ("write_file", {"file_path": "a.py", "content": "x\ny"}, "a.py +2"),
        ("edit", {"filePath": "a.py", "oldString": "x", "newString": "y"}, "a.py +1 −1"),
        ("write", {"filePath": "a.py", "content": "x"}, "a.py +1"),
        ("Edit", {"path": "a.py", "old_str": "x", "new_str": ""}, "a.py −1"),
    ],
)
def test_edits_of_other_agents(name: str, arguments: object, shown: str) -> None:
    assert label(call(name, arguments)) == (name, shown)


def test_a_patch_without_files_is_kept_as_text() -> None:
    edits = found("apply_patch", "this is no patch")
    assert (edits.files, edits.text) == ((), "this is no patch")
    assert label(call("apply_patch", "this is no patch")) == ("patch", "this is no patch")


def test_what_stands_around_a_patch_is_kept() -> None:
    edits = found("exec_command", {"cmd": f"cd sub && apply_patch <<'EOF'\n{PATCH}\nEOF\nmake test"})
    assert edits.around.splitlines() == ["cd sub && apply_patch <<'EOF' …", "make test"]


def test_long_texts_are_shown_whole_instead_of_compared() -> None:
    old, new = "\n".join(map(str, range(3_000))), "\n".join(map(str, range(1, 3_001)))
    (hunk,) = compared(old, new)
    assert len(hunk.lines) == 6_000


def test_unchanged_lines_far_from_changes_are_left_out() -> None:
    lines = [str(number) for number in range(100)]
    first, second = compared("\n".join(lines), "\n".join(["x", *lines[1:-1], "y"]))
    assert len(first.lines) == len(second.lines) == 5
