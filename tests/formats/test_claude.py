from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from claude_kit import (
    AT,
    DATED,
    LOCAL,
    OTHER,
    PATH,
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
    slash,
    statuses,
    summary,
    text,
    tokens,
    usage,
    use,
    user,
)
from codexlog.catalog.listing import full_summary, head_summary
from codexlog.catalog.transcript import Transcript
from codexlog.formats.claude_results import verdict
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import Unknown
from codexlog.rows.decode import Row
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.outline import outline
from codexlog.timeline.summary import FileFacts, summarize
from rollout import encode

# ------------------------------------------------------------------------------------------ identity


def test_identity_of_a_plain_session() -> None:
    found = summary(
        {"type": "file-history-snapshot", "messageId": "m", "snapshot": {}}, PLAIN, row("user", gitBranch="")
    )
    assert (found.id, found.format, found.cwd, found.cli_version) == (SESSION, "claude", "/srv/app", "2.1.40")
    assert (found.started_at, found.ended_at, found.parent_id) == (AT, AT, None)


def test_the_file_stem_decides_between_sessions() -> None:
    rows = [user("a", sessionId=OTHER), user("b", sessionId=OTHER), user("c")]
    assert summary(*rows).id == SESSION
    assert summary(*rows, path="elsewhere.jsonl").id == OTHER


def test_a_file_of_side_rows_is_a_sub_agent() -> None:
    rows = [user("Look", isSidechain=True, agentId="a1b2"), {**SAID, "isSidechain": True, "agentId": "a1b2"}]
    found = summary(*rows, path=f"{OTHER}/subagents/agent-a1b2.jsonl")
    assert (found.id, found.parent_id, found.source) == ("agent-a1b2", SESSION, "subagent")
    assert (found.counts.prompts, found.first_prompt) == (1, "Look")


def test_side_prompts_do_not_count_beside_main_rows() -> None:
    side = user("Look", isSidechain=True)
    assert counts(PLAIN, side, SAID).prompts == 1
    assert counts(side, PLAIN, SAID).prompts == 1
    assert counts(side, SAID).prompts == 0


@pytest.mark.parametrize(
    ("path", "session", "expected"),
    [
        (PATH, SESSION, "claude"),
        (f"a/.entire/metadata/{SESSION}/full.jsonl", SESSION, "entire"),
        ("full.log", SESSION, "entire"),
        ("full.jsonl.001", SESSION, "entire"),
        (f"a\\.entire\\{SESSION}.jsonl", SESSION, "entire"),
    ],
)
def test_the_place_tells_a_copy(path: str, session: str, expected: str) -> None:
    assert summary(user("a", sessionId=session), path=path).format == expected


def test_dated_sessions_without_envelope_are_entires() -> None:
    bare = {
        "type": "user",
        "sessionId": DATED,
        "uuid": "u",
        "timestamp": "2026-02-10T23:31:00.123456789+00:00",
    }
    written = {**bare, "message": {"role": "user", "content": [text("Explain")]}}
    found = summary(written, path="b.jsonl")
    assert (found.format, found.id, found.ended_at) == ("entire", DATED, "2026-02-10T23:31:00.123Z")
    assert summary({**written, "userType": "external"}, path="b.jsonl").format == "claude"


def test_rows_stripped_by_entire() -> None:
    rows = [{key: each[key] for key in ("type", "uuid", "message")} for each in (PLAIN, SAID)]
    found = summary(*rows, {"type": "progress", "uuid": "x", "message": None}, path=f"{DATED}/full.jsonl")
    assert (found.id, found.format, found.started_at, found.ended_at) == (SESSION, "entire", None, None)
    assert (found.counts.prompts, found.counts.messages, found.counts.unknown_rows) == (1, 1, 0)


def test_model_is_the_last_real_one() -> None:
    later = assistant(text("b"), key="msg_2", model="claude-sonnet-4-5")
    assert summary(SAID, later, assistant(text("No response requested."), model="<synthetic>")).model == (
        "claude-sonnet-4-5"
    )


def test_a_detached_head_is_no_branch() -> None:
    assert summary(user("a", gitBranch="HEAD"), user("b", gitBranch="main")).branch == "main"


def test_titles() -> None:
    ai, custom = row("ai-title", aiTitle="Parser"), row("custom-title", customTitle="Mine")
    old = {"type": "summary", "summary": "Old", "leafUuid": "u"}
    assert summary(PLAIN, old).title == summary(old, PLAIN).title == "Old"
    assert summary(PLAIN, old, old | {"summary": "Newer"}).title == "Newer"
    assert summary(PLAIN, ai, old).title == "Parser"
    assert summary(PLAIN, custom, ai).title == "Mine"


def test_a_summary_of_another_session_names_this_one_not() -> None:
    """Releases up to 2.1.3x wrote what earlier sessions were about to the head of the next one."""
    other = {"type": "summary", "summary": "Another talk", "leafUuid": "elsewhere"}
    assert summary(other, PLAIN).title == "Fix the parser"
    assert summary(other).title == "Another talk"


@pytest.mark.parametrize(
    ("rows", "source"),
    [
        ([user("a", forkedFrom={"sessionId": OTHER, "messageUuid": "m"}), user("b")], OTHER),
        ([user("a", forkedFrom=OTHER)], OTHER),
        ([user("a", sessionId=OTHER), user("b")], OTHER),
        ([user("a"), user("b", sessionId=OTHER)], None),
        ([user("a", sessionId=OTHER)], None),
        ([user("a", forkedFrom={"sessionId": SESSION})], None),
        ([user("a", forkedFrom=3)], None),
        ([user("a", isSidechain=True, agentId="a1", forkedFrom=OTHER)], None),
    ],
    ids=[
        "named",
        "as text",
        "by copied ids",
        "another later",
        "a file renamed",
        "itself",
        "no name",
        "agent",
    ],
)
def test_a_fork_names_its_source(rows: list[JsonObject], source: str | None) -> None:
    assert summary(*rows).forked_from == source


# ------------------------------------------------------------------------------------------- prompts


@pytest.mark.parametrize(
    ("content", "prompt"),
    [
        ("Fix it", "Fix it"),
        ([text("Fix"), text("it")], "Fix\nit"),
        ("<ide_opened_file>a.py</ide_opened_file>Fix it", "Fix it"),
        ("<system-reminder>\nx\n</system-reminder>\n Fix it", "Fix it"),
        ([text("<ide_selection>x</ide_selection>"), text("Fix it")], "Fix it"),
        ([result("t"), text("Fix it")], "Fix it"),
        (
            [{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}],
            "[Image]",
        ),
        ("<system-reminder>x</system-reminder>", None),
        ([result("t")], None),
        ("  ", None),
        ("<local-command-stdout>x</local-command-stdout>", None),
        ("<local-command-caveat>Caveat</local-command-caveat>", None),
        ("Caveat: The messages below were generated", None),
        ("<bash-input>ls</bash-input>", None),
        ("<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>", None),
        ("<task-notification>done</task-notification>", None),
        ("[Request interrupted by user for tool use]", None),
        ("This session is being continued from a previous conversation that", None),
    ],
)
def test_what_is_a_prompt(content: Any, prompt: str | None) -> None:
    found = summary(user(content))
    assert (found.first_prompt, found.counts.prompts) == (prompt, 0 if prompt is None else 1)


@pytest.mark.parametrize("mark", ["isMeta", "isCompactSummary"])
def test_marked_rows_are_no_prompts(mark: str) -> None:
    assert counts(user("Words", **{mark: True})).prompts == 0


def test_a_command_is_its_name_and_arguments() -> None:
    assert summary(slash("/review", "the parser"), SAID).first_prompt == "/review the parser"
    assert summary(user("<command-message>init</command-message>"), SAID).first_prompt == "init"


@pytest.mark.parametrize(
    "name", ["/clear", "/compact", "/exit", "/quit", "/model", "/resume", "login", "/logout"]
)
def test_commands_that_never_reach_the_model(name: str) -> None:
    found = counts(slash(name), SAID)
    assert (found.prompts, found.turns) == (0, 1)


@pytest.mark.parametrize(
    "told",
    [LOCAL, row("system", subtype="local_command", content="<local-command-stdout>x</local-command-stdout>")],
)
def test_local_output_takes_a_command_back(told: JsonObject) -> None:
    rows = [slash("/cost"), row("user", isMeta=True, message={"role": "user", "content": "x"}), told]
    assert counts(rows[0]).prompts == 1
    found = summary(*rows)
    assert (found.counts.prompts, found.counts.turns, found.first_prompt, found.outcome) == (
        0,
        0,
        None,
        "empty",
    )
    assert found.counts.input_words_approx == 0
    assert summary(*rows, PLAIN).first_prompt == "Fix the parser"
    assert counts(PLAIN, SAID, *rows).turns == 1


@pytest.mark.parametrize(
    "between", [SAID, assistant(use("t")), assistant({"type": "thinking", "thinking": "x"})]
)
def test_local_output_after_an_answer_takes_nothing_back(between: JsonObject) -> None:
    assert counts(slash("/review"), between, LOCAL).prompts == 1


def test_local_output_belongs_to_the_last_typed_row() -> None:
    assert counts(slash("/review"), PLAIN, LOCAL).prompts == 2
    assert counts(slash("/review"), slash("/clear"), LOCAL).prompts == 1
    assert counts(slash("/review"), slash("/cost"), LOCAL).prompts == 1


def test_a_sub_agents_own_file_follows_the_same_rules() -> None:
    rows = [slash("/cost"), LOCAL, queued("b"), user("b"), SAID]
    assert counts(*({**each, "isSidechain": True} for each in rows)).prompts == 1


def test_a_local_command_becomes_a_note(tmp_path: Path) -> None:
    found = items(
        tmp_path, PLAIN, SAID, slash("/cost"), LOCAL, user("Go on"), assistant(text("Yes."), key="m2")
    )
    assert [(each.kind, getattr(each, "what", None)) for each in found] == [
        ("message", None),
        ("message", None),
        ("note", "command"),
        ("note", "command_output"),
        ("message", None),
        ("message", None),
    ]
    assert [each.text for each in found if each.kind == "note"] == ["/cost", "Total cost: 1"]


def queued(prompt: Any, **more: Any) -> JsonObject:
    return row("attachment", attachment={"type": "queued_command", "prompt": prompt, **more})


def test_queued_prompts() -> None:
    assert counts(PLAIN, queued("And the docs"), SAID).prompts == 2
    assert counts(PLAIN, queued([text("And the docs")], commandMode="prompt"), SAID).prompts == 2
    assert counts(PLAIN, queued("x", commandMode="task-notification"), SAID).prompts == 1
    assert counts(PLAIN, row("queue-operation", operation="enqueue", content="And the docs")).prompts == 1


def test_a_typed_row_stands_for_the_queued_prompt() -> None:
    typed = user("And the docs")
    for rows in ([PLAIN, queued("And the docs"), typed], [PLAIN, typed, queued("And the docs ")]):
        assert counts(*rows).prompts == 2
    assert counts(queued("And the docs"), typed).turns == 1
    assert summary(queued("b"), PLAIN, user("b")).first_prompt == "Fix the parser"


def test_a_queued_prompt_begins_no_turn_of_its_own() -> None:
    assert counts(PLAIN, SAID, queued("And the docs"), assistant(text("Done."), key="m2")).turns == 1


# --------------------------------------------------------------------------------- calls and results


def test_calls_and_results_in_one_row_each() -> None:
    rows = [assistant(use("a"), use("b")), user([result("a"), result("b", "bad", is_error=True)])]
    assert statuses(*rows) == [("ok", None), ("failed", None)]
    assert counts(*rows).orphan_outputs == 0


def test_a_call_counts_once() -> None:
    rows = [assistant(use("a")), assistant(use("a"), text("x")), user([result("a")]), user([result("a")])]
    found = counts(*rows)
    assert (found.calls, found.calls_unanswered, found.orphan_outputs) == (1, 0, 0)


@pytest.mark.parametrize("kind", ["server_tool_use", "mcp_tool_use"])
def test_other_calls_answered_in_the_same_row(kind: str) -> None:
    answer = {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"title": "t", "url": "u"}]}
    assert statuses(assistant(use("s", kind), answer)) == [("ok", None)]


def test_pages_that_a_search_found_are_told_without_their_ciphertext(tmp_path: Path) -> None:
    page = {"type": "web_search_result", "title": "Title", "url": "https://x.org", "encrypted_content": "Er0"}
    answer = {"type": "web_search_tool_result", "tool_use_id": "s", "content": [page, page]}
    call = items(tmp_path, PLAIN, assistant(use("s", "server_tool_use", "web_search"), answer))[-1]
    assert call.kind == "call" and call.output == "Title\nhttps://x.org\nTitle\nhttps://x.org"


def test_results_pair_wherever_they_stand() -> None:
    early = [user([result("a")]), assistant(use("a"))]
    assert statuses(*early) == [("ok", None)]
    assert counts(*early).orphan_outputs == 0
    found = counts(assistant(use("a")), user([result("zzz")]))
    assert (found.calls_unanswered, found.orphan_outputs) == (1, 1)


@pytest.mark.parametrize(
    ("words", "is_error", "interrupted", "expected"),
    [
        ("Exit code 1 in the body", False, False, ("ok", None)),
        ("stopped", False, True, ("aborted", None)),
        ("Command running in background with ID: b1", False, False, ("ok", None)),
        ("Exit code 2\nls: no such file", True, False, ("failed", 2)),
        ("Exit code 137\n[Request interrupted by user for tool use]", True, True, ("failed", 137)),
        ("<tool_use_error>File has not been read yet</tool_use_error>", True, False, ("failed", None)),
        ("<tool_use_error>Sibling tool call errored</tool_use_error>", True, False, ("aborted", None)),
        ("Cancelled: parallel tool call Bash(ls) errored", True, False, ("aborted", None)),
        ("[Request interrupted by user for tool use]", True, False, ("aborted", None)),
        ("The user doesn't want to proceed with this tool use. x", True, False, ("denied", None)),
        ("The user doesn't want to take this action right now.", True, False, ("denied", None)),
        ("Permission for this action was denied by x", True, False, ("denied", None)),
        ("Permission to use Bash has been denied.", True, False, ("denied", None)),
        ("Claude requested permissions to write to a.py", True, False, ("denied", None)),
        ("Command timed out after 2m 0s", True, False, ("timeout", None)),
        ("Exit code 143\nCommand timed out after 2m 0s", True, False, ("timeout", 143)),
        ("Permission denied", True, False, ("failed", None)),
        ("", True, False, ("failed", None)),
    ],
)
def test_verdict(words: str, is_error: bool, interrupted: bool, expected: tuple[str, int | None]) -> None:
    found = verdict(words, is_error=is_error, interrupted=interrupted)
    assert (found.status, found.exit_code) == expected


def test_interrupted_in_the_structured_result() -> None:
    rows = [assistant(use("a")), user([result("a")], toolUseResult={"stdout": "", "interrupted": True})]
    assert statuses(*rows) == [("aborted", None)]
    for harmless in ("Error: x", ["x"], None, {"interrupted": "yes"}):
        assert statuses(rows[0], user([result("a")], toolUseResult=harmless)) == [("ok", None)]


@pytest.mark.parametrize(
    "content", [None, "", [], {}, 3, [{"type": "tool_reference", "tool_name": "x"}], ["a"]]
)
def test_any_content_of_a_result(content: Any) -> None:
    assert statuses(assistant(use("a")), user([result("a", content)])) == [("ok", None)]


def test_a_hydrated_call(tmp_path: Path) -> None:
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    answer = user([result("a", [text("seen"), image])], toolUseResult={"durationMs": 12})
    (call,) = items(tmp_path, assistant(use("a")), answer)
    assert call.kind == "call"
    assert (call.name, call.arguments, call.output) == ("Bash", {"command": "ls"}, "seen")
    assert (call.output_row, call.duration_ms, [each.bytes for each in call.attachments]) == (2, 12, [3])


# ---------------------------------------------------------------------------- messages, usage, marks


def test_a_message_of_several_rows_counts_once(tmp_path: Path) -> None:
    rows = [assistant(text("One.")), assistant(use("a")), assistant(text("Two."), text("Three."))]
    assert counts(*rows).messages == 1
    shown = [each.text for each in items(tmp_path, *rows) if each.kind == "message"]
    assert shown == ["One.", "Two.", "Three."]


def test_messages_without_id_count_by_row() -> None:
    first = {**assistant(text("a"), text("b"), key=None), "uuid": "1"}
    assert counts(first, {**first, "uuid": "2"}).messages == 2
    nameless = {key: value for key, value in first.items() if key != "uuid"}
    assert counts(nameless, nameless).messages == 2


def test_blank_text_and_synthetic_rows_are_no_messages(tmp_path: Path) -> None:
    notice = assistant(text("No response requested."), model="<synthetic>", usage=tokens())
    failure = {**notice, "isApiErrorMessage": True}
    found = summary(PLAIN, assistant(text("  ")), notice)
    assert (found.counts.messages, found.usage) == (0, None)
    assert found.outcome == "incomplete"
    assert summary(PLAIN, failure).outcome == "failed"
    notes = [each.what for each in items(tmp_path, PLAIN, notice, failure) if each.kind == "note"]
    assert notes == ["notice", "error"]


def test_thinking(tmp_path: Path) -> None:
    blocks = [
        {"type": "thinking", "thinking": "Hm.", "signature": "abc"},
        {"type": "thinking", "thinking": "", "signature": "abc"},
        {"type": "redacted_thinking", "data": "abcd"},
    ]
    found = [each for each in items(tmp_path, assistant(*blocks)) if each.kind == "reasoning"]
    assert [(each.summary, each.encrypted_bytes) for each in found] == [("Hm.", 0), ("", 3), ("", 4)]


def test_usage_counts_a_response_once() -> None:
    rows = [
        assistant(text("a"), usage=tokens(output=2)),
        assistant(use("a"), usage=tokens(output=2)),
        assistant(use("b"), usage=tokens(output=87), stop_reason="tool_use"),
        assistant(text("c"), key="msg_2", usage=tokens(1, 5, 0, 10), stop_reason="end_turn"),
    ]
    found = usage(*rows)
    assert (found.input_tokens, found.cached_input_tokens, found.cache_write_tokens) == (9114, 9010, 100)
    assert (found.output_tokens, found.total_tokens, found.reasoning_output_tokens) == (92, 9206, None)
    assert found.complete


def test_usage_takes_the_maximum_of_each_field() -> None:
    first, second = tokens(10, 1, 0, 5), tokens(2, 7, 30, 0)
    for rows in ((first, second), (second, first)):
        found = usage(*(assistant(text("a"), usage=each) for each in rows))
        assert (found.input_tokens, found.output_tokens, found.cached_input_tokens) == (45, 7, 5)


def test_usage_is_partial_without_a_stop_reason() -> None:
    done = assistant(text("a"), usage=tokens(), stop_reason="end_turn")
    open_one = assistant(text("b"), key="msg_2", usage=tokens())
    assert usage(done, assistant(use("a"), usage=tokens())).complete
    assert usage(open_one, done).complete is False
    assert usage(open_one, assistant(use("a"), key="msg_2", usage=tokens(), stop_reason="tool_use")).complete


def test_usage_without_ids_counts_every_row() -> None:
    rows = [{**assistant(text("a"), key=None, usage=tokens(1, 1, 0, 0)), "uuid": each} for each in ("1", "2")]
    assert usage(*rows).total_tokens == 4
    nameless = [{key: value for key, value in each.items() if key != "uuid"} for each in rows]
    assert usage(*nameless).total_tokens == 4


@pytest.mark.parametrize(
    "figures", [None, [], {}, {"input_tokens": True, "output_tokens": -1}, {"input_tokens": "3"}]
)
def test_no_usage_is_unknown(figures: Any) -> None:
    assert summary(assistant(text("a"), usage=figures)).usage is None


def test_usage_leaves_out_progress_and_sub_results() -> None:
    inner = assistant(text("x"), key="msg_9", usage=tokens())
    rows = [row("progress", data={"type": "agent_progress", "message": inner}), assistant(use("t"))]
    assert summary(*rows, user([result("t")], toolUseResult={"usage": tokens()})).usage is None


def test_turn_usage() -> None:
    first = assistant(text("a"), usage=tokens(1, 2, 0, 0))
    second = assistant(text("b"), key="msg_2", usage=tokens(10, 20, 0, 0))
    found = outline(build(PLAIN, first, user("Go on"), second), FileFacts(PATH)).turns
    assert [each.usage.total_tokens for each in found if each.usage] == [3, 30]
    assert [each.usage.reasoning_output_tokens for each in found if each.usage] == [None, None]


BOUNDARY = row("system", subtype="compact_boundary", content="Conversation compacted")
SUMMARY = user("This session is being continued from a previous conversation", isCompactSummary=True)


def test_compactions() -> None:
    assert counts(BOUNDARY, SUMMARY, SUMMARY).compactions == 1
    assert counts(SUMMARY, SUMMARY).compactions == 2
    assert counts(row("system", subtype="microcompact_boundary", content="x")).compactions == 0


def test_aborts() -> None:
    stop = user([text("[Request interrupted by user]")])
    found = summary(PLAIN, SAID, stop)
    assert (found.counts.aborts, found.counts.prompts, found.outcome) == (1, 1, "interrupted")
    assert counts(PLAIN, stop, user("Go on"), user("[Request interrupted by user for tool use]")).aborts == 2


def test_an_abort_beside_a_result(tmp_path: Path) -> None:
    both = user([result("a"), result("zzz"), result("a", "again"), text("[Request interrupted by user]")])
    found = [each for each in items(tmp_path, PLAIN, assistant(use("a")), both) if each.kind != "call"]
    assert [(each.kind, getattr(each, "what", "")) for each in found[1:]] == [
        ("orphan_output", ""),
        ("note", "second_output"),
        ("note", "aborted"),
    ]


def test_outcomes() -> None:
    assert summary(PLAIN, SAID).outcome == "completed"
    assert summary(PLAIN, assistant(use("a"))).outcome == "incomplete"
    assert summary(PLAIN).outcome == "incomplete"
    assert summary(row("mode", mode="x")).outcome == "empty"


# ------------------------------------------------------------------------------ rows of other shapes


@pytest.mark.parametrize(
    ("known", "label"),
    [
        (row("user", message=None), "user row without content"),
        (row("assistant", message=3), "assistant row without content"),
        (row("assistant", message={"0": "d", "1": "a", "content": []}), "assistant row with a raw stream"),
        (assistant({"type": "novelty"}), "assistant/novelty"),
        (user([{"type": "novelty"}]), "user/novelty"),
        (row("system", subtype="novelty"), "system/novelty"),
        (row("attachment", attachment={"type": "novelty"}), "attachment/novelty"),
        (row("novelty"), "novelty"),
    ],
)
def test_what_no_table_names_is_kept(known: JsonObject, label: str) -> None:
    assert [each.label for each in Decoder().events(known) if type(each) is Unknown] == [label]


@pytest.mark.parametrize("kind", ["progress", "file-history-snapshot", "last-prompt", "permission-mode"])
def test_bookkeeping_is_silent(kind: str) -> None:
    assert not Decoder().events(row(kind))


def test_messages_that_are_a_string() -> None:
    found = counts(row("user", message="Fix it"), row("assistant", message="Done."))
    assert (found.prompts, found.messages) == (1, 1)


@pytest.mark.parametrize(
    "value", [None, 1, True, "x", [], {}, [None], [[]], {"type": []}, [{"type": [], "text": 3}]]
)
@pytest.mark.parametrize("key", ["type", "message", "subtype", "attachment", "sessionId", "toolUseResult"])
def test_any_value_anywhere(key: str, value: Any) -> None:
    for each in (PLAIN, SAID, user([result("a")]), BOUNDARY, queued("x")):
        assert counts({**each, key: value}).rows == 1
        if isinstance(each.get("message"), dict):
            for inner in ("content", "model", "id", "usage", "stop_reason"):
                assert counts({**each, "message": {**each["message"], inner: value}}).rows == 1


def test_damage(tmp_path: Path) -> None:
    """Glued rows are two; what is nested in a torn row is none."""
    path = tmp_path / "full.jsonl"
    inner = {"type": "assistant", "message": {"content": []}, "uuid": "x", "timestamp": AT}
    torn = json.dumps(row("progress", data={"message": inner, "prompt": "Look at"})).removesuffix(' at"}}')
    assert json.dumps(inner) in torn
    whole = json.dumps(PLAIN)
    path.write_text(f"{whole}{json.dumps(SAID)}\n{torn}{whole}\n")
    found = full_summary(FileFacts(str(path)), path)
    assert (found.counts.rows, found.counts.bad_rows, found.counts.prompts) == (3, 1, 2)


@pytest.mark.parametrize(
    ("candidate", "whole"),
    [
        (PLAIN, True),
        ({"type": "summary", "summary": "x", "leafUuid": "y"}, True),
        ({"type": "user", "uuid": "x", "message": {}}, True),
        ({"type": "user", "uuid": "x", "message": {}, "timestamp": AT}, False),
        ({"type": "text", "text": "x"}, False),
        ({"type": "tool_use", "id": "x", "input": {}}, False),
    ],
)
def test_whole_rows(candidate: JsonObject, whole: bool) -> None:
    assert is_whole_row(candidate) is whole


# --------------------------------------------------------------------------------------- whole files


def test_heads_and_tails_know_the_identity(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    late = "2026-02-10T11:00:00.000Z"
    body = [assistant(text("x" * 3000), key=f"msg_{each}") for each in range(400)]
    path.write_bytes(
        encode([row("queue-operation"), slash("/cost"), LOCAL, PLAIN, *body, user("b", timestamp=late)])
    )
    facts = FileFacts(str(path), path.stat().st_size)
    head = head_summary(facts, path)
    assert (head.id, head.first_prompt, head.started_at, head.ended_at) == (
        SESSION,
        "Fix the parser",
        AT,
        late,
    )
    with Transcript.open(path, facts) as transcript:
        tail = transcript.tail_outline(rows=10)
    assert tail.is_tail
    assert (tail.summary.id, tail.summary.started_at, tail.summary.cwd) == (SESSION, AT, "/srv/app")


def test_a_document_of_another_program_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "full.jsonl"
    path.write_text(json.dumps({"title": "x", "messages": [{"type": "user"}]}, indent=2))
    found = full_summary(FileFacts(str(path)), path)
    assert found.counts.bad_rows == 0
    assert found.error == "one JSON document in a form that is not known"


class TestGoingBack:
    """Two prompts after the same row: the person edited the first or went back before it."""

    FIRST = user("Fix the parser", parentUuid="a0")
    AGAIN = user("Fix the lexer", parentUuid="a0")

    def whats(self, folder: Path, *rows: JsonObject) -> list[str]:
        return [each.what for each in items(folder, *rows) if each.kind == "note"]

    def test_it_is_a_note_before_the_prompt_and_changes_no_figure(self, tmp_path: Path) -> None:
        rows = [self.FIRST, SAID, self.AGAIN, assistant(text("Done."), key="m2")]
        found = items(tmp_path, *rows)
        assert [getattr(each, "what", each.kind) for each in found] == [
            *("message", "message", "rolled_back", "message", "message"),
        ]
        assert [each.row for each in found] == [1, 2, 3, 3, 4]
        assert (counts(*rows).rollbacks, counts(*rows).prompts, counts(*rows).turns) == (0, 2, 2)

    @pytest.mark.parametrize(
        "second",
        [
            user("Fix the lexer", parentUuid="a1"),
            user([result("t")], parentUuid="a0"),
            user("[Request interrupted by user]", parentUuid="a0"),
            user("<bash-input>ls</bash-input>", parentUuid="a0"),
            user("Words", parentUuid="a0", isMeta=True),
            user("Words", parentUuid="a0", isCompactSummary=True),
            user("Words", parentUuid="a0", isSidechain=True),
            user("Words", parentUuid=None),
            user("Words", parentUuid="a0", uuid="a0"),
            assistant(text("x"), key="m3") | {"parentUuid": "a0"},
        ],
    )
    def test_nothing_else_goes_back(self, tmp_path: Path, second: JsonObject) -> None:
        assert "rolled_back" not in self.whats(tmp_path, self.FIRST, SAID, second)

    def test_the_first_prompts_of_a_session_have_no_parent(self, tmp_path: Path) -> None:
        roots = [user("a", parentUuid=None), SAID, user("b", parentUuid=None)]
        assert self.whats(tmp_path, *roots) == []


def test_figures_are_right_after_every_row() -> None:
    rows = [
        slash("/cost"),
        queued("b"),
        PLAIN,
        LOCAL,
        user("b"),
        SAID,
        slash("/x"),
        LOCAL,
        assistant(use("a")),
    ]
    builder = TimelineBuilder()
    for number, each in enumerate(rows, 1):
        builder.feed(Row(number, number * 1000, each))
        assert summarize(builder, FileFacts(PATH)) == summary(*rows[:number])
        assert len(outline(builder, FileFacts(PATH)).turns) == builder.own.turns.index + 1
    assert summarize(builder, FileFacts(PATH)).counts.prompts == 3
