"""Sessions of a repository on the command line, from the folder that a person stands in."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from codexlog.catalog.discover import discover
from commandline import LIMIT, arguments, codexlog, environment
from repository import BRANCH, SESSION, checkpoint, git, repository, turn

PLACE = "entire/checkpoints/v1:01/0000000001/0/full.jsonl"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {BRANCH: checkpoint(1, turn("Fix the parser"))})


def test_standing_in_a_repository_is_enough(repo: Path, tmp_path: Path) -> None:
    inner = repo / "src"
    inner.mkdir()
    known = environment(tmp_path, CODEX_HOME=str(tmp_path / "none"), GIT_CONFIG_GLOBAL=os.devnull)
    for given in (("list", "--json"), ("list", "--agent", "entire", "--json")):
        done = subprocess.run(
            arguments(*given), cwd=inner, env=known, capture_output=True, timeout=LIMIT, check=True
        )
        (found,) = json.loads(done.stdout)["sessions"]
        assert (found["id"], found["format"], found["path"]) == (SESSION, "entire", str(repo / PLACE))


def test_a_checkpoint_is_shown_by_id_and_by_place(repo: Path) -> None:
    for given in ((SESSION[:6], repo), (f"2026-01-10-{SESSION}", repo), (repo / PLACE,)):
        done = codexlog("show", *given, "--json")
        assert (done.code, done.err) == (0, "")
        assert json.loads(done.out)["turns"][0]["prompt"] == "Fix the parser"
    done = codexlog("search", "parser", repo, "--jsonl")
    assert json.loads(done.out)["path"] == str(repo / PLACE)


@pytest.mark.parametrize("form", ["entire", "html"])
def test_a_checkpoint_is_exported(repo: Path, tmp_path: Path, form: str) -> None:
    done = codexlog("export", SESSION, repo, "--format", form, "--out", tmp_path / "out")
    assert (done.code, done.err) == (0, "")
    written = [Path(each) for each in done.out.decode().splitlines()]
    assert b"Fix the parser" in written[0].read_bytes()
    (found,) = discover([repo])
    assert {int(each.stat().st_mtime) for each in written} == {int(found.mtime)}


def test_a_place_without_session_is_an_error_of_one_line(repo: Path) -> None:
    done = codexlog("show", repo / "entire/checkpoints/v1:09/0/full.jsonl")
    assert (done.code, done.out) == (2, b"")
    assert done.err.count("\n") == 1


def test_a_repository_that_git_refuses_is_named_with_the_cause(repo: Path) -> None:
    for path in (repo / ".git/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    done = codexlog("list", repo)
    assert done.code == 2
    assert done.err.startswith(f"codexlog: {repo}: git: ")
    assert done.err.count("\n") == 1


def test_a_repository_without_sessions(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"refs/heads/main": {"a": b""}})
    git(repo, "update-ref", "refs/heads/entire/readme", "refs/heads/main")
    done = codexlog("list", repo)
    assert (done.code, done.err) == (1, f"codexlog: no sessions in {repo}\n")
