from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from codexlog.catalog.discover import Found, discover
from codexlog.catalog.relatives import agents_of, call_that_started, relative_file
from codexlog.catalog.transcript import Transcript
from codexlog.timeline.entries import CALL

SAMPLES = Path(__file__).resolve().parents[2] / "sample_sessions"
SPAWNER = "019f4b84-2c94-7174-baae-f9d4d2ed5290"
SCOUT = "019f4b84-310d-74ec-8571-5015e9323b3e"
SESSION = "56f78952-fa5d-404b-bca0-1cd7728c9783"
AT = "2026-07-10T10:13:01.000Z"


def ids(path: Path) -> list[tuple[str, ...]]:
    """The agents of every call of a file."""
    with Transcript.open(path) as transcript:
        outline = transcript.outline()
        calls = [index for index, kind in enumerate(outline.entries.kind) if kind == CALL]
        items = [(index, transcript.item(outline, index)) for index in calls]
        return [agents_of(transcript, outline, index, item) for index, item in items if item.kind == "call"]


def codex(path: Path, *payloads: tuple[str, dict[str, Any]]) -> Path:
    meta = ("session_meta", {"id": SPAWNER, "cwd": "/srv", "cli_version": "0.145.0"})
    rows = [{"timestamp": AT, "type": kind, "payload": payload} for kind, payload in (meta, *payloads)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def spawn(output: str) -> list[tuple[str, dict[str, Any]]]:
    call = {"type": "function_call", "name": "spawn_agent", "arguments": "{}", "call_id": "c1"}
    answer = {"type": "function_call_output", "call_id": "c1", "output": output}
    return [("response_item", call), ("response_item", answer)]


def claude(folder: Path, twin: dict[str, Any] | None) -> Path:
    """A session whose one call starts a subagent."""
    use = {"type": "tool_use", "id": "toolu_1", "name": "Task", "input": {"prompt": "look"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}
    said = {"role": "assistant", "id": "m", "content": [use]}
    base = {"sessionId": SESSION, "isSidechain": False, "cwd": "/srv", "version": "2.1.0", "timestamp": AT}
    rows: list[dict[str, Any]] = [
        base | {"type": "user", "uuid": "u1", "message": {"role": "user", "content": "go"}},
        base | {"type": "assistant", "uuid": "a1", "message": said},
        base | {"type": "user", "uuid": "u2", "message": {"role": "user", "content": [result]}},
    ]
    if twin is not None:
        rows[2]["toolUseResult"] = twin
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{SESSION}.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


class TestAgentsOfACall:
    def test_of_the_samples(self) -> None:
        assert ids(next(SAMPLES.rglob(f"*{SPAWNER}*"))) == [(SCOUT,), (SCOUT,), ()]

    @pytest.mark.parametrize("before", [0, 5], ids=["at once", "some rows later"])
    def test_in_an_event_behind_the_call(self, tmp_path: Path, before: int) -> None:
        event = {"type": "sub_agent_activity", "event_id": "c1", "agent_thread_id": SCOUT, "kind": "started"}
        others = [("event_msg", {"type": "agent_message", "message": "c1"})] * before
        rows = [*spawn('{"task_name":"scout"}'), *others, ("event_msg", event)]
        assert ids(codex(tmp_path / "a.jsonl", *rows)) == [(SCOUT,)]

    def test_nowhere(self, tmp_path: Path) -> None:
        assert ids(codex(tmp_path / "a.jsonl", *spawn("agent limit reached"))) == [()]

    def test_in_the_twin_of_a_claude_result(self, tmp_path: Path) -> None:
        assert ids(claude(tmp_path, {"agentId": "a295a32d"})) == [("agent-a295a32d",)]

    def test_in_the_side_file_of_a_subagent(self, tmp_path: Path) -> None:
        path = claude(tmp_path, None)
        side = tmp_path / SESSION / "subagents"
        side.mkdir(parents=True)
        (side / "agent-torn.meta.json").write_text('{"toolUse', encoding="utf-8")
        (side / "agent-b7.meta.json").write_text('{"toolUseId":"toolu_9"}', encoding="utf-8")
        (side / "agent-a2ff.meta.json").write_text('{"toolUseId":"toolu_1"}', encoding="utf-8")
        assert ids(path) == [("agent-a2ff",)]


class TestTheCallThatStarted:
    def find(self, session_id: str, *, stop: bool = False) -> int | None:
        with Transcript.open(next(SAMPLES.rglob(f"*{SPAWNER}*"))) as transcript:
            outline = transcript.outline()
            found = call_that_started(transcript, outline, session_id, lambda: stop)
            item = transcript.item(outline, found) if found is not None else None
            assert item is None or (item.kind == "call" and item.name.endswith("spawn_agent"))
            return found

    def test_the_first_call_that_names_it(self) -> None:
        assert self.find(SCOUT) is not None

    def test_nobody_named_it(self) -> None:
        assert self.find(SPAWNER) is None

    def test_stopped(self) -> None:
        assert self.find(SCOUT, stop=True) is None


class TestFiles:
    def only(self, path: Path) -> Found:
        return discover([path])[0]

    def test_in_the_same_codex_home(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        shutil.copytree(SAMPLES, home)
        near = self.only(next(home.rglob(f"*{SPAWNER}*")))
        found = relative_file(SCOUT, near)
        assert found is not None and SCOUT in found.path.name
        assert relative_file("019f4b84-0000-7000-8000-000000000000", near) is None

    def test_where_claude_puts_them(self, tmp_path: Path) -> None:
        parent = claude(tmp_path, None)
        child = tmp_path / SESSION / "subagents" / "agent-a2ff.jsonl"
        child.parent.mkdir(parents=True)
        shutil.copy(parent, child)
        found = relative_file("agent-a2ff", self.only(parent))
        assert found is not None and found.path == child
        back = relative_file(SESSION, self.only(child))
        assert back is not None and back.path == parent

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 200, "x/y", "-"])
    def test_an_id_is_no_path(self, tmp_path: Path, name: str) -> None:
        assert relative_file(name, self.only(claude(tmp_path, None))) is None
