"""One session of each early era, from the TypeScript file to cli 0.119."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .project import Project, make_patch
from .rows import WINDOW, Clock, Payload, Rollout, Sample, Tokens, dumps, lines, text_item
from .texts import AGENTS, BASE, CWD, agents_message, environment

if TYPE_CHECKING:
    from .project import Result


def shape_a(output: str, code: int, seconds: float = 0.1) -> str:
    """Return an output as the `shell` tool wrote it: JSON inside a string."""
    return dumps({"output": output, "metadata": {"exit_code": code, "duration_seconds": seconds}})


def shell_items(clock: Clock, command: str, result: Result) -> list[Payload]:
    call_id = clock.call_id()
    arguments = dumps({"command": ["bash", "-lc", command], "workdir": CWD, "timeout_ms": 120_000})
    return [
        {"type": "function_call", "name": "shell", "arguments": arguments, "call_id": call_id},
        {"type": "function_call_output", "call_id": call_id, "output": shape_a(result.output, result.code)},
    ]


def message(role: str, text: str) -> Payload:
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": text_item(kind, text)}


def typescript() -> Sample:
    """Return the whole-file JSON of April 2025."""
    clock = Clock("2025-04-23T16:12:09.220+02:00")
    identity = clock.uuid4()
    with Project(clock) as project:
        items = [
            message("user", "what does this project do? run its tests"),
            *shell_items(clock, "ls && cat AGENTS.md", project.run("ls && cat AGENTS.md")),
            *shell_items(clock, "python -m pytest -q", project.run("python -m pytest -q")),
            *shell_items(clock, "python -m ledger", project.run("python -m ledger")),
            message(
                "assistant",
                "A toy ledger: amounts in cents, balances, CSV import. Its tests pass; it has no CLI yet.",
            ),
        ]
    clock.tick(41_000)
    whole = {"session": {"timestamp": clock.stamp(), "id": identity, "instructions": AGENTS}, "items": items}
    data = json.dumps(whole, ensure_ascii=False, indent=2).encode()
    return Sample(
        f"sessions/rollout-2025-04-23-{identity}.json",
        data,
        "TypeScript era: one pretty-printed JSON document",
    )


def bare() -> Sample:
    """Return bare rows of July 2025, with state rows and a local shell call."""
    clock = Clock("2025-07-19T11:02:44.105+02:00")
    identity = clock.uuid4()
    with Project(clock) as project:
        git = {
            "commit_hash": project.head(),
            "branch": "main",
            "repository_url": "git@example.org:dev/ledger.git",
        }
        local = project.run("git status --short")
        rows: list[Payload] = [
            {
                "id": identity,
                "timestamp": clock.local("%Y-%m-%dT%H:%M:%S.105Z"),
                "instructions": AGENTS,
                "git": git,
            },
            message("user", environment()),
            {"record_type": "state"},
            message("user", "Add a test for an amount with spaces inside, like '1 2'."),
            {
                "type": "reasoning",
                "summary": text_item("summary_text", "**Inspecting the tests**"),
                "content": None,
            },
            *shell_items(clock, "cat tests/test_amounts.py", project.run("cat tests/test_amounts.py")),
            {"record_type": "state"},
            {
                "type": "local_shell_call",
                "id": "lsh_68a1",
                "call_id": None,
                "status": "completed",
                "action": {"type": "exec", "command": ["git", "status", "--short"], "timeout_ms": 10_000},
            },
            {
                "type": "function_call_output",
                "call_id": "lsh_68a1",
                "output": shape_a(local.output, local.code),
            },
        ]
        project.write(
            "tests/test_spaces.py", project.read("tests/test_amounts.py").replace('"--1"', '"--1", "1 2"')
        )
        rows += shell_items(
            clock, "python -m unittest tests.spaces", project.run("python -m unittest tests.spaces")
        )
        rows += shell_items(clock, "python -m pytest -q", project.run("python -m pytest -q"))
    rows += [
        message("assistant", "Added the case; `1 2` is rejected. All tests pass."),
        {"record_type": "state"},
    ]
    path = clock.local(f"sessions/%Y/%m/%d/rollout-%Y-%m-%dT%H-%M-%S-{identity}.jsonl")
    return Sample(
        path, lines(rows), "bare rows of 2025-07: record_type state, local_shell_call paired by id, no tokens"
    )


class Early(Rollout):
    """Wrapped rows up to cli 0.98: no task events."""

    def __init__(self, clock: Clock, version: str) -> None:
        super().__init__(clock, version)
        self.tokens = Tokens()

    def request(self, rate: Payload) -> None:
        """Count one request; these versions wrote two equal events."""
        self.tokens.request(700, 5_100, 140)
        for _ in range(2):
            self.event("token_count", 4, info=self.tokens.info(), rate_limits=rate)

    def say(self, text: str) -> None:
        self.event("agent_message", 800, message=text)
        self.message("assistant", text)

    def think(self, text: str) -> None:
        self.event("agent_reasoning", 1_500, text=text)
        secret = self.clock.cipher(300)
        self.item(
            "reasoning", summary=text_item("summary_text", text), content=None, encrypted_content=secret
        )


def wrapped_036() -> Sample:
    clock = Clock("2025-09-17T13:45:08.310+02:00")
    rollout = Early(clock, "0.36.0")
    flat: Payload = {
        "primary_used_percent": 3.4,
        "secondary_used_percent": 1.1,
        "primary_to_secondary_ratio_percent": 33.0,
        "primary_window_minutes": 299,
        "secondary_window_minutes": 10079,
    }
    context: Payload = {
        "cwd": CWD,
        "approval_policy": "on-request",
        "sandbox_policy": {"mode": "workspace-write", "network_access": False},
        "model": "gpt-5-codex",
        "summary": "auto",
    }
    with Project(clock) as project:
        meta = {"id": rollout.id, "timestamp": clock.stamp(), "cwd": CWD, "originator": "codex_cli_rs"}
        git = {"commit_hash": project.head(), "branch": "main"}
        rollout.add("session_meta", {**meta, "cli_version": "0.36.0", "instructions": AGENTS, "git": git}, 20)
        for text, kind in ((f"<user_instructions>\n\n{AGENTS}\n</user_instructions>", "user_instructions"),
                           (environment(), "environment_context")):  # fmt: skip
            rollout.message("user", text)
            rollout.event("user_message", message=text, kind=kind)
        prompt = "two accounts with the same total come in a random order. sort them by name then"
        rollout.message("user", prompt)
        rollout.event("user_message", message=prompt, kind="plain")
        for command in (
            "cat ledger/balances.py",
            "grep -rn most_common ledger",
            "python -m pytest -q tests/test_balance.py",
        ):
            rollout.add("turn_context", context)
            rollout.think("**Reading how totals are sorted**")
            for item in shell_items(clock, command, project.run(command)):
                rollout.add("response_item", item, 120)
            rollout.request(flat)
        patch = make_patch(balance_edit(project))
        rollout.add("turn_context", context)
        arguments = {"command": ["apply_patch", patch], "workdir": CWD}
        call_id = clock.call_id()
        rollout.item("function_call", name="shell", arguments=dumps(arguments), call_id=call_id)
        rollout.item(
            "function_call_output", 40, call_id=call_id, output=shape_a(project.patch(patch)[0], 0, 0.0)
        )
        for item in shell_items(clock, "python -m pytest -q", project.run("python -m pytest -q")):
            rollout.add("response_item", item, 300)
        rollout.request(flat)
    rollout.say("Balances are sorted by amount, then by name. Tests pass.")
    return rollout.sample("0.36: shell with JSON-string outputs, user_message kinds, flat rate limits")


def balance_edit(project: Project) -> dict[str, tuple[str | None, str]]:
    before = project.read("ledger/balances.py")
    new = "dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))"
    return {"ledger/balances.py": (before, before.replace("dict(totals.most_common())", new))}


def window(used: float, seconds: int) -> Payload:
    return {"used_percent": used, "window_minutes": 300, "resets_at": seconds + 9_000}


def unified(clock: Clock, result: Result, command: str | None = None) -> str:
    """Return a unified-exec output; only 0.115-0.119 name the command."""
    head = f'Command: /bin/bash -lc "{command}"\n' if command else ""
    head += (
        f"Chunk ID: {clock.rng.getrandbits(24):06x}\nWall time: 0.0{clock.rng.randrange(500, 999)} seconds\n"
    )
    head += f"Process exited with code {result.code}\nOriginal token count: {len(result.output) // 4}\n"
    return f"{head}Output:\n{result.output}"


def wrapped_098() -> Sample:
    clock = Clock("2026-02-07T09:18:16.998+01:00")
    rollout = Early(clock, "0.98.0")
    context: Payload = {
        "cwd": CWD,
        "approval_policy": "on-request",
        "sandbox_policy": {"type": "workspace-write", "network_access": False},
        "model": "gpt-5.3-codex",
        "effort": "high",
        "summary": "auto",
        "truncation_policy": {"mode": "tokens", "limit": 10_000},
    }
    with Project(clock) as project:
        git = {"commit_hash": project.head(), "branch": "main"}
        meta = {"id": rollout.id, "timestamp": clock.stamp(), "cwd": CWD, "originator": "codex_cli_rs"}
        meta |= {"cli_version": "0.98.0", "source": "cli", "model_provider": "openai"}
        rollout.add("session_meta", {**meta, "base_instructions": {"text": BASE}, "git": git}, 40)
        rollout.message("user", agents_message(), environment())
        prompt = "How are spaces around an amount handled? Don't change anything."
        rollout.message("user", prompt)
        rollout.event("user_message", message=prompt, images=[], local_images=[], text_elements=[])
        rollout.add("turn_context", context)
        limits = {
            "primary": window(1.0, clock.seconds),
            "secondary": None,
            "credits": None,
            "plan_type": None,
        }
        rollout.event("token_count", 900, info=None, rate_limits=limits)
        for command in (
            "grep -n strip ledger/amounts.py",
            "python -c 'import ledger.amounts as a; print(a.parse_amount(\" 1 \"))'",
        ):
            rollout.think("**Checking where the text is stripped**")
            rollout.say("I'll look at the parser.")
            arguments = dumps({"cmd": command, "workdir": CWD, "max_output_tokens": 12_000})
            call_id = clock.call_id()
            rollout.item("function_call", name="exec_command", arguments=arguments, call_id=call_id)
            rollout.add("turn_context", context)
            output = unified(clock, project.run(command))
            rollout.item("function_call_output", 200, call_id=call_id, output=output)
            rollout.request(limits)
    rollout.say("`parse_amount` strips the text first, so ` 1 ` is 100 cents (`ledger/amounts.py:14`).")
    return rollout.sample("0.98: exec_command, no task events, turn_context for every request")


class Extended(Early):
    """Wrapped rows of 0.119, which kept command events and errors."""

    def __init__(self, clock: Clock, project: Project) -> None:
        super().__init__(clock, "0.119.0")
        self.project = project
        self.turn = clock.uuid7()

    def run(self, command: str) -> None:
        call_id = self.clock.call_id()
        self.item("function_call", name="exec_command", arguments=dumps({"cmd": command}), call_id=call_id)
        result = self.project.run(command)
        self.event(
            "exec_command_end",
            240,
            call_id=call_id,
            process_id=str(40_000 + len(self.rows)),
            turn_id=self.turn,
            command=["/bin/bash", "-lc", command],
            cwd=CWD,
            parsed_cmd=[{"type": "unknown", "cmd": command}],
            source="unified_exec_startup",
            stdout="",
            stderr="",
            aggregated_output=result.output,
            exit_code=result.code,
            duration={"secs": 0, "nanos": 241_000_000},
            formatted_output="",
            status="failed" if result.code else "completed",
        )
        self.item("function_call_output", call_id=call_id, output=unified(self.clock, result, command))
        self.request({"limit_id": "codex", "primary": window(7.0, self.clock.seconds), "secondary": None})

    def patch(self, edits: dict[str, tuple[str | None, str]]) -> None:
        text = make_patch(edits)
        call_id = self.clock.call_id()
        fields: dict[str, Any] = {"status": "completed", "call_id": call_id, "name": "apply_patch"}
        self.item("custom_tool_call", **fields, input=text)
        report, changes = self.project.patch(text)
        fields = {"call_id": call_id, "turn_id": self.turn, "stdout": report, "stderr": "", "success": True}
        self.event("patch_apply_end", 50, **fields, changes=changes, status="completed")
        self.item("custom_tool_call_output", call_id=call_id, output=shape_a(report, 0, 0.0))


def wrapped_119() -> Sample:
    clock = Clock("2026-04-15T18:59:55.368+02:00")
    with Project(clock) as project:
        rollout = Extended(clock, project)
        meta = {"id": rollout.id, "timestamp": clock.stamp(), "cwd": CWD, "originator": "Codex Desktop"}
        meta |= {"cli_version": "0.119.0", "source": "vscode", "model_provider": "openai"}
        git = {"commit_hash": project.head(), "branch": "main"}
        rollout.add("session_meta", {**meta, "base_instructions": {"text": BASE}, "git": git})
        fields: Payload = {
            "turn_id": rollout.turn,
            "started_at": clock.seconds,
            "model_context_window": WINDOW,
        }
        rollout.event("task_started", **fields, collaboration_mode_kind="default")
        rollout.message("user", agents_message(), environment(date="2026-04-15"))
        policy = {"type": "workspace-write", "network_access": False}
        context = {
            "turn_id": rollout.turn,
            "cwd": CWD,
            "approval_policy": "on-request",
            "sandbox_policy": policy,
        }
        rollout.add("turn_context", {**context, "model": "gpt-5.4", "effort": "medium", "summary": "auto"})
        prompt = "Sort equal balances by name and add a test."
        rollout.message("user", prompt)
        rollout.event("user_message", message=prompt, images=[], local_images=[], text_elements=[])
        rollout.run("cat ledger/balances.py tests/test_balances.py")
        rollout.patch(balance_edit(project))
        rollout.run("python -m pytest -q test_balances.py")
        rollout.run("python -m pytest -q")
        text = "stream disconnected before completion: error sending request"
        info = {"response_stream_disconnected": {"http_status_code": None}}
        rollout.event("error", 31_000, message=text, codex_error_info=info)
        fields = {"turn_id": rollout.turn, "last_agent_message": None, "completed_at": clock.seconds}
        rollout.event("task_complete", **fields, duration_ms=44_310)
    return rollout.sample("0.119: exec_command_end, patch_apply_end and an error event; the turn failed")


def samples() -> list[Sample]:
    return [typescript(), bare(), wrapped_036(), wrapped_098(), wrapped_119()]
