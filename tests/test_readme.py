"""The README cannot drift from the product."""

from __future__ import annotations

import re
from pathlib import Path

from codexlog.app.commands import COMMANDS
from codexlog.app.key_map import apply_keys
from codexlog.settings import thresholds
from codexlog.settings.as_toml import toml_value
from codexlog.settings.parse import parse
from codexlog.settings.table import DEFAULTS, RULES, THEMES
from codexlog.settings.thresholds import Thresholds

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_command_has_a_key_in_the_table() -> None:
    table = README.split("<!-- keys -->")[1].split("<!-- /keys -->")[0]
    keys = set(re.findall(r"`([^`]+)`", table))
    missing = [command.id for command in COMMANDS if not keys & set(command.all_keys.split(" "))]
    assert missing == []


def test_the_table_of_settings_is_that_of_the_code() -> None:
    table = README.split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    rows = [line for line in table.strip().splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}` | {shown_default(name)} | {rule.comment} |" for name, rule in RULES.items()]


def test_the_table_of_thresholds_is_that_of_the_code() -> None:
    table = README.split("<!-- thresholds -->")[1].split("<!-- /thresholds -->")[0]
    rows = [line for line in table.strip().splitlines() if line.startswith("| `")]
    usual = Thresholds()
    assert rows == [
        f"| `{name}` | `{toml_value(getattr(usual, name))}` | {rule.comment} |"
        for name, rule in thresholds.RULES.items()
    ]


def shown_default(name: str) -> str:
    default = getattr(DEFAULTS, name)
    return f"`{toml_value(default)}`" if default is not None else "not set"


def test_every_theme_is_named() -> None:
    assert all(f"`{name}`" in README for name in THEMES)


def test_the_example_of_a_settings_file_is_right() -> None:
    example = README.split("```toml\n")[1].split("```")[0]
    parsed = parse(example)
    assert parsed.problems == ()
    assert apply_keys(parsed.keys)[1] == ()


def test_every_picture_and_file_it_names_is_there() -> None:
    root = Path(__file__).parents[1]
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (root / target).exists(), target
