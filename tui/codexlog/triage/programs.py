"""Which programs test, read and write. Data: a new tool is a word in a table."""

from __future__ import annotations

WRAPPERS = frozenset(
    ["command", "env", "exec", "nice", "nohup", "stdbuf", "sudo", "time", "timeout", "xargs"]
)
"""Programs that run what stands behind them, after their own options."""
RUNNERS = frozenset(
    ["bundle", "bunx", "hatch", "npx", "pdm", "pipx", "pnpm", "poetry", "rye", "uv", "uvx", "yarn"]
)
"""Programs that run the program named behind them, as in `uv run pytest`."""
CHECKERS = frozenset(
    [
        "ansible-lint",
        "ava",
        "biome",
        "black",
        "credo",
        "ctest",
        "cypress",
        "deno-test",
        "dialyzer",
        "eslint",
        "flake8",
        "golangci-lint",
        "gtest",
        "hadolint",
        "htmlhint",
        "jest",
        "karma",
        "ktlint",
        "mocha",
        "mypy",
        "nox",
        "phpunit",
        "playwright",
        "prettier",
        "py.test",
        "pylint",
        "pyright",
        "pytest",
        "rspec",
        "rubocop",
        "ruff",
        "shellcheck",
        "staticcheck",
        "stylelint",
        "swiftlint",
        "tox",
        "tsc",
        "tsd",
        "unittest",
        "vitest",
    ]
)
"""Programs that test, type-check, lint or format."""
TESTERS = frozenset(
    [
        "ava",
        "credo",
        "ctest",
        "cypress",
        "deno-test",
        "gtest",
        "jest",
        "karma",
        "mocha",
        "nox",
        "phpunit",
        "playwright",
        "py.test",
        "pytest",
        "rspec",
        "tox",
        "tsc",
        "tsd",
        "unittest",
        "vitest",
    ]
)
"""Those of them that run or compile the thing itself."""
READERS = frozenset(
    [
        "ack",
        "ag",
        "awk",
        "bat",
        "cat",
        "column",
        "cut",
        "date",
        "df",
        "diff",
        "du",
        "echo",
        "egrep",
        "env",
        "fd",
        "fgrep",
        "file",
        "find",
        "grep",
        "head",
        "hexdump",
        "jq",
        "less",
        "ls",
        "more",
        "nl",
        "printf",
        "ps",
        "pwd",
        "rg",
        "sed",
        "sort",
        "stat",
        "strings",
        "tail",
        "tr",
        "tree",
        "type",
        "uniq",
        "wc",
        "whereis",
        "which",
        "xxd",
    ]
)
"""Programs that show or search."""
SEARCHERS = frozenset(["[", "ack", "ag", "cmp", "diff", "egrep", "fgrep", "grep", "rg", "test", "which"])
"""Programs whose exit code 1 says "no" or "differs", which is no failure."""
WRITERS = frozenset(
    [
        "apply_patch",
        "cp",
        "dd",
        "install",
        "ln",
        "mkdir",
        "mv",
        "patch",
        "rm",
        "rsync",
        "tee",
        "touch",
        "truncate",
    ]
)
"""Programs that change files."""
GIT_WRITES = frozenset(
    [
        "add",
        "am",
        "apply",
        "checkout",
        "cherry-pick",
        "clean",
        "commit",
        "merge",
        "mv",
        "pull",
        "push",
        "rebase",
        "reset",
        "restore",
        "revert",
        "rm",
        "stash",
        "switch",
        "tag",
    ]
)
"""Verbs of git that change the tree or the history."""
NEUTRAL = frozenset([".", ":", "cd", "export", "popd", "pushd", "set", "sleep", "source", "true", "wait"])
"""Programs that say nothing about what a line is for."""
BARE_CHECKS = frozenset(["gradle", "make", "mvn", "ninja"])
"""Programs that check without any word behind them."""
CHECK_VERBS = {
    program: frozenset(verbs.split())
    for program, verbs in {
        "cargo": "bench build check clippy fmt nextest test",
        "go": "build test vet",
        "npm": "build check lint t test typecheck",
        "pnpm": "build check lint t test typecheck",
        "yarn": "build check lint test typecheck",
        "bun": "build lint test",
        "deno": "check lint test",
        "dotnet": "build test",
        "mvn": "compile package test verify",
        "gradle": "build check test",
        "gradlew": "build check test",
        "mix": "compile credo dialyzer test",
        "swift": "build test",
        "xcodebuild": "build test",
        "make": "all build check ci lint test tests verify",
        "just": "build check ci lint test",
        "cmake": "--build",
        "zig": "build test",
        "terraform": "plan validate",
        "rake": "spec test",
    }.items()
}
"""Which first words behind a program make it a check."""
