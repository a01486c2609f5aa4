"""One session as each agent version writes it, told step by step."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from faults.tools import TOOLS, patch_text

Row = dict[str, Any]
TORN = "\0torn"
"""Marks a row that is written as it is, though it is no JSON."""
CWD = "/srv/app"
NOT_FOUND = "apply_patch verification failed: Failed to find expected lines in /srv/app/{path}:\n{lines}"
UPDATED = "Success. Updated the following files:\nM {path}\n"


class Writer:
    """The base: a clock, ids, and the rows so far. Subclasses know an era's spelling."""

    version = ""
    folder = "sessions"

    def __init__(self, number: int, start: datetime, rng: Random | None = None) -> None:
        self.number = number
        self.rng = rng or Random(number)
        self.tool = self.rng.choice(TOOLS)
        self.branch = "main"
        self.commit = f"{number:040x}"
        self.committed = False
        self.now = start
        self.start = start
        self.rows: list[Row] = []
        self.calls = 0
        self.tokens = 0
        self.session = f"019d{number:04x}-0000-7000-8000-{number:012x}"

    def at(self, seconds: float = 1.0) -> str:
        self.now += timedelta(seconds=seconds)
        return self.now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.now.microsecond // 1000:03}Z"

    def call_id(self) -> str:
        self.calls += 1
        return f"call_{self.number}_{self.calls}"

    def open(self) -> None:
        raise NotImplementedError

    def prompt(self, text: str) -> None:
        raise NotImplementedError

    def say(self, text: str) -> None:
        raise NotImplementedError

    def shell(self, command: str, output: str = "", code: int = 0, *, answered: bool = True) -> None:
        raise NotImplementedError

    def patch(self, path: str, minus: str, plus: str, *, fails: bool = False) -> None:
        raise NotImplementedError

    def deny(self, command: str) -> None:
        raise NotImplementedError

    def spend(self, tokens: int) -> None:
        raise NotImplementedError

    def plan(self, *items: tuple[str, str]) -> None:
        raise NotImplementedError

    def compact(self) -> None:
        raise NotImplementedError

    def poll(self, command: str, times: int, output: str, code: int) -> None:
        """A command that takes several looks; eras without such calls wait for it."""
        del times
        self.shell(command, output, code)

    def tear(self) -> None:
        """Half a row, as a crash leaves it, or two writers."""
        self.rows.append({TORN: '{"timestamp":"2026-03-01T10:00'})

    def end(self) -> None:
        """The turn is complete."""

    def stop(self, code: str, message: str) -> bool:
        """Record an error that ended the turn; False where the era does not record any."""
        raise NotImplementedError

    def abort(self) -> None:
        raise NotImplementedError

    def path(self, home: Path) -> Path:
        stamp = self.start.strftime("%Y-%m-%dT%H-%M-%S")
        folder = home / self.start.strftime("sessions/%Y/%m/%d")
        return folder / f"rollout-{stamp}-{self.session}.jsonl"

    def lines(self) -> list[str]:
        """The rows as they stand in the file; some with their letters escaped."""
        return [row.get(TORN) or json.dumps(row, ensure_ascii=self.rng.random() < 0.5) for row in self.rows]

    def write(self, home: Path) -> Path:
        path = self.path(home)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in self.lines()), encoding="utf-8")
        return path


class Codex(Writer):
    """What the wrapped eras have in common."""

    def add(self, kind: str, payload: Row, seconds: float = 1.0) -> None:
        self.rows.append({"timestamp": self.at(seconds), "type": kind, "payload": payload})

    def item(self, kind: str, /, **fields: Any) -> None:
        self.add("response_item", {"type": kind, **fields})

    def event(self, kind: str, /, **fields: Any) -> None:
        self.add("event_msg", {"type": kind, **fields})

    def open(self) -> None:
        self.add(
            "session_meta",
            {
                "id": self.session,
                "timestamp": self.start.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                "cwd": CWD,
                "originator": "codex_exec",
                "cli_version": self.version,
                "source": "exec",
                "git": {"branch": self.branch, "commit_hash": self.commit},
            },
            0.0,
        )

    def prompt(self, text: str) -> None:
        self.item("message", role="user", content=[{"type": "input_text", "text": text}])
        self.event("user_message", message=text, kind="plain")

    def say(self, text: str) -> None:
        self.item("message", role="assistant", content=[{"type": "output_text", "text": text}])
        self.event("agent_message", message=text)

    def spend(self, tokens: int) -> None:
        self.tokens += tokens
        figures = {"input_tokens": self.tokens, "cached_input_tokens": 0, "output_tokens": 0}
        total = {**figures, "reasoning_output_tokens": 0, "total_tokens": self.tokens}
        last = {**total, "input_tokens": tokens, "total_tokens": tokens}
        info = {"total_token_usage": total, "last_token_usage": last, "model_context_window": 258_400}
        self.event("token_count", info=info, rate_limits=None)

    def abort(self) -> None:
        self.event("turn_aborted", reason="interrupted")

    def plan(self, *items: tuple[str, str]) -> None:
        call_id = self.call_id()
        steps = [{"step": name, "status": state} for name, state in items]
        self.item("function_call", name="update_plan", arguments=json.dumps({"plan": steps}), call_id=call_id)
        self.item("function_call_output", call_id=call_id, output="Plan updated")

    def compact(self) -> None:
        self.add("compacted", {"message": "what was done so far"})
        self.event("context_compacted")


class ShellEra(Codex):
    """0.47: `shell` with JSON outputs; no row says how a turn ended."""

    version = "0.47.0"

    def shell(self, command: str, output: str = "", code: int = 0, *, answered: bool = True) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"command": ["bash", "-lc", command], "workdir": CWD})
        self.item("function_call", name="shell", arguments=arguments, call_id=call_id)
        if answered:
            metadata = {"exit_code": code, "duration_seconds": 0.4}
            text = json.dumps({"output": output, "metadata": metadata})
            self.item("function_call_output", call_id=call_id, output=text)

    def patch(self, path: str, minus: str, plus: str, *, fails: bool = False) -> None:
        call_id = self.call_id()
        self.item(
            "custom_tool_call", name="apply_patch", input=patch_text(path, minus, plus), call_id=call_id
        )
        text = UPDATED.format(path=path)
        metadata = {"exit_code": 0, "duration_seconds": 0.0}
        output = json.dumps({"output": text, "metadata": metadata})
        if fails:
            output = (
                f"apply_patch verification failed: Failed to find expected lines in {CWD}/{path}:\n{minus}"
            )
        self.item("custom_tool_call_output", call_id=call_id, output=output)

    def deny(self, command: str) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"command": ["bash", "-lc", command], "workdir": CWD})
        self.item("function_call", name="shell", arguments=arguments, call_id=call_id)
        text = "failed in sandbox LinuxSeccomp with execution error: sandbox denied exec error, exit code: 1"
        self.item("function_call_output", call_id=call_id, output=f"{text}, stdout: , stderr: {command}")

    def stop(self, code: str, message: str) -> bool:
        return False


class CommandEra(Codex):
    """0.121: `shell_command`, `task_started` and `task_complete`, `error` events."""

    version = "0.121.0"

    def prompt(self, text: str) -> None:
        self.event("task_started", turn_id=f"turn-{self.number}", model_context_window=258_400)
        super().prompt(text)

    def shell(self, command: str, output: str = "", code: int = 0, *, answered: bool = True) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"command": command, "workdir": CWD})
        self.item("function_call", name="shell_command", arguments=arguments, call_id=call_id)
        if answered:
            text = f"Exit code: {code}\nWall time: 0.4 seconds\nOutput:\n{output}"
            self.item("function_call_output", call_id=call_id, output=text)

    def patch(self, path: str, minus: str, plus: str, *, fails: bool = False) -> None:
        call_id = self.call_id()
        self.item(
            "custom_tool_call", name="apply_patch", input=patch_text(path, minus, plus), call_id=call_id
        )
        text = (
            f"Exit code: 0\nWall time: 0 seconds\nOutput:\nSuccess. Updated the following files:\nM {path}\n"
        )
        if fails:
            text = NOT_FOUND.format(path=path, lines=minus)
        self.item("custom_tool_call_output", call_id=call_id, output=text)

    def deny(self, command: str) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"command": command, "workdir": CWD})
        self.item("function_call", name="shell_command", arguments=arguments, call_id=call_id)
        self.item("function_call_output", call_id=call_id, output="exec command rejected by user")

    def end(self) -> None:
        self.event("task_complete", turn_id=f"turn-{self.number}", last_agent_message=None)

    def stop(self, code: str, message: str) -> bool:
        self.event("error", message=message, codex_error_info=code)
        self.end()
        return True


class ExecEra(CommandEra):
    """0.145: `exec_command`; errors stand in `task_complete`."""

    version = "0.145.0"

    def shell(self, command: str, output: str = "", code: int = 0, *, answered: bool = True) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"cmd": command, "workdir": CWD})
        self.item("function_call", name="exec_command", arguments=arguments, call_id=call_id)
        if answered:
            head = f"Chunk ID: ab12cd\nWall time: 0.4 seconds\nProcess exited with code {code}\nOutput:\n"
            self.item("function_call_output", call_id=call_id, output=head + output)

    def deny(self, command: str) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"cmd": command, "workdir": CWD})
        self.item("function_call", name="exec_command", arguments=arguments, call_id=call_id)
        text = f"exec_command failed for `/bin/bash -lc '{command}'`: CreateProcess: Rejected(...)"
        self.item("function_call_output", call_id=call_id, output=text)

    def poll(self, command: str, times: int, output: str, code: int) -> None:
        call_id = self.call_id()
        arguments = json.dumps({"cmd": command, "workdir": CWD})
        self.item("function_call", name="exec_command", arguments=arguments, call_id=call_id)
        running = "Chunk ID: ab12cd\nWall time: 10.0 seconds\nProcess running with session ID 7\nOutput:\n"
        self.item("function_call_output", call_id=call_id, output=running)
        for number in range(times):
            call_id = self.call_id()
            arguments = json.dumps({"session_id": 7, "chars": ""})
            self.item("function_call", name="write_stdin", arguments=arguments, call_id=call_id)
            head = f"Chunk ID: ab12cd\nWall time: 1.0 seconds\nProcess exited with code {code}\nOutput:\n"
            text = head + output if number == times - 1 else running
            self.item("function_call_output", call_id=call_id, output=text)

    def stop(self, code: str, message: str) -> bool:
        error = {"message": message, "codex_error_info": code}
        self.event("task_complete", turn_id=f"turn-{self.number}", last_agent_message=None, error=error)
        return True


class Claude(Writer):
    """Claude Code 2.1, in print mode."""

    version = "2.1.40"

    def row(self, kind: str, seconds: float = 1.0, **more: Any) -> None:
        envelope = {"isSidechain": False, "userType": "external", "cwd": CWD, "sessionId": self.session}
        unique = {"uuid": f"u{len(self.rows)}", "timestamp": self.at(seconds), "gitBranch": self.branch}
        self.rows.append({**envelope, "version": self.version, "type": kind, **unique, **more})

    def open(self) -> None:
        """Claude Code writes no row before the prompt."""

    def path(self, home: Path) -> Path:
        return home / "projects" / "-srv-app" / f"{self.session}.jsonl"

    def prompt(self, text: str) -> None:
        self.row("user", 0.0, message={"role": "user", "content": text})

    def assistant(self, *blocks: Row, stop: str | None = "tool_use", **more: Any) -> None:
        usage = {"input_tokens": self.tokens, "output_tokens": 10}
        caches = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
        message = {
            "id": f"msg_{self.number}_{len(self.rows)}",
            "role": "assistant",
            "model": "claude-opus-4-6",
            "content": list(blocks),
            "stop_reason": stop,
            "usage": {**usage, **caches},
        }
        self.tokens = 0
        self.row("assistant", message=message, **more)

    def say(self, text: str) -> None:
        self.assistant({"type": "text", "text": text}, stop="end_turn")

    def use(self, name: str, given: Row) -> str:
        call_id = self.call_id().replace("call", "toolu")
        self.assistant({"type": "tool_use", "id": call_id, "name": name, "input": given})
        return call_id

    def result(self, call_id: str, text: str, *, error: bool = False) -> None:
        block = {"type": "tool_result", "tool_use_id": call_id, "content": text, "is_error": error}
        self.row("user", message={"role": "user", "content": [block]})

    def shell(self, command: str, output: str = "", code: int = 0, *, answered: bool = True) -> None:
        call_id = self.use("Bash", {"command": command})
        if answered:
            self.result(call_id, f"Exit code {code}\n{output}" if code else output, error=bool(code))

    def patch(self, path: str, minus: str, plus: str, *, fails: bool = False) -> None:
        call_id = self.use("Edit", {"file_path": f"{CWD}/{path}", "old_string": minus, "new_string": plus})
        if fails:
            text = f"<tool_use_error>String to replace not found in file.\nString: {minus}</tool_use_error>"
            self.result(call_id, text, error=True)
        else:
            self.result(call_id, f"The file {CWD}/{path} has been updated.")

    def deny(self, command: str) -> None:
        call_id = self.use("Bash", {"command": command})
        text = "Claude requested permissions to use Bash, but you haven't granted it yet."
        self.result(call_id, text, error=True)

    def spend(self, tokens: int) -> None:
        self.tokens += tokens

    def plan(self, *items: tuple[str, str]) -> None:
        todos = [{"content": name, "status": state, "activeForm": name} for name, state in items]
        self.result(self.use("TodoWrite", {"todos": todos}), "Todos have been modified successfully.")

    def compact(self) -> None:
        self.row("system", subtype="compact_boundary", content="Conversation compacted")

    def stop(self, code: str, message: str) -> bool:
        usage = {"input_tokens": 0, "output_tokens": 0}
        said: Row = {"id": f"err_{len(self.rows)}", "role": "assistant", "model": "<synthetic>"}
        said |= {
            "content": [{"type": "text", "text": message}],
            "usage": usage,
            "stop_reason": "stop_sequence",
        }
        self.row("assistant", message=said, isApiErrorMessage=True, error="invalid_request")
        return True

    def abort(self) -> None:
        text = "[Request interrupted by user]"
        self.row("user", message={"role": "user", "content": [{"type": "text", "text": text}]})


class Entire(Claude):
    """What Entire keeps of such a session: the same rows, in a folder of the project."""

    def path(self, home: Path) -> Path:
        return home / ".entire" / "metadata" / f"2026-03-01-{self.session}" / "full.jsonl"


ERAS: dict[str, type[Writer]] = {
    "codex-0.47": ShellEra,
    "codex-0.121": CommandEra,
    "codex-0.145": ExecEra,
    "claude-2.1": Claude,
    "entire": Entire,
}


def begin(era: str, number: int, start: datetime, rng: Random | None = None) -> Writer:
    return ERAS[era](number, start.astimezone(UTC), rng)
