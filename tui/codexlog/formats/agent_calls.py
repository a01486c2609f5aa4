"""Which calls start or address another agent, and where rows name the session of that agent.

Codex's `spawn_agent` answers with an `agent_id`; later versions name the thread in an event that carries
the id of the call. Other calls of the family have it among their arguments. Claude Code has the agent's
id in the structured twin of the result, and a session id that begins with `agent-`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

JsonObject = dict[str, Any]

CODEX_TOOLS = frozenset(
    (
        "spawn_agent",  # 0.104
        "resume_agent",
        "send_input",  # 0.104
        "send_message",
        "wait",  # 0.104; in code mode a call of the same name waits for a cell
        "wait_agent",  # 0.142
        "close_agent",  # 0.104
        "interrupt_agent",
        "collab_tool_call",  # `codex exec --json`
    )
)
CLAUDE_TOOLS = frozenset(("Task", "Agent"))  # 2.0.22, 2.1.100
_ARGUMENTS = ("id", "ids", "target", "targets", "receiver_thread_ids")
_OUTPUTS = ("agent_id", "thread_id")
_EVENTS = ("agent_thread_id", "new_thread_id", "receiver_thread_id", "receiver_thread_ids")
_EVENT_CALLS = ("call_id", "event_id", "id")
_THREAD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_SAID = re.compile(r"^agentId: ([0-9a-z-]+)", re.MULTILINE)
"""Behind the answer of a subagent, for the model to address it (2.0+)."""
_END = 2_000
_AGENT = re.compile(r"[0-9a-z-]{4,64}", re.ASCII)


def concerns_agents(name: str) -> bool:
    """Whether a tool of this name starts or addresses another agent."""
    return name.rpartition(".")[2] in CODEX_TOOLS or name in CLAUDE_TOOLS


def named_agents(
    name: str, arguments: Any, output: str | None, row: JsonObject, output_row: JsonObject | None
) -> tuple[str, ...]:
    """The ids of the sessions that a call and its output name, each once."""
    if name in CLAUDE_TOOLS:
        return _claude_agent(output_row, output)
    item = row.get("item")
    places = [(arguments, _ARGUMENTS), (_object(output), _OUTPUTS), (item, _ARGUMENTS[-1:])]
    return _unique(each for holder, keys in places for each in _threads(holder, keys))


def agents_in_event(row: JsonObject, call_id: str) -> tuple[str, ...]:
    """The ids in an event that belongs to a call: the start of a subagent, the end of a spawn."""
    payload = row.get("payload")
    if row.get("type") != "event_msg" or not isinstance(payload, dict):
        return ()
    event = payload["item"] if isinstance(payload.get("item"), dict) else payload
    if call_id not in (event.get(key) for key in _EVENT_CALLS):
        return ()
    return _unique(_threads(event, _EVENTS))


def agent_session(agent_id: object) -> str | None:
    """The id of the session that a subagent of Claude Code writes."""
    return f"agent-{agent_id}" if isinstance(agent_id, str) and _AGENT.fullmatch(agent_id) else None


def _claude_agent(output_row: JsonObject | None, output: str | None) -> tuple[str, ...]:
    twin = output_row.get("toolUseResult") if output_row is not None else None
    session = agent_session(twin.get("agentId")) if isinstance(twin, dict) else None
    if session is None and output is not None:  # Entire may have left the twin out
        said = _SAID.search(output, max(0, len(output) - _END))
        session = agent_session(said[1]) if said is not None else None
    return (session,) if session is not None else ()


def _object(text: str | None) -> Any:
    if not text or text.lstrip()[:1] != "{":
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _threads(holder: Any, keys: Iterable[str]) -> Iterator[str]:
    if not isinstance(holder, dict):
        return
    for key in keys:
        value = holder.get(key)
        for each in value if isinstance(value, list) else (value,):
            if isinstance(each, str) and _THREAD.fullmatch(each):
                yield each


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
