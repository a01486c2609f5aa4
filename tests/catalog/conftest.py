"""Small homes for the catalog's tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ID = "019b2d38-495a-7ff1-9db5-efef3c506d2a"


def wrapped(kind: str, payload: dict[str, Any], second: int = 0) -> dict[str, Any]:
    return {"timestamp": f"2026-01-01T00:00:{second:02d}.000Z", "type": kind, "payload": payload}


def session_rows(identity: str = ID, prompt: str = "fix it") -> list[dict[str, Any]]:
    meta = {
        "id": identity,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "cwd": "/srv/app",
        "cli_version": "0.142.0",
    }
    output = "Exit code: 1\nWall time: 0.5 seconds\nOutput:\nno\n"
    return [
        wrapped("session_meta", meta),
        wrapped("event_msg", {"type": "task_started", "turn_id": "t1"}, 1),
        wrapped("event_msg", {"type": "user_message", "message": prompt}, 2),
        wrapped(
            "response_item",
            {
                "type": "function_call",
                "name": "shell_command",
                "arguments": '{"command":"make"}',
                "call_id": "c1",
            },
            3,
        ),
        wrapped("response_item", {"type": "function_call_output", "call_id": "c1", "output": output}, 4),
        wrapped("event_msg", {"type": "task_complete", "turn_id": "t1"}, 5),
    ]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Three sessions of three ids in one Codex home."""
    for day, digit in enumerate("abc", 1):
        identity = f"{digit * 8}-495a-7ff1-9db5-efef3c506d2a"
        name = f"rollout-2026-01-0{day}T00-00-00-{identity}.jsonl"
        write_rows(tmp_path / f"sessions/2026/01/0{day}" / name, session_rows(identity, f"prompt {digit}"))
    return tmp_path
