"""The files beside the sessions: prompt history, names, and the tracing log."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from .rows import Payload, Sample, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = (
    ("Explain how balances are sorted", "Order of balances"),
    ("Read every file", "Where floats could creep in"),
    ("Have a scout", "Scout: report command"),
    ("Make the importer report", "Line numbers in import errors"),
)
LEVELS = {"INFO": "32", "WARN": "33", "ERROR": "31", "DEBUG": "34"}
RETRY = "stream disconnected - retrying sampling request ({}/5 in {}ms)..."
LOST = "Turn error: stream disconnected before completion: error sending request for url"


class Line(NamedTuple):
    """One line of the log."""

    stamp: str
    level: str
    text: str

    def render(self) -> str:
        """Return the line as the tracing writer prints it; interactive runs use colour."""
        if self.level in ("WARN", "ERROR") or "session_init" in self.text:
            color = LEVELS[self.level]
            return f"\x1b[2m{self.stamp}\x1b[0m \x1b[{color}m{self.level:>5}\x1b[0m {self.text}\n"
        return f"{self.stamp} {self.level:>5} {self.text}\n"


def rows_of(sample: Sample) -> list[Payload]:
    """Return the rows of a whole wrapped file, none of any other."""
    if not sample.path.endswith(".jsonl") or sample.shows.startswith("trap") or "streams" in sample.path:
        return []
    rows = [json.loads(line) for line in sample.data.splitlines()]
    return rows if rows and rows[0].get("type") == "session_meta" else []


def prompts(rows: list[Payload]) -> Iterator[Payload]:
    """Yield a history entry for each prompt that was typed into the terminal."""
    meta = rows[0]["payload"] if rows else {}
    if meta.get("source") != "cli":
        return
    for row in rows:
        text = prompt_of(row["payload"])
        if text:
            when = datetime.fromisoformat(row["timestamp"])
            yield {"session_id": meta["id"], "ts": int(when.timestamp()), "text": text}


def prompt_of(payload: Payload) -> str:
    if payload.get("type") == "user_message":
        return str(payload["message"])
    item = payload.get("item", {})
    return str(item["content"][0]["text"]) if item.get("type") == "UserMessage" else ""


def history(samples: list[Sample]) -> Sample:
    """Return one entry for each text; what a fork copied was not typed again."""
    entries: dict[str, Payload] = {}
    for sample in sorted(samples, key=lambda sample: sample.path.rsplit("/", 1)[1]):
        for entry in prompts(rows_of(sample)):
            entries.setdefault(str(entry["text"]), entry)
    ordered = sorted(entries.values(), key=lambda entry: int(entry["ts"]))
    return Sample("history.jsonl", lines(ordered), "prompt history of the terminal sessions")


def index(samples: list[Sample]) -> Sample:
    """Return thread names; one thread is renamed, one has no file any more."""
    gone = {"id": "019e5d5a-11c0-7aa3-9d1e-5c0b8f3a2e77", "thread_name": "Deleted since"}
    rows: list[Payload] = [{**gone, "updated_at": "2026-05-25T07:11:30.120551Z"}]
    for start, name in NAMES:
        for session in map(rows_of, samples):
            found = next((row for row in session if prompt_of(row["payload"]).startswith(start)), None)
            if found and "forked_from_id" not in session[0]["payload"]:
                identity = session[0]["payload"]["id"]
                rows.append({"id": identity, "thread_name": name, "updated_at": micro(found, 551)})
    renamed = {**rows[2], "thread_name": "No floats anywhere", "updated_at": "2026-07-01T06:58:12.903114Z"}
    return Sample("session_index.jsonl", lines([*rows, renamed]), "thread names; the last row of an id wins")


def log(samples: list[Sample]) -> Sample:
    """Return the log of the sessions since July 2026, with the errors that their rollouts don't hold."""
    entries: list[Line] = []
    for sample in samples:
        rows = rows_of(sample)
        if rows and rows[0]["timestamp"] > "2026-07" and rows[0]["payload"]["cli_version"] < "0.150":
            entries += traced(rows, sample.shows)
    text = "".join(entry.render() for entry in sorted(entries))
    return Sample("log/codex-tui.log", text.encode(), "tracing log; holds errors that the rollouts don't")


def traced(rows: list[Payload], shows: str) -> Iterator[Line]:
    identity = rows[0]["payload"]["id"]
    loop = f"session_loop{{thread_id={identity}}}"
    start = micro(rows[0], 11)
    yield Line(start, "INFO", "session_init: codex_core::codex: new")
    yield Line(micro(rows[0], 402), "INFO", f"{loop}: codex_core::codex: new")
    for row in rows:
        payload = row["payload"]
        if payload.get("type") == "function_call":
            call = f"ToolCall: {payload['name']} {payload['arguments']} call_id={payload['call_id']}"
            yield Line(micro(row, 77), "INFO", f"{loop}: codex_core::stream_events_utils: {call}")
        if payload.get("type") == "custom_tool_call_output" and "failed" in payload["output"]:
            yield Line(
                micro(row, 12),
                "WARN",
                f"{loop}: codex_core::tools::router: {payload['output'].splitlines()[0]}",
            )
    yield from trouble(rows, shows, loop)


def trouble(rows: list[Payload], shows: str, loop: str) -> Iterator[Line]:
    """Yield the end of a session as the log tells it."""
    end = rows[-1]
    model = "codex_core::codex: "
    if "log/codex-tui.log" in shows:
        for attempt in (1, 2, 3, 4, 5):
            text = RETRY.format(attempt, 200 * 2**attempt)
            yield Line(micro(rows[-2], 40, 6 * attempt), "WARN", f"{loop}: {model}{text}")
        yield Line(micro(end, 3), "ERROR", f"{loop}: {model}{LOST} (https://api.example.org/v1/responses)")
    elif end["payload"]["type"] == "function_call":
        text = f"process did not exit within 30000ms call_id={end['payload']['call_id']}"
        yield Line(micro(end, 900, 30), "WARN", f"{loop}: codex_core::unified_exec: {text}")
        yield Line(
            micro(end, 950, 33), "ERROR", f"{loop}: codex_exec: received SIGTERM, leaving 1 process behind"
        )
    elif "error" in end["payload"]:
        yield Line(micro(end, 3), "ERROR", f"{loop}: {model}Turn error: {end['payload']['error']['message']}")
    else:
        yield Line(micro(end, 640), "INFO", f"{loop}: {model}close time.busy=94.2ms time.idle=31.4s")


def micro(row: Payload, micros: int, seconds: int = 0) -> str:
    """Return a time after that of the row, with microseconds as the log writes them."""
    moment = datetime.fromisoformat(row["timestamp"]) + timedelta(seconds=seconds, microseconds=micros)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
