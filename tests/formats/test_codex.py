"""Wrapped rows → events: the odd shapes of each kind."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.formats import events as ev
from codexlog.formats.codex import EVENTS, ROWS, SILENT_EVENTS, SILENT_ROWS, uuid7_seconds
from codexlog.formats.codex_fields import error_text
from codexlog.formats.codex_items import ITEM_TYPES
from codexlog.formats.dialect import Decoder
from rollout import call, event, item, message, meta, output, wrapped

JsonObject = dict[str, Any]


def events(row: JsonObject) -> list[Any]:
    return list(Decoder().events(row))


def test_kinds_stand_in_one_table_only() -> None:
    assert not set(ROWS) & SILENT_ROWS
    assert not set(EVENTS) & SILENT_EVENTS


@pytest.mark.parametrize("kind", sorted({*ROWS, *SILENT_ROWS}))
def test_known_rows_are_never_unknown_even_when_empty(kind: str) -> None:
    assert not any(type(each) is ev.Unknown for each in events(wrapped(kind, {})))


@pytest.mark.parametrize("kind", sorted({*EVENTS, *SILENT_EVENTS} - {"item_completed"}))
def test_known_events_are_never_unknown_even_when_empty(kind: str) -> None:
    assert not any(type(each) is ev.Unknown for each in events(event(kind)))


@pytest.mark.parametrize("kind", sorted(ITEM_TYPES))
def test_known_items_are_never_unknown_even_when_empty(kind: str) -> None:
    assert not any(type(each) is ev.Unknown for each in events(item(kind)))


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (wrapped("quantum", {}), "quantum"),
        (event("quantum"), "event_msg/quantum"),
        (item("quantum"), "response_item/quantum"),
        (event("item_completed", item={"type": "Quantum"}), "item_completed/Quantum"),
        (event("item_completed"), "item_completed"),
        ({"type": ["x"], "payload": {}}, "?"),
        (wrapped("event_msg", {"type": {"a": 1}}), "event_msg/?"),
        ({"payload": {}}, "?"),
    ],
)
def test_unknown_kinds_say_what_they_are(row: JsonObject, label: str) -> None:
    assert events(row) == [ev.Unknown(label)]


@pytest.mark.parametrize(
    ("payload", "policy"),
    [
        (
            {
                "approval_policy": "never",
                "sandbox_policy": {"mode": "workspace-write", "network_access": False},
            },
            "sandbox workspace-write, no network, approval never",
        ),
        ({"sandbox_policy": {"type": "danger-full-access"}}, "sandbox danger-full-access, network"),
        (
            {"sandbox_policy": {"type": "workspace-write", "network_access": "enabled"}},
            "sandbox workspace-write, network",
        ),
        ({"approval_policy": "on-request", "sandbox_policy": "x"}, "approval on-request"),
        ({"approval_policy": {"granular": {}}, "sandbox_policy": {"mode": 7}}, None),
        ({}, None),
    ],
)
def test_a_turn_context_says_what_the_agent_may_do(payload: JsonObject, policy: str | None) -> None:
    (settings,) = events(wrapped("turn_context", payload))
    assert (settings.policy and settings.policy.words) == policy


def test_reasoning_shows_its_summary_and_the_size_of_its_ciphertext() -> None:
    summary = [{"type": "summary_text", "text": "a"}, {"type": "summary_text", "text": "b"}]
    text = [{"type": "reasoning_text", "text": "c"}]
    row = item("reasoning", summary=summary, content=text, encrypted_content="gAAA")
    assert events(row) == [ev.Thought("a\n\nb\n\nc", 4)]
    assert events(item("reasoning", summary=[], content=None, encrypted_content=None)) == [ev.Thought("", 0)]


@pytest.mark.parametrize(
    ("said", "text", "status"),
    [
        ("plain", "plain", "unknown"),
        (
            [{"type": "input_text", "text": "Script failed\n"}, {"type": "input_text", "text": "x"}],
            None,
            "failed",
        ),
        ([{"type": "input_image", "image_url": "data:image/png;base64,AA=="}], "", "ok"),
        ({"content": "err: x", "success": False}, "err: x", "failed"),
        ({"content": [{"type": "input_text", "text": "Plan updated"}]}, "Plan updated", "ok"),
        (None, "", "unknown"),
        (7, "", "unknown"),
        ([1, None, {"text": 3}], "", "unknown"),
    ],
)
def test_output_is_a_string_a_list_or_an_object(said: object, text: str | None, status: str) -> None:
    (found,) = events(output("a", said))
    assert found.verdict.status == status
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("name", "arguments", "carries"),
    [
        ("write_stdin", '{"session_id":3,"chars":""}', "3"),
        ("write_stdin", {"session_id": "3"}, "3"),
        ("write_stdin", '{"session_id":true}', None),
        ("write_stdin", "{torn", None),
        ("write_stdin", "[]", None),
        ("wait", '{"cell_id":"4"}', "cell 4"),
        ("wait", '{"ids":["a"]}', None),
        ("exec_command", '{"session_id":3}', None),
    ],
)
def test_what_a_call_carries_on(name: str, arguments: object, carries: str | None) -> None:
    (found,) = events(item("function_call", name=name, arguments=arguments, call_id="a"))
    assert found.carries == carries


def test_names_and_ids_of_other_types_do_no_harm() -> None:
    (found,) = events(item("function_call", name=None, arguments=None, call_id=7))
    assert (found.call_id, found.name) == (None, "?")
    (found,) = events(item("custom_tool_call", name=[], input=None, call_id=""))
    assert (found.call_id, found.name) == (None, "?")


def test_message_content_in_several_pieces() -> None:
    assert events(message("assistant", "a", "b")) == [ev.Answer(0, "a\nb", None)]
    found = events(message("user", "<skill>\nx</skill>", "typed"))
    assert [type(each) for each in found] == [ev.Remark, ev.Prompt]
    assert events(message("developer", "x")) == [ev.Remark("boilerplate", "x")]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (None, None),
        ({"message": "m", "codex_error_info": "usage_limit_exceeded"}, "m (usage_limit_exceeded)"),
        (
            {"message": "m", "codex_error_info": {"http_connection_failed": {"x": 1}}},
            "m (http_connection_failed)",
        ),
        ({"codex_error_info": None}, "error"),
        ("text", "text"),
    ],
)
def test_errors_in_every_shape(error: object, text: str | None) -> None:
    assert error_text(error) == text


@pytest.mark.parametrize(
    ("limits", "notes"),
    [
        ({"primary": {"used_percent": 99.9}, "secondary": None}, 0),
        ({"primary": {"used_percent": 100.0}}, 1),
        ({"primary_used_percent": 100, "secondary_used_percent": 3}, 1),
        ({"rate_limit_reached_type": "primary"}, 1),
        (None, 0),
        ([], 0),
    ],
)
def test_rate_limit_that_is_used_up_is_a_note(limits: object, notes: int) -> None:
    found = events(event("token_count", info=None, rate_limits=limits))
    assert [each.what for each in found if isinstance(each, ev.Remark)] == ["rate_limit"] * notes
    assert [each.limits for each in found if isinstance(each, ev.Limits)] == [limits] * isinstance(
        limits, dict
    )


def test_review_marks() -> None:
    (found,) = events(event("entered_review_mode", target={"type": "commit"}, user_facing_hint="of HEAD"))
    assert found == ev.Remark("review", "review mode entered of HEAD")
    (found,) = events(event("exited_review_mode", review_output={"overall_correctness": "correct"}))
    assert found == ev.Remark("review", "review mode left correct")


def test_turn_start_by_field_or_by_turn_id() -> None:
    turn = "0199f800-becd-7b9b-b056-be430c08e4ee"
    assert uuid7_seconds(turn) == 0x0199F800BECD // 1000
    (found,) = events(event("task_started", turn_id=turn, started_at=5))
    assert found.started == 5
    (found,) = events(event("task_started", turn_id=turn))
    assert found.started == 0x0199F800BECD // 1000
    for odd in (
        None,
        "7f974e04-08c4-4a53-a172-fe48f4d775b4",
        "turn-1",
        "zzzzzzzz-zzzz-7zzz-zzzz-zzzzzzzzzzzz",
    ):
        assert uuid7_seconds(odd) is None


def test_image_generation_keeps_its_picture() -> None:
    (found,) = events(item("image_generation_call", id="ig", status="completed", result="iVBORw0KGgo="))
    assert found.result == ev.Payload("image", "image/png", "data:image/png;base64,iVBORw0KGgo=")


def test_agents_mail_is_a_note() -> None:
    mail = item(
        "agent_message", author="root", recipient="child", content=[{"type": "input_text", "text": "go"}]
    )
    assert events(mail) == [ev.Remark("agent_message", "root → child\ngo")]


def test_call_of_code_mode_keeps_its_script() -> None:
    (found,) = events(item("custom_tool_call", call_id="a", name="exec", input="await 1"))
    assert found == ev.ToolCall("a", "exec", "await 1")
    assert events(call("a", arguments="{torn")) == [ev.ToolCall("a", "exec_command", "{torn")]


def test_meta_of_the_newest_releases() -> None:
    (found,) = events(
        meta(history_base={"thread_id": "p"}, subagent_history_start_ordinal=3, forked_from_id="p")
    )
    assert (found.referenced, found.history_start, found.forked_from) == (True, 3, "p")
