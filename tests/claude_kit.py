"""Rows of Claude Code as tests want them, and what the reader makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codexlog.catalog.transcript import Transcript
from codexlog.model import Counts, Item, Summary, Usage
from codexlog.rows.decode import Row
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.summary import FileFacts, summarize
from rollout import encode

JsonObject = dict[str, Any]
SESSION = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"
OTHER = "5c9a4d1e-0000-4a39-9a53-3b4f3c1f6f10"
DATED = f"2026-02-10-{SESSION}"
AT = "2026-02-10T10:00:01.000Z"
PATH = f"projects/-srv-app/{SESSION}.jsonl"


def row(kind: str, **more: Any) -> JsonObject:
    envelope = {"isSidechain": False, "userType": "external", "cwd": "/srv/app", "sessionId": SESSION}
    return {**envelope, "version": "2.1.40", "type": kind, "uuid": "u", "timestamp": AT, **more}


def user(content: Any, **more: Any) -> JsonObject:
    return row("user", message={"role": "user", "content": content}, **more)


def assistant(*blocks: JsonObject, key: str | None = "msg_1", **message: Any) -> JsonObject:
    identity = {} if key is None else {"id": key}
    body = {**identity, "role": "assistant", "model": "claude-opus-4-6", "content": list(blocks), **message}
    return row("assistant", message=body)


def text(words: str) -> JsonObject:
    return {"type": "text", "text": words}


def use(call_id: str | None, kind: str = "tool_use", name: str = "Bash") -> JsonObject:
    return {"type": kind, "id": call_id, "name": name, "input": {"command": "ls"}}


def result(call_id: str, content: Any = "done", **more: Any) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}


def tokens(fresh: int = 3, output: int = 2, write: int = 100, read: int = 9000) -> JsonObject:
    return {
        "input_tokens": fresh,
        "output_tokens": output,
        "cache_creation_input_tokens": write,
        "cache_read_input_tokens": read,
    }


def build(*rows: JsonObject) -> TimelineBuilder:
    builder = TimelineBuilder()
    for number, each in enumerate(rows, 1):
        builder.feed(Row(number, number * 1000, each))
    return builder


def summary(*rows: JsonObject, path: str = PATH) -> Summary:
    return summarize(build(*rows), FileFacts(path))


def counts(*rows: JsonObject) -> Counts:
    return summary(*rows).counts


def usage(*rows: JsonObject) -> Usage:
    found = summary(*rows).usage
    assert found is not None
    return found


def statuses(*rows: JsonObject) -> list[tuple[str, int | None]]:
    entries = build(*rows).own.entries
    indices = [index for index in range(len(entries)) if entries.status_name(index)]
    return [(entries.status_name(index), entries.code(index)) for index in indices]


def items(folder: Path, *rows: JsonObject) -> list[Item]:
    path = folder / "a.jsonl"
    path.write_bytes(encode(rows))
    with Transcript.open(path) as transcript:
        session = transcript.session()
    return [*session.loose_items, *(item for turn in session.turns for item in turn.items)]


def slash(name: str, arguments: str = "") -> JsonObject:
    return user(
        f"<command-name>{name}</command-name>\n<command-message>x</command-message>\n"
        f"<command-args>{arguments}</command-args>"
    )


LOCAL = user("<local-command-stdout>Total cost: 1</local-command-stdout>")
PLAIN = user("Fix the parser")
SAID = assistant(text("On it."))


def claude_home(person: Path) -> Path:
    """A home of Claude Code: a session with two subagents, a fork of it, and the copy that Entire keeps."""
    project = person / ".claude/projects/-srv-app"
    told = {"description": "Find the parser", "prompt": "Look", "subagent_type": "Explore"}
    task = {"type": "tool_use", "id": "toolu_1", "name": "Task", "input": told}
    answer = {"agentId": "a295a32d", "status": "completed", "totalTokens": 99}
    failed = result("toolu_2", "Exit code 2\nls: no such file", is_error=True)
    rows = [
        PLAIN,
        assistant(task, usage=tokens(output=5), stop_reason="tool_use"),
        user([result("toolu_1", "It is in src.")], toolUseResult=answer),
        assistant(use("toolu_2"), key="msg_2", usage=tokens(output=7), stop_reason="tool_use"),
        user([failed]),
        row("system", subtype="compact_boundary", content="Conversation compacted", parentUuid=None),
        user("<task-notification><summary>make ended</summary></task-notification>"),
        assistant(text("Fixed."), key="msg_3", usage=tokens(output=9), stop_reason="end_turn"),
    ]
    side = {"isSidechain": True, "agentId": "a295a32d"}
    agent = [user("Look"), assistant(text("It is in src."), key="msg_9", usage=tokens(output=3))]
    source = {"sessionId": SESSION, "messageUuid": "u"}
    fork = [{**each, "sessionId": OTHER, "forkedFrom": source} for each in rows]
    fork += [{**user("Now the docs"), "sessionId": OTHER}, {**SAID, "sessionId": OTHER}]
    files = {
        project / f"{SESSION}.jsonl": rows,
        project / SESSION / "subagents/agent-a295a32d.jsonl": [{**each, **side} for each in agent],
        project / "agent-1a2b3c4d.jsonl": [{**each, **side, "agentId": "1a2b3c4d"} for each in agent],
        project / f"{OTHER}.jsonl": fork,
        person / f"app/.entire/metadata/{SESSION}/full.jsonl": rows[:4],
    }
    for path, each in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(each))
    return person / ".claude"
