"""`codexlog show`: which session is meant, the contract of its JSON, exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from codexlog.report.as_json import SESSION_SCHEMA
from commandline import LIMIT, SAMPLES, arguments, codexlog, environment
from rollout import call, encode, event, exited, meta, output

FOURTH = "01a1127f-db8e-7698-bf5a-1a81dd8752c1"
(FOURTH_PATH,) = SAMPLES.rglob(f"*{FOURTH}.jsonl")
IMAGES = "019f29d9-66b0-73f5-9018-bda3ce4b77a4"
TURN = {"index", "turn_id", "started_at", "ended_at", "prompt", "outcome", "usage", "items"}
ITEMS = {
    "message": {"role", "text", "phase", "attachments"},
    "reasoning": {"summary", "encrypted_bytes"},
    "call": {
        "call_id",
        "name",
        "arguments",
        "output",
        "output_row",
        "status",
        "exit_code",
        "duration_ms",
        "attachments",
        "continues",
    },
    "orphan_output": {"call_id", "output"},
    "note": {"what", "text"},
}
ATTACHMENT = {"kind", "name", "media_type", "bytes", "row"}
STATUSES = {"ok", "failed", "denied", "timeout", "aborted", "running", "unanswered", "unknown"}


def shown(*given: Any, **more: Any) -> dict[str, Any]:
    ran = codexlog("show", *given, "--json", **more)
    assert (ran.code, ran.err) == (0, "")
    document: dict[str, Any] = json.loads(ran.out)
    return document


def items_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for turn in document["turns"] for item in turn["items"]]


@pytest.mark.parametrize("given", [FOURTH, FOURTH[:12], FOURTH.upper(), FOURTH_PATH, f"{FOURTH_PATH}"])
def test_id_beginning_and_path_name_the_same_session(given: Any) -> None:
    assert shown(given)["id"] == FOURTH


def test_latest() -> None:
    assert shown("latest")["id"].startswith("01a11285-")


def test_session_has_the_fields_of_the_contract() -> None:
    listed = json.loads(codexlog("list", "--json", FOURTH_PATH).out)["sessions"][0]
    document = shown(FOURTH_PATH)
    assert document["schema"] == SESSION_SCHEMA == "codexlog.session/1"
    assert {key: document[key] for key in listed} == listed
    for number, turn in enumerate(document["turns"], 1):
        assert set(turn) == TURN
        assert turn["index"] == number


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*rollout*.json*")), ids=lambda path: path.name[-26:])
def test_items_have_the_fields_of_the_contract(path: Any) -> None:
    if path.name.endswith("fd37e9f9b548.jsonl"):
        pytest.skip("a pointer")
    document = shown(path)
    rows = document["counts"]["rows"] + document["counts"]["bad_rows"]
    for item in items_of(document) + document["loose_items"]:
        assert set(item) == {"kind", "row", "at", *ITEMS[item["kind"]]}
        assert 1 <= item["row"] <= 2 * rows + 10
        assert item["at"] is None or item["at"].endswith("Z")
        for each in item.get("attachments", ()):
            assert set(each) == ATTACHMENT
        if item["kind"] == "call":
            assert item["status"] in STATUSES
            assert (item["output"] is None) == (item["output_row"] is None)


def test_counts_agree_with_the_items() -> None:
    document = shown(FOURTH)
    calls = [item for item in items_of(document) if item["kind"] == "call"]
    assert len(calls) == document["counts"]["calls"]
    assert sum(each["status"] in ("failed", "denied", "timeout") for each in calls) == 1
    assert sum(item["kind"] == "message" and item["role"] == "assistant" for item in items_of(document)) == 3


def test_lines_are_the_summary_and_then_each_item() -> None:
    ran = codexlog("show", FOURTH, "--jsonl")
    first, *others = map(json.loads, ran.out.splitlines())
    document = shown(FOURTH)
    assert first == {key: document[key] for key in document if key not in ("turns", "loose_items")}
    assert [{key: each[key] for key in each if key != "turn"} for each in others] == items_of(document)
    assert {each["turn"] for each in others} == {1}


def test_ambiguous_beginning_lists_the_candidates() -> None:
    ran = codexlog("show", "01a1127d", "--json")
    assert ran.code == 0
    ran = codexlog("show", "01a112", "--json")
    assert (ran.code, ran.out) == (2, b"")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.count("01a112") == 9


@pytest.mark.parametrize("given", ["ffffffff", "not-an-id"])
def test_unknown_session_matches_nothing(given: str) -> None:
    ran = codexlog("show", given, "--json")
    assert (ran.code, ran.out) == (1, b"")
    assert len(ran.err.splitlines()) == 1
    assert given in ran.err


@pytest.mark.parametrize(("option", "value"), [("--turn", "99"), ("--attachment", "nope.txt")])
def test_a_part_that_the_session_does_not_have_matches_nothing(option: str, value: str) -> None:
    ran = codexlog("show", FOURTH, option, value)
    assert (ran.code, ran.out) == (1, b"")
    assert value in ran.err


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((), "SESSION"),
        (("./nothing.jsonl",), "nothing.jsonl"),
        ((str(SAMPLES),), str(SAMPLES)),
        (("/dev/null",), "/dev/null"),
        ((FOURTH, "--json", "--jsonl"), "--jsonl"),
        (("",), "SESSION"),
        ((FOURTH, "--log", "--json"), "--log"),
        ((FOURTH, "--log", "--since", "garbage"), "garbage"),
        ((FOURTH, "--since", "2026-10-06T18:00"), "--since"),
        ((FOURTH, "--call", "call_1"), "--call"),
        (("019f7e5e-f929-76e0-bfd3-fd37e9f9b548",), "git-LFS"),
    ],
)
def test_wrong_usage_and_unreadable_input(given: tuple[str, ...], named: str) -> None:
    ran = codexlog("show", *given)
    assert (ran.code, ran.out) == (2, b"")
    assert len(ran.err.splitlines()) == 1
    assert named in ran.err


def test_stdin() -> None:
    rows = (meta(), event("user_message", message="go"), call("a"), output("a", exited(7)))
    document = shown("-", stdin=encode(rows) + b'{"torn')
    assert document["path"] == "-"
    assert (document["counts"]["rows"], document["counts"]["bad_rows"]) == (4, 1)
    assert [item.get("exit_code") for item in items_of(document) if item["kind"] == "call"] == [7]


def test_attachment_comes_out_as_it_is() -> None:
    document = shown(IMAGES)
    found = [
        each for item in items_of(document) for each in item.get("attachments", ()) if each["kind"] == "image"
    ]
    assert found
    for each in found:
        ran = codexlog("show", IMAGES, "--attachment", each["name"])
        assert (ran.code, ran.err, len(ran.out)) == (0, "", each["bytes"])
        assert ran.out.startswith(b"\x89PNG")


def test_log_of_a_session() -> None:
    ran = codexlog("show", FOURTH, "--log")
    assert (ran.code, ran.err) == (0, "")
    assert FOURTH.encode() in ran.out
    none = codexlog("show", FOURTH, "--log", "--call", "call_that_nobody_made")
    assert (none.code, none.out) == (1, b"")


def test_text_names_the_failing_command_and_the_end_of_its_output() -> None:
    text = codexlog("show", FOURTH).out.decode()
    assert "python -m pytest -q" in text
    assert "1 failed" in text
    only = codexlog("show", FOURTH, "--failed").out.decode()
    assert "1 failed" in only
    assert "git commit" not in only
    turn = codexlog("show", FOURTH, "--turn", "1").out.decode()
    assert "Turn 1" in turn


def test_closed_pipe_ends_quietly() -> None:
    with subprocess.Popen(
        arguments("show", FOURTH), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(LIMIT) == 0


def test_interrupt_ends_with_130() -> None:
    with subprocess.Popen(
        arguments("show", "-", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(PYTHONUNBUFFERED="1"),
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"{}\n" * 100_000)  # returns once the reader has begun: a pipe holds less
        process.stdin.flush()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == 130
        assert b"Traceback" not in process.stderr.read()


def test_usage_is_the_page_as_text() -> None:
    ran = codexlog("show", FOURTH, "--usage")
    assert (ran.code, ran.err) == (0, "")
    said = ran.out.decode()
    for words in ("Tokens  complete", "159,411", "peak 24,089 tokens", "Largest outputs", "Every turn"):
        assert words in said
    assert "cost" not in said
    assert "\x1b" not in said


def test_usage_with_a_price_table(tmp_path: Path) -> None:
    table = tmp_path / "codexlog" / "prices.toml"
    table.parent.mkdir()
    entry = '[[price]]\nmodels = ["gpt-5*"]\nas_of = 2026-07-01\ncurrency = "EUR"\ninput = 1\noutput = 1\n'
    table.write_text(entry + "cached_input = 1\n")
    said = codexlog("show", FOURTH, "--usage", XDG_CONFIG_HOME=str(tmp_path)).out.decode()
    assert "0.1594 EUR (prices of 2026-07-01)" in said
    table.write_text("price = 1")
    said = codexlog("show", FOURTH, "--usage", XDG_CONFIG_HOME=str(tmp_path)).out.decode()
    assert "price table not used: price: a table is a list of [[price]] entries" in said


@pytest.mark.parametrize("other", ["--json", "--jsonl", "--log"])
def test_usage_is_text_alone(other: str) -> None:
    ran = codexlog("show", FOURTH, "--usage", other)
    assert ran.code == 2
    assert "--usage prints text" in ran.err
