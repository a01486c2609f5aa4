"""Failing checks named in an output: test names, compiler codes, masked last lines.

Every table line says how one tool writes it. A signature is the same text in every iteration, so that
a screen can say since when a check fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from codexlog.triage.masks import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Tool = Literal["pytest", "unittest", "cargo", "rustc", "go", "jest", "tsc", "eslint", "make", "generic"]
MOST = 60
"""Signatures of one output; a build that fails everywhere says no more with the next hundred."""
_LONGEST_LINE = 2_000
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Failure:
    """One failing thing that an output names."""

    tool: Tool
    text: str
    """As shown: a test's name, a code and a file, a masked last line."""
    line: str = field(default="", compare=False)
    """What of the line that names it stands in the output as it is."""


class Reading(NamedTuple):
    """What an output says of the checks that ran."""

    failures: tuple[Failure, ...] = ()
    passed: frozenset[str] = frozenset()
    """Texts of things that it names as passing."""
    passes: bool | None = None
    """True: it says that all passed; False: that something failed; None: it says neither."""
    said: str = ""
    """The line that says so, where something failed."""


_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")

_PYTEST = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py(?:::\S.*?)?)(?: - .*)?$")
_UNITTEST = re.compile(r"^(?:FAIL|ERROR): (\w+) \(([\w.]+)\)$")
_CARGO = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. FAILED$")
_RUSTC = re.compile(
    r"^error(?:\[(E\d{4})\])?: "
    r"(?!could not compile|aborting due|(?:\d+ )?tests? failed|\d+ targets? failed)(.+)$"
)
_ARROW = re.compile(r"^\s*--> ([^:\s]+):\d+")
_GO = re.compile(r"^\s*--- FAIL: (\S+)")
_GO_BUILD = re.compile(r"^FAIL\s+(\S+) \[(build|setup) failed\]$")
_JEST = re.compile(r"^\s*● (.+ › .+)$")
_VITEST = re.compile(r"^\s*(?:FAIL|×)\s+(\S+\.(?:test|spec)\.\w+ > .+?)(?:\s+\d+ms)?$")
_TSC = re.compile(r"^(\S+?\.[cm]?[jt]sx?)(?:\(\d+,\d+\)|:\d+:\d+)(?: -|:) error (TS\d+)\b")
_ESLINT_FILE = re.compile(r"^(/?\S+\.(?:[cm]?[jt]sx?|vue|svelte))$")
_ESLINT = re.compile(r"^\s+\d+:\d+\s+error\s+.*?\s{2,}(@?[\w-]+(?:/[\w-]+)*)$")
_MAKE = re.compile(
    r"^(?:g?make|ninja)(?:\[\d+\])?: \*\*\* (?:\[(?:[^\]:]+:\d+: )?([^\]]+)\] Error \d+"
    r"|(.+)\.\s+Stop\.)"
)

_PASSED = re.compile(
    r"^(?:(\S+\.py::\S+) PASSED\b|PASSED (\S+\.py::\S+)|test (\S+)(?: - should panic)? \.\.\. ok$"
    r"|\s*--- PASS: (\S+))"
)
_HINT = re.compile(
    r"FAIL|ERROR|error|●|×|✖|\.\.\. |PASS|\*\*\*|passed|failed|^ok\s|^OK\b|Success|All checks|Found ",
    re.MULTILINE,
)
"""One of these stands in every line that says anything of a check."""

_ALL_FAILED = re.compile(
    r"^=+ .*\b\d+ (?:failed|errors?)\b.* =+$"
    r"|^\d+ failed\b|\b\d+ failed, \d+ passed\b|^\d+ errors? in \d"
    r"|^test result: FAILED\b"
    r"|^FAIL(?:\t|$)|^FAILED \((?:failures|errors)="
    r"|^Tests:\s+\d+ failed\b|^\s*Tests\s+\d+ failed\b"
    r"|^Found \d+ errors?\b|^✖ \d+ problems? \([1-9]"
    r"|^error: could not compile\b"
)
_ALL_PASSED = re.compile(
    r"^=+ \d+ passed\b(?!.*(?:failed|error)).* =+$|^\d+ passed\b(?!.*(?:failed|error)).* in \d"
    r"|^test result: ok\b"
    r"|^ok\s+\S+\s+(?:\d|\(cached\))|^OK(?: \(.*\))?$"
    r"|^Tests:\s+(?!.*failed).*\d+ passed\b|^\s*Tests\s+\d+ passed\b"
    r"|^Success: no issues found\b|^All checks passed!|^Found 0 errors\b"
)


def read(output: str) -> Reading:
    """What an output names as failing and passing. The text alone: the exit code is the caller's."""
    failures: dict[Failure, None] = {}
    passed: set[str] = set()
    verdicts: dict[bool, str] = {}
    output = _ANSI.sub("", output) if "\x1b" in output else output
    for line, following in _telling(output):
        ok = _PASSED.match(line)
        if ok is not None:
            passed.add(next(filter(None, ok.groups())))
            continue
        failure = _failure(line, following) if len(failures) < MOST else None
        if failure is not None:
            failures[failure] = None
        if _ALL_FAILED.search(line):
            verdicts[False] = line.strip()[:_SHOWN]
        elif _ALL_PASSED.search(line):
            verdicts[True] = line
    found = _with_eslint(output, failures)
    passes = False if found or False in verdicts else True if verdicts else None
    return Reading(tuple(found), frozenset(passed), passes, verdicts.get(False, ""))


def last_line(output: str) -> Failure | None:
    """The masked last line that says anything: what is left where no tool's own form was found."""
    for line in reversed(_ANSI.sub("", output[-20_000:]).splitlines()):
        text = masked(line)[:_SHOWN]
        if sum(character.isalpha() for character in text) >= 3:
            return Failure("generic", text, line.strip()[:_SHOWN])
    return None


def _telling(output: str) -> Iterator[tuple[str, str]]:
    """The lines that say anything of a check, each with the one behind it."""
    place = 0
    while (found := _HINT.search(output, place)) is not None:
        start = output.rfind("\n", 0, found.start()) + 1
        end = _end(output, found.start())
        after = output[end + 1 : min(_end(output, end + 1), end + 1 + _LONGEST_LINE)]
        yield output[start : min(end, start + _LONGEST_LINE)].rstrip(), after.rstrip()
        place = end + 1


def _end(output: str, place: int) -> int:
    end = output.find("\n", place)
    return end if end >= 0 else len(output)


def _lines(output: str) -> Iterator[tuple[str, str]]:
    """Each line with the one behind it, colours taken off."""
    lines = [line[:_LONGEST_LINE].rstrip() for line in _ANSI.sub("", output).split("\n")]
    return zip(lines, [*lines[1:], ""], strict=True)


def _failure(line: str, following: str) -> Failure | None:
    for tool, pattern, text in _FORMS:
        found = pattern.match(line)
        if found and tool == "rustc" and not found[1] and not _ARROW.match(following):
            continue  # any program says `error: …`; a compiler adds where
        if found:
            return Failure(tool, text(found, following)[:_SHOWN], line.strip()[:_SHOWN])
    return None


def _with_eslint(output: str, failures: dict[Failure, None]) -> list[Failure]:
    """ESLint names the file on a line of its own, above its errors."""
    if " error " not in output:
        return list(failures)
    file = ""
    for line, _ in _lines(output):
        named = _ESLINT_FILE.match(line)
        if named:
            file = named[1]
        found = _ESLINT.match(line)
        if found and file and len(failures) < MOST:
            failures[Failure("eslint", f"{found[1]} {file}"[:_SHOWN], found[1])] = None
    return list(failures)


def _first(found: re.Match[str], _: str) -> str:
    return found[1]


def _rustc(found: re.Match[str], following: str) -> str:
    place = _ARROW.match(following)
    return f"{found[1] or masked(found[2])} {place[1] if place else ''}".strip()


_FORMS: tuple[tuple[Tool, re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    ("pytest", _PYTEST, _first),
    (
        "unittest",
        _UNITTEST,
        lambda found, _: found[2] if found[2].endswith(found[1]) else f"{found[2]}.{found[1]}",
    ),
    ("cargo", _CARGO, _first),
    ("rustc", _RUSTC, _rustc),
    ("go", _GO, _first),
    ("go", _GO_BUILD, lambda found, _: f"{found[1]} ({found[2]} failed)"),
    ("jest", _JEST, lambda found, _: found[1].strip()),
    ("jest", _VITEST, lambda found, _: found[1].strip()),
    ("tsc", _TSC, lambda found, _: f"{found[2]} {found[1]}"),
    ("make", _MAKE, lambda found, _: found[1] or masked(found[2])),
)
