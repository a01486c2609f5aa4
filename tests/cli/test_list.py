"""`codexlog list`: the contract of its JSON, its exit codes, what it prints for people."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from codexlog.report.as_json import LIST_SCHEMA
from commandline import LIMIT, SAMPLES, arguments, codexlog, environment
from rollout import encode, event, message, meta

if TYPE_CHECKING:
    from pathlib import Path

SUMMARY = [
    "id",
    "path",
    "format",
    "title",
    "cwd",
    "branch",
    "model",
    "cli_version",
    "originator",
    "source",
    "started_at",
    "ended_at",
    "size_bytes",
    "outcome",
    "counts",
    "usage",
    "loop_id",
    "forked_from",
    "parent_id",
    "archived",
]
COUNTS = [
    "rows",
    "bad_rows",
    "unknown_rows",
    "inherited_rows",
    "turns",
    "prompts",
    "messages",
    "calls",
    "calls_failed",
    "calls_unanswered",
    "orphan_outputs",
    "compactions",
    "aborts",
    "rollbacks",
    "attachments",
    "words_approx",
    "input_words_approx",
]
USAGE = [
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
    "context_window",
    "context_used",
    "complete",
]
OUTCOMES = {"completed", "failed", "interrupted", "running", "incomplete", "unknown", "empty"}
FORMATS = {"codex", "codex-legacy", "codex-typescript", "codex-exec", "claude", "entire", None}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


CLAUDE_ID = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
CLAUDE_ROW = {
    "type": "user", "uuid": "u", "sessionId": CLAUDE_ID, "timestamp": "2026-03-01T10:00:00.000Z",
    "isSidechain": False, "userType": "external", "message": {"role": "user", "content": "Fix it"},
}  # fmt: skip


@pytest.fixture(scope="module")
def sessions() -> list[dict[str, Any]]:
    ran = codexlog("list", "--json")
    assert (ran.code, ran.err) == (0, "")
    document = json.loads(ran.out)
    assert document["schema"] == LIST_SCHEMA == "codexlog.list/1"
    found: list[dict[str, Any]] = document["sessions"]
    return found


def test_summary_has_every_field_of_the_contract(sessions: list[dict[str, Any]]) -> None:
    for each in sessions:
        assert set(SUMMARY) <= set(each)
        assert set(each["counts"]) == set(COUNTS)
        assert all(type(count) is int for count in each["counts"].values())
        assert each["usage"] is None or set(each["usage"]) == set(USAGE)
        assert each["outcome"] in OUTCOMES
        assert each["format"] in FORMATS
        assert type(each["archived"]) is bool
        assert type(each["size_bytes"]) is int


def test_times_are_utc_with_z(sessions: list[dict[str, Any]]) -> None:
    times = [each[key] for each in sessions for key in ("started_at", "ended_at") if each[key] is not None]
    assert times
    assert all(TIME.fullmatch(time) for time in times)


def test_what_is_not_recorded_is_null(sessions: list[dict[str, Any]]) -> None:
    (bare,) = (each for each in sessions if each["format"] == "codex-legacy")
    assert (bare["usage"], bare["model"], bare["ended_at"]) == (None, None, None)


def test_newest_comes_first_and_a_packed_twin_does_not_come_at_all(sessions: list[dict[str, Any]]) -> None:
    starts = [each["started_at"] for each in sessions if each["started_at"]]
    assert starts[0] == max(starts)
    paths = [each["path"] for each in sessions]
    assert len(set(paths)) == len(paths)
    ids = [each["id"] for each in sessions if each["id"]]
    assert len(set(ids)) == len(ids)


def test_unreadable_session_is_listed_with_its_cause(sessions: list[dict[str, Any]]) -> None:
    (pointer,) = (each for each in sessions if each["path"].endswith("fd37e9f9b548.jsonl"))
    assert "git-LFS" in pointer["error"]
    assert pointer["outcome"] == "unknown"


def test_archived_flag_and_name_from_the_side_files(sessions: list[dict[str, Any]]) -> None:
    assert [each["path"].split("/")[-2] for each in sessions if each["archived"]] == ["archived_sessions"]
    index = [json.loads(line) for line in (SAMPLES / "session_index.jsonl").read_text().splitlines()]
    names = {row["id"]: row["thread_name"] for row in index}
    titles = {each["id"]: each["title"] for each in sessions}
    assert {key: titles[key] for key in names if key in titles} == {
        key: name for key, name in names.items() if key in titles
    }


def test_lines_are_the_same_objects(sessions: list[dict[str, Any]]) -> None:
    ran = codexlog("list", "--jsonl")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert sorted(lines, key=lambda each: str(each["path"])) == sorted(
        sessions, key=lambda each: str(each["path"])
    )


def test_limit_takes_the_newest(sessions: list[dict[str, Any]]) -> None:
    ran = codexlog("list", "--json", "--limit", "2")
    assert [each["path"] for each in json.loads(ran.out)["sessions"]] == [
        each["path"] for each in sessions[:2]
    ]


def test_table_for_people() -> None:
    ran = codexlog("list", SAMPLES)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.decode().splitlines()
    assert "outcome" in lines[0]
    assert len(lines) > 40
    assert "not fetched" in ran.out.decode() or "LFS" in ran.out.decode()


def test_without_a_terminal_the_explorer_is_the_list() -> None:
    assert codexlog(SAMPLES).out == codexlog("list", SAMPLES).out


def test_nothing_matched(tmp_path: Path) -> None:
    ran = codexlog("list", "--json", tmp_path)
    assert (ran.code, json.loads(ran.out)["sessions"]) == (1, [])
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "given",
    [
        ("list", "--json", "/nowhere/at/all"),
        ("list", "--jsonl", "--bogus"),
        ("list", "--json", "--jsonl"),
        ("list", "--limit", "0"),
        ("list", "--limit", "x"),
        ("--bogus",),
    ],
)
def test_wrong_usage_is_one_line_on_stderr(given: tuple[str, ...]) -> None:
    ran = codexlog(*given)
    assert (ran.code, ran.out) == (2, b"")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("codexlog: ")


def test_missing_home_says_what_to_do(tmp_path: Path) -> None:
    ran = codexlog("list", "--json", home=tmp_path / "none")
    assert (ran.code, ran.out) == (2, b"")
    assert str(tmp_path / "none") in ran.err


def test_stdin_is_one_session() -> None:
    rows = (meta(), event("user_message", message="hi"), message("assistant", "yes"))
    ran = codexlog("list", "--json", "-", stdin=encode(rows))
    (found,) = json.loads(ran.out)["sessions"]
    assert (ran.code, found["path"], found["counts"]["rows"], found["outcome"]) == (0, "-", 3, "completed")


@pytest.mark.parametrize("given", [("list", "--jsonl"), ("list", "--json"), ("list",)])
def test_closed_pipe_ends_quietly(given: tuple[str, ...]) -> None:
    with subprocess.Popen(
        arguments(*given), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(LIMIT) == 0


def test_a_named_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.jsonl"
    os.mkfifo(fifo)
    ran = codexlog("list", fifo)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert str(fifo) in ran.err


class TestAgents:
    """Without a path every agent's home is opened; `--agent` narrows that."""

    @pytest.fixture
    def person(self, tmp_path: Path) -> Path:
        for place in (f".claude/projects/-x/{CLAUDE_ID}.jsonl", ".codex/sessions/2026/rollout-1.jsonl"):
            path = tmp_path / place
            path.parent.mkdir(parents=True)
            rows = [CLAUDE_ROW] if ".claude" in place else [meta("a"), message("user", "Hello")]
            path.write_bytes(encode(rows))
        return tmp_path

    @pytest.mark.parametrize(
        ("given", "agents"),
        [([], {"codex", "claude"}), (["--agent", "codex"], {"codex"}), (["--agent", "claude"], {"claude"})],
    )
    def test_homes(self, person: Path, given: list[str], agents: set[str]) -> None:
        ran = codexlog("list", "--jsonl", *given, home=person, CODEX_HOME="")
        assert {json.loads(line)["format"].partition("-")[0] for line in ran.out.splitlines()} == agents

    def test_a_list_of_several_agents_says_whose_each_is(self, person: Path) -> None:
        mixed = codexlog("list", home=person, CODEX_HOME="").out.decode().splitlines()
        assert "agent" in mixed[0].split() and any("claude" in line for line in mixed)
        assert "agent" not in codexlog("list", "--agent", "claude", home=person).out.decode().split()

    def test_named_paths_are_narrowed_too(self, person: Path) -> None:
        ran = codexlog("list", "--json", str(person), "--agent", "claude")
        assert [each["id"] for each in json.loads(ran.out)["sessions"]] == [CLAUDE_ID]

    def test_no_home_of_this_agent(self, person: Path) -> None:
        ran = codexlog("list", "--agent", "entire", home=person)
        assert (ran.code, ran.out) == (2, b"")
        assert ran.err.startswith("codexlog: no .entire/metadata in this folder")
