"""However a session comes in, the same timeline comes out; and whatever comes in, one comes out."""

from __future__ import annotations

import io
import json
import random
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codexlog.catalog.transcript import Transcript
from codexlog.formats import codex, codex_items, codex_results
from codexlog.formats.codex_exec import STREAM_TYPES, TOOLS
from codexlog.formats.dialect import is_whole_row
from codexlog.report.as_json import dumps, session_document
from codexlog.rows.decode import Row
from codexlog.rows.follow import Follower
from codexlog.rows.forward import pieces
from codexlog.rows.source import spool
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.outline import Outline, outline
from corpus import shuffled, write_session
from rollout import (
    FACTS,
    PARENT,
    call,
    encode,
    event,
    exited,
    item,
    message,
    meta,
    output,
    poll,
    running,
    task_started,
    tokens,
    wrapped,
)

JsonObject = dict[str, Any]
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SESSION: list[JsonObject] = [
    meta(),
    meta(PARENT),
    message("user", "old"),
    call("old"),
    task_started("t1", started_at=1772359201),
    message("user", "<environment_context>\n<cwd>/</cwd>\n</environment_context>", "do it"),
    event("user_message", message="do it"),
    wrapped("turn_context", {"model": "m", "cwd": "/srv"}),
    tokens((100, 10, 5, 1), (100, 10, 5, 1)),
    call("a"),
    output("a", running(7)),
    output("early", exited(1)),
    call("early"),
    poll("b", 7),
    output("b", exited(2)),
    event("agent_message", message="shown"),
    message("assistant", "shown"),
    event("agent_message", message="never written"),
    wrapped("compacted", {"message": ""}),
    event("context_compacted"),
    event("turn_aborted", turn_id="t1", reason="interrupted"),
    wrapped("unheard of", {}),
    output("nobody", "x" * 5000),
]


def seen(found: Outline) -> tuple[object, ...]:
    return found.summary, found.turns, [found.entries[index] for index in range(len(found.entries))]


def read(data: bytes) -> tuple[object, ...]:
    builder = TimelineBuilder()
    for piece in pieces(spool(io.BytesIO(data)), is_whole_row):
        builder.feed(piece)
    return seen(outline(builder, FACTS))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A session with rows left out, doubled, torn, glued."""
    lines = encode(draw(st.lists(st.sampled_from(SESSION), max_size=25))).split(b"\n")
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(lines[place])))
        end = draw(st.sampled_from([b"\n", b"", b"\r\n", b"\0"]))
        lines[place] = (
            lines[place][:cut] + end + draw(st.sampled_from([lines[place], b"", lines[place][cut:]]))
        )
    return b"\n".join(lines)


@FEW
@given(damaged(), st.lists(st.integers(0, 4000), max_size=12))
def test_any_slicing_gives_the_same_timeline_as_reading_it_whole(data: bytes, cuts: list[int]) -> None:
    builder = TimelineBuilder()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        path.touch()
        follower = Follower(path, is_whole_row)
        place = 0
        for cut in [*sorted(cuts), len(data)]:
            with path.open("ab") as file:
                file.write(data[place:cut])
            place = max(place, cut)
            growth = follower.poll()
            assert not growth.restarted
            for piece in growth.pieces:
                builder.feed(piece)
            outline(builder, FACTS)
        follower.close()
    assert growth.pending == len(data) - data.rfind(b"\n") - 1
    assert seen(outline(builder, FACTS)) == read(data[: data.rfind(b"\n") + 1])


@FEW
@given(damaged())
def test_every_row_and_bad_piece_is_counted(data: bytes) -> None:
    found = list(pieces(spool(io.BytesIO(data)), is_whole_row))
    summary, *_ = read(data)
    rows = sum(isinstance(piece, Row) for piece in found)
    counts = summary.counts  # type: ignore[attr-defined]
    assert (counts.rows, counts.bad_rows) == (rows, len(found) - rows)


def corpus(folder: Path) -> list[JsonObject]:
    path = write_session(folder / "a.jsonl", size_bytes=150_000, seed=3).path
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("seed", range(4))
def test_key_order_changes_nothing(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    for rows in (SESSION, corpus(tmp_path)):
        other = [shuffled(row, rng) for row in rows]
        assert [list(row) for row in other] != [list(row) for row in rows]  # type: ignore[call-overload]
        assert read(encode(other)) == read(encode(rows))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ values of wrong types

JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(10**19, 10**400),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(
            ["completed", "2026-03-01T10:00:00.000Z", "0001-01-01T00:00:00+05:00", "x" * 5000, "\x1b[2J"]
        ),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "action",
    "aggregated_output",
    "arguments",
    "author",
    "call_id",
    "changes",
    "cli_version",
    "codex_error_info",
    "content",
    "cwd",
    "duration",
    "encrypted_content",
    "error",
    "exit_code",
    "forked_from_id",
    "git",
    "history_base",
    "id",
    "images",
    "info",
    "input",
    "item",
    "kind",
    "local_images",
    "message",
    "metadata",
    "model",
    "model_context_window",
    "name",
    "num_turns",
    "output",
    "parent_thread_id",
    "payload",
    "phase",
    "rate_limits",
    "reason",
    "replacement_history",
    "response_id",
    "result",
    "review_output",
    "role",
    "source",
    "started_at",
    "status",
    "success",
    "subagent_history_start_ordinal",
    "summary",
    "text",
    "thread_id",
    "thread_name",
    "thread_settings",
    "timestamp",
    "tools",
    "turn_id",
    "usage",
    "user_facing_hint",
]
INNER = [
    "cached_input_tokens",
    "exit_code",
    "input_tokens",
    "last_token_usage",
    "nanos",
    "output_tokens",
    "primary",
    "secs",
    "text",
    "type",
    "total_token_usage",
    "total_tokens",
    "used_percent",
    "url",
    "image_url",
    "branch",
    "subagent",
    "thread_spawn",
    "Ok",
    "Err",
    "isError",
]
DEEP = st.one_of(
    JSON,
    st.dictionaries(st.sampled_from(FIELDS + INNER), JSON, max_size=5),
    st.lists(
        st.dictionaries(st.sampled_from(["type", "text", "image_url", "path"]), JSON, max_size=3), max_size=3
    ),
    st.dictionaries(
        st.sampled_from(INNER), st.dictionaries(st.sampled_from(INNER), JSON, max_size=4), max_size=3
    ),
)
KINDS = st.one_of(
    st.tuples(st.just("event_msg"), st.sampled_from(sorted(codex.EVENTS))),
    st.tuples(st.just("response_item"), st.sampled_from(sorted(codex_items.ITEM_TYPES))),
    st.tuples(st.sampled_from(sorted(codex.ROWS)), JSON),
    st.tuples(JSON, JSON),
)
PAYLOADS = st.dictionaries(st.sampled_from(FIELDS), DEEP, max_size=8)


@st.composite
def odd_row(draw: st.DrawFn) -> JsonObject:
    shape = draw(st.integers(0, 3))
    if shape == 0:  # bare
        return {"type": draw(st.sampled_from(sorted(codex_items.ITEM_TYPES)) | JSON), **draw(PAYLOADS)}
    if shape == 1:  # stream
        inner = {"type": draw(st.sampled_from(sorted(TOOLS)) | JSON), **draw(PAYLOADS)}
        return {
            "type": draw(st.sampled_from(sorted(STREAM_TYPES))),
            **draw(PAYLOADS),
            "item": draw(st.just(inner) | JSON),
        }
    kind, inner_kind = draw(KINDS)
    payload = {"type": inner_kind, **draw(PAYLOADS)}
    if shape == 3 and isinstance(payload.get("item"), dict):
        payload["item"]["type"] = draw(st.sampled_from(sorted(codex_results.COMPLETED_ITEMS)))
    more = draw(
        st.dictionaries(st.sampled_from(["timestamp", "ordinal", "metadata", "id", "uuid"]), JSON, max_size=3)
    )
    return {**more, "type": kind, "payload": draw(st.just(payload) | JSON)}


@settings(FEW, max_examples=250)
@given(st.lists(odd_row(), min_size=1, max_size=6), st.booleans())
def test_values_of_any_type_are_survived_and_counted(rows: list[JsonObject], invalid: bool) -> None:
    data = encode(rows)
    if invalid:  # the tolerant decoder gives integers of any size
        data = re.sub(rb"(?m)^\{", b'{"\xff":0,', data)
    session = Transcript(spool(io.BytesIO(data)), FACTS).session()
    assert session.summary.counts.rows == len(rows)
    assert session.summary.counts.bad_rows == 0
    json.loads(dumps(session_document(session)))


@pytest.mark.parametrize("depth", [100, 250, 260, 700, 1020])
@pytest.mark.parametrize("place", ["payload", "arguments", "string", "type", "inner type", "output"])
def test_nesting_of_any_depth_is_survived(depth: int, place: str) -> None:
    deep = b"[" * depth + b"]" * depth
    row = {
        "payload": wrapped("odd", {"x": "@"}),
        "arguments": item("tool_search_call", status="completed", arguments={"x": "@"}),
        "string": call("a", arguments="$"),
        "type": {"type": "@", "payload": {}},
        "inner type": wrapped("event_msg", {"type": "@"}),
        "output": item("tool_search_output", call_id="a", tools=["@"]),
    }[place]
    data = encode([row]).replace(b'"@"', deep).replace(b'"$"', b'"{\\"x\\":' + deep + b'}"')
    session = Transcript(spool(io.BytesIO(data)), FACTS).session()
    assert session.summary.counts.rows + session.summary.counts.bad_rows == 1
    json.loads(dumps(session_document(session)))
