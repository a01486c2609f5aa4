"""Entire's compact transcript: one schema for every agent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.listing import head_summary
from codexlog.catalog.transcript import Transcript
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import Meta, Prompt, Remark
from codexlog.model import Call
from codexlog.timeline.summary import FileFacts
from rollout import encode

JsonObject = dict[str, Any]
AT, LATER = "2026-04-07T21:07:50.689Z", "2026-04-07T21:07:54.868Z"
HEAD = {"v": 1, "agent": "copilot-cli", "cli_version": "0.5.1"}


def use(call_id: str, result: Any) -> JsonObject:
    answer = {} if result is None else {"result": result}
    return {"type": "tool_use", "id": call_id, "name": "bash", "input": {"command": "make"}, **answer}


ROWS = [
    {**HEAD, "type": "user", "ts": AT, "content": [{"text": "Explain"}]},
    {
        **HEAD,
        "type": "assistant",
        "ts": LATER,
        "id": "m1",
        "input_tokens": 30,
        "output_tokens": 166,
        "content": [
            {"type": "text", "text": "Simple."},
            use("c1", {"output": "made", "status": "success"}),
            use("c2", {"output": "no rule", "status": "error"}),
            use("c3", None),
        ],
    },
    {**HEAD, "type": "later", "ts": LATER, "content": None},
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "transcript.jsonl"
    made.write_bytes(encode(ROWS))
    return made


def test_figures(path: Path) -> None:
    with Transcript.open(path, FileFacts(str(path), name_id="0d6f")) as transcript:
        session = transcript.session()
    summary, counts = session.summary, session.summary.counts
    assert (summary.id, summary.format, summary.originator) == ("0d6f", "entire", "copilot-cli")
    assert (summary.started_at, summary.ended_at) == (AT, LATER)
    assert (counts.prompts, counts.messages, counts.calls, counts.calls_failed) == (1, 1, 3, 1)
    assert (counts.unknown_rows, counts.calls_unanswered, counts.orphan_outputs) == (1, 1, 0)
    found = [item for item in session.turns[0].items if isinstance(item, Call)]
    assert [(each.status, each.output, each.at) for each in found] == [
        ("ok", "made", LATER),
        ("failed", "no rule", LATER),
        ("unanswered", None, LATER),
    ]


def test_tokens_are_partial_and_say_nothing_of_the_cache(path: Path) -> None:
    with Transcript.open(path) as transcript:
        session = transcript.session()
    for usage in (session.summary.usage, session.turns[0].usage):
        assert usage is not None
        assert (usage.input_tokens, usage.cached_input_tokens, usage.output_tokens) == (30, None, 166)
    assert session.summary.usage is not None and not session.summary.usage.complete


def test_the_ends_tell_place_and_time(path: Path) -> None:
    found = head_summary(FileFacts(str(path)), path)
    assert (found.first_prompt, found.started_at, found.ended_at) == ("Explain", AT, LATER)


@pytest.mark.parametrize("words", ["<local-command-stdout>x", "[Request interrupted by user]"])
def test_what_nobody_typed(words: str) -> None:
    events = Decoder().events({"v": 1, "type": "user", "content": words})
    assert [type(each) for each in events] == [Meta, Remark]


def test_text_without_a_list() -> None:
    events = Decoder().events({"v": 1, "type": "user", "content": "Explain"})
    assert [each.text for each in events if isinstance(each, Prompt)] == ["Explain"]


@given(
    st.dictionaries(
        st.sampled_from(["ts", "id", "agent", "input_tokens", "content"]),
        st.none()
        | st.integers()
        | st.text(max_size=4)
        | st.lists(st.dictionaries(st.just("type"), st.just("tool_use"))),
    )
)
def test_no_row_makes_the_reader_stumble(more: JsonObject) -> None:
    row = {"v": 1, "type": "assistant", "content": None, **more}
    assert is_whole_row(row)
    assert type(Decoder().events(row)[0]) is Meta
