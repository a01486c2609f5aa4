"""Made-up sessions for the digests of days: a rollout told step by step, by the clock of its recorder."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import rollout as ro
from codexlog.catalog.discover import discover
from codexlog.catalog.listing import SideShelf, current
from codexlog.digest.chosen_files import Days
from codexlog.digest.day import DayDigest, day_digest
from codexlog.digest.day_reading import Wanted, gather
from codexlog.digest.quoting import Quoter
from codexlog.report.redaction import redact
from codexlog.settings.thresholds import Thresholds

ENVIRONMENT = "<environment_context>\n  <cwd>/srv/app</cwd>\n</environment_context>"
NOW = datetime(2027, 1, 1, tzinfo=UTC).timestamp()


@dataclass
class Told:
    """One rollout; times move on by a second a row."""

    local: str
    """Its start as the recorder's clock has it, with the offset: `2025-09-23T12:06:19+02:00`."""
    id: str
    rows: list[ro.JsonObject] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    """Further fields of the first row."""

    def __post_init__(self) -> None:
        self.started = datetime.fromisoformat(self.local)
        self.now = self.started.astimezone(UTC) + timedelta(milliseconds=501)
        self.turn = self.calls = 0
        self.rows.append(
            ro.wrapped(
                "session_meta", {"id": self.id, "timestamp": self.at(0), "cwd": "/srv/app"} | self.more
            )
        )
        self._message("user", ENVIRONMENT)

    @property
    def stem(self) -> str:
        return f"rollout-{self.started:%Y-%m-%dT%H-%M-%S}-{self.id}"

    def at(self, seconds: float = 1.0) -> str:
        self.now += timedelta(seconds=seconds)
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def later(self, local: str) -> Told:
        """Go on at another time."""
        self.now = datetime.fromisoformat(local).astimezone(UTC)
        return self

    def ask(self, *texts: str) -> Told:
        self.turn += 1
        began = self.at()
        turn = {"turn_id": f"{self.id[:8]}-{self.turn}", "started_at": int(self.now.timestamp())}
        self.rows.append(ro.event("task_started", began, **turn))
        for text in texts:
            self._message("user", text)
            self.rows.append(ro.event("user_message", self.at(0), message=text))
        return self

    def answer(self, text: str) -> Told:
        self._message("assistant", text)
        turn = f"{self.id[:8]}-{self.turn}"
        self.rows.append(ro.event("task_complete", self.at(0), turn_id=turn, last_agent_message=text))
        return self

    def abort(self) -> Told:
        turn = f"{self.id[:8]}-{self.turn}"
        self.rows.append(ro.event("turn_aborted", self.at(), turn_id=turn, reason="interrupted"))
        return self

    def run(self, command: str, output: str = "", code: int = 0) -> Told:
        self._call("exec_command", {"cmd": command}, ro.exited(code, output))
        return self

    def deny(self, command: str, stderr: str) -> Told:
        said = (
            "failed in sandbox MacosSeatbelt with execution error: sandbox denied exec error, exit code: 1, "
        )
        self._call("exec_command", {"cmd": command}, f"{said}stdout: , stderr: {stderr}")
        return self

    def patch(self, *changes: tuple[str, int, int, int], records: bool = True) -> Told:
        """(path, first changed line, lines added, lines removed) each; line 0 for a new file."""
        text = "*** Begin Patch\n"
        recorded: dict[str, Any] = {}
        for path, line, added, removed in changes:
            plus, minus = [f"+new {n}" for n in range(added)], [f"-old {n}" for n in range(removed)]
            head = f"*** Update File: {path}\n@@\n" if line else f"*** Add File: {path}\n"
            text += head + "\n".join((*minus, *plus)) + "\n"
            if line:
                diff = "\n".join((f"@@ -{line},{removed} +{line},{added} @@", *minus, *plus)) + "\n"
                recorded[f"/srv/app/{path}"] = {"type": "update", "unified_diff": diff, "move_path": None}
            else:
                content = "".join(f"{each[1:]}\n" for each in plus)
                recorded[f"/srv/app/{path}"] = {"type": "add", "content": content}
        paths = "".join(f"{'M' if line else 'A'} {path}\n" for path, line, *_ in changes)
        said = (
            f"Exit code: 0\nWall time: 0.1 seconds\nOutput:\nSuccess. Updated the following files:\n{paths}"
        )
        call_id = self._call("apply_patch", {"input": f"{text}*** End Patch\n"}, said)
        if records:
            end = {"call_id": call_id, "success": True, "status": "completed", "changes": recorded}
            self.rows.insert(-1, ro.event("patch_apply_end", self.at(0), **end))
        return self

    def plan(self, *items: tuple[str, str]) -> Told:
        steps = [{"step": step, "status": status} for step, status in items]
        self._call("update_plan", {"plan": steps}, "Plan updated")
        return self

    def write(self, home: Path) -> Path:
        folder = home / "sessions" / f"{self.started:%Y/%m/%d}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.stem}.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in self.rows))
        return path

    def _message(self, role: str, text: str) -> None:
        kind = "output_text" if role == "assistant" else "input_text"
        self.rows.append(ro.item("message", self.at(), role=role, content=[{"type": kind, "text": text}]))

    def _call(self, name: str, arguments: Any, output: str) -> str:
        self.calls += 1
        call_id = f"call_{self.id[:8]}_{self.calls}"
        made = {"name": name, "arguments": json.dumps(arguments), "call_id": call_id}
        self.rows.append(ro.item("function_call", self.at(), **made))
        self.rows.append(ro.item("function_call_output", self.at(), call_id=call_id, output=output))
        return call_id


def number(n: int) -> str:
    """An id."""
    return f"0199{n:04x}-0000-7000-8000-{n:012x}"


def digest(
    places: Path | list[Path], day: str, *, last: str | None = None, utc: bool = False, **more: Any
) -> DayDigest:
    """The digest of a day as the command makes it; of several days the first one's."""
    first = date.fromisoformat(day)
    days = Days(first, date.fromisoformat(last) if last else first, utc)
    found = current(discover([places] if isinstance(places, Path) else places))
    gathered = gather(found, Wanted(days, **more), NOW, 120.0, SideShelf())
    quoter = Quoter(partial(redact, home="/home/me"))
    return day_digest(first, gathered.subjects, quoter, Thresholds(), utc=utc, timeless=gathered.timeless)


def claude(path: Path, at: str, prompt: str, answer: str) -> None:
    """A session of Claude Code; `at` to the minute."""
    path.parent.mkdir(parents=True, exist_ok=True)
    both = {"sessionId": path.stem, "cwd": "/srv/app", "version": "2.1.0", "isSidechain": False}
    user = {"role": "user", "content": prompt}
    said = {"id": "m1", "role": "assistant", "model": "x", "content": [{"type": "text", "text": answer}]}
    rows = [
        both | {"type": "user", "uuid": "u1", "timestamp": f"{at}:00.250Z", "message": user},
        both | {"type": "assistant", "uuid": "u2", "timestamp": f"{at}:09.500Z", "message": said},
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
