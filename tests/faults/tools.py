"""What checks print when they pass and when they fail; real wordings of each tool."""

from __future__ import annotations

from typing import NamedTuple


class Tool(NamedTuple):
    """A command that tests, and its two answers."""

    command: str
    passes: str
    fails: str
    signature: str
    """What triage must call the failure."""


TOOLS = (
    Tool(
        "python -m pytest -q",
        "........................                              [100%]\n24 passed in 0.31s\n",
        "F.......................                              [100%]\n"
        "=========================== short test summary info ============================\n"
        "FAILED tests/test_amounts.py::test_rounding - AssertionError: assert -12 == -13\n"
        "1 failed, 23 passed in 0.31s\n",
        "tests/test_amounts.py::test_rounding",
    ),
    Tool(
        "cargo test --all",
        "running 2 tests\ntest amounts::reads ... ok\ntest amounts::rounding ... ok\n\n"
        "test result: ok. 2 passed; 0 failed; 0 ignored; finished in 0.00s\n",
        "running 2 tests\ntest amounts::reads ... ok\ntest amounts::rounding ... FAILED\n\nfailures:\n\n"
        "failures:\n    amounts::rounding\n\n"
        "test result: FAILED. 1 passed; 1 failed; 0 ignored; finished in 0.00s\n\n"
        "error: test failed, to rerun pass `--lib`\n",
        "amounts::rounding",
    ),
    Tool(
        "go test ./...",
        "ok  \texample.com/app/amounts\t0.012s\nok  \texample.com/app/reader\t(cached)\n",
        "--- FAIL: TestRounding (0.00s)\n    amounts_test.go:14: got -12, want -13\nFAIL\n"
        "FAIL\texample.com/app/amounts\t0.011s\nok  \texample.com/app/reader\t(cached)\nFAIL\n",
        "TestRounding",
    ),
    Tool(
        "npx jest --ci",
        "PASS src/amounts.test.ts\n\nTests:       5 passed, 5 total\nTime:        1.1 s\n",
        "FAIL src/amounts.test.ts\n  ● amounts › rounds half away from zero\n\n"
        "    expect(received).toBe(expected)\n\n"
        "Tests:       1 failed, 4 passed, 5 total\nTime:        1.1 s\n",
        "amounts › rounds half away from zero",
    ),
    Tool(
        "npm run typecheck",
        "\n> app@1.0.0 typecheck\n> tsc --noEmit\n\n",
        "\n> app@1.0.0 typecheck\n> tsc --noEmit\n\n"
        "src/amounts.ts(14,9): error TS2345: Argument of type 'string' is not assignable.\n",
        "TS2345 src/amounts.ts",
    ),
    Tool(
        "make test",
        "cc -o amounts amounts.c\n./amounts --self-test\n12 checks, all fine\n",
        "cc -o amounts amounts.c\n./amounts --self-test\nmake: *** [Makefile:7: test] Error 1\n",
        "test",
    ),
)
"""The first one is pytest."""


def patch_text(path: str, minus: str, plus: str) -> str:
    """A patch of one hunk, as Codex writes it."""
    old = "".join(f"-{line}\n" for line in minus.split("\n"))
    new = "".join(f"+{line}\n" for line in plus.split("\n"))
    return f"*** Begin Patch\n*** Update File: {path}\n@@\n{old}{new}*** End Patch"
