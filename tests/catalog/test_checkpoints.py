"""Sessions in the objects of a repository: every layout that Entire ever used, found and folded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from catalog.conftest import session_rows
from codexlog.catalog.discover import Found, age_of, discover
from codexlog.catalog.listing import current, facts_of, full_summary, head_summary
from codexlog.catalog.resolve import ResolveError, resolve
from codexlog.model import Summary
from codexlog.rows import git as git_module
from codexlog.rows.git_process import GitProcess
from repository import AT, BRANCH, SESSION, Files, add, checkpoint, git, metadata, repository, turn
from rollout import encode

OTHER = "5c9a4d1e-0000-4a39-9a53-3b4f3c1f6f10"
SHARED = "refs/entire/checkpoints"
LIVE = f".entire/metadata/{SESSION}"
COMPACT = b'{"v":1,"type":"user","content":"a"}\n'
ULID = "01KXGTTNGCEACC83QZEJ5YAF0D"


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    git_module._end_all()


def names(found: list[Found], top: Path) -> list[str]:
    return [str(each.path.relative_to(top)) for each in found]


def summary(found: Found) -> Summary:
    return full_summary(facts_of(found, found.mtime), found.path)


def slot(files: Files, top: str = "a3/b2c4d5e6f7/0") -> dict[str, Files]:
    return {BRANCH: {f"{top}/{name}": data for name, data in files.items()}}


LAYOUTS: list[tuple[str, dict[str, Files], str]] = [
    ("usual", slot({"full.jsonl": turn("a"), "metadata.json": metadata()}), "full.jsonl"),
    ("a gap between slots", slot({"full.jsonl": turn("a")}, "a3/b2c4d5e6f7/3"), "full.jsonl"),
    ("without slots", slot({"full.jsonl": turn("a")}, "a3/b2c4d5e6f7"), "full.jsonl"),
    ("legacy name", slot({"full.log": turn("a")}), "full.log"),
    (
        "parts",
        slot({"full.jsonl": turn("a")[:-1], "full.jsonl.001": turn("b"), "metadata.json": metadata()}),
        "full.jsonl",
    ),
    ("compact alone", slot({"transcript.jsonl": COMPACT}), "transcript.jsonl"),
    ("both", slot({"transcript.jsonl": b"", "full.jsonl": turn("a")}), "full.jsonl"),
    ("older branch", {"refs/heads/entire/sessions": slot({"full.jsonl": turn("a")})[BRANCH]}, "full.jsonl"),
    (
        "of a clone",
        {"refs/remotes/origin/entire/checkpoints/v1": slot({"full.jsonl": turn("a")})[BRANCH]},
        "full.jsonl",
    ),
    (
        "a ref of its own",
        {
            f"{SHARED}/0D/{ULID}": {
                "metadata.json": b"{}",
                "0/full.jsonl": turn("a"),
                "0/metadata.json": metadata(),
            }
        },
        "full.jsonl",
    ),
    (
        "shadow branch",
        {
            "refs/heads/entire/2b4c177-a1b2c3": {
                f".entire/metadata/{SESSION}/full.jsonl": turn("a"),
                "a.py": b"",
            }
        },
        "full.jsonl",
    ),
    ("damaged metadata", slot({"full.jsonl": turn("a"), "metadata.json": b"\xff{"}), "full.jsonl"),
    ("metadata of another kind", slot({"full.jsonl": turn("a"), "metadata.json": b"[1]"}), "full.jsonl"),
    (
        "metadata with odd values",
        slot({"full.jsonl": turn("a"), "metadata.json": b'{"session_id":4,"created_at":[]}'}),
        "full.jsonl",
    ),
]


@pytest.mark.parametrize(
    ("branches", "name"), [each[1:] for each in LAYOUTS], ids=[each[0] for each in LAYOUTS]
)
def test_layouts(tmp_path: Path, branches: dict[str, Files], name: str) -> None:
    (found,) = discover([repository(tmp_path, branches)])
    assert (found.path.name, found.in_git, found.agent, found.error) == (name, True, "entire", None)
    read = summary(found)
    assert (read.format, read.first_prompt, read.error) == ("entire", "a", None)
    with_parts = [data for file, data in next(iter(branches.values())).items() if ".jsonl.0" in file]
    assert read.counts.prompts == 1 + len(with_parts)
    assert read.size_bytes == found.size


def test_size_of_parts_is_that_of_the_whole(tmp_path: Path) -> None:
    (found,) = discover([repository(tmp_path, LAYOUTS[4][1])])
    assert found.size == len(turn("a")) + len(turn("b"))


def test_what_else_stands_on_the_branch_is_no_session(tmp_path: Path) -> None:
    odd = {
        "README.md": b"x",
        "zz/full.jsonl": turn("a"),
        "a3/b2c4d5e6f7/0/prompt.txt": b"x",
        "a3/b2c4d5e6f7/x/full.jsonl": turn("a"),
        "a3/b2c4d5e6f7/1/metadata.json": metadata(),
    }
    assert discover([repository(tmp_path, {BRANCH: odd, "refs/heads/entire/readme": odd})]) == []


def test_reader_74_the_newest_checkpoint_stands_for_the_earlier_ones(tmp_path: Path) -> None:
    text = b""
    for number in range(1, 5):
        text += turn(str(number))
        add_to = {BRANCH: checkpoint(number, text)}
        repo = repository(tmp_path, add_to) if number == 1 else tmp_path
        if number > 1:
            add(repo, add_to)
    (found,) = discover([tmp_path])
    assert names([found], tmp_path) == ["entire/checkpoints/v1:04/0000000004/0/full.jsonl"]
    assert found.copies == ("3 earlier checkpoints",)
    read = summary(found)
    assert (read.id, read.counts.prompts, read.copies) == (SESSION, 4, found.copies)


def test_reader_74_copies_of_a_session_are_one(tmp_path: Path) -> None:
    """The agent's own file stands; Entire's folder and the checkpoint are named beside it."""
    repo = repository(tmp_path / "repo", {BRANCH: checkpoint(1, turn("a"))})
    live = repo / f".entire/metadata/2026-01-10-{SESSION}/full.jsonl"
    live.parent.mkdir(parents=True)
    live.write_bytes(turn("a") + turn("b"))
    own = tmp_path / f"home/.claude/projects/-srv-app/{SESSION}.jsonl"
    checkpointed = repo / "entire/checkpoints/v1:01/0000000001/0/full.jsonl"
    (kept,) = current(discover([repo]))
    assert (kept.path, kept.copies) == (live, (str(checkpointed),))
    own.parent.mkdir(parents=True)
    own.write_bytes(turn("a") + turn("b") + turn("c"))
    (kept,) = current(discover([repo, own.parents[2]]))
    assert kept.path == own
    assert set(kept.copies) == {str(live), str(checkpointed)}
    assert summary(kept).copies == kept.copies


def test_a_rollout_that_entire_copied_is_the_agents(tmp_path: Path) -> None:
    identity = "019b2d38-495a-7ff1-9db5-efef3c506d2a"
    rows = encode(session_rows(identity))
    repo = repository(tmp_path / "repo", {BRANCH: checkpoint(1, rows, identity)})
    (copy,) = current(discover([repo]))
    assert (summary(copy).format, summary(copy).counts.calls_failed) == ("codex", 1)
    own = tmp_path / f"home/sessions/2026/01/01/rollout-2026-01-01T00-00-00-{identity}.jsonl"
    own.parent.mkdir(parents=True)
    own.write_bytes(rows)
    (kept,) = current(discover([repo, tmp_path / "home"]))
    assert (kept.path, kept.copies) == (own, (str(copy.path),))


def test_sessions_and_subagents_of_one_checkpoint(tmp_path: Path) -> None:
    side = turn("look", isSidechain=True, agentId="a295")
    files = {
        **checkpoint(1, turn("a")),
        **checkpoint(1, turn("b", OTHER), OTHER, slot=2),
        "01/0000000001/0/tasks/toolu_1/agent-a295.jsonl": side,
        "01/0000000001/0/tasks/toolu_1/checkpoint.json": b"{}",
    }
    found = discover([repository(tmp_path, {BRANCH: files})])
    assert {each.session for each in found} == {SESSION, OTHER, "agent-a295"}
    (agent,) = (each for each in found if each.session == "agent-a295")
    read = summary(agent)
    assert (read.id, read.parent_id, read.source) == ("agent-a295", SESSION, "subagent")


@pytest.mark.parametrize(
    ("said", "session"),
    [
        (SESSION, SESSION),
        (f"2026-01-10-{SESSION.upper()}", SESSION),
        ("ses_1a2B", "ses_1a2B"),
        ("", None),
        ("../../etc", None),
        ("a\x1b[31m", None),
        ("a\nb", None),
        ("x" * 500, None),
        (7, None),
    ],
)
def test_ids_that_metadata_name(tmp_path: Path, said: Any, session: str | None) -> None:
    (found,) = discover([repository(tmp_path, {BRANCH: checkpoint(1, turn("a"), said)})])
    assert found.session == session


@pytest.mark.parametrize("place", [".", "sub/deep", ".git", "../linked", "../bare.git", "../linked/sub"])
def test_every_way_into_a_repository(tmp_path: Path, place: str) -> None:
    repo = repository(tmp_path / "repo", {"refs/heads/main": {"a": b""}, BRANCH: checkpoint(1, turn("a"))})
    git(repo, "clone", "-q", "--bare", ".", "../bare.git")
    git(repo, "worktree", "add", "-q", "--detach", "../linked", "main")
    for folder in ("repo/sub/deep", "linked/sub"):
        (tmp_path / folder).mkdir(parents=True)
    (found,) = discover([repo / place])
    assert found.session == SESSION
    assert summary(found).first_prompt == "a"


def test_folders_and_checkpoints_of_the_repository_around(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {BRANCH: checkpoint(1, turn("a"))})
    live = repo / f".entire/metadata/{OTHER}/full.jsonl"
    live.parent.mkdir(parents=True)
    live.write_bytes(turn("b", OTHER))
    (repo / "src").mkdir()
    assert {each.session for each in discover([repo / "src"])} == {SESSION, OTHER}
    assert {each.session for each in discover([live.parent])} == {OTHER}
    assert {each.session for each in discover([tmp_path])} == {SESSION, OTHER}


def test_a_folder_with_sessions_asks_for_no_more(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {BRANCH: checkpoint(1, turn("a"))})
    inner = repo / f"logs/{OTHER}.jsonl"
    inner.parent.mkdir()
    inner.write_bytes(turn("b", OTHER))
    assert [each.session for each in discover([inner.parent])] == [OTHER]


def test_what_entire_keeps_beside_sessions(tmp_path: Path) -> None:
    top = tmp_path / ".entire"
    wanted = {f"metadata/{SESSION}/full.jsonl", f"metadata/{OTHER}/full.log", "metadata/named/full.jsonl"}
    other = ("logs/entire.jsonl", "tmp/agent-x.jsonl", "settings.json", f"metadata/{SESSION}/context.md")
    beside = (f"metadata/{SESSION}/transcript.jsonl", f"metadata/{SESSION}/full.jsonl.001")
    for name in (*wanted, *other, *beside):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(turn("a")[:-1])
    found = discover([tmp_path])
    assert set(names(found, top)) == wanted
    (parted,) = (each for each in found if each.session == SESSION)
    assert (parted.stored.name, parted.size) == ("full.jsonl.001", 2 * len(turn("a")) - 1)
    assert summary(parted).counts.prompts == 2


def test_no_git_is_started_where_nothing_is_entires(tmp_path: Path, started: list[Any]) -> None:
    repository(tmp_path / "repo", {"refs/heads/main": {"a": b""}})
    git(tmp_path / "repo", "pack-refs", "--all")
    started.clear()
    assert discover([tmp_path]) == []
    assert started == []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    made: list[Any] = []
    first = GitProcess.__init__

    def counting(self: GitProcess, repo: Path, arguments: Any, **named: Any) -> None:
        made.append(arguments[0])
        first(self, repo, arguments, **named)

    monkeypatch.setattr(GitProcess, "__init__", counting)
    return made


@pytest.mark.parametrize("packed", [False, True])
def test_three_processes_list_a_branch_of_any_size(tmp_path: Path, started: list[Any], packed: bool) -> None:
    files: Files = {}
    for number in range(400):
        files |= checkpoint(number, turn(str(number)), f"{number // 4:08x}{SESSION[8:]}")
    repo = repository(tmp_path, {BRANCH: files})
    if packed:
        git(repo, "pack-refs", "--all")
    found = discover([repo])
    assert (len(found), found[0].copies) == (100, ("3 earlier checkpoints",))
    assert started == ["for-each-ref", "ls-tree", "cat-file"]


def test_refs_of_their_own_are_listed_by_few_processes(tmp_path: Path, started: list[Any]) -> None:
    ids = [f"01KXGTTNGCEACC83QZEJ5YA{number:03}" for number in range(60)]
    trees = {
        f"{SHARED}/{each[-2:]}/{each}": {"0/full.jsonl": turn(each), "0/metadata.json": metadata(f"s-{each}")}
        for each in ids
    }
    found = discover([repository(tmp_path, trees)])
    assert {each.session for each in found} == {f"s-{each}" for each in ids}
    assert started == ["for-each-ref", *["cat-file"] * 4]
    assert summary(found[0]).first_prompt in ids


def test_one_branch_under_two_names_is_listed_once(tmp_path: Path, started: list[Any]) -> None:
    repo = repository(tmp_path, {BRANCH: checkpoint(1, turn("a"))})
    git(repo, "update-ref", "refs/remotes/origin/entire/checkpoints/v1", BRANCH)
    (found,) = discover([repo])
    assert found.copies == ()
    assert started.count("ls-tree") == 1


def test_git_trouble_is_a_line_of_the_list(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {BRANCH: checkpoint(1, turn("a"))})
    (repo / ".git/objects/info").rmdir()
    for path in (repo / ".git/objects").rglob("*"):
        if path.is_file():
            path.unlink()
    (found,) = discover([tmp_path])
    assert found.error is not None and found.error.startswith("git: ")
    assert found.path == repo


def test_a_checkpoint_is_found_by_its_name(tmp_path: Path) -> None:
    repo = repository(
        tmp_path, {BRANCH: {**checkpoint(1, turn("a")), **checkpoint(2, turn("a") + turn("b"))}}
    )
    named = repo / "entire/checkpoints/v1:01/0000000001/0/full.jsonl"
    found = resolve(str(named), [])
    assert (found.path, found.session, found.size) == (named, SESSION, len(turn("a")))
    assert summary(found).counts.prompts == 1
    with pytest.raises(Exception, match="No such file"):
        resolve(f"{repo}/entire/checkpoints/v1:09/0/full.jsonl", [])


@pytest.mark.parametrize("target", [SESSION[:8], SESSION, f"2026-01-10-{SESSION}", "latest"])
def test_reader_76_a_checkpoint_is_found_by_the_sessions_id(tmp_path: Path, target: str) -> None:
    repo = repository(tmp_path, {BRANCH: checkpoint(1, turn("a"), f"2026-01-10-{SESSION}")})
    assert resolve(target, [repo]).session == SESSION
    with pytest.raises(ResolveError):
        resolve("ffff", [repo])


def test_a_checkpoint_is_never_running(tmp_path: Path) -> None:
    (found,) = discover([repository(tmp_path, {BRANCH: checkpoint(1, turn("a"))})])
    facts = facts_of(found, found.mtime + 1)
    assert not facts.growing
    assert head_summary(facts, found.path).id == SESSION


def test_another_content_has_another_stamp(tmp_path: Path) -> None:
    repo = repository(tmp_path, {BRANCH: checkpoint(1, turn("a"))})
    (before,) = discover([repo])
    add(repo, {BRANCH: checkpoint(1, turn("b"))}, AT + 9)
    (after,) = discover([repo])
    assert (before.path, before.size) == (after.path, after.size)
    assert before.stored != after.stored


def test_reader_73_pointers_are_not_trusted_and_sums_are_warnings(tmp_path: Path) -> None:
    top = json.dumps({"sessions": [{"transcript": "/no/where.jsonl", "content_hash": ""}]}).encode()
    files = {**checkpoint(1, turn("a")), "01/0000000001/metadata.json": top}
    (found,) = discover([repository(tmp_path / "a", {BRANCH: files})])
    assert summary(found).doubt is None
    sums = {"01/0000000001/0/content_hash.txt": b"sha256:" + hashlib.sha256(b"x").hexdigest().encode()}
    (found,) = discover([repository(tmp_path / "b", {BRANCH: {**files, **sums}})])
    read = summary(found)
    assert (read.counts.prompts, read.error) == (1, None)
    assert read.doubt is not None and "content_hash.txt" in read.doubt


@pytest.mark.parametrize(
    ("folder", "changed", "age"),
    [
        (f"2026-09-28-{SESSION}", "2026-09-28T08:00:00", "2026-09-28T08:00:00"),
        (f"2026-09-28-{SESSION}", "2026-11-02T08:00:00", "2026-09-28T23:59:59"),
        (SESSION, "2026-11-02T08:00:00", "2026-11-02T08:00:00"),
    ],
)
def test_a_day_in_the_name_goes_before_the_time_of_a_copy(folder: str, changed: str, age: str) -> None:
    path = Path(f"/r/.entire/metadata/{folder}/full.jsonl")
    mtime = datetime.fromisoformat(changed).timestamp()
    assert age_of(Found(path, path, None, False, 1, mtime))[0] == age
