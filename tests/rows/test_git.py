"""Files in a git repository, read through git and nothing else of it."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from codexlog.rows import git as module
from codexlog.rows import git_process
from codexlog.rows.git import contents, copy_parts, files, refs, sizes
from codexlog.rows.git_place import GitPlace, is_repository, place_of
from codexlog.rows.git_process import GitError, GitProcess
from codexlog.rows.source import SourceError, open_source
from repository import AT, BRANCH, add, git, repository

FILES = {"ab/0/full.jsonl": b'{"a":1}\n', "ab/0/notes.txt": b"x", "cd/full.jsonl": b""}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {BRANCH: FILES})


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    module._end_all()


def content(path: Path) -> bytes:
    with open_source(path) as source:
        assert source.is_settled
        return source.pread(source.size, 0)


def refusal(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        open_source(path)
    assert "\n" not in str(caught.value)
    return caught.value.cause


def test_a_file_is_named_like_a_path(repo: Path) -> None:
    path = repo / "entire/checkpoints/v1:ab/0/full.jsonl"
    assert place_of(path) == GitPlace(repo, "entire/checkpoints/v1", "ab/0/full.jsonl")
    assert content(path) == FILES["ab/0/full.jsonl"]


def test_names_may_be_relative(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    assert content(Path("entire/checkpoints/v1:ab/0/full.jsonl")) == FILES["ab/0/full.jsonl"]
    monkeypatch.chdir(repo.parent)
    assert content(Path("repo/entire/checkpoints/v1:ab/0/full.jsonl")) == FILES["ab/0/full.jsonl"]


def test_a_colon_in_a_folder_is_no_revision(tmp_path: Path) -> None:
    repo = repository(tmp_path / "a:b/repo", {BRANCH: FILES})
    assert place_of(repo / "x:y") == GitPlace(repo, "x", "y")
    assert place_of(tmp_path / "a:b/none/x") is None
    assert place_of(repo / "x") is None
    assert refusal(tmp_path / "a:b/none.jsonl") == "no such file"


def test_what_is_a_repository(repo: Path, tmp_path: Path) -> None:
    git(repo, "clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert is_repository(repo) and is_repository(tmp_path / "bare") and is_repository(repo / ".git")
    assert not is_repository(tmp_path) and not is_repository(tmp_path / "missing")


def test_refs_and_files(repo: Path) -> None:
    (ref,) = refs(repo, ["refs/heads/entire"])
    assert (ref.name, ref.time) == (BRANCH, AT)
    listed = {blob.path: blob.size for blob in files(repo, ref.oid)}
    assert listed == {path: len(data) for path, data in FILES.items()}
    assert [blob.path for blob in files(repo, ref.oid, ["cd"])] == ["cd/full.jsonl"]


def test_listing_may_be_left_early(repo: Path) -> None:
    (ref,) = refs(repo, ["refs/heads/entire"])
    assert next(iter(files(repo, ref.oid))).path == "ab/0/full.jsonl"


def test_links_and_other_repositories_are_no_files(repo: Path) -> None:
    oid = git(repo, "rev-parse", BRANCH)
    link = b"M 120000 inline link.jsonl\ndata 4\n/etc\nM 160000 %b sub\n" % oid.encode()
    head = f"commit refs/heads/x\ncommitter a <a@b> {AT} +0000\ndata 1\nm\n".encode()
    git(repo, "fast-import", "--quiet", data=head + link)
    assert list(files(repo, "refs/heads/x")) == []


def test_objects_by_name(repo: Path) -> None:
    names = [f"{BRANCH}:ab/0/notes.txt", f"{BRANCH}:missing", f"{BRANCH}:cd/full.jsonl"]
    assert contents(repo, names) == [b"x", None, b""]
    assert sizes(repo, names) == [1, None, 0]
    assert contents(repo, []) == []
    assert sizes(repo, []) == []


def test_more_questions_than_a_pipe_holds(repo: Path) -> None:
    names = [f"{BRANCH}:ab/0/full.jsonl", f"{BRANCH}:missing"] * 3000
    assert contents(repo, names) == [FILES["ab/0/full.jsonl"], None] * 3000


def test_a_name_with_a_newline_is_one_question(repo: Path) -> None:
    assert sizes(repo, [f"{BRANCH}:ab\n{BRANCH}:ab/0/notes.txt"]) == [None]


@pytest.mark.parametrize(
    "revision", ["--upload-pack=x", "@{-1}", "", "entire/checkpoints/v1~9", "^{commit}", "HEAD"]
)
def test_revisions_that_name_nothing(repo: Path, revision: str) -> None:
    parts, _ = copy_parts(GitPlace(repo, revision, "ab/0/full.jsonl"), io.BytesIO(), "sum")
    assert parts == 0


def test_a_folder_is_no_session(repo: Path) -> None:
    with pytest.raises(GitError, match="not a file"):
        copy_parts(GitPlace(repo, BRANCH, "ab/0"), io.BytesIO(), "sum")


def test_reader_73_parts_are_joined_in_order(tmp_path: Path) -> None:
    parts = {"a/full.jsonl": b'{"a":0}'}
    parts.update({f"a/full.jsonl.{number:03}": b'{"a":%d}' % number for number in range(1, 12)})
    repo = repository(tmp_path / "repo", {BRANCH: {**parts, "a/full.jsonl.013": b"no"}})
    whole = b"\n".join(b'{"a":%d}' % number for number in range(12))
    assert content(repo / f"{BRANCH}:a/full.jsonl") == whole
    for name, data in parts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    assert content(tmp_path / "a/full.jsonl") == whole


def test_reader_73_a_sum_that_does_not_fit_is_a_doubt(tmp_path: Path) -> None:
    data = b'{"a":1}'
    for said, doubts in (
        (hashlib.sha256(data).hexdigest(), False),
        (hashlib.sha256(data + b"\n").hexdigest(), False),
        ("0" * 64, True),
        ("", True),
    ):
        sums = {"full.jsonl": data, "content_hash.txt": f"sha256:{said}".encode()}
        repo = repository(tmp_path / f"repo{said[:4]}{doubts}", {BRANCH: sums})
        with open_source(repo / f"{BRANCH}:full.jsonl") as source:
            assert (source.doubt is not None) == doubts


def test_what_cannot_be_read_is_said_in_one_line(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(repo / f"{BRANCH}:missing.jsonl") == f"no such file in {BRANCH}"
    (repo / ".git/HEAD").unlink()
    module._end_all()
    assert refusal(repo / f"{BRANCH}:ab/0/full.jsonl").startswith("git: not a git repository")
    monkeypatch.setenv("PATH", str(repo))
    assert "not installed" in refusal(repo / f"{BRANCH}:ab/0/full.jsonl")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_somebody_else(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for path in (repo, repo / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(GitError, match="belongs to somebody else; to allow that: git config"):
        refs(repo, ["refs/heads"])


def test_nothing_of_the_repository_is_run(tmp_path: Path) -> None:
    """Not its hooks, not its file system monitor, not what fetches an object that is missing."""
    repo, trace = repository(tmp_path / "repo", {BRANCH: FILES}), tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {trace}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    missing = git(repo, "hash-object", "--stdin", data=b"never written")
    for key, value in (
        ("core.fsmonitor", str(program)),
        ("core.hooksPath", str(tmp_path)),
        ("core.pager", str(program)),
        ("protocol.ext.allow", "always"),
        ("remote.origin.url", f"ext::{program}"),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ):
        git(repo, "config", key, value)
    assert list(files(repo, refs(repo, ["refs/heads"])[0].oid)) != []
    try:
        assert contents(repo, [missing]) == [None]
    except GitError as error:
        assert "\n" not in str(error)
    assert content(repo / f"{BRANCH}:ab/0/full.jsonl") == FILES["ab/0/full.jsonl"]
    assert not trace.exists()


def test_variables_lead_to_no_other_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert content(repo / f"{BRANCH}:ab/0/full.jsonl") == FILES["ab/0/full.jsonl"]


def test_nothing_is_written(repo: Path) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in repo.rglob("*")}

    before = state()
    content(repo / f"{BRANCH}:ab/0/full.jsonl")
    list(files(repo, refs(repo, ["refs/heads"])[0].oid))
    assert state() == before


def test_a_silent_git_is_ended(repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\nexec sleep 600\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(git_process, "PATIENCE", 0.05)
    assert "silent" in refusal(repo / f"{BRANCH}:ab/0/full.jsonl")
    with pytest.raises(GitError, match="silent"):
        refs(repo, ["refs/heads"])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[GitProcess]:
    made: list[GitProcess] = []
    first = GitProcess.__init__

    def counting(self: GitProcess, *given: object, **named: object) -> None:
        made.append(self)
        first(self, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(GitProcess, "__init__", counting)
    return made


def test_one_process_serves_many_sessions(repo: Path, started: list[GitProcess]) -> None:
    for _ in range(20):
        content(repo / f"{BRANCH}:ab/0/full.jsonl")
    add(repo, {BRANCH: {"new/full.jsonl": b"{}"}})
    assert content(repo / f"{BRANCH}:new/full.jsonl") == b"{}"
    assert len(started) == 1


def test_a_process_that_died_is_replaced(repo: Path, started: list[GitProcess]) -> None:
    content(repo / f"{BRANCH}:ab/0/full.jsonl")
    started[0]._process.kill()
    started[0]._process.wait()
    assert content(repo / f"{BRANCH}:ab/0/full.jsonl") == FILES["ab/0/full.jsonl"]
    assert len(started) == 2
