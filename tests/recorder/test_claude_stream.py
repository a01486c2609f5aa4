"""A recorded `claude -p --output-format stream-json`: Claude Code's own rows, with what the stream adds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.transcript import Transcript
from codexlog.model import Session, Turn
from codexlog.recorder.incoming import Incoming
from recorded import rows, start

JsonObject = dict[str, Any]
INIT = {
    "type": "system",
    "subtype": "init",
    "session_id": "e8889acf-0000-4000-8000-000000000000",
    "model": "claude-opus-4-6",
    "claude_code_version": "2.1.30",
    "tools": ["Bash"],
}
BEGUN = {
    "input_tokens": 4,
    "cache_creation_input_tokens": 10,
    "cache_read_input_tokens": 100,
    "output_tokens": 1,
}
DONE = {"type": "result", "subtype": "success", "is_error": False, "num_turns": 2, "duration_ms": 3952}


def envelope(kind: str, parent: str | None = None, **more: Any) -> JsonObject:
    return {"type": kind, "parent_tool_use_id": parent, "session_id": "s", "uuid": "u", **more}


def message(key: str, *blocks: JsonObject) -> JsonObject:
    body = {"id": key, "type": "message", "role": "assistant", "model": "claude-opus-4-6"}
    return {**body, "content": list(blocks), "stop_reason": None, "usage": BEGUN}


def assistant(key: str, *blocks: JsonObject, parent: str | None = None) -> JsonObject:
    return envelope("assistant", parent, message=message(key, *blocks))


def user(content: Any, parent: str | None = None, **more: Any) -> JsonObject:
    return envelope("user", parent, message={"role": "user", "content": content}, **more)


def partial(kind: str, parent: str | None = None, **event: Any) -> JsonObject:
    return envelope("stream_event", parent, event={"type": kind, **event})


def text(words: str) -> JsonObject:
    return {"type": "text", "text": words}


def use(call_id: str) -> JsonObject:
    return {"type": "tool_use", "id": call_id, "name": "Bash", "input": {"command": "make"}}


def result(call_id: str, content: str = "done", **more: Any) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


FAILED = user([result("t1", "Exit code 2\nno", is_error=True)], tool_use_result="Error: Exit code 2")
PARTS = [
    partial("message_start", message=message("msg_1")),
    partial("content_block_delta", index=0, delta={"type": "text_delta", "text": "Loo"}),
    assistant("msg_1", text("Looking.")),
    assistant("msg_1", use("t1")),
    partial("message_delta", delta={"stop_reason": "tool_use"}, usage={"output_tokens": 77}),
    partial("message_stop"),
]


def encode(*events: JsonObject) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in events)


def record(folder: Path, *events: JsonObject, prompt: str | None = "build it") -> Path:
    with start(folder, model=None) as rec:
        incoming = Incoming(rec, None, pytest.fail, prompt)
        incoming.feed(encode(*events))
        incoming.end()
    return rec.directory / "full.jsonl"


def read(path: Path) -> Session:
    with Transcript.open(path) as transcript:
        return transcript.session()


def row_list(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_session_from_init_to_result(tmp_path: Path) -> None:
    path = record(
        tmp_path, INIT, assistant("msg_1", use("t1")), FAILED, assistant("msg_2", text("No.")), DONE
    )
    found = read(path)
    summary, (turn,) = found.summary, found.turns
    assert (summary.format, summary.model, summary.cli_version) == ("entire", "claude-opus-4-6", "2.1.30")
    assert (turn.prompt, turn.outcome) == ("build it", "completed")
    (call,) = [each for each in turn.items if each.kind == "call"]
    assert (call.call_id, call.name, call.status, call.exit_code) == ("t1", "Bash", "failed", 2)
    assert summary.usage is not None
    assert (summary.usage.input_tokens, summary.usage.complete) == (228, False)
    assert "- **Bash**: make" in (path.parent / "context.md").read_text()
    assert "claude-opus-4-6" in (path.parent / "context.md").read_text()


def test_rows_hold_what_the_events_do(tmp_path: Path) -> None:
    found = row_list(record(tmp_path, INIT, assistant("msg_1", use("t1")), FAILED))
    answer, failed = found[-2], found[-1]
    assert answer["message"] == message("msg_1", use("t1"))
    assert failed["message"]["content"] == [result("t1", "Exit code 2\nno", is_error=True)]
    assert failed["toolUseResult"] == "Error: Exit code 2"


def test_with_partial_messages_a_response_is_one_row_with_final_figures(tmp_path: Path) -> None:
    path = record(tmp_path, INIT, *PARTS, FAILED, DONE)
    answers = [row["message"] for row in row_list(path) if row["type"] == "assistant"]
    assert [each["content"] for each in answers] == [[text("Looking."), use("t1")]]
    assert (answers[0]["usage"]["output_tokens"], answers[0]["stop_reason"]) == (77, "tool_use")
    usage = read(path).summary.usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.complete) == (114, 77, True)


@pytest.mark.parametrize("cut", [3, 4, 5])
def test_a_response_that_never_ends_is_written_all_the_same(tmp_path: Path, cut: int) -> None:
    for number, rest in enumerate(([], [FAILED], [DONE])):
        (tmp_path / str(number)).mkdir()
        path = record(tmp_path / str(number), INIT, *PARTS[:cut], *rest)
        answers = [row["message"] for row in row_list(path) if row["type"] == "assistant"]
        assert [block["type"] for each in answers for block in each["content"]] == ["text", "tool_use"][
            : cut - 2
        ]


def test_a_note_in_the_middle_of_a_response_does_not_part_it(tmp_path: Path) -> None:
    retry = envelope("system", subtype="api_retry", attempt=1, max_retries=3)
    path = record(tmp_path, INIT, *PARTS[:3], retry, user("look", "t9"), *PARTS[3:])
    (answer,) = [row["message"] for row in row_list(path) if row["type"] == "assistant"]
    assert (len(answer["content"]), answer["usage"]["output_tokens"]) == (2, 77)


def test_a_row_is_there_as_soon_as_its_event_is(tmp_path: Path) -> None:
    with start(tmp_path) as rec:
        incoming = Incoming(rec, "claude", pytest.fail)
        for number, event in enumerate((INIT, assistant("msg_1", use("t1")), FAILED), 1):
            incoming.feed(encode(event))
            assert len(rows(rec)) == number


def test_sub_agents_are_marked(tmp_path: Path) -> None:
    inner = [assistant("msg_2", use("t2"), parent="t1"), user([result("t2")], parent="t1")]
    path = record(tmp_path, INIT, assistant("msg_1", use("t1")), user("look around", "t1"), *inner, DONE)
    side = [row for row in row_list(path) if row.get("isSidechain")]
    assert [row["parentToolUseID"] for row in side] == ["t1"] * 3
    assert [turn.prompt for turn in read(path).turns] == ["build it"]
    assert (path.parent / "prompt.txt").read_text() == "build it"


def test_sub_agents_that_speak_at_the_same_time(tmp_path: Path) -> None:
    events = [
        *PARTS[:3],
        partial("message_start", "t1", message=message("msg_2")),
        assistant("msg_2", text("inner"), parent="t1"),
        *PARTS[3:5],
        partial("message_delta", "t1", usage={"output_tokens": 5}, delta={"stop_reason": "end_turn"}),
        partial("message_stop", "t1"),
        PARTS[5],
    ]
    answers = [row for row in row_list(record(tmp_path, INIT, *events)) if row["type"] == "assistant"]
    assert [(row["message"]["id"], row["message"]["usage"]["output_tokens"]) for row in answers] == [
        ("msg_2", 5),
        ("msg_1", 77),
    ]


@pytest.mark.parametrize("content", ["build it", [text("build it")]])
def test_a_replayed_prompt_is_written_once(tmp_path: Path, content: Any) -> None:
    path = record(tmp_path, INIT, user(content), assistant("msg_1", text("ok")), user("more"), DONE)
    assert [turn.prompt for turn in read(path).turns] == ["build it", "more"]


def test_a_replayed_prompt_that_nobody_gave(tmp_path: Path) -> None:
    path = record(tmp_path, INIT, user("build it"), assistant("msg_1", text("ok")), DONE, prompt=None)
    assert [turn.prompt for turn in read(path).turns] == ["build it"]
    assert (path.parent / "prompt.txt").read_text() == "build it"


def test_text_that_nobody_typed_is_no_prompt(tmp_path: Path) -> None:
    path = record(tmp_path, INIT, user([text("skill body")], isSynthetic=True), assistant("m", text("ok")))
    assert [turn.prompt for turn in read(path).turns] == ["build it"]


@pytest.mark.parametrize(
    ("event", "what", "said"),
    [
        (
            {**DONE, "permission_denials": [{"tool_name": "Edit"}], "total_cost_usd": 0.1},
            "result",
            "success · 2 turns · 4.0 s · 0.1000 USD · denied: Edit",
        ),
        ({"type": "result", "subtype": "error_max_turns", "errors": ["too many"]}, "error", "too many"),
        ({**DONE, "is_error": True, "result": "limit reached"}, "error", "limit reached"),
        ({"type": "tomorrow", "x": 1, "uuid": "u"}, "unknown", 'tomorrow: {"type":"tomorrow"'),
        ({"type": ["odd"]}, "unknown", "row without type: "),
        ({"type": "assistant", "message": "odd"}, "unknown", "assistant: "),
        ({"type": "user"}, "unknown", "user: "),
        (envelope("system", subtype="compact_boundary", content="cut"), "compacted", "cut"),
        (
            envelope("system", subtype="task_notification", summary="tests ran"),
            "background_task",
            "tests ran",
        ),
        (envelope("system", subtype="tomorrow"), "unknown", "system/tomorrow: "),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value)[:20],
)
def test_what_else_is_said(tmp_path: Path, event: JsonObject, what: str, said: str) -> None:
    (turn,) = read(record(tmp_path, INIT, assistant("m", text("x")), event)).turns
    notes = [(each.what, each.text) for each in turn.items if each.kind == "note" and each.what != "session"]
    assert len(notes) == 1
    assert notes[0][0] == what
    assert notes[0][1].startswith(said)


EVENTS_OF_A_RUN = [
    assistant("msg_1", {"type": "thinking", "thinking": "hm", "signature": "x"}),
    assistant("msg_1", use("t1")),
    assistant("msg_1", use("t2")),
    user([result("t2", "second")]),
    FAILED,
    envelope("system", subtype="compact_boundary", content="cut"),
    envelope("rate_limit_event", rate_limit_info={}),
    assistant("msg_2", text("No.")),
]


@pytest.mark.parametrize("last", [DONE, {**DONE, "is_error": True, "result": "limit"}, None])
def test_a_run_reads_as_the_saved_stream_does(tmp_path: Path, last: JsonObject | None) -> None:
    events = [INIT, *EVENTS_OF_A_RUN, *([last | {"session_id": "s"}] if last else [])]
    saved = tmp_path / "saved.jsonl"
    saved.write_bytes(encode(*events))
    recorded, plain = read(record(tmp_path, *events, prompt=None)), read(saved)
    assert told(recorded) == told(plain)
    assert recorded.summary.usage == plain.summary.usage


def told(session: Session) -> list[Any]:
    """All that the saved stream tells; notes that the recorder alone writes are left out."""
    return [(turn.outcome, turn.usage, [*map(_of, turn.items)]) for turn in map(_kept, session.turns)]


def _kept(turn: Turn) -> Turn:
    items = [each for each in turn.items if each.kind != "note" or each.what not in ("session", "result")]
    return replace(turn, items=tuple(items))


def _of(item: Any) -> Any:
    names = ("call_id", "name", "arguments", "output", "status", "exit_code", "what", "text", "summary")
    return [getattr(item, name, None) for name in names]


def test_a_failed_run_is_a_failed_turn(tmp_path: Path) -> None:
    failed = {"type": "result", "subtype": "error_during_execution", "is_error": True}
    assert read(record(tmp_path, INIT, assistant("m", text("x")), failed)).summary.outcome == "failed"


def test_signs_of_life_leave_nothing(tmp_path: Path) -> None:
    quiet = [{"type": "keep_alive"}, {"type": "tool_progress"}, {"type": "system", "subtype": "status"}]
    assert len(row_list(record(tmp_path, INIT, *quiet))) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
    max_leaves=8,
)
MESSAGES = st.fixed_dictionaries({}, optional={"id": JSON, "content": JSON, "usage": JSON, "model": JSON})
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["assistant", "user", "result", "system", "stream_event"])},
    optional={
        "message": MESSAGES | JSON,
        "event": st.fixed_dictionaries(
            {"type": st.sampled_from(["message_start", "message_delta", "message_stop"])},
            optional={"message": MESSAGES | JSON, "usage": JSON, "delta": JSON},
        ),
        "subtype": JSON,
        "parent_tool_use_id": JSON,
        "permission_denials": JSON,
        "num_turns": JSON,
        "errors": JSON,
        "result": JSON,
    },
)


@given(st.lists(EVENTS, max_size=6))
def test_any_event_is_taken(tmp_path_factory: pytest.TempPathFactory, events: list[JsonObject]) -> None:
    path = record(tmp_path_factory.mktemp("any"), INIT, *events)
    assert all(isinstance(json.loads(line), dict) for line in path.read_bytes().splitlines())
    read(path)


def test_a_run_that_tells_its_answer_at_its_end_alone(tmp_path: Path) -> None:
    """`--output-format json`, and commands that Claude Code answers without the model."""
    said = {**DONE, "result": "Fixed.", "usage": {"input_tokens": 4, "output_tokens": 9}}
    recorder = start(tmp_path)
    incoming = Incoming(recorder, "claude", print, "fix it")
    incoming.feed(json.dumps({**said, "session_id": "s"}).encode() + b"\n")
    incoming.end()
    recorder.close()
    session = read(recorder.directory / "full.jsonl")
    summary = session.summary
    assert (summary.outcome, summary.counts.messages, summary.title) == ("completed", 1, "fix it")
    assert summary.usage is not None and (summary.usage.total_tokens, summary.usage.complete) == (13, True)
    assert [each.text for each in session.turns[0].items if each.kind == "message"] == ["fix it", "Fixed."]
