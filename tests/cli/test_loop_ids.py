"""`loop_id` of `list` and `show` names the loops that `codexlog loops` finds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from commandline import codexlog


def sessions(*arguments: str) -> list[dict[str, Any]]:
    ran = codexlog("list", *arguments)
    if "--jsonl" in arguments:
        return [json.loads(line) for line in ran.out.splitlines()]
    found: list[dict[str, Any]] = json.loads(ran.out)["sessions"]
    return found


@pytest.fixture
def looped(tmp_path: Path) -> dict[str, str]:
    """Path of each iteration, with its loop."""
    document = json.loads(codexlog("loops", "--json", XDG_CACHE_HOME=str(tmp_path)).out)
    return {run["path"]: loop["id"] for loop in document["loops"] for run in loop["iterations"]}


def test_every_way_to_list_names_the_same_loop(looped: dict[str, str]) -> None:
    assert len(set(looped.values())) == 1
    for arguments in (["--json"], ["--jsonl"], ["--json", "--query", "outcome:failed"]):
        found = sessions(*arguments)
        assert any(each["loop_id"] for each in found)
        assert all(each["loop_id"] == looped.get(each["path"]) for each in found)
    first = sessions("--json", "--limit", "1")
    assert [each["loop_id"] for each in first] == [looped[first[0]["path"]]]


def test_a_session_in_its_home_names_its_loop(looped: dict[str, str]) -> None:
    path, loop = next(iter(looped.items()))
    assert json.loads(codexlog("show", path, "--json").out)["loop_id"] == loop


def test_a_file_that_lies_anywhere_has_no_loop_though_its_neighbours_are_one(
    looped: dict[str, str], tmp_path: Path
) -> None:
    copies = [Path(shutil.copy(path, tmp_path)) for path in looped]
    copy = copies[0]
    assert json.loads(codexlog("show", str(copy), "--json").out)["loop_id"] is None
