"""An agent session in wrapped rows, from cli 0.104 on: each method does the work and writes its rows."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from .project import PatchError, Project, make_patch
from .rows import WINDOW, Clock, Payload, Rollout, Tokens, dumps
from .texts import BASE, CWD, PERMISSIONS, agents_message, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

RESET = 9_000


class Agent(Rollout):
    """One `codex` session in the ledger project."""

    def __init__(
        self,
        clock: Clock,
        project: Project,
        version: str = "0.145.0",
        *,
        source: Any = "cli",
        model: str = "gpt-5.5",
    ) -> None:
        super().__init__(clock, version)
        self.project = project
        self.source = source
        self.model = model
        self.tokens = Tokens()
        self.limit = 21.0
        self.started = clock.ms
        self.last_said: str | None = None
        self.last_count: Payload | None = None
        self.context = 9_400

    def meta(self, **fields: Any) -> Payload:
        """Write the first row."""
        payload: Payload = {
            "session_id": self.id,
            "id": self.id,
            "timestamp": self.clock.stamp(),
            "cwd": CWD,
            "originator": {"exec": "codex_exec", "vscode": "codex_vscode"}.get(str(self.source), "codex-tui"),
            "cli_version": self.version,
            "source": self.source,
            "thread_source": "user",
            "model_provider": "openai",
            "base_instructions": {"text": BASE},
        }
        if self.version >= "0.144":
            payload["history_mode"] = "legacy"
        payload["git"] = {"commit_hash": self.project.head(), "branch": "main"}
        return self.add("session_meta", {**payload, **fields}, 90)

    def own(self) -> Payload:
        return {"internal_chat_message_metadata_passthrough": {"turn_id": self.turn}}

    def begin(self, prompt: str, *, boilerplate: bool = True, images: Sequence[str] = ()) -> None:
        """Open a turn with a prompt."""
        self.clock.tick(40)
        self.turn = self.clock.uuid7()
        self.started = self.clock.ms
        self.last_said = None
        self.event(
            "task_started",
            turn_id=self.turn,
            started_at=self.clock.seconds,
            model_context_window=WINDOW,
            collaboration_mode_kind="default",
        )
        if boilerplate:
            self.message("developer", PERMISSIONS, **self.own())
            self.message(
                "user", agents_message(), environment(date=f"{self.clock.now:%Y-%m-%d}"), **self.own()
            )
        self.turn_context()
        self.prompt(prompt, images)

    def turn_context(self) -> None:
        policy = {"type": "workspace-write", "network_access": False, "exclude_slash_tmp": False}
        self.add(
            "turn_context",
            {
                "turn_id": self.turn,
                "cwd": CWD,
                "workspace_roots": [CWD],
                "current_date": f"{self.clock.now:%Y-%m-%d}",
                "timezone": "Europe/Berlin",
                "approval_policy": "never" if self.source == "exec" else "on-request",
                "sandbox_policy": policy,
                "model": self.model,
                "effort": "medium",
                "summary": "auto",
            },
        )

    def prompt(self, text: str, images: Sequence[str] = ()) -> None:
        content: list[Payload] = [{"type": "input_text", "text": text}] if text else []
        content += [{"type": "input_image", "image_url": image} for image in images]
        self.item("message", role="user", content=content, **self.own())
        self.event(
            "user_message",
            client_id=self.clock.uuid4(),
            message=text,
            images=list(images),
            local_images=[],
            text_elements=[],
        )
        if self.last_count:
            self.event("token_count", 5, **self.last_count)

    def limits(self) -> Payload:
        self.limit = min(100.0, self.limit + 0.5)
        return {
            "limit_id": "codex",
            "limit_name": None,
            "primary": {
                "used_percent": float(int(self.limit)),
                "window_minutes": 300,
                "resets_at": self.clock.seconds + RESET,
            },
            "secondary": {
                "used_percent": 41.0,
                "window_minutes": 10080,
                "resets_at": self.clock.seconds + 40 * RESET,
            },
            "credits": None,
            "plan_type": "plus",
            "rate_limit_reached_type": None,
        }

    def first_limits(self) -> None:
        self.event("token_count", 700, info=None, rate_limits=self.limits())

    def count(self, output: int = 180, *, repeat: bool = False) -> None:
        """Count one request; a repeat writes the same event once more."""
        fresh = 900 + self.clock.rng.randrange(1_400)
        self.tokens.request(fresh, self.context, output)
        self.context += fresh + output
        self.last_count = {"info": self.tokens.info(), "rate_limits": self.limits()}
        repeat = repeat or self.clock.rng.random() < 0.15
        for _ in range(2 if repeat else 1):
            self.event("token_count", 3, **self.last_count)

    def reason(self, *summary: str, size: int = 600) -> None:
        texts = [{"type": "summary_text", "text": text} for text in summary]
        self.item(
            "reasoning",
            9_000 + self.clock.rng.randrange(38_000),
            id=self.clock.server_id("rs"),
            summary=texts,
            encrypted_content=self.clock.cipher(size),
            **self.own(),
        )

    def say(self, text: str, phase: str = "commentary") -> None:
        """Write a message: the event and directly after it the item."""
        self.event("agent_message", 2_600, message=text, phase=phase, memory_citation=None)
        identity = self.clock.server_id("msg")
        self.message("assistant", text, id=identity, phase=phase, **self.own())
        self.last_said = text

    def call(self, name: str, arguments: Payload, **fields: Any) -> str:
        call_id = self.clock.call_id()
        self.item(
            "function_call",
            3,
            id=self.clock.server_id("fc"),
            name=name,
            **fields,
            arguments=dumps(arguments),
            call_id=call_id,
            **self.own(),
        )
        return call_id

    def answer(self, call_id: str, output: Any, pause: int = 160) -> None:
        self.item("function_call_output", pause, call_id=call_id, output=output, **self.own())

    def finished(self, output: str, code: int | None, session: int = 0) -> str:
        """Return an output in the shape of unified exec."""
        state = (
            f"Process running with session ID {session}"
            if code is None
            else f"Process exited with code {code}"
        )
        wall = 0.05 + self.clock.rng.randrange(4_000) / 10_000
        return (
            f"Chunk ID: {self.clock.rng.getrandbits(24):06x}\nWall time: {wall:.4f} seconds\n{state}\n"
            f"Original token count: {len(output) // 4 + 1}\nOutput:\n{output}"
        )

    def run(self, *commands: str, pause: int = 160) -> list[int]:
        """Run commands; more than one are parallel calls, answered in reverse order."""
        calls = [
            (self.call("exec_command", {"cmd": command, "workdir": CWD}), command) for command in commands
        ]
        codes = []
        for call_id, command in reversed(calls):
            self.clock.tick(pause)
            result = self.project.run(command)
            self.answer(call_id, self.finished(result.output, result.code))
            codes.append(result.code)
        self.count(60 + 20 * len(commands))
        return codes[::-1]

    def watch(self, command: str, polls: int = 2) -> int:
        """Run a command that outlives its call; its real output arrives in pieces."""
        result = self.project.run(command)
        rows = result.output.splitlines(keepends=True)
        size = len(rows) // (polls + 1)
        pieces = [rows[index * size : (index + 1) * size] for index in range(polls)] + [rows[polls * size :]]
        session = 10_000 + self.clock.rng.randrange(80_000)
        call_id = self.call("exec_command", {"cmd": command, "workdir": CWD, "yield_time_ms": 10_000})
        for index, piece in enumerate(pieces):
            code = result.code if index == polls else None
            self.answer(call_id, self.finished("".join(piece), code, session), 10_000)
            self.count(40)
            if index < polls:
                poll = {"session_id": session, "chars": "", "yield_time_ms": 10_000}
                call_id = self.call("write_stdin", poll)
        return result.code

    def edit(self, edits: dict[str, tuple[str, str]], **added: str) -> None:
        """Replace one text by another in each file, with a patch that is really applied."""
        changes: dict[str, tuple[str | None, str]] = {}
        for name, (old, new) in edits.items():
            before = self.project.read(name)
            if old not in before:
                raise PatchError(f"{name} does not hold {old!r}")
            changes[name] = (before, before.replace(old, new, 1))
        for name, text in added.items():
            changes[name] = (None, text)
        self.patch(make_patch(changes))

    def patch(self, text: str) -> None:
        """Apply a patch and write call, event and output."""
        call_id = self.clock.call_id()
        self.item(
            "custom_tool_call",
            id=self.clock.server_id("ctc"),
            status="completed",
            call_id=call_id,
            name="apply_patch",
            input=text,
            **self.own(),
        )
        try:
            report, changes = self.project.patch(text)
        except PatchError as error:
            output = f"apply_patch verification failed: {error}"
        else:
            output = f"Exit code: 0\nWall time: 0.1 seconds\nOutput:\n{report}"
            self.patched(call_id, report, changes)
        self.item("custom_tool_call_output", 8, call_id=call_id, output=output, **self.own())
        self.count(340)

    def patched(self, call_id: str, report: str, changes: dict[str, Payload]) -> None:
        self.event(
            "patch_apply_end",
            70,
            call_id=call_id,
            turn_id=self.turn,
            stdout=report,
            stderr="",
            success=True,
            changes=changes,
            status="completed",
        )

    def plan(self, *steps: tuple[str, str]) -> None:
        items = [{"step": step, "status": status} for step, status in steps]
        self.answer(self.call("update_plan", {"plan": items}), "Plan updated", 12)

    def commit(self, message: str) -> int:
        return self.run(f"git add -A && git commit -m {shlex.quote(message)}")[0]

    def end(self, text: str | None = None, error: Payload | None = None) -> None:
        """Close the turn with an answer or an error."""
        if text:
            self.say(text, "final_answer")
        if self.last_count and not error:
            self.event("token_count", 30, **self.last_count)
        fields: Payload = {"error": error} if error else {}
        self.event(
            "task_complete",
            6,
            turn_id=self.turn,
            last_agent_message=text,
            started_at=self.started // 1000,
            completed_at=self.clock.seconds,
            duration_ms=self.clock.ms - self.started,
            time_to_first_token_ms=1_840,
            **fields,
        )
