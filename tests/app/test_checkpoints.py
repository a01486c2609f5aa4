"""Sessions in a repository's objects, in the explorer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.conftest import LONG_AGO, Explore, press, screen_of, shown, until
from codexlog.rows import git as module
from repository import AT, BRANCH, SESSION, add, checkpoint, repository, turn

pytestmark = pytest.mark.asyncio
OTHER = "5c9a4d1e-0000-4a39-9a53-3b4f3c1f6f10"
CALL = {"type": "tool_use", "id": "t1", "name": "Bash", "input": {"command": "make"}}
FAILED = {"type": "tool_result", "tool_use_id": "t1", "content": "Exit code 2\nno rule", "is_error": True}


def failing() -> bytes:
    said = {"id": "m1", "role": "assistant", "model": "claude-opus-4-6", "content": [CALL]}
    rows = (
        turn("Fix the parser"),
        turn("x", type="assistant", message=said),
        turn("y", message={"role": "user", "content": [FAILED]}),
    )
    return b"".join(rows)


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Path]:
    yield repository(tmp_path / "repo", {BRANCH: checkpoint(1, failing())})
    module._end_all()


async def test_a_checkpoint_is_listed_opened_and_read(explore: Explore, repo: Path) -> None:
    async with explore(repo, counted=True) as pilot:
        assert "Fix the parser" in shown(pilot)
        await press(pilot, "enter")
        await until(pilot, lambda: "make" in shown(pilot))
        await press(pilot, "]")
        await until(pilot, lambda: "no rule" in shown(pilot))
        assert "following" not in screen_of(pilot).timeline.header.facts


async def test_its_page_says_where_it_is_and_where_else(explore: Explore, repo: Path) -> None:
    live = repo / f".entire/metadata/{SESSION}/full.jsonl"
    live.parent.mkdir(parents=True)
    live.write_bytes(failing() + turn("more"))
    os.utime(live, (LONG_AGO, LONG_AGO))
    async with explore(repo, counted=True) as pilot:
        assert "Sessions  2" in shown(pilot)
        page = shown(pilot)
        assert "has          1 copy" in page
        assert "also" in page and "v1:01/0000000001/0/full.jsonl" in page.replace("\n", "")
        await press(pilot, "slash", *"fix", "enter")
        await until(pilot, lambda: "/fix" in shown(pilot))
        assert "Sessions  1 of 2" in shown(pilot)


async def test_a_new_checkpoint_shows_by_itself(explore: Explore, repo: Path) -> None:
    async with explore(repo, counted=True) as pilot:
        later = checkpoint(2, turn("Another thing", OTHER), OTHER)
        add(repo, {BRANCH: later}, AT + 9)
        await until(pilot, lambda: "Another thing" in shown(pilot))


async def test_a_repository_that_git_refuses_is_one_line(explore: Explore, repo: Path) -> None:
    for path in (repo / ".git/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    async with explore(repo) as pilot:
        assert "git: " in shown(pilot)
