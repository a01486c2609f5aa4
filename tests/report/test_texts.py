"""Languages by file name, JSON laid out, the parts of an output."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from codexlog.model import Call
from codexlog.report import json_layout
from codexlog.report.json_layout import LEFT_OUT, layout
from codexlog.report.languages import (
    BY_FENCE,
    BY_NAME,
    BY_SUFFIX,
    language_of,
    language_of_command,
    language_of_fence,
    language_printed,
)
from codexlog.report.output_parts import parts


@pytest.mark.parametrize(
    ("command", "language"),
    [
        ("cat a.py", "python"),
        ("cat a.py b.py", "python"),
        ("cat a.py b.rs", None),
        ("cd sub && sed -n '1,80p' src/lib.rs", "rust"),
        ("nl -ba a.ts | sed -n '1,200p'", "typescript"),
        ("head -n 20 Makefile", "make"),
        ("tail -20 x.toml", "toml"),
        ("Get-Content -Raw 'Button\\x.lua'", "lua"),
        ("Get-Content -LiteralPath 'C:\\a b\\x.ps1' -Encoding UTF8", "powershell"),
        ("cat notes.txt", None),
        ("cat a.py | wc -l", None),
        ("cat a.py > b.py", None),
        ("rm a.py", None),
        ("cat 'unclosed", None),
        ("cat", None),
    ],
)
def test_what_a_command_prints(command: str, language: str | None) -> None:
    assert language_of_command(command) == language


def test_what_a_reading_tool_prints() -> None:
    read = Call(1, None, None, "Read", {"file_path": "/a/b.go"}, "", 2, "ok", None, None)
    assert language_printed(read) == "go"


def test_pygments_knows_every_language() -> None:
    names = {*BY_SUFFIX.values(), *BY_NAME.values(), *BY_FENCE.values()} - {""}
    for name in names:
        assert get_lexer_by_name(name).aliases


@pytest.mark.parametrize(
    ("info", "language"), [("python", "python"), ("py title=x", "python"), ("{.rust}", "rust"), ("", None)]
)
def test_fences(info: str, language: str | None) -> None:
    assert language_of_fence(info) == language
    assert language_of("LICENSE") is None


def text_of(found: json_layout.Layout) -> str:
    return "\n".join("".join(piece.text for piece in line) for line in found.lines)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_laid_out_json_means_the_same(value: object, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    found = layout(text, most_lines=10_000, longest=10_000)
    assert json.loads(text_of(found)) == value
    assert not found.is_cut


@given(st.text(alphabet='{}[],:"\\ ab1\n'))
def test_nothing_of_damaged_json_is_lost(text: str) -> None:
    found = layout(text, most_lines=10_000, longest=10_000)
    assert "".join(text_of(found).split()) == "".join(text.split())


def test_spelling_is_kept_and_long_strings_are_shortened() -> None:
    found = layout('{"a":1.50,"a":"' + "x" * 1_000 + '"}', most_lines=10, longest=100)
    assert text_of(found).splitlines()[:2] == ["{", '  "a": 1.50,']
    assert found.is_cut
    assert next(piece for line in found.lines for piece in line if piece.kind == LEFT_OUT).text == "952"
    assert layout("[" + "1," * 50 + "1]", most_lines=5, longest=9).is_cut


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("plain", [("Output", "plain", "")]),
        ("", []),
        ("Process exited with code 0\nOriginal token count: 9\nOutput:\nx\n", [("Output", "x", "9 tokens")]),
        (
            "Exit code: 1\nWall time: 0.5 seconds\nTotal output lines: 812\nOutput:\nx",
            [("Output", "x", "cut by the agent, 812 lines before")],
        ),
        (
            "failed in sandbox X with execution error: denied, exit code: 1, stdout: a, stderr: b\nc",
            [
                ("Output", "failed in sandbox X with execution error: denied, exit code: 1", ""),
                ("stdout", "a", ""),
                ("stderr", "b\nc", ""),
            ],
        ),
        ("<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>", [("stdout", "a", "")]),
        ("see <stdout>a</stdout>", [("Output", "see <stdout>a</stdout>", "")]),
    ],
)
def test_parts_of_outputs(output: str, wanted: list[tuple[str, str, str]]) -> None:
    assert [tuple(part) for part in parts(output)] == wanted
