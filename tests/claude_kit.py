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
