"""Recorded sessions for tests: a conversation, a clock that ticks, the rows that came of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from codexlog.recorder import Recorder, usage_from_sse

MOMENT = datetime(2026, 2, 10, 23, 59, 58, tzinfo=UTC)
USE = {"type": "tool_use", "id": "toolu_1", "name": "Read", "input": {"path": "a.py", "limit": 3}}
USE_2 = {"type": "tool_use", "id": "toolu_2", "name": "Bash", "input": {"command": "ls\n-la"}}
TEXT = {"type": "text", "text": "I'll look."}


class Ticking:
    """A clock that goes on by a second at each look."""

    def __init__(self, step: float = 1.0) -> None:
        self.now = MOMENT
        self.step = timedelta(seconds=step)

    def __call__(self) -> datetime:
        now = self.now
        self.now += self.step
        return now


def start(folder: Path, **more: Any) -> Recorder:
    return Recorder.start(**{"cwd": folder, "version": "1.2.3", "model": "claude-opus-4-6", **more})


def talk(rec: Recorder) -> None:
    """Two prompts, calls with results, an answer."""
    rec.user("do it")
    usage = usage_from_sse([{"type": "message_delta", "usage": {"output_tokens": 7}}])
    rec.assistant([TEXT, USE, USE_2], usage=usage, message_id="msg_1")
    second = {"tool_use_id": "toolu_2", "content": "", "is_error": True}
    rec.tool_results([second, {"tool_use_id": "toolu_1", "content": "1: x"}])
    rec.assistant("Done.")
    rec.user("again")


def rows(rec: Recorder) -> list[dict[str, Any]]:
    data = (rec.directory / "full.jsonl").read_bytes()
    assert data.endswith(b"\n")
    return [json.loads(line) for line in data[:-1].split(b"\n")]
