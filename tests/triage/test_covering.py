from __future__ import annotations

import pytest

from codexlog.triage.covering import class_of, covers, is_narrow
from codexlog.triage.signatures import Failure, Tool


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("pytest -q", "test"),
        ("cargo test", "test"),
        ("cargo build --release", "build"),
        ("cargo check", "build"),
        ("cargo clippy", "lint"),
        ("npm run build", "build"),
        ("npm run check", "test"),
        ("npx tsc --noEmit", "build"),
        ("npm run lint", "lint"),
        ("go vet ./...", "lint"),
        ("make", "build"),
        ("make test", "test"),
        ("make lint", "lint"),
        ("mypy src", "lint"),
        ("mvn package", "test"),
        ("ls", None),
    ],
)
def test_what_a_check_does(line: str, wanted: str | None) -> None:
    assert class_of(line) == wanted


@pytest.mark.parametrize(
    ("passing", "failing", "tool", "text", "wanted"),
    [
        ("pytest", "pytest tests/a.py", "pytest", "tests/a.py::b", True),
        ("python -m pytest -q -n 4", "pytest", "pytest", "tests/a.py::b", True),
        ("pytest tests/a.py", "pytest", "pytest", "tests/a.py::b", True),
        ("pytest tests/c.py", "pytest", "pytest", "tests/a.py::b", False),
        ("pytest -k other", "pytest", "pytest", "tests/a.py::b", False),
        ("pytest -k b", "pytest", "pytest", "tests/a.py::b", True),
        ("cargo build", "cargo test", "cargo", "a::b", False),
        ("cargo test", "cargo build", "rustc", "E0425 src/a.rs", True),
        ("npm test", "npm run typecheck", "tsc", "TS2345 src/a.ts", False),
        ("npm test", "npm run build", "generic", "Build failed", False),
        ("cargo test other", "cargo test", "cargo", "a::b", False),
        ("cargo fmt", "cargo test", "cargo", "a::b", False),
        ("npm run lint", "npm test", "jest", "a › b", False),
        ("npx vitest run", "npm test", "jest", "a › b", True),
        ("npx playwright test", "npx vitest run", "jest", "a › b", False),
        ("npm run test:e2e", "npm test", "jest", "a › b", False),
        ("make test", "pytest", "pytest", "tests/a.py::b", True),
        ("pytest", "make test", "pytest", "tests/a.py::b", True),
        ("npm test", "pytest", "pytest", "tests/a.py::b", False),
        ("pytest", "./run.sh", "pytest", "tests/a.py::b", True),
        ("ruff check", "mypy", "generic", "Found N errors", False),
        ("ls", "pytest", "pytest", "tests/a.py::b", False),
    ],
)
def test_what_a_passing_check_says_of_a_failure(
    passing: str, failing: str, tool: Tool, text: str, wanted: bool
) -> None:
    assert covers(passing, failing, Failure(tool, text)) is wanted


def test_a_run_of_a_part() -> None:
    assert is_narrow("pytest tests/a.py::b")
    assert is_narrow("go test -run TestA ./...")
    assert not is_narrow("go test ./... -count=1")
    assert not is_narrow("cargo test --features x")
