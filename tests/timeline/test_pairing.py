"""D5 and D8: calls and outputs by id in any order, and processes that outlive their call."""

from __future__ import annotations

from itertools import permutations

import pytest

from codexlog.timeline.entries import ECHO, NOTE, ORPHAN
from rollout import (
    call,
    counts,
    event,
    exited,
    item,
    meta,
    outlined,
    output,
    poll,
    running,
    script,
    statuses,
    wait,
)

OK, FAILED = ("ok", 0), ("failed", 1)
NEVER = ("unanswered", None)


def test_parallel_calls_answered_in_any_order() -> None:
    calls = [call(name) for name in "abc"]
    for order in permutations((output("a", exited(0)), output("b", exited(1)), output("c", exited(124)))):
        assert statuses(*calls, *order) == [OK, FAILED, ("timeout", 124)]


def test_call_without_output_and_everything_after_it_stays() -> None:
    rows = (call("a"), call("b"), output("b", exited(0)))
    assert statuses(*rows) == [NEVER, OK]
    assert counts(*rows).calls_unanswered == 1


def test_output_without_call() -> None:
    rows = (output("x", exited(1)), call("a"), output("a", exited(0)), output(None, "y"))
    assert statuses(*rows) == [OK]
    assert counts(*rows).orphan_outputs == 2
    assert [kind for kind in outlined(*rows).entries.kind if kind == ORPHAN] == [ORPHAN, ORPHAN]


def test_output_before_its_call() -> None:
    rows = (output("a", exited(1)), call("a"))
    found = outlined(*rows)
    assert statuses(*rows) == [FAILED]
    assert found.summary.counts.orphan_outputs == 0
    assert found.entries.shown[0] == ECHO
    assert found.entries[1].out_line == 1


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("c0 c1 o0 o1", [OK, FAILED]),
        ("c0 o0 c1 o1", [OK, FAILED]),
        ("o0 o1 c0 c1", [OK, FAILED]),
        ("o0 c0 o1 c1", [OK, FAILED]),
        ("c0 c1 o0", [OK, NEVER]),
        ("c0 o0 c1", [OK, NEVER]),
        ("c0 c1 c0 o1 o0 o0", [FAILED, OK, OK]),
    ],
)
def test_repeated_id_takes_the_first_free_output(rows: str, wanted: list[object]) -> None:
    made = [call("a") if row[0] == "c" else output("a", exited(int(row[1]))) for row in rows.split()]
    assert statuses(*made) == wanted


def test_second_output_of_an_answered_call_is_a_note_and_no_orphan() -> None:
    rows = (call("a"), output("a", exited(0)), output("a", exited(1)))
    found = outlined(*rows)
    assert statuses(*rows) == [OK]
    assert found.summary.counts.orphan_outputs == 0
    assert found.entries.kind[1] == NOTE


@pytest.mark.parametrize("kind", ["web_search_call", "image_generation_call", "tool_search_call"])
@pytest.mark.parametrize(
    ("own", "status"), [("completed", "ok"), ("failed", "failed"), ("in_progress", "unknown")]
)
def test_calls_that_have_no_output_row(kind: str, own: str, status: str) -> None:
    rows = (item(kind, status=own),)
    assert statuses(*rows) == [(status, None)]
    assert counts(*rows).calls_unanswered == 0


def test_tool_search_pairs_by_its_id_and_alone_is_unanswered() -> None:
    search = item("tool_search_call", call_id="s", status="completed", arguments={"query": "x"})
    assert statuses(search) == [NEVER]
    assert statuses(search, item("tool_search_output", call_id="s", status="completed", tools=[])) == [
        ("ok", None)
    ]


def test_output_of_the_servers_own_tool_search_is_no_orphan() -> None:
    rows = (item("tool_search_call", status="completed"), item("tool_search_output", call_id=None, tools=[]))
    assert counts(*rows).orphan_outputs == 0


def test_local_shell_call_pairs_by_item_id_where_it_has_no_call_id() -> None:
    shell = item("local_shell_call", id="lsh_1", call_id=None, status="completed", action={"type": "exec"})
    assert statuses(shell, output("lsh_1", exited(1))) == [FAILED]


def test_every_kind_of_call_counts_once_and_events_do_not() -> None:
    rows = (
        call("a"),
        item("custom_tool_call", call_id="b", name="apply_patch", input="*** Begin Patch"),
        item("local_shell_call", call_id="c", action={}),
        item("web_search_call", status="completed"),
        item("image_generation_call", status="completed"),
        item("tool_search_call", status="completed"),
        event("exec_command_end", call_id="zz", exit_code=1, status="failed"),
        event("patch_apply_end", call_id="exec-1", success=False),
        event(
            "item_completed", item={"type": "CommandExecution", "id": "q", "status": "failed", "exit_code": 1}
        ),
    )
    assert counts(*rows).calls == 6
    assert counts(*rows).calls_failed == 0


def test_replacement_history_is_never_looked_into() -> None:
    compacted = meta() | {
        "type": "compacted",
        "payload": {"message": "", "replacement_history": [call("a")["payload"]]},
    }
    assert counts(compacted).calls == 0


# ------------------------------------------------------------------------------- structured results


def exec_end(call_id: str, code: int, status: str = "completed") -> dict[str, object]:
    return event("exec_command_end", call_id=call_id, exit_code=code, status=status, aggregated_output="")


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("text", "result", "wanted"),
    [
        ("what?", event("patch_apply_end", call_id="a", success=True), ("ok", None)),
        ("what?", event("patch_apply_end", call_id="a", success=False), ("failed", None)),
        ("what?", event("patch_apply_end", call_id="a", success=False, status="declined"), ("denied", None)),
        ("Plan updated", event("patch_apply_end", call_id="a", success=False), ("failed", None)),
        ("what?", exec_end("a", 2), ("failed", 2)),
        ("what?", exec_end("a", 124), ("timeout", 124)),
        ("what?", exec_end("a", -1, "declined"), ("denied", None)),
        (exited(0), exec_end("a", 2), ("ok", 0)),
        (exited(2), exec_end("a", 0), ("failed", 2)),
        ("err: x", exec_end("a", 0), ("failed", None)),
        ("text", event("mcp_tool_call_end", call_id="a", result={"Err": "x"}), ("failed", None)),
        ("text", event("mcp_tool_call_end", call_id="a", result={"Ok": {"isError": True}}), ("failed", None)),
        (
            '{"a":1}',
            event("mcp_tool_call_end", call_id="a", result={"Ok": {"isError": True}}),
            ("failed", None),
        ),
        ("text", event("mcp_tool_call_end", call_id="a", result={"Ok": {"content": []}}), ("ok", None)),
        (
            "text",
            event("item_completed", item={"type": "McpToolCall", "id": "a", "status": "failed"}),
            ("failed", None),
        ),
        (
            "text",
            event(
                "item_completed",
                item={"type": "CommandExecution", "id": "a", "status": "failed", "exit_code": 3},
            ),
            ("failed", 3),
        ),
        (
            "text",
            event("item_completed", item={"type": "FileChange", "id": "a", "status": "declined"}),
            ("denied", None),
        ),
    ],
)
def test_structured_result_is_used_where_the_text_says_less(
    text: str, result: dict[str, object], wanted: tuple[str, int | None], first: bool
) -> None:
    answer = output("a", text)
    rows = (result, answer) if first else (answer, result)
    assert statuses(call("a"), *rows) == [wanted]
    assert statuses(result, call("a"), answer) == [wanted]


def test_structured_result_answers_nothing() -> None:
    assert statuses(call("a"), exec_end("a", 0)) == [NEVER]


# ----------------------------------------------------------------------- processes that outlive their call

OPEN = (call("a"), output("a", running(7)))
LIVE = ("running", None)
POLLED = ("ok", None)


@pytest.mark.parametrize("code", [0, 1])
def test_end_of_the_process_gives_the_opening_call_its_exit_code(code: int) -> None:
    rows = (*OPEN, poll("b", 7), output("b", running(7)), poll("c", 7), output("c", exited(code)))
    ended = (("ok", "failed")[code], code)
    assert statuses(*rows) == [ended, POLLED, ended]
    assert counts(*rows).calls_failed == 2 * code


def test_process_without_an_end() -> None:
    assert statuses(*OPEN) == [LIVE]
    assert statuses(*OPEN, poll("b", 7), output("b", running(7))) == [LIVE, LIVE]
    assert statuses(*OPEN, poll("b", 7)) == [LIVE, NEVER]


@pytest.mark.parametrize("said", ["write_stdin failed: gone", "aborted by user after 2s", "aborted", "what?"])
def test_failed_or_aborted_poll_ends_nothing(said: str) -> None:
    rows = (*OPEN, poll("b", 7), output("b", said))
    assert statuses(*rows)[0] == LIVE
    assert statuses(*rows, poll("c", 7), output("c", exited(3)))[0] == ("failed", 3)


def test_end_event_of_the_opening_call_ends_the_process() -> None:
    rows = (*OPEN, poll("b", 7), output("b", running(7)), exec_end("a", 5))
    assert statuses(*rows) == [("failed", 5), POLLED]


def test_session_number_that_is_used_again() -> None:
    again = (call("c"), output("c", running(7)), poll("d", 7), output("d", exited(1)))
    assert statuses(*OPEN, poll("b", 7), output("b", exited(0)), *again) == [OK, OK, FAILED, FAILED]
    assert statuses(*OPEN, *again) == [LIVE, FAILED, FAILED]


def test_polls_of_two_processes_in_parallel() -> None:
    rows = (
        call("a"),
        call("b"),
        output("b", running(8)),
        output("a", running(7)),
        poll("c", 8),
        poll("d", 7),
        output("d", exited(0)),
        output("c", exited(1)),
    )
    assert statuses(*rows) == [OK, FAILED, FAILED, OK]


def test_poll_before_anything_is_known_of_its_process() -> None:
    assert statuses(poll("b", 7), output("b", exited(1))) == [FAILED]
    assert statuses(poll("b", 7), output("b", running(7)), poll("c", 7), output("c", exited(0))) == [
        POLLED,
        OK,
    ]


def test_poll_knows_its_opener() -> None:
    entries = outlined(*OPEN, poll("b", 7), output("b", exited(0))).entries
    assert [entries.opener[0], entries.opener[1]] == [0, 1]


def cell(call_id: str) -> dict[str, object]:
    return item("custom_tool_call", call_id=call_id, name="exec", input="await x()")


@pytest.mark.parametrize(("state", "status"), [("completed", "ok"), ("failed", "failed")])
def test_cell_that_runs_on(state: str, status: str) -> None:
    rows = (
        cell("a"),
        item(
            "custom_tool_call_output",
            call_id="a",
            output=[{"type": "input_text", "text": script("running with cell ID 4")}],
        ),
        wait("b", 4),
        output("b", script("running with cell ID 4")),
        wait("c", "4"),
        output("c", script(state)),
    )
    assert statuses(*rows) == [(status, None), POLLED, (status, None)]


def test_cell_and_session_of_the_same_number_are_two() -> None:
    rows = (call("a"), output("a", running(4)), cell("b"), output("b", script("running with cell ID 4")))
    ends = (wait("c", 4), output("c", script("completed")), poll("d", 4), output("d", exited(1)))
    assert statuses(*rows, *ends) == [FAILED, ("ok", None), ("ok", None), FAILED]


def test_waiting_for_an_agent_is_no_poll() -> None:
    rows = (call("a", "wait", {"ids": ["x"]}), output("a", '{"status":{}}'))
    assert statuses(*rows) == [("ok", None)]
