from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.triage.grouping import GAP, Wishes
from codexlog.triage.wishes import GAPS, join_at, load_wishes, save_wishes, split_at, widened


def test_they_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "state" / "wishes.json"
    wishes = Wishes(1_800.0, frozenset(("a", "b")), frozenset("c"))
    save_wishes(path, wishes)
    assert load_wishes(path) == wishes
    assert [each.name for each in path.parent.iterdir()] == ["wishes.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "7",
        '{"schema": "other/1", "gap": 5}',
        '{"schema": "codexlog.wishes/1", "gap": "wide", "splits": 7, "joins": [null]}',
        '{"schema": "codexlog.wishes/1", "gap": true}',
        '{"schema": "codexlog.wishes/1", "gap": -1}',
    ],
)
def test_a_file_that_says_nothing_of_use_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "wishes.json"
    path.write_text(text)
    assert load_wishes(path) == Wishes()


def test_widening_comes_round_to_the_default() -> None:
    wishes, seen = Wishes(), []
    for _ in GAPS:
        wishes = widened(wishes)
        seen.append(wishes.gap)
    assert seen == [*GAPS[1:], GAP]


def test_a_second_time_takes_it_back() -> None:
    assert split_at(split_at(Wishes(), "a"), "a") == Wishes()
    assert join_at(join_at(Wishes(), "a"), "a") == Wishes()
    assert join_at(split_at(Wishes(), "a"), "a") == Wishes(joins=frozenset("a"))
    assert split_at(join_at(Wishes(), "a"), "a") == Wishes(splits=frozenset("a"))
