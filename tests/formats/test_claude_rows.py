"""Every kind of row that Claude Code 1.x and 2.x writes: a sensible line, or silence; never lost."""

from __future__ import annotations

from typing import Any

import pytest

from claude_kit import PLAIN, SAID, JsonObject, assistant, counts, items, row, use, user
from codexlog.formats.claude_rows import SILENT_ATTACHMENTS, SILENT_ROWS, SILENT_SUBTYPES, other_row
from codexlog.formats.dialect import Decoder
from codexlog.formats.events import Compaction, Events, Remark, Unknown

NOTICE = """<task-notification>
<task-id>b1</task-id>
<status>completed</status>
<summary>Background command "make" completed (exit code 0)</summary>
<result>All good.</result>
</task-notification>"""


def events(row: JsonObject) -> Events:
    return Decoder().events(row)


def notes(each: JsonObject) -> list[tuple[str, str]]:
    return [(event.what, event.text) for event in events(each) if type(event) is Remark]


def system(subtype: str, **more: Any) -> JsonObject:
    return row("system", subtype=subtype, **more)


def attachment(kind: str, **more: Any) -> JsonObject:
    return row("attachment", attachment={"type": kind, **more})


@pytest.mark.parametrize(
    ("each", "note"),
    [
        (system("informational", content="Switched"), ("info", "Switched")),
        (system("away_summary", content="Fixed it."), ("recap", "Fixed it.")),
        (system("scheduled_task_fire", content="Every morning"), ("scheduled", "Every morning")),
        (system("microcompact_boundary", content="Shortened"), ("microcompact", "Shortened")),
        (
            system("model_refusal_fallback", originalModel="a", fallbackModel="b"),
            ("model", "a → b"),
        ),
        (system("local_command", content="<command-name>/usage</command-name>"), ("command", "/usage")),
        (
            system("local_command", content="<local-command-stdout>12%</local-command-stdout>"),
            ("command_output", "12%"),
        ),
        (
            system("stop_hook_summary", hookErrors=["exit 2: no tests"], preventedContinuation=False),
            ("hook", "Stop: exit 2: no tests"),
        ),
        (
            system("stop_hook_summary", hookErrors=[], preventedContinuation=True, stopReason="tests fail"),
            ("hook", "Stop: tests fail"),
        ),
        (
            system("api_error", retryAttempt=1, maxRetries=10, error={"status": 529}),
            ("stream_error", "retry 1 of 10: API error"),
        ),
        (
            system(
                "api_error",
                retryAttempt=2,
                maxRetries=10,
                error={
                    "status": 529,
                    "error": {"error": {"type": "overloaded_error", "message": "Overloaded"}},
                },
            ),
            ("stream_error", "retry 2 of 10: Overloaded"),
        ),
        (system("api_error", error={"cause": {"code": "ECONNRESET"}}), ("stream_error", "retry: ECONNRESET")),
        (attachment("hook_non_blocking_error", hookName="Stop", stderr="no jq"), ("hook", "Stop: no jq")),
        (
            attachment(
                "hook_blocking_error", hookName="PreToolUse:Bash", blockingError={"blockingError": "not here"}
            ),
            ("hook", "PreToolUse:Bash: not here"),
        ),
        (
            attachment("hook_stopped_continuation", hookName="Stop", message="enough"),
            ("hook", "Stop: enough"),
        ),
        (attachment("hook_cancelled", hookName="Stop"), ("hook", "Stop")),
        (
            attachment("hook_permission_decision", decision="deny", hookEvent="PermissionRequest"),
            ("hook", "PermissionRequest: deny"),
        ),
        (
            attachment("goal_status", met=False, sentinel=True, condition="All green"),
            ("goal_set", "All green"),
        ),
        (attachment("goal_status", met=False, condition="c", reason="5 fail"), ("goal_not_met", "5 fail")),
        (attachment("goal_status", met=True, condition="c", iterations=2), ("goal_met", "c")),
        (attachment("goal_status", met=True, sentinel=True, condition="c"), ("goal_cleared", "c")),
        (attachment("max_turns_reached", maxTurns=20, turnCount=21), ("max_turns", "21 of 20 turns")),
        (
            attachment("teammate_mailbox", messages=[{"from": "b", "text": "Done."}, {"text": 3}, None]),
            ("agent_message", "Done."),
        ),
        (
            attachment("queued_command", commandMode="task-notification", prompt=NOTICE),
            ("background_task", 'Background command "make" completed (exit code 0)\n\nAll good.'),
        ),
        (row("pr-link", prUrl="https://example.org/1"), ("pull_request", "https://example.org/1")),
        (row("marble-origami-commit", summary="Read the parser"), ("microcompact", "Read the parser")),
        (user(NOTICE), ("background_task", 'Background command "make" completed (exit code 0)\n\nAll good.')),
        (user("<task-notification>odd</task-notification>"), ("background_task", "odd")),
        (user("<bash-input>ls</bash-input>"), ("shell", "ls")),
        (
            user("<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>"),
            ("shell", "a"),
        ),
        (user("The skill's text", isMeta=True), ("boilerplate", "The skill's text")),
    ],
)
def test_a_kind_and_its_line(each: JsonObject, note: tuple[str, str]) -> None:
    assert notes(each) == [note]


@pytest.mark.parametrize(
    ("metadata", "text"),
    [
        ({"trigger": "auto", "preTokens": 167000}, "Conversation compacted (auto, 167000 tokens before)"),
        (
            {"trigger": "manual", "preTokens": 9, "postTokens": 3},
            "Conversation compacted (manual, 9 tokens before, 3 tokens after)",
        ),
        ({"preTokens": "many"}, "Conversation compacted"),
        (None, "Conversation compacted"),
    ],
)
def test_a_compaction_says_what_it_left(metadata: Any, text: str) -> None:
    found = events(system("compact_boundary", content="Conversation compacted", compactMetadata=metadata))
    assert list(found) == [Compaction(0, text)]


@pytest.mark.parametrize(
    "each",
    [
        *(row(kind) for kind in sorted(SILENT_ROWS)),
        row("artifact-comment-monitor"),
        *(system(subtype) for subtype in sorted(SILENT_SUBTYPES)),
        system("stop_hook_summary", hookErrors=[], preventedContinuation=False),
        *(attachment(kind) for kind in sorted(SILENT_ATTACHMENTS)),
        attachment("deferred_tools_delta"),
        attachment("total_tokens_reminder"),
        attachment("hook_permission_decision", decision="allow"),
    ],
    ids=lambda each: str(each.get("subtype") or each.get("attachment", {}).get("type") or each["type"]),
)
def test_bookkeeping_is_silent_and_counted(each: JsonObject) -> None:
    found = counts(PLAIN, each, SAID)
    assert (found.rows, found.unknown_rows, found.turns) == (3, 0, 1)


@pytest.mark.parametrize(
    "each",
    [
        row("novelty"),
        system("novelty"),
        attachment("novelty"),
        attachment("goal_status", met="?"),
        assistant({"type": "novelty"}),
        row("", a=1),
    ],
)
def test_what_nobody_knows_is_a_note_with_its_row(each: JsonObject, tmp_path: Any) -> None:
    assert [type(event) for event in events(each) if type(event) is Unknown] == [Unknown]
    found = [item for item in items(tmp_path, PLAIN, each, SAID) if item.kind == "note"]
    assert [(item.what, item.row) for item in found] == [("unknown", 2)]


@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [None], {"message": []}])
@pytest.mark.parametrize(
    ("each", "keys"),
    [
        (system("api_error"), ("error", "retryAttempt")),
        (system("stop_hook_summary", preventedContinuation=True), ("hookErrors", "stopReason")),
        (system("compact_boundary"), ("compactMetadata", "content")),
        (system("model_refusal_fallback"), ("originalModel",)),
        (row("summary"), ("summary", "leafUuid")),
    ],
)
def test_any_value_in_a_row(each: JsonObject, keys: tuple[str, ...], value: Any) -> None:
    for key in keys:
        assert counts({**each, key: value}).rows == 1


@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [None], {"blockingError": []}])
@pytest.mark.parametrize("key", ["hookName", "stderr", "blockingError", "messages", "prompt", "decision"])
@pytest.mark.parametrize(
    "kind",
    [
        "hook_non_blocking_error",
        "hook_blocking_error",
        "teammate_mailbox",
        "queued_command",
        "max_turns_reached",
    ],
)
def test_any_value_in_an_attachment(kind: str, key: str, value: Any) -> None:
    assert counts(attachment(kind, **{key: value})).rows == 1


def test_rows_of_no_session_are_known_by_their_keys() -> None:
    for each in ({"type": "summary", "summary": "x", "leafUuid": "y"}, {"type": "started", "agentId": "a"}):
        assert counts(each).unknown_rows == 0
    assert [type(each) for each in other_row({"type": "mine"})] == [Unknown]


def test_a_prompt_for_a_subagent_in_the_main_file_is_a_folded_note(tmp_path: Any) -> None:
    """Up to 1.0 subagents wrote into the file of the session that started them."""
    side = user("Look for it", isSidechain=True)
    found = items(tmp_path, PLAIN, assistant(use("t", name="Task")), side, SAID)
    assert [(each.kind, getattr(each, "what", "")) for each in found] == [
        ("message", ""),
        ("call", ""),
        ("note", "subagent_prompt"),
        ("message", ""),
    ]
