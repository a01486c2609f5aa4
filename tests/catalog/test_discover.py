from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from uuid import UUID

import pytest

from codexlog.catalog.discover import (
    DiscoverError,
    Found,
    discover,
    found_at,
    name_id,
    name_time,
    rollout_id,
    superseded,
)

ONE = "019c0000-0000-7000-8000-000000000001"
TWO = "019c0000-0000-7000-8000-000000000002"
TEN = "019c0000-0000-7000-8000-000000000010"


def rollout(when: str, ids: str = ONE, end: str = ".jsonl") -> str:
    return f"rollout-{when}-{ids}{end}"


def put(path: Path, text: str = "{}\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(found: list[Found]) -> list[str]:
    return [one.stored.name for one in found]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "codex"
    put(home / "sessions/2026/03/01" / rollout("2026-03-01T10-00-00"))
    put(home / "sessions/2026/03/02" / rollout("2026-03-02T10-00-00", TWO, ".jsonl.zst"))
    put(home / "archived_sessions" / rollout("2026-02-01T10-00-00", TEN))
    return home


def test_home_lists_live_cold_and_archived_sessions_newest_first(home: Path) -> None:
    found = discover([home])
    assert [name_id(one.path) for one in found] == [TWO, ONE, TEN]
    assert [one.archived for one in found] == [False, False, True]
    assert {one.home for one in found} == {home}
    assert [one.size for one in found] == [3, 3, 3]
    assert {one.error for one in found} == {None}


def test_cold_session_has_its_plain_name_and_its_stored_one(home: Path) -> None:
    cold = discover([home])[0]
    assert cold.path.name == rollout("2026-03-02T10-00-00", TWO)
    assert cold.stored.name == rollout("2026-03-02T10-00-00", TWO, ".jsonl.zst")


def test_oldest_sessions_lie_flat_as_json(home: Path) -> None:
    put(home / "sessions" / f"rollout-2025-04-20-{TWO}.json")
    put(home / "sessions" / f"{TEN}.json")
    assert len(discover([home])) == 5


def test_what_is_no_session_of_a_home(home: Path) -> None:
    day = home / "sessions/2026/03/01"
    for name in ("x.jsonl", "rollout-compress-1.jsonl.zst", "rollout-1.jsonl.tmp", "a.tmp", f"{ONE}.json"):
        put(day / name)
    for name in ("history.jsonl", "session_index.jsonl", "log/session-1.jsonl", "cache/other.jsonl"):
        put(home / name)
    put(home / "archived_sessions/deep" / rollout("2026-01-01T00-00-00"))
    assert len(discover([home])) == 3


def test_ordinary_folder_is_walked(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b/c/d.jsonl", "b/e.jsonl.zst", f"b/rollout-2025-04-20-{ONE}.json"):
        put(tmp_path / name)
    for name in (
        "history.jsonl",
        "session_index.jsonl",
        "log/session-2.jsonl",
        "b/x.json",
        "t.txt",
        ".git/g.jsonl",
    ):
        put(tmp_path / name)
    assert sorted(names(discover([tmp_path]))) == [
        "a.jsonl",
        "d.jsonl",
        "e.jsonl.zst",
        f"rollout-2025-04-20-{ONE}.json",
    ]
    assert {one.home for one in discover([tmp_path])} == {None}


def test_folder_named_sessions_alone_makes_no_home(tmp_path: Path) -> None:
    put(tmp_path / "sessions/notes.jsonl")
    put(tmp_path / "projects/p.jsonl")
    assert sorted(names(discover([tmp_path]))) == ["notes.jsonl", "p.jsonl"]


def test_home_of_a_file_or_folder_inside_it(home: Path) -> None:
    session = home / "sessions/2026/03/01" / rollout("2026-03-01T10-00-00")
    archived = home / "archived_sessions"
    assert discover([session])[0].home == home
    assert discover([session.parent])[0].home == home
    assert [(one.home, one.archived) for one in discover([archived])] == [(home, True)]
    assert {one.home for one in discover([home.parent])} == {home}


def test_plain_twin_wins(home: Path) -> None:
    plain = home / "sessions/2026/03/01" / rollout("2026-03-01T10-00-00")
    cold = put(plain.with_name(plain.name + ".zst"))
    assert len(discover([home])) == 3
    assert discover([cold])[0].stored == plain
    plain.unlink()
    assert discover([plain])[0].stored == cold
    assert discover([plain])[0].path == plain


def test_named_file_is_taken_whatever_its_name(tmp_path: Path) -> None:
    assert names(discover([put(tmp_path / "exec-output.txt")])) == ["exec-output.txt"]


def test_each_real_file_once(home: Path) -> None:
    session = home / "sessions/2026/03/01" / rollout("2026-03-01T10-00-00")
    (home / "sessions/2026/a.link").symlink_to(session.parent)
    (session.parent / rollout("2026-03-01T11-00-00")).symlink_to(session)
    os.link(session, home / "archived_sessions" / session.name)
    found = discover([home, home, home / "sessions", session])
    assert len(found) == 3
    assert session in [one.path for one in found]


def test_symlink_loops_end(tmp_path: Path) -> None:
    put(tmp_path / "a/x.jsonl")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self.jsonl").symlink_to(tmp_path / "a/self.jsonl")
    found = discover([tmp_path])
    assert sorted(names(found)) == ["self.jsonl", "x.jsonl"]
    assert [bool(one.error) for one in sorted(found, key=lambda one: one.path.name)] == [True, False]


def test_linked_tree_is_followed(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "sessions").symlink_to(home / "sessions")
    assert len(discover([other])) == 2


def test_folder_with_the_name_of_a_session_is_walked_not_listed(tmp_path: Path) -> None:
    put(tmp_path / "x.jsonl/inner.jsonl")
    assert names(discover([tmp_path])) == ["inner.jsonl"]


def test_folder_does_not_hide_the_compressed_twin(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    put(tmp_path / "x.jsonl.zst")
    assert names(discover([tmp_path])) == ["x.jsonl.zst"]


def test_fifo_and_socket_are_listed_and_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "x.jsonl")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("y.jsonl")
        errors = {one.path.name: one.error for one in discover([tmp_path])}
    assert errors == {
        "x.jsonl": "Not a regular file but a FIFO",
        "y.jsonl": "Not a regular file but a socket",
    }
    assert discover([tmp_path / "x.jsonl"])[0].error


def test_broken_link_is_listed(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").symlink_to(tmp_path / "gone")
    (found,) = discover([tmp_path])
    assert (found.error, found.size) == ("Broken link", 0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file_and_folder_are_listed(tmp_path: Path) -> None:
    put(tmp_path / "x.jsonl").chmod(0)
    put(tmp_path / "shut/y.jsonl").parent.chmod(0)
    try:
        assert {one.error for one in discover([tmp_path])} == {"Permission denied"}
        assert len(discover([tmp_path])) == 2
        with pytest.raises(DiscoverError, match="Permission denied"):
            discover([tmp_path / "shut"])
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_foreign_file_without_permission_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "x.jsonl")
    monkeypatch.setattr(os, "geteuid", lambda: -1)
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path).is_dir())
    assert [one.error for one in discover([tmp_path])] == ["Permission denied"]


@pytest.mark.parametrize("name", ["gone", "gone/x.jsonl", "x" * 300, "nul\0byte", "line\nbreak"])
def test_missing_path_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(DiscoverError) as raised:
        discover([tmp_path / name])
    assert raised.value.path == tmp_path / name
    assert str(raised.value).isprintable()


def test_file_without_time_in_its_name_is_ordered_by_its_mtime(home: Path, tmp_path: Path) -> None:
    loose = put(tmp_path / "loose/x.jsonl")
    when = time.mktime((2026, 3, 1, 12, 0, 0, 0, 0, -1))
    os.utime(loose, (when, when))
    assert [name_id(one.path) for one in discover([home, loose])] == [TWO, None, ONE, TEN]


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/bad-\xff.jsonl"
    try:
        Path(os.fsdecode(raw)).write_text("{}")
    except OSError:
        pytest.skip("the file system takes UTF-8 names alone")
    assert len(discover([tmp_path])) == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (rollout("2026-03-01T10-20-30"), "2026-03-01T10:20:30"),
        (f"rollout-2025-04-20-{ONE}.json", "2025-04-20"),
        (rollout("2026-13-01T10-20-30"), None),
        (rollout("2026-03-01T25-20-30"), None),
        (f"{ONE}.jsonl", None),
    ],
)
def test_name_time(name: str, expected: str | None) -> None:
    assert name_time(Path(name)) == expected


@pytest.mark.parametrize(
    ("name", "thread", "file"),
    [
        (rollout("2026-03-01T10-20-30"), ONE, ONE),
        (rollout("2026-03-01T10-20-30", f"{ONE}_{TWO}"), ONE, TWO),
        (rollout("2026-03-01T10-20-30", f"{ONE}_{TWO}", ".jsonl.zst"), ONE, TWO),
        (f"{ONE.upper()}.jsonl", ONE, ONE),
        (f"{TEN} {ONE} (copy).jsonl", ONE, ONE),
        ("full.jsonl", None, None),
        (f"a{ONE}.jsonl", None, None),
    ],
)
def test_name_ids(name: str, thread: str | None, file: str | None) -> None:
    assert (name_id(Path(name)), rollout_id(Path(name))) == (thread, file)
    assert thread is None or UUID(thread)


def test_reverted_thread_supersedes_its_older_files(tmp_path: Path) -> None:
    first = put(tmp_path / rollout("2026-03-01T10-00-00"))
    second = put(tmp_path / rollout("2026-03-02T10-00-00", f"{ONE}_{TWO}"))
    third = put(tmp_path / rollout("2026-03-03T10-00-00", f"{ONE}_{TEN}"))
    other = put(tmp_path / rollout("2026-03-01T10-00-00", TWO))
    copy = put(tmp_path / "copy" / third.name)
    found = discover([tmp_path])
    assert {one.path for one in found} == {first, second, third, other, copy}
    assert superseded(found) == {first, second}


class TestClaudeHome:
    """What is a session in a home of Claude Code, and what is not."""

    SESSION = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"

    @pytest.fixture
    def claude(self, tmp_path: Path) -> Path:
        home = tmp_path / ".claude"
        project = home / "projects/-srv-app"
        put(project / f"{self.SESSION}.jsonl")
        put(project / "agent-1a2b3c4d.jsonl")
        put(project / self.SESSION / "subagents/agent-a295a32d.jsonl")
        put(project / self.SESSION / "subagents/workflows/wf_1/agent-b1.jsonl")
        put(project / self.SESSION / "subagents/workflows/wf_1/journal.jsonl")
        put(project / self.SESSION / "subagents/agent-a295a32d.meta.json")
        put(project / self.SESSION / "tool-results/notes.jsonl")
        put(project / "memory/agent-x.jsonl")
        put(project / "notes.jsonl")
        put(home / "history.jsonl")
        put(home / "todos/a.jsonl")
        return home

    def sessions(self, found: list[Found]) -> tuple[str, ...]:
        assert {each.agent for each in found} == {"claude"}
        return tuple(sorted(each.path.stem for each in found))

    EXPECTED = (SESSION, "agent-1a2b3c4d", "agent-a295a32d", "agent-b1")

    def test_a_home_lists_sessions_and_subagents(self, claude: Path) -> None:
        assert self.sessions(discover([claude])) == self.EXPECTED

    def test_a_home_is_found_inside_a_folder(self, claude: Path) -> None:
        assert self.sessions(discover([claude.parent])) == self.EXPECTED

    def test_a_home_may_have_any_name(self, claude: Path) -> None:
        moved = claude.rename(claude.parent / "mine")
        (moved / "history.jsonl").unlink()
        (moved / "todos/a.jsonl").unlink()
        (moved / "todos").rmdir()
        assert self.sessions(discover([moved])) == self.EXPECTED

    def test_a_project_and_a_file_inside_it(self, claude: Path) -> None:
        project = claude / "projects/-srv-app"
        assert self.sessions(discover([project])) == self.EXPECTED
        assert discover([project / "notes.jsonl"])[0].agent == "claude"

    def test_one_file_as_the_watch_names_it(self, claude: Path) -> None:
        project = claude / "projects/-srv-app"
        found = found_at(project / f"{self.SESSION}.jsonl")
        assert found == next(each for each in discover([claude]) if each.path.stem == self.SESSION)
        assert found_at(project / "notes.jsonl") is None
        assert found_at(put(claude / "shell.jsonl")) is None

    def test_a_folder_named_projects_alone_makes_no_home(self, tmp_path: Path) -> None:
        put(tmp_path / "projects/app/run.jsonl")
        assert names(discover([tmp_path])) == ["run.jsonl"]

    def test_ids(self, claude: Path) -> None:
        agent = claude / "projects/-srv-app" / self.SESSION / "subagents/agent-a295a32d.jsonl"
        assert name_id(agent) == "agent-a295a32d"
        for folder in (self.SESSION, f"2026-01-10-{self.SESSION}"):
            assert name_id(Path(f".entire/metadata/{folder}/full.jsonl")) == self.SESSION


def test_whose_a_session_is(home: Path, tmp_path: Path) -> None:
    assert {each.agent for each in discover([home])} == {"codex"}
    copy = put(tmp_path / f".entire/metadata/{ONE}/full.jsonl")
    assert [each.agent for each in discover([copy])] == ["entire"]
    assert discover([put(tmp_path / "plain/x.jsonl")])[0].agent is None
