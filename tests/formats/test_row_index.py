from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.transcript import Transcript
from codexlog.formats import row_kinds as rk
from codexlog.formats import tool_output
from codexlog.formats.row_parts import join
from codexlog.formats.row_scan import scan, scan_part
from codexlog.rows.source import SourceError
from codexlog.timeline.row_pairs import settle
from huge import FORMS, calls_by_index, calls_by_outline, compact, indexed, memory, session

ROOT = Path(__file__).parents[2]
REAL = sorted((ROOT / "sample_sessions").rglob("*.jsonl")) + sorted(
    (ROOT.parent / "shared" / "transcripts" / "codex_home").rglob("*.jsonl")
)
AT = "2026-02-02T08:00:00.000Z"


def row(payload: dict[str, Any], kind: str = "response_item", **more: Any) -> dict[str, Any]:
    return {"timestamp": AT, "type": kind, "payload": payload, **more}


def call(call_id: str, name: str = "exec_command", arguments: str = "{}") -> dict[str, Any]:
    return row({"type": "function_call", "name": name, "arguments": arguments, "call_id": call_id})


def output(call_id: str, text: Any) -> dict[str, Any]:
    return row({"type": "function_call_output", "call_id": call_id, "output": text})


def kinds(*rows: dict[str, Any]) -> list[int]:
    return list(scan(memory(compact(list(rows)))).kinds)


@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_the_rows_gives_the_same_index(form: str, tmp_path: Path) -> None:
    rows = session(tmp_path)
    usual, other = indexed(compact(rows)), indexed(FORMS[form](rows))
    assert other.kinds == usual.kinds
    assert calls_by_index(other) == calls_by_index(usual)


@pytest.mark.parametrize("seed", range(6))
def test_calls_of_generated_sessions_are_those_of_the_whole_timeline(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "rollout.jsonl"
    path.write_bytes(compact(session(tmp_path, seed)))
    with Transcript.open(path) as transcript:
        whole = transcript.outline()
    assert calls_by_index(indexed(path.read_bytes())) == calls_by_outline(whole)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem[-20:])
def test_calls_of_whole_files_are_those_of_the_whole_timeline(path: Path) -> None:
    try:
        transcript = Transcript.open(path)
    except SourceError:
        pytest.skip("no session")
    with transcript:
        whole = transcript.outline()
    summary = whole.summary
    if summary.format != "codex" or summary.counts.inherited_rows or summary.counts.bad_rows:
        pytest.skip("inherited or damaged rows are not the index's business")
    lines = path.read_bytes().count(b"\n")
    if summary.counts.rows > lines + 1:
        pytest.skip("glued rows")
    assert calls_by_index(indexed(path.read_bytes())) == calls_by_outline(whole)


def test_rows_are_found_where_they_start_and_end(tmp_path: Path) -> None:
    lines = compact(session(tmp_path)).splitlines()
    index = scan(memory(b"\n".join(lines)))
    data = b"\n".join(lines)
    assert [data[slice(*index.span(at))] for at in range(len(index))] == lines


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b""])
def test_the_last_row_ends_where_its_line_does(ending: bytes) -> None:
    data = compact([call("a"), output("a", "Plan updated")]).removesuffix(b"\n") + ending
    index = indexed(data)
    assert data[slice(*index.span(1))].rstrip() == data.splitlines()[1]
    assert calls_by_index(index) == [(1, 2, "ok", None)]


def test_a_row_larger_than_a_block() -> None:
    data = compact([call("a"), output("a", "Exit code: 2\nOutput:\n" + "x" * 3_000_000), call("b")])
    assert calls_by_index(indexed(data)) == [(1, 2, "failed", 2), (3, 0, "unanswered", None)]


def test_blank_torn_and_foreign_lines() -> None:
    data = b"\n" + compact([call("a")]) + b"  \nnull\n" + compact([call("b")])[:70]
    assert list(scan(memory(data)).kinds) == [rk.BLANK, rk.CALL, rk.BLANK, rk.DAMAGED, rk.DAMAGED]
    assert len(scan(memory(b""))) == 0


def test_look_alikes_inside_strings_and_objects_are_not_taken_for_heads() -> None:
    fake = (
        '"type":"response_item","payload":{"type":"function_call","name":"x","arguments":"","call_id":"a"}}'
    )
    nested = {"timestamp": AT, "type": "response_item", "payload": {"type": "function_call", "call_id": "a"}}
    assert kinds(
        call("real"),
        row({"type": "agent_message", "message": fake}, "event_msg"),
        {"timestamp": "x" * 20, "nested": nested, "type": "event_msg", "payload": {"type": "token_count"}},
        {"aaaaaaaaa": {"timestamp": AT, "type": "response_item", "payload": nested}, "type": "event_msg"},
        {"timestamp": fake, "type": "event_msg", "payload": {"type": "token_count"}},
        row({"nested": {"type": "function_call"}, "type": "token_count"}, "event_msg"),
    ) == [rk.CALL, rk.ANSWER_EVENT, rk.TOKENS, rk.RARE, rk.TOKENS, rk.TOKENS]


def test_call_ids_inside_arguments_are_not_taken() -> None:
    trap = json.dumps({"cmd": 'echo \'","call_id":"trap"}}\'', "call_id": "trap"})
    rows = [
        call("real", arguments=trap),
        output("trap", "Exit code: 1\nOutput:\n"),
        output("real", "Plan updated"),
    ]
    assert calls_by_index(indexed(compact(rows))) == [(1, 3, "ok", None)]


def test_call_ids_before_long_arguments_are_found() -> None:
    long = "A" * 900
    early = row({"type": "function_call", "name": "f", "call_id": "real", "arguments": long})
    rows = [call("first"), early, output("real", "Plan updated"), output("first", "Plan updated")]
    assert calls_by_index(indexed(compact(rows))) == [(1, 4, "ok", None), (2, 3, "ok", None)]


def test_ids_with_escapes_pair() -> None:
    rows = [call('a"b\\c'), output('a"b\\c', "Exit code: 0\nWall time: 1 seconds\nOutput:\n")]
    assert calls_by_index(indexed(compact(rows))) == [(1, 2, "ok", 0)]


def test_unknown_kinds_are_left_to_a_parse() -> None:
    assert (
        kinds(row({"type": "function_call_v2"}), row({"type": "novelty"}, "event_msg"), row({}, "novelty"))
        == [rk.RARE] * 3
    )


def test_messages_by_role_and_text() -> None:
    def message(role: str, text: str, **more: Any) -> dict[str, Any]:
        content = [{"type": "output_text" if role == "assistant" else "input_text", "text": text}]
        return row({"type": "message", "role": role, "content": content}, **more)

    assert kinds(
        message("assistant", "done"),
        message("assistant", "\n\t done"),
        message("assistant", " \n"),
        message("assistant", "\u00a0"),
        message("assistant", "summary", metadata={"compaction_output": True}),
        message("user", "hello"),
        message("developer", "rules"),
        message("system", "rules"),
    ) == [
        rk.ANSWER,
        rk.ANSWER,
        rk.SILENT,
        rk.SILENT,
        rk.SILENT,
        rk.USER,
        rk.INSTRUCTIONS,
        rk.INSTRUCTIONS,
    ]


C = "Chunk ID: 0a1b2c\nWall time: 0.5 seconds\n"
OUTPUTS = [
    f"{C}Process exited with code 0\nOriginal token count: 9\nOutput:\nfine",
    f"{C}Process exited with code 3\nOutput:\n",
    f"{C}Process exited with code -9\nOutput:\nkilled",
    f"{C}Process exited with code 124\nOutput:\n",
    f"{C}Process exited with code 1\nOutput:\ncommand timed out after 10 milliseconds",
    f"{C}Process exited with code 1\nOutput:\n \n\n\t Command Timed Out after 10 milliseconds",
    f"{C}Process exited with code 1\nOutput:\n\u2003command timed out after 10 milliseconds",
    f"{C}Process exited with code 1\nOutput:\n\x0bcommand timed out after 10 milliseconds",
    f"{C}Process exited with code 1\nOutput:\n\x1b[31mred",
    f"{C}Process exited with code 1234567\nOutput:\n",
    f"{C}Process exited with code 5 or so\nOutput:\n",
    f"{C}Process running somehow\nProcess exited with code 4\nOutput:\n",
    "Wall time: 1 seconds\nProcess exited with code 2\nOutput:\nProcess exited with code 0\n",
    "Exit code: 0\nWall time: 1 seconds\nOutput:\nExit code: 1",
    "Exit code: 7\nWall time: 1 seconds\nTotal output lines: 900\nOutput:\n\nx",
    "Exit code: 7 apples",
    "Command: make\nExit code: 2\nOutput:\n",
    '{"output":"","metadata":{"exit_code":0,"duration_seconds":0.0}}',
    '{"output":"x","metadata":{"exit_code":2,"duration_seconds":1.5}}',
    '{"output":"\\n  command timed out after 1","metadata":{"exit_code":2,"duration_seconds":1.5}}',
    '{"output":"\\",\\"metadata\\":{\\"exit_code\\":1","metadata":{"exit_code":0,"duration_seconds":1}}',
    '{"output":"x"}',
    '{"metadata":{"exit_code":3}}',
    "Plan updated",
    "Plan updated twice",
    "aborted by user after 1.0s",
    "aborted",
    "apply_patch verification failed: no such file",
    "Success. Updated the following files:\nM a.py",
    "exec command rejected by user",
    "failed in sandbox seatbelt with execution error: sandbox denied exec error, exit code: 1, stdout: ",
    "Script completed\nWall time 1.0 seconds\nOutput:\n",
    "no shape at all\nOutput:\nExit code: 1",
    "",
]


@pytest.mark.parametrize("text", OUTPUTS)
@pytest.mark.parametrize("more", [{}, {"internal_chat_message_metadata_passthrough": {"turn_id": "t"}}])
def test_outputs_say_what_a_parse_says(text: str, more: dict[str, Any]) -> None:
    answer = output("a", text)
    answer["payload"].update(more)
    expected = tool_output.verdict(text)
    found = calls_by_index(indexed(compact([call("a"), answer])))
    assert found == [(1, 2, expected.status, expected.exit_code)]


def test_what_one_row_does_not_settle() -> None:
    running = f"{C}Process running with session ID 77\nOutput:\n"
    poll = '{"session_id":77,"chars":""}'
    rows = [
        call("open"),
        output("open", running),
        call("p1", "write_stdin", poll),
        output("p1", running),
        call("p2", "write_stdin", poll),
        output("p2", f"{C}Process exited with code 1\nOutput:\n"),
        output("early", "Exit code: 0\nOutput:\n"),
        call("early"),
        call("twice"),
        call("twice"),
        output("twice", "Exit code: 1\nOutput:\n"),
        output("twice", "Exit code: 0\nOutput:\n"),
        call("told"),
        row({"type": "patch_apply_end", "call_id": "told", "success": False}, "event_msg"),
        output("told", "hm"),
        row({"type": "web_search_call", "status": "completed"}),
    ]
    assert calls_by_index(indexed(compact(rows))) == [
        (1, 2, "failed", 1),
        (3, 4, "ok", None),
        (5, 6, "failed", 1),
        (8, 7, "ok", 0),
        (9, 11, "failed", 1),
        (10, 12, "ok", 0),
        (13, 15, "failed", None),
        (16, 0, "ok", None),
    ]


def test_an_index_stays_small(tmp_path: Path) -> None:
    index = indexed(compact(session(tmp_path)))
    columns = (index.offsets, index.answers, index.statuses)
    kept = sum(column.itemsize * len(column) for column in columns) + len(index.kinds)
    assert kept <= 17 * len(index)


@pytest.mark.parametrize("seed", range(4))
def test_two_parts_joined_are_the_whole(seed: int, tmp_path: Path) -> None:
    rows = session(tmp_path, seed, size=60_000)
    data = compact([*rows, *rows[-30:]])  # ids come again
    whole = indexed(data)
    for row in range(0, len(whole), max(1, len(whole) // 25)):
        cut = whole.offsets[row]
        joined = join(scan_part(memory(data), 0, cut), scan_part(memory(data), cut))
        settle(joined)
        assert (joined.kinds, joined.offsets, joined.end) == (whole.kinds, whole.offsets, whole.end)
        assert calls_by_index(joined) == calls_by_index(whole)
