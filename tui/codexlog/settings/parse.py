"""The text of the settings file → settings, key map, and everything in it that cannot be used, by its line.

Pure: what reads the file is in `file.py`. Nothing in a file ever raises; the rest of it counts.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.settings import thresholds
from codexlog.settings.as_toml import toml_value
from codexlog.settings.table import KEYS, RULES, Settings
from codexlog.settings.thresholds import Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEADING = re.compile(r"\s*\[([^\[\]]+)\]\s*(?:#.*)?$")
_ENTRY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class Problem(NamedTuple):
    """Something in the file that has no effect, and why."""

    line: int | None
    """Counted from 1; None for what stands at no line."""
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line is not None else self.text


class Mapped(NamedTuple):
    """The keys that a line gives to a command, as a person wrote them."""

    keys: tuple[str, ...]
    line: int | None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a settings file says."""

    settings: Settings = field(default_factory=Settings)
    named: frozenset[str] = frozenset()
    """The settings that the file sets, be it to their defaults."""
    keys: Mapping[str, Mapped] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)
    """The thresholds that the file sets."""
    problems: tuple[Problem, ...] = ()
    refused: tuple[Problem, ...] = ()
    """Those of them that leave a threshold unclear: whoever goes by exit codes must not go on."""
    is_broken: bool = False
    """Whether the file is no TOML, so that nothing of it counts."""

    @property
    def thresholds(self) -> Thresholds:
        """The numbers that detectors go by."""
        return Thresholds(**self.numbers)  # type: ignore[arg-type] # each has passed its rule


def parse(text: str) -> Parsed:
    """Read the text of a settings file; an empty one gives the defaults."""
    try:
        document = tomllib.loads(text)
    except ValueError as error:  # also a number of thousands of digits
        return Parsed(problems=(_broken(str(error), text),), is_broken=True)
    except RecursionError:
        return Parsed(
            problems=(Problem(None, "not TOML that can be read: nested too deeply"),), is_broken=True
        )
    lines = _lines(text)
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name not in (KEYS, thresholds.SECTION):
            problem = _take(name, value, values)
            if problem is not None:
                problems.append(Problem(_line_of(lines, (name,)), problem))
    keys = _keys(document.get(KEYS, {}), lines, problems)
    numbers, refused = _numbers(document.get(thresholds.SECTION, {}), lines, problems)
    every = sorted((*problems, *refused), key=lambda each: each.line or 0)
    return Parsed(Settings(**values), frozenset(values), keys, numbers, tuple(every), tuple(refused))


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint at the nearest known name, ready to be appended; "" where none is near."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("-", "_"), list(known), 1, 0.6)
    return f"; did you mean {near[0]}?" if near else ""


# ------------------------------------------------------------------------------------------- private


def _take(name: str, value: object, values: dict[str, Any]) -> str | None:
    """Put a value among the others, or say why it cannot be."""
    rule = RULES.get(name)
    if rule is None:
        kind = "section" if isinstance(value, dict) else "setting"
        return f"no {kind} is called {name}{did_you_mean(name, [*RULES, KEYS, thresholds.SECTION])}"
    if not rule.accepts(value):
        hint = did_you_mean(value, rule.choices) if isinstance(value, str) else ""
        return f"{name} is {rule.takes}, not {_shown(value)}{hint}"
    values[name] = float(value) if rule.kind is float else value  # type: ignore[arg-type]
    return None


def _keys(section: object, lines: _Lines, problems: list[Problem]) -> dict[str, Mapped]:
    if not isinstance(section, dict):
        problems.append(Problem(_line_of(lines, (KEYS,)), f"{KEYS} is a section: write [{KEYS}]"))
        return {}
    found: dict[str, Mapped] = {}
    for command, value in section.items():
        line = _line_of(lines, (KEYS, command))
        keys = [value] if isinstance(value, str) else value
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            found[command] = Mapped(tuple(keys), line)
        elif command in RULES:
            problems.append(Problem(line, f"{command} is no command but a setting: it goes above [{KEYS}]"))
        else:
            problems.append(Problem(line, f'the keys of {command} are a list such as ["x", "F5"]'))
    return found


def _numbers(
    section: object, lines: _Lines, problems: list[Problem]
) -> tuple[dict[str, float], list[Problem]]:
    """The thresholds, and which of them cannot be what the file says."""
    name = thresholds.SECTION
    if not isinstance(section, dict):
        return {}, [Problem(_line_of(lines, (name,)), f"{name} is a section: write [{name}]")]
    found: dict[str, float] = {}
    refused: list[Problem] = []
    for each, value in section.items():
        rule, line = thresholds.RULES.get(each), _line_of(lines, (name, each))
        if rule is None:
            hint = did_you_mean(each, thresholds.RULES)
            problems.append(Problem(line, f"no threshold is called {each}{hint}"))
        elif rule.accepts(value):
            found[each] = rule.kind(value)
        else:
            refused.append(Problem(line, f"{each} is {rule.takes}, not {_shown(value)}"))
    return found, refused


def _shown(value: object) -> str:
    """A value as it stood in the file, more or less."""
    text = toml_value(value) if isinstance(value, (str, bool, int, float)) else f"a {type(value).__name__}"
    return text if len(text) <= 40 else text[:39] + "…"


_Lines = dict[tuple[str, ...], int]


def _lines(text: str) -> _Lines:
    """The line of each name; of one that stands twice (in a text of several lines) the first."""
    section: tuple[str, ...] = ()
    found: _Lines = {}
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _HEADING.match(line):
            section = _path(heading[1])
            found.setdefault(section, number)
        elif entry := _ENTRY.match(line):
            found.setdefault((*section, *_path(entry[1])), number)
    return found


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _line_of(lines: _Lines, path: tuple[str, ...]) -> int | None:
    """The line that names a value or the first one inside it."""
    return lines.get(path) or min(
        (line for known, line in lines.items() if known[: len(path)] == path), default=None
    )


def _broken(message: str, text: str) -> Problem:
    """What the parser says, with its place in front."""
    place = _PLACE.search(message)
    if place is None:
        return Problem(None, f"not TOML: {message}")
    said = _PLACE.sub("", message)
    if place[1] is None:
        return Problem(max(1, text.count("\n") + (not text.endswith("\n"))), f"not TOML: {said} at the end")
    return Problem(int(place[1]), f"column {place[2]}: not TOML: {said}")
