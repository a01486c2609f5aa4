"""What a check that passes says of another check that failed: nothing, where it looked at other things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from codexlog.triage import commands as lines
from codexlog.triage.commands import verb_of
from codexlog.triage.programs import CHECK_VERBS, CHECKERS, TESTERS

if TYPE_CHECKING:
    from codexlog.triage.commands import Command
    from codexlog.triage.signatures import Failure

Class = Literal["test", "build", "lint"]
CLASSES: tuple[Class, ...] = ("test", "build", "lint")
"""The weightiest first."""
LINT_VERBS = frozenset(["clippy", "fmt", "format", "lint", "vet", "analyze"])
BUILD_VERBS = frozenset(["--build", "all", "assemble", "build", "compile", "plan", "typecheck", "validate"])
TYPE_CHECKERS = frozenset(("tsc", "tsd"))
CHECKS_ALONE = frozenset(("cargo", "deno"))
"""Whose `check` compiles and tests nothing."""
BUILDERS = frozenset(("cmake", "gradle", "make", "mvn", "ninja", "xcodebuild"))
"""Which build where nothing else is said."""
MAKERS = frozenset(("just", "make", "ninja", "nox", "tox"))
"""Which run the checks of any program."""
SCRIPTS = frozenset(("npm", "pnpm", "yarn", "bun"))
"""Which run the script that the package names."""
JAVASCRIPT = SCRIPTS | {
    "ava",
    "cypress",
    "eslint",
    "jest",
    "karma",
    "mocha",
    "playwright",
    "tsc",
    "tsd",
    "vitest",
}
PYTHON = frozenset(("py.test", "pytest", "unittest", "nose2"))
INTERPRETED = JAVASCRIPT | PYTHON
"""Whose tests do not build what they test."""
FAMILIES = {"pytest": "python", "unittest": "python", "cargo": "cargo", "rustc": "cargo", "go": "go"}
"""Of failures, by the tool that names them."""
_NARROWING = """
    -k -m -t -g -p -run --run --filter --grep --test --tests --package
    --testNamePattern --testPathPattern --bin --example --bench
"""
NARROWING = frozenset(_NARROWING.split())
"""Options whose value says which tests are meant."""
_VALUES = """
    -n -o -c -W -j -f -C --tb --maxfail --timeout --features --manifest-path --jobs --reporter --config
    --rootdir --cov --workers --color --maxWorkers --durations --prefix --target --profile -timeout -count
"""
VALUES = frozenset(_VALUES.split())
"""Options whose value says nothing of that."""
EVERYTHING = frozenset(("", "all", "discover", "run", "spec", "src", "test", "tests"))
"""Words that name all there is, without dots and slashes around them."""


def class_of(line: str) -> Class | None:
    """What the last check of a line does; None where there is none."""
    command = lines.checker(line)
    if command is None:
        return None
    verb = _verb(command).partition(":")[0]
    name = program(command)
    if name in TYPE_CHECKERS or (verb == "check" and name in CHECKS_ALONE):
        return "build"
    if name in CHECKERS - TESTERS or verb in LINT_VERBS:
        return "lint"
    is_build = verb in BUILD_VERBS or (not verb and name in BUILDERS)
    return "build" if is_build and "test" not in command.words else "test"


def covers(passing: str, failing: str, failure: Failure) -> bool:
    """Whether a check that passes would have shown a failure that another one showed."""
    ours, theirs = lines.checker(passing), lines.checker(failing)
    if ours is None:
        return False
    mine, other = class_of(passing), class_of(failing) or "test"
    if mine is None or (mine != other and (mine, other) != ("test", "build")):
        return False
    if mine != other and (program(ours) in INTERPRETED or failure.tool in ("tsc", "eslint")):
        return False  # such tests run without what the build complains of
    if not _same_family(ours, theirs, failure) or (
        mine == "lint" and theirs and program(ours) != program(theirs)
    ):
        return False
    scope = scope_of(ours)
    if not scope or (theirs is not None and scope == scope_of(theirs)):
        return True
    return any(word.strip("./") in failure.text for word in scope)


def program(command: Command) -> str:
    """The program that checks: `pytest` of `python -m pytest`."""
    words = command.words
    return words[2] if words[1:2] == ("-m",) and len(words) > 2 else command.program


def _verb(command: Command) -> str:
    """What a program is told to do that can do several things."""
    return verb_of(command) if command.program in CHECK_VERBS else ""


def scope_of(command: Command) -> frozenset[str]:
    """What a check was narrowed to: files, folders, names of tests, a script with a name of its own."""
    words = list(command.words[3:] if command.words[1:2] == ("-m",) else command.words[1:])
    verb = _verb(command)
    narrowed = {verb} if ":" in verb else set()
    while words:
        word = words.pop(0)
        option, _, value = word.partition("=")
        if option in NARROWING and (value or (words and not words[0].startswith("-"))):
            narrowed.add(value or words.pop(0))
        elif word in VALUES and words:
            words.pop(0)
        elif (
            not word.startswith(("-", "+"))
            and word not in (verb, "run")
            and word.strip("./") not in EVERYTHING
        ):
            narrowed.add(word)
    return frozenset(narrowed)


def is_narrow(line: str) -> bool:
    """Whether the last check of a line looks at a part of what it could look at."""
    command = lines.checker(line)
    return command is not None and bool(scope_of(command))


def _same_family(ours: Command, theirs: Command | None, failure: Failure) -> bool:
    mine, other = program(ours), program(theirs) if theirs is not None else ""
    if mine == other or mine in MAKERS:
        return True
    named = FAMILIES.get(failure.tool)
    if named is not None:
        return _family(mine) == named
    if mine in JAVASCRIPT and other in JAVASCRIPT:
        return mine in SCRIPTS or other in SCRIPTS
    return bool(other) and _family(mine) == _family(other)


def _family(name: str) -> str:
    return "python" if name in PYTHON else name
