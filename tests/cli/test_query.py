"""`codexlog list --query`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codexlog import cli
from codexlog.catalog.listing import full_summary
from codexlog.catalog.query.fields import FIELDS
from commandline import SAMPLES, codexlog


def ids(*given: str) -> list[str]:
    ran = codexlog("list", "--json", *given)
    assert ran.code == 0, ran.err
    return [each["id"] for each in json.loads(ran.out)["sessions"]]


def test_a_query_keeps_what_meets_it_in_the_order_of_the_list() -> None:
    every = json.loads(codexlog("list", "--json").out)["sessions"]
    wanted = [each["id"] for each in every if each["outcome"] == "failed" and each["counts"]["calls_failed"]]
    assert wanted
    assert ids("--query", "outcome:failed failed:>0") == wanted


def test_tool_and_exit_mean_one_call() -> None:
    every = json.loads(codexlog("list", "--json").out)["sessions"]
    wanted = []
    for each in every:
        shown = codexlog("show", each["path"], "--json")
        turns = json.loads(shown.out)["turns"] if shown.code == 0 else []
        calls = [item for turn in turns for item in turn["items"] if item["kind"] == "call"]
        if any(call["name"] == "exec_command" and call["exit_code"] == 1 for call in calls):
            wanted.append(each["id"])
    assert 0 < len(wanted) < len(every)
    assert ids("--query", "tool:exec_command exit:1") == wanted


def test_limit_takes_the_newest_of_those_that_meet_it() -> None:
    every = ids("--query", "exit:!0")
    assert ids("--query", "exit:!0", "--limit", "2") == every[:2]
    ran = codexlog("list", "--jsonl", "--query", "exit:!0", "--limit", "2")
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == every[:2]
    ran = codexlog("list", "--jsonl", "--query", "exit:!0")
    assert sorted(json.loads(line)["id"] for line in ran.out.splitlines()) == sorted(every)


def test_a_query_may_begin_with_a_dash() -> None:
    without = ids("--query", "-exit:!0")
    assert sorted(without + ids("--query", "exit:!0")) == sorted(ids())
    assert ids("--query=-exit:!0", "--limit", "1") == without[:1]
    assert "expected one argument" in codexlog("list", "--query").err


def test_a_wrong_word_is_pointed_at() -> None:
    ran = codexlog("list", "--query", "日本 outcom:failed x")
    assert (ran.code, ran.out) == (2, b"")
    assert ran.err.splitlines() == [
        "codexlog: outcom: no such field; did you mean outcome?",
        "  日本 outcom:failed x",
        "       ^^^^^^",
    ]


def test_hostile_queries_never_control_the_terminal() -> None:
    ran = codexlog("list", "--query", 'outcom\x1b[2J:x "\u202e\x9b')
    assert ran.code == 2
    assert not set("\x1b\x9b\u202e") & set(ran.err)
    assert not set("\x1b\x9b\u202e") & set(codexlog("list", "--query", '"\x1b[2J\u202e\x9b"').err)


def test_an_empty_result_is_explained() -> None:
    ran = codexlog("list", "--query", "project:nosuch outcome:empty")
    assert (ran.code, ran.out) == (1, b"")
    count = len(ids("--query", "outcome:empty"))
    assert ran.err == f"codexlog: no session has project:nosuch; without it {count} match\n"
    ran = codexlog("list", "--json", "--query", "project:nosuch")
    assert (ran.code, json.loads(ran.out)["sessions"]) == (1, [])


def test_stdin_meets_it_or_does_not() -> None:
    data = next(iter(sorted((SAMPLES / "sessions").rglob("*.jsonl")))).read_bytes()
    assert codexlog("list", "-", "--json", "--query", "tokens:<1G", stdin=data).code in (0, 1)
    ran = codexlog("list", "-", "--query", "size:>1GB", stdin=data)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err == "codexlog: this session does not meet size:>1GB\n"


def test_help_names_every_field() -> None:
    text = codexlog("list", "--help").out.decode()
    assert all(f"\n  {field.name}:" in text for field in FIELDS)


def test_files_that_their_ends_rule_out_are_not_read_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CODEX_HOME", str(SAMPLES))
    read: list[Path] = []

    def noting(facts, path):  # type: ignore[no-untyped-def]
        read.append(path)
        return full_summary(facts, path)

    monkeypatch.setattr("codexlog.catalog.workers.full_summary", noting)
    assert cli.main(["list", "--json", "--query", "until:2025-12-31 since:2025-01-01 outcome:!failed"]) == 0
    kept = json.loads(capsys.readouterr().out)["sessions"]
    every = len(json.loads(codexlog("list", "--json").out)["sessions"])
    assert len(kept) <= len(read) < every / 2
