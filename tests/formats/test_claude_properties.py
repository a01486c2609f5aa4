"""Any rows in any order: every entry can be shown, and figures do not depend on how the rows came."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from claude_kit import AT, OTHER, PATH, SESSION, JsonObject, build, row, text
from codexlog.catalog.find.texts import own_texts
from codexlog.rows.decode import Row
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.entries import CALL
from codexlog.timeline.hydrate import item
from codexlog.timeline.summary import FileFacts, summarize

IDS = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(
    [
        "Fix it", "", "<command-name>/cost</command-name>", "<command-name>/review</command-name>",
        "<local-command-stdout>x</local-command-stdout>", "<bash-input>ls</bash-input>",
        "<task-notification>x</task-notification>", "[Request interrupted by user]",
        "<persisted-output>\nsaved to: /x/tool-results/b.txt\n",
    ]
)  # fmt: skip
BLOCKS = st.one_of(
    TEXTS.map(text),
    st.builds(lambda call, words: {"type": "tool_result", "tool_use_id": call, "content": words}, IDS, TEXTS),
    st.builds(lambda call: {"type": "tool_use", "id": call, "name": "Bash", "input": {}}, IDS),
    st.just({"type": "thinking", "thinking": "x"}),
    st.just({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA=="}}),
    st.sampled_from([{"type": "novelty"}, {}, "text", None]),
)
USAGE = st.none() | st.fixed_dictionaries(
    {"output_tokens": st.integers(0, 9), "input_tokens": st.integers(-1, 9)}
)
ENVELOPE = st.fixed_dictionaries(
    {
        "uuid": IDS,
        "parentUuid": st.none() | IDS,
        "isSidechain": st.booleans(),
        "isMeta": st.booleans(),
        "sessionId": st.sampled_from([SESSION, OTHER]),
        "timestamp": st.sampled_from([AT, ""]),
    },
    optional={
        "isCompactSummary": st.just(True),
        "forkedFrom": st.just({"sessionId": OTHER}),
        "toolUseResult": st.sampled_from(["Error", {"stdout": "x", "interrupted": True}, []]),
    },
)
MESSAGE = st.fixed_dictionaries(
    {"content": st.lists(BLOCKS, max_size=3) | TEXTS},
    optional={
        "id": IDS,
        "model": st.sampled_from(["m", "<synthetic>"]),
        "usage": USAGE,
        "stop_reason": TEXTS,
    },
)
OTHERS = st.sampled_from(
    [
        row("system", subtype="compact_boundary", content="x"),
        row("system", subtype="local_command", content="<local-command-stdout>x</local-command-stdout>"),
        row("attachment", attachment={"type": "queued_command", "prompt": "Fix it"}),
        row("attachment", attachment={"type": "hook_blocking_error", "blockingError": {}}),
        {"type": "summary", "summary": "x", "leafUuid": "a"},
        row("progress"), row("novelty"), {"type": None}, {},
    ]
)  # fmt: skip


def spoken(kind: str, envelope: JsonObject, message: Any) -> JsonObject:
    return row(kind, **envelope, message=message)


ROWS = st.lists(
    st.builds(spoken, st.sampled_from(["user", "assistant"]), ENVELOPE, MESSAGE) | OTHERS, max_size=12
)


@given(ROWS)
@settings(max_examples=150)
def test_every_entry_can_be_shown_and_searched(rows: list[JsonObject]) -> None:
    entries = build(*rows).own.entries
    for index in range(len(entries)):
        entry = entries[index]
        output = rows[entry.out_line - 1] if entry.kind == CALL and entry.out_line else None
        shown = item(entry, rows[entry.line - 1], output)
        assert shown.row == entry.line
        assert all(isinstance(each, str) for each in own_texts(entry, rows[entry.line - 1]))


@given(ROWS)
@settings(max_examples=100)
def test_figures_are_those_of_the_rows_so_far(rows: list[JsonObject]) -> None:
    builder, figures = TimelineBuilder(), TimelineBuilder(figures_only=True)
    for number, each in enumerate(rows, 1):
        builder.feed(Row(number, number * 1000, each))
        figures.feed(Row(number, number * 1000, each))
    whole = summarize(builder, FileFacts(PATH))
    assert summarize(figures, FileFacts(PATH)) == whole
    counts = whole.counts
    assert counts.rows == len(rows)
    assert min(counts.prompts, counts.messages, counts.calls_unanswered, counts.orphan_outputs) >= 0
    assert counts.calls_unanswered + counts.calls_failed <= counts.calls
