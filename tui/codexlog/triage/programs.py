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
KEYWORDS = frozenset(["do", "then", "else", "{"])
"""Words of the shell before a command whose exit code they leave alone."""
SHELLS = frozenset(["bash", "sh", "zsh", "pwsh", "powershell", "powershell.exe", "pwsh.exe"])
INTERPRETERS = frozenset(
    ["python", "python3", "py", "node", "ruby", "perl", "php", "bash", "sh", "zsh", "deno", "bun"]
)
QUESTIONS = frozenset(
    ["--version", "-V", "--help", "--collect-only", "--list", "--listTests", "--fixtures", "--no-run"]
)
"""What a program that tests may be asked instead of testing."""
CHECKERS = frozenset(
    [
        "ansible-lint",
        "ava",
        "bats",
        "busted",
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
        "invoke-pester",
        "jest",
        "karma",
        "ktlint",
        "mocha",
        "mypy",
        "nose2",
        "nox",
        "phpunit",
        "playwright",
        "pre-commit",
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
        "bats",
        "busted",
        "invoke-pester",
        "credo",
        "ctest",
        "cypress",
        "deno-test",
        "gtest",
        "jest",
        "karma",
        "mocha",
        "nose2",
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
        "dir",
        "findstr",
        "format-list",
        "format-table",
        "get-childitem",
        "get-content",
        "get-item",
        "get-location",
        "less",
        "ls",
        "measure-object",
        "more",
        "nl",
        "printf",
        "ps",
        "pwd",
        "rg",
        "sed",
        "select-object",
        "select-string",
        "sort",
        "sort-object",
        "stat",
        "strings",
        "tail",
        "test-path",
        "tr",
        "tree",
        "type",
        "uniq",
        "wc",
        "whereis",
        "where",
        "where-object",
        "which",
        "write-host",
        "write-output",
        "xxd",
    ]
)
"""Programs that show or search; those of PowerShell in small letters."""
SEARCHERS = frozenset(
    [
        "[",
        "[[",
        "ack",
        "ag",
        "cmp",
        "diff",
        "egrep",
        "fc",
        "fgrep",
        "findstr",
        "grep",
        "hash",
        "lsof",
        "pgrep",
        "pidof",
        "rg",
        "test",
        "type",
        "where",
        "which",
        "zgrep",
    ]
)
"""Programs whose exit code 1 says "no" or "differs", which is no failure."""
WRITERS = frozenset(
    [
        "add-content",
        "apply_patch",
        "copy-item",
        "cp",
        "dd",
        "install",
        "ln",
        "mkdir",
        "move-item",
        "mv",
        "new-item",
        "out-file",
        "patch",
        "remove-item",
        "rename-item",
        "rm",
        "rsync",
        "set-content",
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
GIT_CHANGES = frozenset(
    ["am", "apply", "cherry-pick", "clean", "merge", "mv", "pull", "rebase", "revert", "rm"]
)
"""Verbs of git that change files."""
GIT_SEARCHES = frozenset(["check-ignore", "config", "diff", "grep", "merge-base", "show-ref"])
"""Verbs of git whose exit code 1 says "no"; of `diff` with `--exit-code`."""
WRITING_VERBS = {
    "cargo": frozenset(["add", "fix", "fmt", "init", "new", "remove", "update"]),
    "go": frozenset(["fmt", "generate", "get", "mod"]),
    "npm": frozenset(["i", "init", "install", "uninstall", "update"]),
    "pnpm": frozenset(["add", "i", "init", "install", "remove", "update"]),
    "yarn": frozenset(["add", "init", "install", "remove", "upgrade"]),
    "bun": frozenset(["add", "init", "install", "remove"]),
    "uv": frozenset(["add", "init", "lock", "remove", "sync"]),
    "poetry": frozenset(["add", "init", "lock", "remove", "update"]),
    "dotnet": frozenset(["add", "format", "new", "remove"]),
    "ruff": frozenset(["format"]),
    "terraform": frozenset(["fmt"]),
}
"""Which first words behind a program let it change files of the project."""
WRITING_WORDS = frozenset(["--fix", "--write", "--in-place", "--autocorrect", "-w"])
"""Options that let formatters change files."""
NEUTRAL = frozenset(
    [".", ":", "cd", "export", "popd", "pushd", "set", "sleep", "source", "true", "wait", "set-location"]
)
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
        "rails": "test",
        "bazel": "build test",
        "cabal": "build test",
        "dart": "analyze test",
        "flutter": "analyze build test",
        "lein": "test",
        "meson": "test",
        "nx": "build lint test",
        "sbt": "compile test",
        "stack": "build test",
        "turbo": "build lint test typecheck",
    }.items()
}
"""Which first words behind a program make it a check."""
