"""The reading points of the conformance list that concern Claude Code, each by its number.

73 belongs to Entire; 74 and 76 are in `tests/catalog`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from claude_kit import (
    AT,
    DATED,
    OTHER,
    PLAIN,
    SAID,
    SESSION,
    JsonObject,
    assistant,
    build,
    counts,
    items,
    result,
    row,
    statuses,
    summary,
    text,
    tokens,
    usage,
    use,
    user,
)
from codexlog.catalog.listing import full_summary
from codexlog.model import Counts, Summary
from codexlog.timeline.outline import outline
from codexlog.timeline.summary import FileFacts
from codexlog.timeline.times import utc
from codexlog.triage.tokens import add_usage, spent


def read(folder: Path, data: bytes, name: str = f"{SESSION}.jsonl") -> Summary:
    path = folder / name
    path.write_bytes(data)
    return full_summary(FileFacts(str(path)), path)


def line(*rows: JsonObject) -> bytes:
    return b"".join(json.dumps(each).encode() for each in rows)


def test_reader_58_a_glued_pair_gives_both_rows(tmp_path: Path) -> None:
    found = read(tmp_path, line(PLAIN) + b"\n" + line(SAID, user("Go on")) + b"\n").counts
    assert (found.rows, found.bad_rows, found.prompts, found.messages) == (3, 0, 2, 1)


@pytest.mark.parametrize(
    "data",
    [
        line(PLAIN) + b"\n" + line(SAID),
        b"\xef\xbb\xbf" + line(PLAIN) + b"\n" + line(SAID) + b"\n",
        line(PLAIN) + b"\r\n" + line(SAID) + b"\r\n",
        b"\n \t\n" + line(PLAIN) + b"\n\n" + line(SAID) + b"\n\n",
    ],
    ids=["no final newline", "BOM", "CRLF", "blank lines"],
)
def test_reader_59_line_ends(tmp_path: Path, data: bytes) -> None:
    found = read(tmp_path, data).counts
    assert (found.rows, found.bad_rows, found.prompts, found.messages) == (2, 0, 1, 1)


def test_reader_60_usage_once_a_message() -> None:
    rows = [assistant(text("x"), usage=tokens(output=output)) for output in (2, 2, 87)]
    found = usage(*rows)
    assert (found.output_tokens, found.cached_input_tokens, found.cache_write_tokens) == (87, 9000, 100)
    assert (found.input_tokens, found.complete) == (9103, False)
    assert usage(*rows[:2], assistant(usage=tokens(output=87), stop_reason="end_turn")).complete


def test_reader_61_a_message_in_two_files_counts_once_in_a_total() -> None:
    own = assistant(text("a"), key="msg_1", usage=tokens(output=5))
    copied = {**own, "sessionId": OTHER, "forkedFrom": {"sessionId": SESSION, "messageUuid": "u"}}
    later = {**assistant(text("b"), key="msg_2", usage=tokens(output=7)), "sessionId": OTHER}
    source, fork = summary(PLAIN, own), summary(copied, later, path=f"{OTHER}.jsonl")
    assert fork.usage is not None and fork.usage.output_tokens == 12
    assert fork.copied_usage is not None and fork.copied_usage.output_tokens == 5
    assert (source.copied_usage, spent(source)) == (None, source.usage)
    total = add_usage(map(spent, (source, fork)))
    assert total is not None
    assert (total.output_tokens, total.cached_input_tokens, total.input_tokens) == (12, 18_000, 18_206)
    assert spent(replace(fork, usage=None)) is None


def test_reader_62_rows_without_message_id_count_each() -> None:
    rows = [assistant(text("x"), key=None, usage=tokens(output=5)) for _ in range(3)]
    for number, each in enumerate(rows):
        each["uuid"] = f"u{number}"
    assert usage(*rows).output_tokens == 15


def test_reader_63_the_use_of_subagents_is_told_by_their_own_files() -> None:
    inner = {"type": "agent_progress", "message": {"message": {"id": "msg_9", "usage": tokens(output=50)}}}
    done = user([result("t")], toolUseResult={"agentId": "a1", "totalTokens": 99, "usage": tokens()})
    main = [
        PLAIN,
        assistant(use("t", name="Task"), usage=tokens(output=5)),
        row("progress", data=inner),
        done,
    ]
    assert usage(*main).output_tokens == 5
    child = summary(
        user("Look", isSidechain=True, agentId="a1"),
        {**assistant(usage=tokens(output=50)), "isSidechain": True, "agentId": "a1"},
        path=f"{SESSION}/subagents/agent-a1.jsonl",
    )
    assert (child.id, child.parent_id) == ("agent-a1", SESSION)
    assert child.usage is not None and child.usage.output_tokens == 50


def test_reader_64_parallel_results_are_both_attached() -> None:
    rows = [
        PLAIN | {"uuid": "p"},
        assistant(use("a")) | {"uuid": "a1", "parentUuid": "p"},
        assistant(use("b")) | {"uuid": "a2", "parentUuid": "a1"},
        user([result("b")]) | {"uuid": "r2", "parentUuid": "a2"},
        user([result("a")]) | {"uuid": "r1", "parentUuid": "a1"},
        assistant(text("Both."), key="msg_2") | {"uuid": "a3", "parentUuid": "r2"},
    ]
    assert statuses(*rows) == [("ok", None), ("ok", None)]


def test_reader_65_a_compaction_is_bridged(tmp_path: Path) -> None:
    summed = "This session is being continued from a previous conversation that ran out of context."
    rows = [
        PLAIN | {"uuid": "p", "parentUuid": None},
        assistant(use("a")) | {"uuid": "a1", "parentUuid": "p"},
        row(
            "system", subtype="compact_boundary", parentUuid=None, logicalParentUuid="a1", content="Compacted"
        ),
        user(summed, isCompactSummary=True, isVisibleInTranscriptOnly=True),
        user([result("a")]),
        assistant(text("Done."), key="msg_2"),
    ]
    found = summary(*rows)
    assert (found.counts.prompts, found.counts.compactions, found.counts.turns) == (1, 1, 1)
    assert (found.counts.calls_unanswered, found.outcome) == (0, "completed")
    kinds = [getattr(each, "what", each.kind) for each in items(tmp_path, *rows)]
    assert kinds == ["message", "call", "compacted", "compacted", "message"]


@pytest.mark.parametrize("parents", [("gone", "gone"), ("b", "a"), ("a", "a"), (None, None), (3, [])])
def test_reader_66_any_parent_ends_and_loses_no_row(parents: tuple[Any, Any]) -> None:
    rows = [PLAIN | {"uuid": "a", "parentUuid": parents[0]}, SAID | {"uuid": "b", "parentUuid": parents[1]}]
    found = counts(*rows)
    assert (found.rows, found.prompts, found.messages, found.turns) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    "twin",
    ["Error: no", "User rejected tool use", [{"type": "text", "text": "x"}], {"stdout": "x"}, None, 7],
)
def test_reader_67_any_form_of_the_structured_result(twin: Any) -> None:
    answer = user([result("a", "x", is_error=isinstance(twin, str))])
    given = answer | ({} if twin == 7 else {"toolUseResult": twin})
    assert statuses(assistant(use("a")), given) == [("failed" if isinstance(twin, str) else "ok", None)]


@pytest.mark.parametrize(
    "odd",
    [
        row("novelty"),
        {"uuid": "u", "sessionId": SESSION, "timestamp": AT},
        row("assistant", message=None),
        row("assistant", message="event: message_start"),
        row("assistant", message={"0": "e", "1": "v", "content": []}, parentUuid="request_1"),
        {"type": 7, "sessionId": SESSION},
    ],
    ids=["type", "no type", "null", "text", "digits", "number"],
)
def test_reader_68_odd_rows_are_kept(odd: JsonObject, tmp_path: Path) -> None:
    assert counts(PLAIN, odd, SAID).rows == 3
    found = items(tmp_path, PLAIN, odd, SAID)
    assert [each.row for each in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("flag", "status"),
    [({}, "ok"), ({"is_error": False}, "ok"), ({"is_error": None}, "ok"), ({"is_error": True}, "failed")],
)
def test_reader_69_is_error_has_three_states(flag: dict[str, Any], status: str) -> None:
    assert statuses(assistant(use("a")), user([result("a", "x", **flag)])) == [(status, None)]


def test_reader_71_a_gemini_document_is_not_thousands_of_bad_rows(tmp_path: Path) -> None:
    document = {"sessionId": "x", "messages": [{"type": "user", "content": "a"}] * 50}
    found = read(tmp_path, json.dumps(document, indent=2).encode(), "full.jsonl").counts
    assert found.bad_rows == 0


def test_reader_72_stripped_rows_are_read() -> None:
    call, answer = assistant(use("a"), text("On it."), usage=tokens(output=5)), user([result("a")])
    rows = [{key: each[key] for key in ("type", "uuid", "message")} for each in (PLAIN, call, answer)]
    found = summary(*rows, path=f"{DATED}/full.jsonl")
    expected = Counts(rows=3, turns=1, prompts=1, messages=1, calls=1, words_approx=5, input_words_approx=3)
    assert found.counts == expected
    assert found.usage is not None and found.usage.output_tokens == 5


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.123Z"),
        ("2026-03-01T10:00:00.123456+00:00", "2026-03-01T10:00:00.123Z"),
        ("2026-03-01T10:00:00.123456789+00:00", "2026-03-01T10:00:00.123Z"),
        ("2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00Z"),
        ("yesterday", None),
        ("", None),
    ],
)
def test_reader_75_times(written: str, read: str | None) -> None:
    assert utc(written) == read
    found = summary(PLAIN | {"timestamp": written})
    assert (found.started_at, found.ended_at) == (read, read)
    absent = {key: value for key, value in PLAIN.items() if key != "timestamp"}
    assert summary(absent).started_at is None


def test_the_outline_of_a_fork_says_what_was_copied() -> None:
    copied = assistant(text("a"), usage=tokens(output=5)) | {"forkedFrom": {"sessionId": OTHER}}
    metering = outline(build(PLAIN, copied), FileFacts(f"{SESSION}.jsonl")).metering
    assert metering is not None and metering.basis.copied == (9103, 9000, 100, 5, None)
