"""Rows of made-up sessions, and the timeline that they give; for tests that need a few rows of a kind."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from codexlog.catalog.transcript import Transcript
from codexlog.rows.decode import Row
from codexlog.rows.source import spool
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.outline import Outline, outline
from codexlog.timeline.summary import FileFacts, summarize

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codexlog.model import Counts, Item, Session, Summary, Usage

JsonObject = dict[str, Any]
OWN = "019d0000-0000-7000-8000-000000000001"
PARENT = "019c0000-0000-7000-8000-000000000002"
BEGAN = "2026-03-01T10:00:00.000Z"
BEGAN_SECONDS = 1772359200
FACTS = FileFacts("a.jsonl")


def wrapped(
    kind: str, payload: JsonObject, at: str | None = "2026-03-01T10:00:01.000Z", **more: Any
) -> JsonObject:
    time = {} if at is None else {"timestamp": at}
    return {**time, "type": kind, "payload": payload, **more}


def meta(session: str = OWN, **payload: Any) -> JsonObject:
    return wrapped("session_meta", {"id": session, "timestamp": BEGAN, "cwd": "/srv/app", **payload})


def event(kind: str, at: str | None = "2026-03-01T10:00:01.000Z", /, **payload: Any) -> JsonObject:
    return wrapped("event_msg", {"type": kind, **payload}, at)


def item(kind: str, at: str | None = "2026-03-01T10:00:01.000Z", /, **payload: Any) -> JsonObject:
    return wrapped("response_item", {"type": kind, **payload}, at)


def message(role: str, *texts: str, **payload: Any) -> JsonObject:
    kind = "output_text" if role == "assistant" else "input_text"
    return item("message", role=role, content=[{"type": kind, "text": text} for text in texts], **payload)


def call(call_id: str | None, name: str = "exec_command", arguments: Any = None) -> JsonObject:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments or {"cmd": "true"})
    return item("function_call", name=name, arguments=text, call_id=call_id)


def output(call_id: str | None, text: Any) -> JsonObject:
    return item("function_call_output", call_id=call_id, output=text)


def poll(call_id: str, session: int | str) -> JsonObject:
    return call(call_id, "write_stdin", {"session_id": session, "chars": ""})


def wait(call_id: str, cell: int | str) -> JsonObject:
    return call(call_id, "wait", {"cell_id": cell})


def exited(code: int, body: str = "done") -> str:
    return f"Chunk ID: ab12cd\nWall time: 0.5 seconds\nProcess exited with code {code}\nOutput:\n{body}\n"


def running(session: int | str) -> str:
    return f"Chunk ID: ab12cd\nWall time: 1.0 seconds\nProcess running with session ID {session}\nOutput:\n"


def script(state: str) -> str:
    return f"Script {state}\nWall time 1.2 seconds\nOutput:\n"


def task_started(turn: str | None, at: str = "2026-03-01T10:00:01.000Z", **payload: Any) -> JsonObject:
    return event("task_started", at, turn_id=turn, model_context_window=258400, **payload)


def tokens(
    total: tuple[int, int, int, int],
    last: tuple[int, int, int, int] | None = None,
    all_of_it: int | None = None,
) -> JsonObject:
    """Input, cached, output, reasoning; `all_of_it` where the total is not input + output."""
    info: JsonObject = {"total_token_usage": usage_object(total, all_of_it), "model_context_window": 258400}
    if last is not None:
        info["last_token_usage"] = usage_object(last)
    return event("token_count", info=info, rate_limits=None)


def usage_object(figures: tuple[int, int, int, int], total: int | None = None) -> JsonObject:
    names = ("input_tokens", "cached_input_tokens", "output_tokens", "reasoning_output_tokens")
    return dict(zip(names, figures, strict=True)) | {
        "total_tokens": figures[0] + figures[2] if total is None else total
    }


def build(rows: Iterable[JsonObject]) -> TimelineBuilder:
    builder = TimelineBuilder()
    for number, row in enumerate(rows, 1):
        builder.feed(Row(number, number * 1000, row))
    return builder


def summary(*rows: JsonObject) -> Summary:
    return summarize(build(rows), FACTS)


def counts(*rows: JsonObject) -> Counts:
    return summary(*rows).counts


def usage(*rows: JsonObject) -> Usage | None:
    return summary(*rows).usage


def outlined(*rows: JsonObject) -> Outline:
    return outline(build(rows), FACTS)


def statuses(*rows: JsonObject) -> list[tuple[str, int | None]]:
    """Status and exit code of each own call, in file order."""
    entries = build(rows).own.entries
    return [
        (entries.status_name(index), entries.code(index))
        for index in range(len(entries))
        if entries.status_name(index)
    ]


def encode(rows: Iterable[JsonObject]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def session(*rows: JsonObject) -> Session:
    """The whole session, hydrated, as reading its bytes gives it."""
    with Transcript(spool(io.BytesIO(encode(rows)), "a.jsonl"), FACTS) as transcript:
        return transcript.session()


def items(*rows: JsonObject) -> list[Item]:
    """Every item that is no echo, in file order; those without a turn too."""
    found = session(*rows)
    return [*found.loose_items, *(each for turn in found.turns for each in turn.items)]
