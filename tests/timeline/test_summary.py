"""D2, D4, D10: identity, prompts and the counters."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.rows.decode import BadPiece
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.summary import FileFacts, summarize, title_of
from rollout import (
    OWN,
    call,
    counts,
    event,
    exited,
    item,
    message,
    meta,
    outlined,
    output,
    summary,
    task_started,
    tokens,
    wrapped,
)

JsonObject = dict[str, Any]
IMAGE = {"type": "input_image", "image_url": "data:image/png;base64,AA=="}
ENVIRONMENT = "<environment_context>\n<cwd>/srv</cwd>\n</environment_context>"


def test_first_session_meta_is_the_identity() -> None:
    later = meta(cwd="/other", cli_version="9", memory_mode="disabled")
    found = summary(
        meta(cli_version="0.142.0", source="cli", originator="codex_cli_rs", git={"branch": "main"}), later
    )
    assert (found.id, found.cwd, found.cli_version) == (OWN, "/srv/app", "0.142.0")
    assert (found.started_at, found.ended_at) == ("2026-03-01T10:00:00.000Z", "2026-03-01T10:00:01.000Z")
    assert (found.source, found.originator, found.branch, found.format) == (
        "cli",
        "codex_cli_rs",
        "main",
        "codex",
    )


@pytest.mark.parametrize(
    ("source", "name", "parent"),
    [
        ("exec", "exec", None),
        ({"subagent": "review"}, "subagent", None),
        ({"subagent": {"thread_spawn": {"parent_thread_id": "p", "depth": 1}}}, "subagent", "p"),
        ({"custom": "atlas"}, "custom", None),
        (None, None, None),
        ([], None, None),
    ],
)
def test_source_is_a_string_or_an_object(source: object, name: str | None, parent: str | None) -> None:
    found = summary(meta(source=source))
    assert (found.source, found.parent_id) == (name, parent)


def test_model_of_the_last_turn_context_before_that_of_settings() -> None:
    settings = event("thread_settings_applied", thread_settings={"model": "weak"})
    assert summary(meta(), settings).model == "weak"
    context = (wrapped("turn_context", {"model": "one"}), wrapped("turn_context", {"model": "two"}))
    assert summary(meta(), *context, settings).model == "two"
    assert summary(meta()).model is None


def test_end_is_the_last_row_with_a_time_in_file_order() -> None:
    rows = (
        meta(),
        event("token_count", "2026-03-02T00:00:00.000Z"),
        event("token_count", "2026-03-01T23:00:00.000Z"),
    )
    assert summary(*rows, event("token_count", None)).ended_at == "2026-03-01T23:00:00.000Z"
    assert summary(event("token_count", "2026-03-01T23:00:00+02:00")).ended_at == "2026-03-01T21:00:00Z"


def test_prompts_of_the_first_stream_that_yields_anything() -> None:
    item_completed = event(
        "item_completed", item={"type": "UserMessage", "content": [{"type": "text", "text": "B"}]}
    )
    typed = message("user", "C")
    said = event("user_message", message="A")
    assert summary(typed, item_completed, said).first_prompt == "A"
    assert summary(typed, item_completed).first_prompt == "B"
    assert summary(typed).first_prompt == "C"
    assert counts(typed, typed, item_completed, said).prompts == 1
    shown = outlined(typed, item_completed, said).entries.shown
    assert list(shown) == [1, 1, 0]


@pytest.mark.parametrize(
    ("payload", "prompt"),
    [
        ({"message": "x", "kind": "plain"}, "x"),
        ({"message": "x", "kind": None}, "x"),
        ({"message": "x", "kind": "environment_context"}, None),
        ({"message": ENVIRONMENT}, None),
        ({"message": "  "}, None),
        ({"message": "", "images": [], "local_images": []}, None),
        ({"message": "", "images": ["data:image/png;base64,AA=="]}, "[Image]"),
        ({"message": " ", "local_images": ["/tmp/a.png"]}, "[Image]"),
        ({"message": "# Context\n## My request for Codex:\nfix"}, "fix"),
        ({"message": None}, None),
    ],
)
def test_user_message_events(payload: JsonObject, prompt: str | None) -> None:
    found = summary(event("user_message", **payload))
    assert (found.first_prompt, found.counts.prompts) == (prompt, int(prompt is not None))


@pytest.mark.parametrize(
    ("content", "prompt"),
    [
        (["typed"], "typed"),
        ([ENVIRONMENT], None),
        ([ENVIRONMENT, "typed"], "typed"),
        (["# AGENTS.md instructions for /srv\n", ENVIRONMENT], None),
        (["<user_shell_command>\nls\n</user_shell_command>"], None),
        ([""], None),
    ],
)
def test_user_role_messages(content: list[str], prompt: str | None) -> None:
    found = summary(message("user", *content))
    assert (found.first_prompt, found.counts.prompts) == (prompt, int(prompt is not None))


def test_image_alone_is_a_prompt_and_an_attachment() -> None:
    frame = [{"type": "input_text", "text": "<image>"}, IMAGE, {"type": "input_text", "text": "</image>"}]
    found = summary(item("message", role="user", content=frame))
    assert (found.first_prompt, found.counts.prompts, found.counts.attachments) == ("[Image]", 1, 1)


def test_developer_messages_are_never_prompts() -> None:
    assert counts(message("developer", "be brief")).prompts == 0


def test_compactions_echo_each_other() -> None:
    row, mark = wrapped("compacted", {"message": ""}), event("context_compacted")
    done = event("item_completed", item={"type": "ContextCompaction"})
    assert counts(row, mark, done).compactions == 1
    assert counts(row, mark, mark).compactions == 2
    assert counts(done, done, done, row).compactions == 3


def test_aborts_and_rollbacks_count_events() -> None:
    reasons = ("interrupted", "replaced", "review_ended", "budget_limited")
    rows = [event("turn_aborted", reason=reason) for reason in reasons]
    found = counts(*rows, event("thread_rolled_back", num_turns=3))
    assert (found.aborts, found.rollbacks) == (4, 1)


def test_rolled_back_rows_stay_counted() -> None:
    rows = (event("user_message", message="a"), call("a"), output("a", exited(1)), message("assistant", "x"))
    found = counts(meta(), *rows, event("thread_rolled_back", num_turns=1))
    assert (found.prompts, found.calls, found.calls_failed, found.messages) == (1, 1, 1, 1)


def test_unknown_rows_are_counted_and_shown() -> None:
    rows = (
        wrapped("quantum_state", {}),
        event("from_the_future"),
        item("telepathy"),
        event("item_completed", item={"type": "Dream"}),
        {"timestamp": "x", "type": "rollout_reference", "rollout_path": "y"},
        {"neither": "fish"},
    )
    found = outlined(meta(), *rows)
    assert found.summary.counts.unknown_rows == len(rows)
    assert len(found.entries) == len(rows)


def test_bad_pieces_are_counted_apart() -> None:
    builder = TimelineBuilder()
    builder.feed(BadPiece(1, 0, 3, "not decodable as JSON"))
    found = summarize(builder, FileFacts("a.jsonl"))
    assert (found.counts.rows, found.counts.bad_rows, found.format) == (0, 1, None)


def test_words_of_prompts_and_answers() -> None:
    found = counts(event("user_message", message="two words"), message("assistant", "and three more"))
    assert (found.words_approx, found.input_words_approx) == (5, 2)


def test_title_is_the_threads_name_or_the_prompts_first_line() -> None:
    assert summary(event("user_message", message="\n## \n Fix it\nnow")).title == "Fix it"
    named = event("thread_name_updated", thread_name="Named")
    assert summary(event("user_message", message="x"), named).title == "Named"
    assert title_of("---") == "---"
    assert title_of(None) is None


def test_figures_alone_are_the_same_figures() -> None:
    rows = (
        meta(),
        task_started("t"),
        event("user_message", message="x"),
        call("a"),
        output("a", exited(1)),
        tokens((5, 0, 1, 0)),
        message("assistant", "y"),
    )
    lean = TimelineBuilder(figures_only=True)
    for number, row in enumerate(rows, 1):
        lean.feed_row(number, number * 1000, row)
    assert summarize(lean, FileFacts("a.jsonl")) == summary(*rows)
