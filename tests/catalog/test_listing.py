"""Lines of the session list."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from catalog.conftest import ID, session_rows, wrapped, write_rows
from claude_kit import claude_home
from codexlog.catalog.discover import Found, discover
from codexlog.catalog.listing import SideShelf, current, facts_of, full_summary, head_summary
from codexlog.catalog.query.parse import Query
from codexlog.catalog.select import Selection
from codexlog.catalog.workers import Workers, iter_summaries
from codexlog.model import Summary
from codexlog.rows.source import SourceError
from codexlog.timeline.summary import FileFacts


def test_head_knows_identity_title_and_times_but_no_counts(home: Path) -> None:
    found = discover([home])[0]
    facts = facts_of(found, found.mtime + 1000)
    head, full = head_summary(facts, found.path), full_summary(facts, found.path)
    assert (head.id, head.title, head.cwd, head.ended_at) == (full.id, "prompt c", "/srv/app", full.ended_at)
    assert head.counts.rows == 0
    assert head.outcome == "unknown"
    assert (full.counts.calls, full.counts.calls_failed, full.outcome) == (1, 1, "completed")


def test_head_reads_a_bounded_part_of_a_large_session(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    filler = wrapped("event_msg", {"type": "agent_message", "message": "x" * 1000})
    path = write_rows(tmp_path / "a.jsonl", session_rows() + [filler] * 20_000)
    read = 0
    pread = os.pread

    def counting(descriptor: int, size: int, offset: int) -> bytes:
        nonlocal read
        data = pread(descriptor, size, offset)
        read += len(data)
        return data

    monkeypatch.setattr(os, "pread", counting)
    head_summary(FileFacts(str(path), path.stat().st_size), path)
    assert read < 200_000


def test_a_file_that_is_no_session_is_a_line_with_its_cause(tmp_path: Path) -> None:
    path = tmp_path / f"rollout-2026-01-01T00-00-00-{ID}.jsonl"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n")
    found = discover([path])[0]
    summary = full_summary(facts_of(found, time.time()), path)
    assert summary.id == ID
    assert summary.error is not None
    assert "git-LFS" in summary.error


def test_running_needs_a_recent_change(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "a.jsonl", session_rows()[:-1])
    found = discover([path])[0]
    assert full_summary(facts_of(found, found.mtime + 10), path).outcome == "running"
    assert full_summary(facts_of(found, found.mtime + 500), path).outcome == "incomplete"


def test_side_files_give_titles_and_the_archived_flag(home: Path) -> None:
    found = discover([home])
    identity = f"{'a' * 8}-495a-7ff1-9db5-efef3c506d2a"
    (home / "session_index.jsonl").write_text(f'{{"id":"{identity}","thread_name":"Named"}}\nbroken{{\n')
    shelf = SideShelf()
    titles = {
        summary.id: summary.title
        for each in found
        for summary in [shelf.complete(full_summary(facts_of(each, time.time()), each.path), each)]
    }
    assert titles[identity] == "Named"
    assert "prompt b" in titles.values()


def test_only_the_newest_file_of_a_reverted_thread_is_current(tmp_path: Path) -> None:
    folder = tmp_path / "sessions/2026/01/01"
    write_rows(folder / f"rollout-2026-01-01T00-00-00-{ID}.jsonl", session_rows())
    newer = write_rows(
        folder / f"rollout-2026-01-01T05-00-00-{ID}_019c2d38-495a-7ff1-9db5-efef3c506d2a.jsonl",
        session_rows(),
    )
    assert [each.path for each in current(discover([tmp_path]))] == [newer]


def newest(found: list[Found]) -> list[Summary]:
    return Selection(Query(), found, time.time(), 120, SideShelf()).newest(None)


def test_many_sessions_come_in_the_order_of_the_list(home: Path) -> None:
    found = discover([home])
    assert [each.title for each in newest(found)] == ["prompt c", "prompt b", "prompt a"]
    assert sorted(index for index, _ in iter_summaries(found, time.time(), 120)) == [0, 1, 2]


def test_workers_read_in_child_processes(home: Path) -> None:
    workers = Workers(1)
    try:
        found = discover([home])[0]
        facts = facts_of(found, found.mtime + 1000)
        assert workers.summary(found, found.mtime + 1000).result(30) == full_summary(facts, found.path)
        outline = workers.outline(found.path, facts).result(30)
        assert len(outline.turns) == 1
        assert outline.summary.counts.calls == 1
        failure = workers.outline(home / "gone.jsonl", FileFacts("gone")).exception(30)
        assert isinstance(failure, SourceError)
    finally:
        workers.close()
    assert workers.summary(found, 0).cancelled()


def test_a_child_that_cannot_be_started_leaves_no_session_out(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("codexlog.catalog.workers.WORTH_A_CHILD", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    monkeypatch.setattr("subprocess.Popen", refuse)
    found = discover([home])
    assert [each.title for each in newest(found)] == ["prompt c", "prompt b", "prompt a"]


@pytest.mark.parametrize(
    ("meta", "title"),
    [
        ('{"agentType": "Explore", "description": "Find the parser"}', "Find the parser"),
        ('{"description": 3}', "Look"),
        ('{"description": ', "Look"),
        ("[]", "Look"),
        (None, "Look"),
    ],
)
def test_a_subagent_has_the_title_that_it_was_started_with(
    tmp_path: Path, meta: str | None, title: str
) -> None:
    home = claude_home(tmp_path)
    path = next(home.rglob("agent-a295a32d.jsonl"))
    if meta is not None:
        path.with_name("agent-a295a32d.meta.json").write_text(meta)
    found = next(each for each in discover([home]) if each.path == path)
    summary = full_summary(facts_of(found, found.mtime), path)
    assert SideShelf().complete(summary, found).title == title
