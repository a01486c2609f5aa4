from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.triage.commands import (
    checker,
    commands,
    git_verb,
    hides_code,
    is_limited,
    is_search,
    may_write,
    purpose,
)
from codexlog.triage.covering import class_of


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
        (".venv\\Scripts\\pytest.exe -q", "check"),
        ("& .\\.venv\\Scripts\\python.exe -m pytest", "check"),
        (".\\gradlew.bat test", "check"),
        ("Get-Content src\\a.py | Select-String parse", "read"),
        ("Set-Content -Path a.txt -Value b", "edit"),
        ("pwsh -Command 'Invoke-Pester'", "check"),
        ("bash -lc 'cargo test'", "check"),
        ("for i in 1 2 3; do pytest -q; done", "check"),
        ("./scripts/test.sh", "check"),
        ("bash run_tests.sh", "check"),
        ("python tests/test_amounts.py", "check"),
        ("python manage.py test", "check"),
        ("python manage.py runserver", "other"),
        ("python build_report.py", "other"),
        ("python /tmp/test_repro.py", "other"),
        ("python tests/fixtures/make_data.py", "other"),
        ("./.ci/run", "check"),
        ("bash tests/run.sh", "check"),
        ("node --test", "check"),
        ("pytest --version", "other"),
        ("pytest --collect-only -q", "other"),
        ("command -v pytest", "other"),
        ("! pytest tests/test_new.py", "other"),
        ("cargo test --no-run", "other"),
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


@pytest.mark.parametrize(
    ("line", "hides"),
    [
        ("pytest -q", False),
        ("cd x && pytest -q && echo fine", False),
        ("pytest -q | tail -3", True),
        ("set -o pipefail; pytest -q | tail -3", False),
        ("pytest -q || true", True),
        ("pytest -q; echo done", True),
        ("set -e; pytest -q; echo done", False),
        ("echo first; pytest -q", False),
        ("ls", False),
    ],
)
def test_what_hides_an_exit_code(line: str, hides: bool) -> None:
    assert hides_code(line) is hides


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("grep -q foo a && echo yes", True),
        ("git diff --exit-code", True),
        ("git diff", False),
        ("git grep foo", True),
        ("command -v cargo", True),
        ("git commit -m x", False),
        ("findstr /s foo *.py", True),
        ("pgrep -f server", True),
    ],
)
def test_searches(line: str, is_one: bool) -> None:
    assert is_search(line) is is_one


@pytest.mark.parametrize(
    ("line", "may"),
    [
        ("python - <<'EOF'\nopen('a', 'w').write('x')\nEOF", True),
        ("node -e \"require('fs').writeFileSync('a', 'b')\"", True),
        ("python -c 'print(open(\"a\").read())'", False),
        ("git apply x.diff", True),
        ("npm install left-pad", True),
        ("ruff check --fix src", True),
        ("cargo fmt", True),
        ("cargo test", False),
        ("git status", False),
    ],
)
def test_what_may_change_files(line: str, may: bool) -> None:
    assert may_write(line) is may


def test_a_server_that_is_looked_at_for_a_while() -> None:
    assert is_limited("timeout 10 npm run dev")
    assert is_limited("cd web && timeout 5s node server.js")
    assert not is_limited("timeout 60 pytest -q")
    assert not is_limited("rg timeout src")


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
    assert isinstance(hides_code(line), bool)
    assert isinstance(may_write(line), bool)
    assert class_of(line) in (None, "test", "build", "lint")
