"""Sessions keep their number while others come and go."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codexlog.catalog import register as module
from codexlog.catalog.discover import Found, discover, found_at
from codexlog.catalog.register import Register

ID = "019d0000-0000-7000-8000-00000000000"


@pytest.fixture
def day(tmp_path: Path) -> Path:
    day = tmp_path / "sessions" / "2026" / "10" / "07"
    day.mkdir(parents=True)
    for number in range(3):
        session(day, number)
    return day


def session(day: Path, number: int, name: str = "") -> Path:
    path = day / f"rollout-2026-10-07T09-00-0{number}-{ID}{number}{name}.jsonl"
    path.write_text("{}\n")
    return path


def register(day: Path) -> Register:
    return Register(discover([day.parents[3]]))


def test_a_new_session_gets_the_next_number(day: Path) -> None:
    known = register(day)
    new = session(day, 5)
    changes = known.look([new])
    assert list(changes) == [3]
    assert changes[3] is not None
    assert (changes[3].path, changes[3].home) == (new, day.parents[3])
    assert known.look([new]) == {}


def test_growth_and_deletion_keep_numbers(day: Path) -> None:
    known = register(day)
    paths = sorted(day.iterdir(), reverse=True)
    paths[1].write_text("{}\n{}\n")
    paths[0].unlink()
    changes = known.look(paths)
    assert changes[0] is None
    assert changes[1] is not None and changes[1].size == 6
    assert set(changes) == {0, 1}


def test_a_session_that_was_packed_is_the_same(day: Path) -> None:
    known = register(day)
    path = max(day.iterdir())
    packed = path.with_name(path.name + ".zst")
    path.rename(packed)
    (change,) = known.look([path, packed]).values()
    assert change is not None and (change.path, change.stored) == (path, packed)


@pytest.mark.parametrize("name", ["notes.txt", "history.jsonl", "rollout-compress-x.jsonl", "sub"])
def test_what_is_no_session_is_left_alone(name: str, day: Path) -> None:
    known = register(day)
    (day / name).mkdir() if name == "sub" else (day / name).write_text("{}\n")
    assert known.look([day / name]) == {}


def test_looking_anew_finds_the_same_as_looking_at_each(day: Path) -> None:
    known, other = register(day), register(day)
    new, gone = session(day, 7), min(day.iterdir())
    gone.unlink()
    assert known.compare(discover([day.parents[3]])) == other.look([new, gone])


def test_a_change_costs_one_look(day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = register(day)
    for number in range(3, 9):
        session(day, number)
    known.look(day.iterdir())
    looked: list[Path] = []

    def counted(path: Path) -> Found | None:
        looked.append(path)
        return found_at(path)

    monkeypatch.setattr(module, "found_at", counted)
    path = max(day.iterdir())
    os.truncate(path, 0)
    assert len(known.look([path])) == 1
    assert looked == [path]


def test_only_what_counts_is_taken(day: Path) -> None:
    known = Register([], lambda found: not found.path.name.endswith("2.jsonl"))
    assert len(known.compare(discover([day.parents[3]]))) == 2
    assert known.look(day.iterdir()) == {}
