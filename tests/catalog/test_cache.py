from __future__ import annotations

import os
from pathlib import Path

import pytest

from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import Found, discover


def session(folder: Path, name: str = "a", text: str = "{}\n") -> Found:
    path = folder / f"rollout-{name}.jsonl"
    path.write_text(text)
    return discover([path])[0]


def test_what_was_put_in_comes_out(tmp_path: Path) -> None:
    one, two = session(tmp_path), session(tmp_path, "b")
    with Cache(tmp_path / "deep" / "cache.sqlite", "m/1") as cache:
        cache.put({one.path: b"1", two.path: b"2"}, [one])
        assert cache.get([one, two]) == {one.path: b"1"}
    with Cache(tmp_path / "deep" / "cache.sqlite", "m/1") as cache:
        assert cache.get([one]) == {one.path: b"1"}
        assert cache.problem is None


def test_another_state_of_the_file_or_another_maker_is_a_miss(tmp_path: Path) -> None:
    one = session(tmp_path)
    with Cache(tmp_path / "cache.sqlite", "m/1") as cache:
        cache.put({one.path: b"1"}, [one])
        grown = session(tmp_path, text="{}\n{}\n")
        assert cache.get([grown]) == {}
        os.utime(one.path, (1, 1))
        assert cache.get(discover([one.path])) == {}
    with Cache(tmp_path / "cache.sqlite", "m/2") as other:
        assert other.get([one]) == {}


def test_a_newer_state_replaces_the_older_one(tmp_path: Path) -> None:
    one = session(tmp_path)
    with Cache(tmp_path / "cache.sqlite", "m/1") as cache:
        cache.put({one.path: b"1"}, [one])
        grown = session(tmp_path, text="{}\n{}\n")
        cache.put({grown.path: b"2"}, [grown])
        assert cache.get([grown]) == {one.path: b"2"}
        assert cache.get([one]) == {}


def test_an_answer_about_many_files_holds_for_one_state(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite", "m/1") as cache:
        assert cache.answer("loops", "a") is None
        cache.keep_answer("loops", "a", b"1")
        assert cache.answer("loops", "a") == b"1"
        cache.keep_answer("loops", "b", b"2")
        assert (cache.answer("loops", "a"), cache.answer("loops", "b")) == (None, b"2")
    with Cache(tmp_path / "cache.sqlite", "m/2") as other:
        assert other.answer("loops", "b") is None
    with Cache(None, "m/1") as nothing:
        nothing.keep_answer("loops", "a", b"1")
        assert nothing.answer("loops", "a") is None


def test_more_paths_than_one_question_may_have(tmp_path: Path) -> None:
    for number in range(900):
        (tmp_path / f"rollout-{number}.jsonl").write_text("{}\n")
    found = discover([tmp_path])
    with Cache(tmp_path / "cache.sqlite", "m/1") as cache:
        cache.put({each.path: b"x" for each in found}, found)
        assert len(cache.get(found)) == 900


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_makes_every_question_a_miss(tmp_path: Path, content: bytes) -> None:
    one = session(tmp_path)
    path = tmp_path / "cache.sqlite"
    path.write_bytes(content)
    with Cache(path, "m/1") as cache:
        cache.put({one.path: b"1"}, [one])
        assert cache.get([one]) == {}
        assert cache.problem is not None


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with Cache(tmp_path / "file" / "cache.sqlite", "m/1") as cache:
        assert cache.get([session(tmp_path)]) == {}
        assert "nothing is kept" in (cache.problem or "")


def test_without_a_path_nothing_is_kept(tmp_path: Path) -> None:
    one = session(tmp_path)
    with Cache(None, "m/1") as cache:
        cache.put({one.path: b"1"}, [one])
        assert cache.get([one]) == {}


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.sqlite", "m/1"):
        assert (tmp_path / "cache.sqlite").stat().st_mode & 0o077 == 0
