"""D3: where the rows that a fork or sub-agent copied from its parent begin and end."""

from __future__ import annotations

from typing import Any

import pytest

from rollout import (
    BEGAN_SECONDS,
    OWN,
    PARENT,
    call,
    event,
    exited,
    item,
    message,
    meta,
    output,
    summary,
    task_started,
    tokens,
    wrapped,
)

OLD_TURN = "019c0000-0000-7000-8000-0000000000aa"
COPIED_AT = "2026-03-01T10:00:00.100Z"
LATER = "2026-03-01T10:00:09.000Z"
JsonObject = dict[str, Any]


def copied(row: JsonObject) -> JsonObject:
    return row | {"timestamp": COPIED_AT}


def own(row: JsonObject) -> JsonObject:
    return row | {"timestamp": LATER}


PREFIX = (
    copied(meta(PARENT)),
    copied(task_started(OLD_TURN, started_at=BEGAN_SECONDS - 500)),
    copied(wrapped("turn_context", {"model": "old-model", "cwd": "/old"})),
    copied(message("user", "old prompt")),
    copied(event("user_message", message="old prompt")),
    copied(call("old")),
    copied(output("old", exited(1))),
    copied(message("assistant", "old answer")),
)
BODY = (
    own(event("user_message", message="new prompt")),
    own(call("new")),
    own(output("new", exited(0))),
    own(message("assistant", "new answer")),
)
OWN_TURN = own(task_started("own", started_at=BEGAN_SECONDS + 8))


def figures(*rows: JsonObject) -> tuple[int, ...]:
    found = summary(*rows).counts
    return found.rows, found.inherited_rows, found.prompts, found.calls, found.calls_failed, found.messages


@pytest.mark.parametrize("head", [(), (wrapped("turn_context", {"model": "m"}), wrapped("world_state", {}))])
def test_foreign_meta_at_the_head_up_to_the_first_own_turn(head: tuple[JsonObject, ...]) -> None:
    rows = (meta(), *head, *PREFIX, OWN_TURN, *BODY)
    assert figures(*rows) == (len(rows), len(PREFIX), 1, 1, 0, 1)
    found = summary(*rows)
    assert (found.id, found.first_prompt, found.forked_from) == (OWN, "new prompt", PARENT)


def test_turn_of_the_same_second_is_own() -> None:
    turn = own(task_started("own", started_at=BEGAN_SECONDS))
    assert figures(meta(), *PREFIX, turn, *BODY)[1] == len(PREFIX)
    before = own(task_started("own", started_at=BEGAN_SECONDS - 1))
    assert figures(meta(), *PREFIX, before, own(OWN_TURN), *BODY)[1] == len(PREFIX) + 1


def test_start_of_a_turn_may_stand_in_its_id_alone() -> None:
    before = f"{(BEGAN_SECONDS - 5) * 1000:012x}"
    after = f"{(BEGAN_SECONDS + 5) * 1000:012x}"
    old = copied(task_started(f"{before[:8]}-{before[8:]}-7000-8000-000000000001"))
    new = own(task_started(f"{after[:8]}-{after[8:]}-7000-8000-000000000001"))
    assert figures(meta(), copied(meta(PARENT)), old, new, *BODY) == (8, 2, 1, 1, 0, 1)


def test_prefix_without_turn_rows_ends_at_the_first_pause() -> None:
    prefix = [row for row in PREFIX if row["payload"].get("type") != "task_started"]
    assert figures(meta(), *prefix, *BODY)[1] == len(prefix)
    close = [row | {"timestamp": "2026-03-01T10:00:01.099Z"} for row in BODY]
    assert figures(meta(), *prefix, *close)[1] == len(prefix) + len(close)


def test_own_turn_wins_over_an_earlier_pause() -> None:
    late = tuple(own(row) for row in PREFIX[1:])
    rows = (meta(), PREFIX[0], *late, OWN_TURN, *BODY)
    assert figures(*rows) == (len(rows), len(PREFIX), 1, 1, 0, 1)


def test_foreign_meta_further_down_starts_nothing() -> None:
    rows = (meta(), event("user_message", message="hi"), *PREFIX, OWN_TURN, *BODY)
    assert figures(*rows)[1] == 0
    assert figures(meta(), wrapped("odd", {}), *PREFIX, OWN_TURN)[1] == 0


def test_repeats_of_the_own_meta_are_not_inherited() -> None:
    assert figures(meta(), meta(memory_mode="disabled"), *BODY)[1] == 0
    assert figures(meta(), meta(), *PREFIX, copied(meta()), OWN_TURN, *BODY)[1] == len(PREFIX)


def test_declared_fork_whose_first_turn_is_older_than_the_session() -> None:
    rows = (meta(forked_from_id=PARENT), *PREFIX[1:], OWN_TURN, *BODY)
    assert figures(*rows) == (len(rows), len(PREFIX) - 1, 1, 1, 0, 1)
    late = (meta(forked_from_id=PARENT), copied(message("user", "x")), *PREFIX[1:], OWN_TURN, *BODY)
    assert figures(*late)[1] == len(PREFIX)


def test_declared_fork_with_a_first_turn_of_its_own() -> None:
    assert figures(meta(forked_from_id=PARENT), OWN_TURN, *BODY)[1] == 0


def test_old_turn_without_any_declaration_is_own() -> None:
    assert figures(meta(), *PREFIX[1:], OWN_TURN, *BODY)[1] == 0


@pytest.mark.parametrize("prefix", [PREFIX, PREFIX[1:]])
def test_referenced_history_holds_no_copies(prefix: tuple[JsonObject, ...]) -> None:
    head = meta(forked_from_id=PARENT, history_base={"thread_id": PARENT})
    assert figures(head, *prefix, OWN_TURN, *BODY)[1] == 0


def test_ordinal_says_what_is_inherited() -> None:
    rows = [meta(subagent_history_start_ordinal=4) | {"ordinal": 0}]
    rows += [row | {"ordinal": number} for number, row in enumerate((*PREFIX[-3:], *BODY), 1)]
    assert figures(*rows) == (8, 3, 1, 1, 0, 1)


def test_model_and_directory_are_the_own_ones() -> None:
    found = summary(meta(), wrapped("turn_context", {"model": "own-model"}), *PREFIX, OWN_TURN, *BODY)
    assert found.model == "own-model"
    assert summary(meta(), *PREFIX, OWN_TURN, *BODY).model is None


def test_output_of_an_inherited_call_is_no_orphan() -> None:
    rows = (meta(), *PREFIX, OWN_TURN, own(output("old", exited(0))), own(output("nobody", "x")))
    assert summary(*rows).counts.orphan_outputs == 1


def test_everything_but_rows_leaves_inherited_rows_out() -> None:
    noise = (
        copied(event("turn_aborted", reason="interrupted")),
        copied(event("thread_rolled_back", num_turns=1)),
        copied(wrapped("compacted", {"message": ""})),
        copied(wrapped("unheard of", {})),
        copied(tokens((10, 0, 1, 0))),
        copied(item("function_call_output", call_id="zz", output="x")),
    )
    found = summary(meta(), *PREFIX, *noise, OWN_TURN).counts
    assert (found.aborts, found.rollbacks, found.compactions, found.unknown_rows) == (0, 0, 0, 0)
    assert (found.orphan_outputs, found.turns, found.rows) == (0, 1, len(PREFIX) + len(noise) + 2)
