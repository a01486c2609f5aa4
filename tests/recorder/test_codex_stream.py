"""A recorded `codex exec --json` reads as the saved stream does, and is on disk while it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.transcript import Transcript
from codexlog.model import Session
from codexlog.recorder.incoming import Incoming
from commandline import SAMPLES
from recorded import rows, start

JsonObject = dict[str, Any]
THREAD = {"type": "thread.started", "thread_id": "0199a213-81c0-7800-8aa1-bbab2a035a53"}
BEGIN = {"type": "turn.started"}
USAGE = {"input_tokens": 24763, "cached_input_tokens": 24448, "output_tokens": 122}
DONE = {"type": "turn.completed", "usage": USAGE}
SAMPLE = next(SAMPLES.rglob("exec-stream.jsonl"))


def item(kind: str, name: str, number: int = 0, **fields: Any) -> JsonObject:
    return {"type": f"item.{kind}", "item": {"id": f"item_{number}", "type": name, **fields}}


def command(kind: str, number: int = 0, **fields: Any) -> JsonObject:
    return item(kind, "command_execution", number, command="bash -lc ls", **fields)


SAID = item("completed", "agent_message", 9, text="done")
FAILED = command("completed", aggregated_output="no\n", exit_code=2, status="failed")
EVENTS = {
    "a failing command": [command("started", status="in_progress"), FAILED],
    "a command that timed out": [command("completed", aggregated_output="", exit_code=124, status="failed")],
    "a declined command": [command("completed", aggregated_output="", exit_code=None, status="declined")],
    "a command without an end": [command("started", status="in_progress")],
    "a change of files": [
        item("completed", "file_change", changes=[{"path": "a", "kind": "add"}], status="completed")
    ],
    "a tool of a server": [
        item("started", "mcp_tool_call", server="s", tool="t", arguments={"x": 1}, status="in_progress"),
        item("completed", "mcp_tool_call", server="s", tool="t", arguments={}, error={"message": "x"}),
    ],
    "a search": [item("completed", "web_search", query="q")],
    "an agent": [item("completed", "collab_tool_call", tool="wait", status="completed")],
    "a list": [
        item("started", "todo_list", items=[{"text": "a", "completed": False}]),
        item("updated", "todo_list", items=[{"text": "a", "completed": True}]),
        item("completed", "todo_list", items=[{"text": "a", "completed": True}]),
    ],
    "a thought": [item("completed", "reasoning", text="**hm**")],
    "an error": [item("completed", "error", message="careful")],
    "another try": [{"type": "error", "message": "Reconnecting... 1/5"}],
    "a fatal error": [{"type": "error", "message": "boom"}],
    "an item of tomorrow": [item("completed", "dream", text="x")],
    "an event of tomorrow": [{"type": "turn.dreamt", "text": "x"}],
    "a call without an id": [{"type": "item.completed", "item": {"type": "web_search", "query": "q"}}],
    "calls side by side": [
        command("started", 1),
        command("started", 2),
        command("completed", 2, aggregated_output="b", exit_code=0),
        command("completed", 1, aggregated_output="a", exit_code=0),
    ],
}


def record(folder: Path, data: bytes, prompt: str | None = None) -> Path:
    """Record a stream; returns the transcript."""
    with start(folder) as rec:
        incoming = Incoming(rec, None, pytest.fail, prompt)
        incoming.feed(data)
        incoming.end()
    return rec.directory / "full.jsonl"


def encode(*events: JsonObject) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in events)


def read(path: Path) -> Session:
    with Transcript.open(path) as transcript:
        return transcript.session()


def told(session: Session) -> list[Any]:
    """All that the saved stream tells; notes that the recorder alone writes are left out."""
    return [(turn.outcome, turn.usage, [*map(_of, _kept(turn.items))]) for turn in session.turns]


def _kept(items: Iterable[Any]) -> list[Any]:
    return [each for each in items if each.kind != "note" or each.what != "session"]


def _of(part: Any) -> Any:
    if part.kind == "call":
        return part.name, part.call_id, part.arguments, part.output, part.status, part.exit_code
    if part.kind == "note":
        return part.what, part.text
    return getattr(part, {"reasoning": "summary", "orphan_output": "output"}.get(part.kind, "text"))


@pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
def test_every_event_reads_as_in_the_saved_stream(tmp_path: Path, events: list[JsonObject]) -> None:
    data = encode(THREAD, BEGIN, *events, SAID, DONE)
    saved = tmp_path / "saved.jsonl"
    saved.write_bytes(data)
    recorded, plain = read(record(tmp_path, data)), read(saved)
    assert told(recorded) == told(plain)
    assert recorded.summary.usage == plain.summary.usage


def test_the_sample_reads_the_same(tmp_path: Path) -> None:
    recorded, plain = read(record(tmp_path, SAMPLE.read_bytes())), read(SAMPLE)
    assert told(recorded) == told(plain)
    assert recorded.summary.usage == plain.summary.usage


def test_failed_and_unfinished_turns(tmp_path: Path) -> None:
    failed = {"type": "turn.failed", "error": {"message": "usage limit"}}
    for number, events in enumerate(([THREAD, BEGIN, SAID, failed], [THREAD, BEGIN, SAID])):
        (tmp_path / str(number)).mkdir()
        found = read(record(tmp_path / str(number), encode(*events)))
        assert found.summary.outcome == ("incomplete" if number else "failed")
        assert found.summary.usage is None


def test_usage_is_told_as_a_total_and_recorded_turn_by_turn(tmp_path: Path) -> None:
    more = {"type": "turn.completed", "usage": {**USAGE, "input_tokens": 30000, "output_tokens": 200}}
    found = read(record(tmp_path, encode(THREAD, BEGIN, SAID, DONE, BEGIN, SAID, more)))
    used = [turn.usage for turn in found.turns]
    assert [each and (each.input_tokens, each.output_tokens) for each in used] == [(24763, 122), (5237, 78)]
    assert found.summary.usage is not None
    assert found.summary.usage.total_tokens == 30200


def test_the_prompt_begins_the_turn(tmp_path: Path) -> None:
    path = record(tmp_path, encode(THREAD, BEGIN, SAID, DONE), "<system-reminder>fix</system-reminder> it")
    (turn,) = read(path).turns
    assert turn.prompt == "<system-reminder>fix</system-reminder> it"
    assert (path.parent / "prompt.txt").read_text() == turn.prompt
    assert "- **command_execution**" not in (path.parent / "context.md").read_text()


def test_a_prompt_alone(tmp_path: Path) -> None:
    path = record(tmp_path, b"", "fix it")
    assert [turn.prompt for turn in read(path).turns] == ["fix it"]


def test_a_call_is_on_disk_before_it_ends(tmp_path: Path) -> None:
    with start(tmp_path) as rec:
        incoming = Incoming(rec, None, pytest.fail)
        incoming.feed(encode(THREAD, BEGIN, command("started")))
        assert rows(rec)[-1]["message"]["content"][0]["input"] == {"command": "bash -lc ls"}
        incoming.feed(encode(FAILED)[:-5])
        assert len(rows(rec)) == 2
        incoming.feed(encode(FAILED)[-5:])
        assert rows(rec)[-1]["message"]["content"][0]["is_error"] is True


def test_what_is_no_event_is_kept(tmp_path: Path) -> None:
    path = record(tmp_path, b"WARN: slow\n" + encode(THREAD, BEGIN) + b"\xff{\n[1]\n" + encode(SAID, DONE))
    (turn,) = read(path).turns
    kept = [each.text for each in turn.items if each.kind == "note" and each.what == "bad_row"]
    assert kept == ["WARN: slow", "\ufffd{", "[1]"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from([*(f"item.{each}" for each in ("started", "updated", "completed")), "turn.completed"])
NAMES = st.sampled_from(["command_execution", "agent_message", "todo_list", "mcp_tool_call", "reasoning"])
ITEMS = st.fixed_dictionaries(
    {"type": NAMES}, optional={"id": JSON, "text": JSON, "command": JSON, "exit_code": JSON, "items": JSON}
)
ROWS = st.fixed_dictionaries({"type": KINDS}, optional={"item": ITEMS | JSON, "usage": JSON})


@given(st.lists(ROWS, max_size=6))
def test_any_event_is_taken(tmp_path_factory: pytest.TempPathFactory, events: list[JsonObject]) -> None:
    path = record(tmp_path_factory.mktemp("any"), encode(THREAD, BEGIN, *events))
    assert all(isinstance(json.loads(line), dict) for line in path.read_bytes().splitlines())
