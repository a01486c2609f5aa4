"""Turn boundaries and outcomes, as the interface words them."""

from __future__ import annotations

from typing import Any

import pytest

from codexlog.timeline.outline import outline
from codexlog.timeline.summary import FileFacts
from rollout import build, call, event, exited, item, message, meta, outlined, output, task_started, wrapped

JsonObject = dict[str, Any]
START = task_started("t1")
DONE = event("task_complete", turn_id="t1", last_agent_message="x")
ASKED = event("user_message", message="do it")
ANSWER = message("assistant", "done")
CALL = (call("a"), output("a", exited(0)))
ABORTED = event("turn_aborted", turn_id="t1", reason="interrupted")
ERROR = {"message": "You've hit your usage limit", "codex_error_info": "usage_limit_exceeded"}
MARK = event("context_compacted")


def outcomes(*rows: JsonObject, growing: bool = False) -> list[str]:
    facts = FileFacts("a.jsonl", age=1.0 if growing else 1000.0)
    return [turn.outcome for turn in outline(build([meta(), *rows]), facts).turns]


@pytest.mark.parametrize(
    ("rows", "outcome"),
    [
        ((START, ASKED, ANSWER, DONE), "completed"),
        ((START, ASKED, *CALL, DONE), "completed"),
        ((START, ASKED, event("agent_message", message="done"), DONE), "completed"),
        ((START, ASKED, DONE), "failed"),
        ((START, ASKED, ANSWER, DONE | {"payload": DONE["payload"] | {"error": ERROR}}), "failed"),
        ((START, ASKED, ANSWER, event("error", message="boom"), DONE), "failed"),
        ((START, ASKED, event("error", message="boom")), "failed"),
        ((START, ASKED, ANSWER, event("stream_error", message="retry 1/5"), DONE), "completed"),
        (
            (
                START,
                ASKED,
                ANSWER,
                event("error", message="x", codex_error_info="thread_rollback_failed"),
                DONE,
            ),
            "completed",
        ),
        ((START, ASKED, ANSWER, ABORTED), "interrupted"),
        ((START, ASKED, ANSWER), "incomplete"),
        ((START, ASKED, *CALL), "incomplete"),
        ((ASKED, ANSWER), "completed"),
        ((ASKED, *CALL, ANSWER), "completed"),
        ((ASKED, ANSWER, call("b")), "incomplete"),
        ((ASKED, ANSWER, item("reasoning", summary=[])), "incomplete"),
        ((ASKED,), "incomplete"),
        (
            (ASKED, ANSWER, ABORTED | {"payload": {"type": "turn_aborted", "reason": "interrupted"}}),
            "interrupted",
        ),
    ],
)
def test_outcome_of_one_turn(rows: tuple[JsonObject, ...], outcome: str) -> None:
    assert outcomes(*rows) == [outcome]
    assert build([meta(), *rows]).own.turns.all[0].outcome(growing=False) == outcome


def test_growing_file_runs_in_its_last_turn_alone() -> None:
    second = (task_started("t2"), ASKED)
    assert outcomes(START, ASKED, growing=True) == ["running"]
    assert outcomes(START, ASKED, *second, growing=True) == ["incomplete", "running"]
    assert outcomes(START, ASKED, ANSWER, DONE, growing=True) == ["completed"]


def test_session_has_the_outcome_of_its_last_turn() -> None:
    assert (
        outlined(meta(), START, ASKED, ANSWER, DONE, task_started("t2"), ASKED).summary.outcome
        == "incomplete"
    )


def test_session_without_a_turn_is_empty() -> None:
    environment = message("user", "<environment_context>\n<cwd>/</cwd>\n</environment_context>")
    assert outlined(meta(), environment, wrapped("turn_context", {"model": "m"})).summary.outcome == "empty"
    assert outlined().summary.outcome == "empty"


def test_steering_prompts_stay_in_the_open_turn() -> None:
    rows = (START, ASKED, ANSWER, event("user_message", message="and this"), ANSWER, DONE)
    found = outlined(meta(), *rows)
    assert (len(found.turns), found.summary.counts.prompts) == (1, 2)
    assert found.turns[0].prompt == "do it"


def test_old_releases_begin_a_turn_with_each_prompt() -> None:
    first = (message("user", "one"), event("user_message", message="one"), ANSWER)
    second = (message("user", "two"), event("user_message", message="two"), ANSWER)
    found = outlined(meta(), *first, *second)
    assert [turn.prompt for turn in found.turns] == ["one", "two"]
    assert [turn.outcome for turn in found.turns] == ["completed", "completed"]


def test_user_message_before_its_start_mark_is_the_same_turn() -> None:
    rows = (message("user", "one"), START, event("user_message", message="one"), ANSWER, DONE)
    assert [turn.turn_id for turn in outlined(meta(), *rows).turns] == ["t1"]


def test_repeated_start_of_a_turn_is_the_same_turn() -> None:
    assert len(outlined(meta(), START, ASKED, START, ANSWER, DONE).turns) == 1


def test_turn_without_prompt() -> None:
    found = outlined(meta(), START, wrapped("compacted", {"message": ""}), MARK, ANSWER, DONE)
    assert (found.turns[0].prompt, found.turns[0].outcome) == (None, "completed")


def test_turn_spelling() -> None:
    rows = (
        event("turn_started", turn_id="t1"),
        ASKED,
        ANSWER,
        event("turn_complete", turn_id="t1", last_agent_message="x"),
    )
    assert outcomes(*rows) == ["completed"]


def test_end_names_its_turn() -> None:
    rows = (START, ASKED, ANSWER, task_started("t2"), ASKED, DONE, ANSWER)
    assert outcomes(*rows) == ["completed", "incomplete"]
    assert outcomes(START, ASKED, ANSWER, event("task_complete", turn_id="another")) == ["incomplete"]
