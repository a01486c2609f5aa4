"""Sessions that are one JSON document: Gemini CLI and OpenCode, as Entire keeps them in `full.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.listing import head_summary
from codexlog.catalog.transcript import Transcript
from codexlog.formats import gemini, opencode
from codexlog.formats.dialect import Decoder
from codexlog.formats.documents import document_rows, may_be_document
from codexlog.formats.events import Prompt, ToolOutput
from codexlog.model import Call, Session
from codexlog.timeline.summary import FileFacts

JsonObject = dict[str, Any]
AT = "2026-01-10T02:08:26.108Z"
FAILED = "Command: make\nOutput: no rule\nExit Code: 2\nSignal: (none)\nProcess Group PGID: 7"
PICTURE = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}


def read(tmp_path: Path, document: JsonObject, indent: int | None = 2) -> Session:
    path = tmp_path / "full.jsonl"
    path.write_text(json.dumps(document, indent=indent))
    with Transcript.open(path, FileFacts(str(path))) as transcript:
        return transcript.session()


def calls(session: Session) -> list[Call]:
    return [item for turn in session.turns for item in turn.items if isinstance(item, Call)]


def spoken(kind: str, content: Any, **more: Any) -> JsonObject:
    return {"id": f"{kind}-1", "timestamp": AT, "type": kind, "content": content, **more}


def call(status: str, response: Any, name: str = "run_shell_command") -> JsonObject:
    answer = {"functionResponse": {"id": "c1", "name": name, "response": response}}
    return {"id": "c1", "name": name, "args": {"command": "make"}, "result": [answer], "status": status}


TOKENS = {"input": 12874, "output": 18, "cached": 100, "thoughts": 31, "tool": 2, "total": 12925}
GEMINI = {
    "sessionId": "64f6",
    "projectHash": "4c89",
    "startTime": AT,
    "messages": [
        spoken("user", "Explain"),
        spoken("info", "Update available"),
        spoken(
            "gemini",
            "Done.",
            thoughts=[{"subject": "Reading", "description": "The file."}],
            toolCalls=[call("success", {"output": "ok"})],
            tokens=TOKENS,
            model="gemini-2.5-flash",
        ),
        {"type": "later", "content": ""},
    ],
}


@pytest.mark.parametrize("indent", [None, 2])
def test_reader_71_a_gemini_document_is_a_session(tmp_path: Path, indent: int | None) -> None:
    summary = read(tmp_path, GEMINI, indent).summary
    assert (summary.id, summary.format, summary.originator) == ("64f6", "entire", "Gemini CLI")
    assert (summary.model, summary.started_at, summary.ended_at) == ("gemini-2.5-flash", AT, AT)
    counts = summary.counts
    assert (counts.rows, counts.bad_rows, counts.unknown_rows) == (5, 0, 1)
    assert (counts.prompts, counts.messages, counts.calls, counts.calls_failed) == (1, 1, 1, 0)
    usage = summary.usage
    assert usage is not None and usage.complete
    assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (12876, 100, 49)
    assert (usage.reasoning_output_tokens, usage.total_tokens) == (31, TOKENS["total"])


def test_items_of_a_gemini_message_stand_in_its_row(tmp_path: Path) -> None:
    session = read(tmp_path, GEMINI)
    assert [(item.kind, item.row) for item in session.turns[0].items] == [
        ("message", 2),
        ("note", 3),
        ("reasoning", 4),
        ("message", 4),
        ("call", 4),
        ("note", 5),
    ]
    (found,) = calls(session)
    assert (found.name, found.arguments, found.output) == ("run_shell_command", {"command": "make"}, "ok")
    assert (found.at, found.output_row) == (AT, 4)


@pytest.mark.parametrize(
    ("given_call", "status", "output"),
    [
        (call("success", {"output": "ok"}), "ok", "ok"),
        (call("error", {"error": "no such file"}), "failed", "no such file"),
        (call("cancelled", {"error": "user cancelled"}), "aborted", "user cancelled"),
        (call("odd", {"answer": 4}), "unknown", '{"answer":4}'),
        (call("success", {"output": FAILED}), "failed", FAILED),
        (call("success", {"output": "Exit Code: 0"}), "ok", "Exit Code: 0"),
        (call("success", {"output": "Exit Code: 2\nmore"}), "ok", "Exit Code: 2\nmore"),
        ({**call("success", None), "result": "text"}, "ok", "text"),
        ({"id": "c1", "name": "run_shell_command", "args": {}}, "unanswered", None),
        ({"id": "c1", "name": "x", "status": "executing"}, "unanswered", None),
    ],
)
def test_results_of_gemini_calls(
    tmp_path: Path, given_call: JsonObject, status: str, output: str | None
) -> None:
    document = {**GEMINI, "messages": [spoken("user", "a"), spoken("gemini", "", toolCalls=[given_call])]}
    (found,) = calls(read(tmp_path, document))
    assert (found.status, found.output) == (status, output)


@pytest.mark.parametrize(
    ("content", "text", "images"),
    [
        ("Explain", "Explain", 0),
        ([{"text": "a"}, {"text": "b"}], "a\nb", 0),
        ({"text": "a"}, "a", 0),
        ([{"text": "a"}, PICTURE], "a", 1),
        ([PICTURE], "[Image]", 1),
    ],
)
def test_prompts_of_gemini(content: Any, text: str, images: int) -> None:
    (event,) = Decoder().events(spoken("user", content))
    assert isinstance(event, Prompt)
    assert (event.text, len(event.images)) == (text, images)


def test_what_a_gemini_tool_shows_is_kept() -> None:
    shown = {**call("success", {"output": "seen"})}
    shown["result"] = [*shown["result"], PICTURE]
    output = Decoder().events(spoken("gemini", "", toolCalls=[shown]))[-1]
    assert isinstance(output, ToolOutput)
    assert [image.source for image in output.images] == ["data:image/png;base64,aGk="]


MADE, DONE = 1768010906108, 1768010907108
EXPORT: JsonObject = {
    "info": {
        "id": "ses_1",
        "title": "Fix",
        "directory": "/srv/app",
        "version": "1.3.0",
        "time": {"created": MADE},
    },
    "messages": [
        {
            "info": {"id": "msg_1", "role": "user", "time": {"created": MADE}},
            "parts": [
                {"type": "text", "text": "Explain"},
                {"type": "text", "text": "a file", "synthetic": True},
            ],
        },
        {
            "info": {
                "id": "msg_2",
                "role": "assistant",
                "modelID": "claude-opus-4-6",
                "time": {"created": DONE},
                "tokens": {
                    "input": 10,
                    "output": 5,
                    "reasoning": 2,
                    "cache": {"read": 100, "write": 7},
                    "total": 124,
                },
            },
            "parts": [
                {"type": "step-start"},
                {"type": "reasoning", "text": "Hm."},
                {
                    "type": "tool",
                    "tool": "bash",
                    "callID": "c1",
                    "state": {
                        "status": "completed",
                        "input": {"command": "make"},
                        "output": "Error",
                        "metadata": {"exit": 2},
                        "time": {"start": 5, "end": 1005},
                    },
                },
                {
                    "type": "tool",
                    "tool": "read",
                    "callID": "c2",
                    "state": {"status": "error", "error": "no such file"},
                },
                {"type": "tool", "tool": "task", "callID": "c3", "state": {"status": "running"}},
                {"type": "text", "text": "Done."},
                {"type": "later"},
            ],
        },
    ],
}


def test_an_export_of_opencode_is_a_session(tmp_path: Path) -> None:
    session = read(tmp_path, EXPORT)
    summary = session.summary
    assert (summary.id, summary.title, summary.format) == ("ses_1", "Fix", "entire")
    assert (summary.originator, summary.cli_version, summary.cwd) == ("OpenCode", "1.3.0", "/srv/app")
    assert (summary.started_at, summary.ended_at) == ("2026-01-10T02:08:26.108Z", "2026-01-10T02:08:27.108Z")
    assert (summary.counts.prompts, summary.counts.messages, summary.counts.unknown_rows) == (1, 1, 1)
    assert [(each.status, each.exit_code) for each in calls(session)] == [
        ("failed", 2),
        ("failed", None),
        ("unanswered", None),
    ]
    usage = summary.usage
    assert usage is not None
    assert (usage.input_tokens, usage.cached_input_tokens, usage.cache_write_tokens) == (117, 100, 7)
    assert (usage.output_tokens, usage.total_tokens) == (7, 124)


@pytest.mark.parametrize(("total", "output"), [(124, 7), (122, 5), (None, 5)])
def test_reasoning_of_opencode_is_counted_once(tmp_path: Path, total: int | None, output: int) -> None:
    message = json.loads(json.dumps(EXPORT["messages"][1]))
    message["info"]["tokens"]["total"] = total
    usage = read(tmp_path, {**EXPORT, "messages": [message]}).summary.usage
    assert usage is not None and usage.output_tokens == output


def test_the_line_in_the_list_needs_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "full.jsonl"
    path.write_text(json.dumps(GEMINI, indent=2))
    assert head_summary(FileFacts(str(path)), path).first_prompt == "Explain"


def test_lines_are_no_document() -> None:
    assert not may_be_document(b'{"type":"user","sessionId":"x"}\n')
    assert document_rows(b'{"sessionId":"x","messages":[]}\n{"type":"user"}\n') is None


leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("type", "content", "toolCalls", "tokens", "thoughts", "info", "parts", "result", "state", "role")
messages = st.lists(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), max_size=4)


@given(messages, st.sampled_from([{"sessionId": "x"}, {"info": {"id": "x"}}]))
def test_no_document_makes_the_reader_stumble(rows: list[JsonObject], head: JsonObject) -> None:
    made = (gemini if "sessionId" in head else opencode).document_rows({**head, "messages": rows})
    assert made is not None and len(made) == len(rows) + 1
    decoder = Decoder(document=True)
    for each in made:
        decoder.events(each)
