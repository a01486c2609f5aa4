from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.formats.agent_calls import agents_in_event, concerns_agents, named_agents

ONE, TWO = "019f4b84-310d-74ec-8571-5015e9323b3e", "019f4b84-2c94-7174-baae-f9d4d2ed5290"
ANSWER = f'{{"agent_id":"{ONE}","nickname":"Scout"}}'


@pytest.mark.parametrize(
    ("name", "arguments", "output", "item", "twin", "ids"),
    [
        ("spawn_agent", {"message": "m"}, ANSWER, None, None, (ONE,)),
        ("spawn_agent", {"message": "m"}, "agent limit reached", None, None, ()),
        ("spawn_agent", {"message": "m"}, '{"agent_id": 7}', None, None, ()),
        ("spawn_agent", {"message": "m"}, '{"agent_id":', None, None, ()),
        ("spawn_agent", "no JSON", None, None, None, ()),
        ("close_agent", {"id": ONE}, "{}", None, None, (ONE,)),
        ("wait_agent", {"ids": [ONE, TWO, ONE, 3]}, "{}", None, None, (ONE, TWO)),
        ("wait", {"cell_id": "4"}, "Script completed", None, None, ()),
        ("send_input", {"target": "scout"}, "{}", None, None, ()),
        ("collab_tool_call", {}, None, {"receiver_thread_ids": [TWO]}, None, (TWO,)),
        ("Task", {"prompt": "p"}, "done", None, {"agentId": "a295a32db"}, ("agent-a295a32db",)),
        ("Agent", {"prompt": "p"}, "done", None, {"agentId": "../../etc"}, ()),
        ("Agent", {"prompt": "p"}, "done", None, "Error: no", ()),
        ("Agent", {"prompt": "p"}, None, None, None, ()),
        ("Agent", {"prompt": "p"}, "Done.\nagentId: a295 (for resuming)", None, None, ("agent-a295",)),
        ("Agent", {"prompt": "p"}, "The agentId: a295 is mine", None, None, ()),
    ],
)  # fmt: skip
def test_ids_in_a_call_and_its_output(
    name: str, arguments: Any, output: str | None, item: Any, twin: Any, ids: tuple[str, ...]
) -> None:
    output_row = {"toolUseResult": twin} if twin is not None else None
    assert named_agents(name, arguments, output, {"item": item}, output_row) == ids


@pytest.mark.parametrize(
    ("payload", "ids"),
    [
        ({"type": "sub_agent_activity", "event_id": "c1", "agent_thread_id": ONE}, (ONE,)),
        ({"type": "collab_agent_spawn_end", "call_id": "c1", "new_thread_id": ONE}, (ONE,)),
        ({"type": "collab_agent_spawn_end", "call_id": "c1", "new_thread_id": None}, ()),
        ({"type": "item_completed", "item": {"id": "c1", "receiver_thread_ids": [ONE, TWO]}}, (ONE, TWO)),
        ({"type": "sub_agent_activity", "event_id": "c2", "agent_thread_id": ONE}, ()),
        ("no object", ()),
    ],
)
def test_ids_in_events_of_a_call(payload: Any, ids: tuple[str, ...]) -> None:
    assert agents_in_event({"type": "event_msg", "payload": payload}, "c1") == ids
    assert agents_in_event({"type": "response_item", "payload": payload}, "c1") == ()


def test_tools() -> None:
    assert all(
        concerns_agents(each) for each in ("spawn_agent", "collaboration.spawn_agent", "Task", "Agent")
    )
    assert not any(concerns_agents(each) for each in ("exec_command", "Bash", "", "TaskOutput"))


json = st.recursive(
    st.none() | st.integers() | st.text() | st.sampled_from([ONE, "agent-1"]),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "ids", "item", "agentId", "payload"]), each, max_size=3)
    ),
    max_leaves=8,
)


@given(st.sampled_from(["spawn_agent", "Task"]), json, st.none() | st.text(), json, json)
def test_whatever_the_rows_hold_ids_come_out(
    name: str, arguments: Any, output: str | None, item: Any, twin: Any
) -> None:
    found = named_agents(name, arguments, output, {"item": item}, {"toolUseResult": twin})
    assert all(isinstance(each, str) and "/" not in each for each in found)
    assert isinstance(agents_in_event({"type": "event_msg", "payload": item}, "c"), tuple)
