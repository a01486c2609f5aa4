from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.triage.commands import checker, commands, git_verb, is_search, purpose


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("cd x && git add -A && git commit -m 'a && b'", "git"),
        ("FOO=1 timeout 60 python -m pytest -q 2>&1 | tail -3", "check"),
        ("cargo test --all", "check"),
        ("cargo run", "other"),
        ("uv run pytest -x", "check"),
        ("npm run test:unit", "check"),
        ("npm install", "other"),
        ("npx tsc --noEmit", "check"),
        ("make", "check"),
        ("make -C x test", "check"),
        ("make install", "other"),
        ("go test ./... 2>&1 | tee log", "check"),
        ("sed -n 1,5p a", "read"),
        ("sed -i s/a/b/ f", "edit"),
        ("cat > f <<'EOF'\npytest\nEOF", "edit"),
        ("cat < f", "read"),
        ("rg foo src || true", "read"),
        ("git -C x status", "read"),
        ("git -c a=b stash", "git"),
        ("echo hi > /dev/null", "read"),
        ("echo hi >> notes.md", "edit"),
        ("python -c 'print(1)'", "other"),
        ("/usr/bin/python3 -m unittest", "check"),
        ("sudo -n env A=1 pytest", "check"),
        ("(cd a; ls)", "read"),
        ("bash -lc 'open quote", "other"),
        ("", "other"),
    ],
)
def test_what_a_line_is_for(line: str, wanted: str) -> None:
    assert purpose(line) == wanted


def test_a_check_behind_a_pipe_hides_its_exit_code() -> None:
    check = checker("pytest -q 2>&1 | tail -5")
    assert check is not None
    assert check.piped
    assert not commands("pytest -q 2>&1 && echo ok")[0].piped


def test_only_the_last_command_of_a_line_makes_it_a_search() -> None:
    assert is_search("cd x && rg foo")
    assert not is_search("rg foo && cargo test")
    assert is_search("test -f a")


def test_git_verbs_behind_options() -> None:
    assert [git_verb(each) for each in commands("git -C a commit -m x; git --no-pager log; ls")] == [
        "commit",
        "log",
        "",
    ]


@given(st.text(max_size=200))
def test_any_text_is_taken(line: str) -> None:
    assert purpose(line) in ("check", "git", "edit", "read", "other")
    assert isinstance(is_search(line), bool)
