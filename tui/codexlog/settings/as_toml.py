"""The settings file as text: every setting with its comment, its default, and what is set."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from codexlog.settings import thresholds
from codexlog.settings.table import DEFAULTS, KEYS, RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.settings.parse import Parsed
    from codexlog.settings.table import Rule


class KeyLine(NamedTuple):
    """A command and its keys as people write them."""

    command: str
    keys: tuple[str, ...]
    help: str
    is_set: bool


def toml_value(value: object) -> str:
    """A value as TOML; what a terminal would act on is escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:g}" if value == float(f"{value:g}") else repr(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, value))}]"
    return "".join(_escaped(each) for each in json.dumps(value, ensure_ascii=False))


def _escaped(character: str) -> str:
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def settings_text(parsed: Parsed, keys: Iterable[KeyLine]) -> str:
    """The whole file: what is not set stands as a comment, so that saving this changes nothing."""
    parts = ["# codexlog settings. What is commented out is the default.", ""]
    for name, rule in RULES.items():
        value = getattr(parsed.settings, name) if name in parsed.named else None
        parts += [*_setting(name, rule, getattr(DEFAULTS, name), value), ""]
    parts += [
        "# From which numbers on loops, triage and the explorer speak of something.",
        f"[{thresholds.SECTION}]",
    ]
    usual = thresholds.Thresholds()
    for name, rule in thresholds.RULES.items():
        parts += [*_setting(name, rule, getattr(usual, name), parsed.numbers.get(name)), ""]
    parts += [
        "# Keys of each command. What you set replaces the command's keys; an empty list leaves it none.",
        "# Keys are written as on the keyboard: x, X, ?, Ctrl+D, Shift+Tab, PgDn, Space, F5.",
        f"[{KEYS}]",
        *_key_lines(keys),
    ]
    return "\n".join(parts) + "\n"


def _setting(name: str, rule: Rule, default: object, value: object) -> Iterator[str]:
    yield f"# {rule.comment}"
    if rule.choices or rule.kind is not str:
        yield f"# {rule.takes[0].upper()}{rule.takes[1:]}."
    shown = default if default is not None else rule.example
    if value is None:
        yield f"# {name} = {toml_value(shown)}"
        return
    if default is not None:
        yield f"# Default: {toml_value(default)}"
    yield f"{name} = {toml_value(value)}"


def _key_lines(keys: Iterable[KeyLine]) -> Iterator[str]:
    for each in keys:
        mark = "" if each.is_set else "# "
        yield f"{mark}{each.command} = {toml_value(each.keys)}  # {each.help}"
