"""The README cannot drift from the product."""

from __future__ import annotations

import re
from pathlib import Path

from codexlog.app.commands import COMMANDS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_every_command_has_a_key_in_the_table() -> None:
    table = README.split("<!-- keys -->")[1].split("<!-- /keys -->")[0]
    keys = set(re.findall(r"`([^`]+)`", table))
    missing = [command.id for command in COMMANDS if not keys & set(command.all_keys.split(" "))]
    assert missing == []


def test_every_picture_and_file_it_names_is_there() -> None:
    root = Path(__file__).parents[1]
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (root / target).exists(), target
