from __future__ import annotations

import pytest

from codexlog.triage.outputs import reading_of

RED = "FAILED tests/a.py::b - no\n1 failed, 2 passed in 0.1s\n"


def said(line: str, code: int | None, text: str) -> tuple[bool | None, list[str]] | None:
    reading = reading_of("ok" if code in (0, None) else "failed", code, line, "check", text)
    return None if reading is None else (reading.passes, [each.text for each in reading.failures])


@pytest.mark.parametrize(
    ("line", "code", "text", "wanted"),
    [
        ("pytest -q", 1, RED, (False, ["tests/a.py::b"])),
        ("pytest -q | tail -3", 0, RED, (False, ["tests/a.py::b"])),
        ("pytest -q | tail -1", 0, "1 failed, 2 passed in 0.1s", (False, ["N failed, N passed in Ns"])),
        ("pytest -q", 0, "log: FAILED tests/a.py::b - as it should\n3 passed in 0.1s", (True, [])),
        ("make test | tail -1; echo exit: ${PIPESTATUS[0]}", 0, "no\nexit: 2", (False, ["exit: N"])),
        ("make test | tail -1; echo exit: ${PIPESTATUS[0]}", 0, "fine\nexit: 0", (None, [])),
        ("pytest -q > log.txt 2>&1", 1, "", (False, ["pytest -q fails and says nothing"])),
        ("pytest -q", 127, "bash: pytest: command not found", None),
        ("python -m pytest", 1, "/usr/bin/python: No module named pytest", None),
        ("npm test", 1, 'npm error Missing script: "test"', None),
        ("pytest tests/gone.py", 4, "ERROR: file or directory not found: tests/gone.py", None),
        ("pytest -k nothing", 5, "no tests ran in 0.01s", None),
        ("npx vitest", 130, "", None),
        ("npm test | tail -2", 0, "GET /x\nStatus: 404", (None, [])),
        ("npm test", 1, "AssertionError: user: not found", (False, ["AssertionError: user: not found"])),
        ("npm test", 1, "sh: 1: vitest: not found", None),
        ("npm test", 0, "Command running in background with ID: b1", None),
    ],
)
def test_what_is_read(
    line: str, code: int | None, text: str, wanted: tuple[bool | None, list[str]] | None
) -> None:
    assert said(line, code, text) == wanted


def test_a_check_that_ran_out_of_time_has_not_passed() -> None:
    reading = reading_of("timeout", 124, "npm test", "check", "starting\n")
    assert reading is not None
    assert [each.text for each in reading.failures] == ["npm test ran out of time"]


def test_what_no_check_printed_is_not_read() -> None:
    assert reading_of("ok", 0, "cat log.txt", "read", RED) is None
    assert reading_of("failed", 1, "cat log.txt gone.txt", "read", RED) is None
    assert reading_of("failed", 1, "rg FAILED", "read", RED) is None
    assert reading_of("ok", 0, "git diff", "read", RED) is None
