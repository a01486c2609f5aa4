"""Sessions of the newest eras: code mode, paginated history, its fork, a saved `exec --json` stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .agent import Agent
from .project import Project, make_patch
from .rows import Clock, Payload, Rollout, Sample, Tokens, dumps, lines, text_item
from .texts import BASE, CWD, PERMISSIONS, agents_message, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .project import Result


class CodeMode(Agent):
    """A session whose commands run inside JavaScript cells."""

    def cell(self, script: str, *texts: str, state: str = "completed", seconds: float = 0.4) -> None:
        """Write an `exec` call and its list output."""
        call_id = self.clock.call_id()
        fields: Payload = {"status": "completed", "call_id": call_id, "name": "exec", "input": script}
        self.item("custom_tool_call", **fields)
        head = f"Script {state}\nWall time {seconds} seconds\nOutput:\n"
        output = text_item("input_text", head, *texts)
        self.item("custom_tool_call_output", int(seconds * 1000), call_id=call_id, output=output)
        self.count(90)

    def wait(self, cell: str, *texts: str, state: str = "completed") -> None:
        call_id = self.call("wait", {"cell_id": cell, "yield_time_ms": 10_000})
        head = f"Script {state}\nWall time 4.1 seconds\nOutput:\n"
        self.answer(call_id, text_item("input_text", head, *texts), 4_100)

    def nested(self, result: Result) -> str:
        """Return a command's result as `text(…)` shows it inside a cell."""
        return f"Exit code: {result.code}\nWall time: 0.3 seconds\nOutput:\n{result.output}"


def code_mode() -> Sample:
    clock = Clock("2026-06-15T10:59:36.974+02:00")
    with Project(clock) as project:
        agent = CodeMode(clock, project, "0.140.0", source="vscode")
        agent.meta()
        agent.begin("Does the soak test cover amounts above 1000.00? Count the amounts it checks.")
        agent.first_limits()
        read = 'const r = await tools.exec_command({cmd: "cat tools/soak.py"});\ntext(r.output);\n'
        agent.cell(read, agent.nested(project.run("cat tools/soak.py")))
        failing = 'const r = await tools.exec_command({cmd: "python tools/soak.py"});\ntext(r);\n'
        agent.cell(failing, agent.nested(project.run("python tools/soak.py")))
        agent.cell("text(JSON.parse(missing));\n", "ReferenceError: missing is not defined\n", state="failed")
        soak = 'text(await tools.exec_command({cmd: "python -m tools.soak"}));\n'
        done = project.run("python -m tools.soak")
        agent.cell(soak, state="running with cell ID 4", seconds=10.0)
        agent.wait("4", state="running with cell ID 4")
        agent.wait("4", agent.nested(done))
        agent.end("Yes: it checks 150,000 amounts, 0.00 up to 1499.99.")
    return agent.sample("0.140 code mode: exec/wait with cells that complete, fail and run on; list outputs")


class Paginated(Rollout):
    """A session with paginated history: rows carry ordinals, events are items."""

    def __init__(self, clock: Clock, project: Project, first: int = 0) -> None:
        super().__init__(clock, "0.153.0")
        self.project = project
        self.ordinal = first
        self.tokens = Tokens()

    def add(self, kind: str, payload: Mapping[str, Any], pause: int = 2) -> Payload:
        row = super().add(kind, payload, pause)
        self.rows[-1] = {"timestamp": row["timestamp"], "ordinal": self.ordinal, **row}
        self.ordinal += 1
        return self.rows[-1]

    def meta(self, **fields: Any) -> None:
        payload = {
            "session_id": self.id,
            "id": self.id,
            "timestamp": self.clock.stamp(),
            "cwd": CWD,
            "originator": "codex-tui",
            "cli_version": self.version,
            "source": "cli",
            "thread_source": "user",
            "model_provider": "openai",
            "base_instructions": {"text": BASE, "provenance": {"type": "model", "model": "gpt-5.6"}},
            "history_mode": "paginated",
            "git": {"commit_hash": self.project.head(), "branch": "main"},
        }
        self.add("session_meta", {**payload, **fields})

    def done(self, kind: str, pause: int = 2, **fields: Any) -> None:
        """Write an item_completed event."""
        self.clock.tick(pause)
        item = {"type": kind, **fields}
        ids: Payload = {"thread_id": self.id, "turn_id": self.turn}
        self.event("item_completed", **ids, item=item, completed_at_ms=self.clock.ms)

    def begin(self, prompt: str, *, boilerplate: bool = True) -> None:
        self.turn = self.clock.uuid7()
        self.event(
            "task_started", turn_id=self.turn, started_at=self.clock.seconds, model_context_window=258_400
        )
        if boilerplate:
            self.message("developer", PERMISSIONS)
            self.message("user", agents_message(), environment(date=f"{self.clock.now:%Y-%m-%d}"))
        policy = {"type": "workspace-write", "network_access": False}
        context = {
            "turn_id": self.turn,
            "cwd": CWD,
            "approval_policy": "on-request",
            "sandbox_policy": policy,
        }
        self.add("turn_context", {**context, "model": "gpt-5.6", "effort": "medium"})
        self.message("user", prompt)
        self.rows[-1]["metadata"] = {"client_authored": True}
        content = [{"type": "text", "text": prompt}]
        self.done("UserMessage", id=self.clock.server_id("item"), content=content)

    def say(self, text: str, phase: str = "commentary") -> None:
        identity = self.clock.server_id("msg")
        content = [{"type": "Text", "text": text}]
        self.message("assistant", text, pause=1_800, id=identity, phase=phase)
        self.done("AgentMessage", id=identity, content=content, phase=phase)

    def run(self, command: str) -> None:
        call_id = self.clock.call_id()
        self.item("function_call", name="exec_command", arguments=dumps({"cmd": command}), call_id=call_id)
        result = self.project.run(command)
        self.done(
            "CommandExecution",
            310,
            id=call_id,
            command=["/bin/bash", "-lc", command],
            cwd=CWD,
            parsed_cmd=[{"type": "unknown", "cmd": command}],
            source="unified_exec_startup",
            status="failed" if result.code else "completed",
            aggregated_output=result.output,
            exit_code=result.code,
            duration={"secs": 0, "nanos": 308_000_000},
        )
        head = f"Chunk ID: 0{len(self.rows):05x}\nWall time: 0.3081 seconds\n"
        head += f"Process exited with code {result.code}\n"
        self.item("function_call_output", call_id=call_id, output=f"{head}Output:\n{result.output}")

    def patch(self, edits: dict[str, tuple[str | None, str]]) -> None:
        text = make_patch(edits)
        call_id = self.clock.call_id()
        fields: Payload = {"status": "completed", "call_id": call_id, "name": "apply_patch", "input": text}
        self.item("custom_tool_call", **fields)
        report, changes = self.project.patch(text)
        self.done("FileChange", 40, id=call_id, changes=changes, status="completed", stdout=report, stderr="")
        output = f"Exit code: 0\nWall time: 0.1 seconds\nOutput:\n{report}"
        self.item("custom_tool_call_output", call_id=call_id, output=output)

    def ask(self, server: str, tool: str, arguments: Payload, error: str) -> None:
        """Call an MCP tool that fails."""
        call_id = self.clock.call_id()
        fields: Payload = {"name": tool, "namespace": f"mcp__{server}", "arguments": dumps(arguments)}
        self.item("function_call", **fields, call_id=call_id)
        fields = {"id": call_id, "server": server, "tool": tool, "arguments": arguments, "status": "failed"}
        self.done("McpToolCall", 90, **fields, error={"message": error}, durationMs=88)
        self.item("function_call_output", call_id=call_id, output=f"err: {error}")

    def record(self) -> None:
        """Write the exact usage of one model response, and the cumulative event beside it."""
        self.tokens.request(2_100, 8_000, 260)
        ids: Payload = {"thread_id": self.id, "turn_id": self.turn, "session_id": self.id}
        usage = {"usage": self.tokens.last, "thread_token_usage": self.tokens.total}
        self.add("token_usage_record", {**ids, "response_id": self.clock.server_id("resp"), **usage})
        self.event("token_count", info=self.tokens.info(), rate_limits=None)

    def end(self, text: str) -> None:
        self.say(text, "final_answer")
        self.record()
        fields: Payload = {
            "turn_id": self.turn,
            "last_agent_message": text,
            "completed_at": self.clock.seconds,
        }
        self.event("task_complete", **fields, duration_ms=38_400)


def paginated() -> list[Sample]:
    """Return a paginated session and a fork that refers to a prefix of it."""
    clock = Clock("2026-10-02T09:14:30.118+02:00")
    with Project(clock) as project:
        session = Paginated(clock, project)
        session.meta()
        session.begin("Make the importer report the line number of a row it cannot read.")
        session.say("I'll read the importer and its spec.")
        session.run("cat ledger/importer.py specs/import.md")
        session.record()
        cut = session.ordinal
        session.ask("tracker", "find_issue", {"query": "import line number"}, "tracker is not reachable")
        before = project.read("ledger/importer.py")
        after = before.replace(
            "for row in csv.reader(lines):", "for number, row in enumerate(csv.reader(lines), 1):"
        )
        after = after.replace("        account, amount = row\n", NUMBERED)
        session.patch({"ledger/importer.py": (before, after)})
        session.run("python -m pytest -q tests/test_imports.py")
        session.run("python -m pytest -q")
        session.end("A row without two columns is now an error that names its line.")
        clock.tick(3_600_000)
        fork = Paginated(clock, project, cut)
        size = len(lines(session.rows[:cut]))
        base = {"thread_id": session.id, "end_ordinal_exclusive": cut, "end_byte_offset": size}
        fork.meta(forked_from_id=session.id, forked_from_ordinal_exclusive=cut, history_base=base)
        fork.begin("Don't change it yet. Which rows of the sample would fail?", boilerplate=False)
        fork.run("git diff --stat")
        fork.end("None in the repository; only rows with more or fewer than two columns fail.")
    return [
        session.sample("0.153 paginated history: ordinals, item_completed, token_usage_record"),
        fork.sample("0.153 paginated fork: history_base refers to a prefix of the session above"),
    ]


NUMBERED = """        if len(row) != 2:
            raise ValueError(f"line {number}: expected account and amount")
        account, amount = row
"""


def stream() -> Sample:
    """Return the saved stdout of `codex exec --json`."""
    clock = Clock("2026-07-02T08:05:00+02:00")
    rows: list[Payload] = [{"type": "thread.started", "thread_id": clock.uuid7()}, {"type": "turn.started"}]

    def item(kind: str, state: str = "completed", **fields: Any) -> None:
        number = sum(row["type"] == "item.completed" for row in rows)
        rows.append({"type": f"item.{state}", "item": {"id": f"item_{number}", "type": kind, **fields}})

    with Project(clock) as project:
        item("reasoning", text="**Running the tests first**")
        todo = [{"text": "run the tests", "completed": False}, {"text": "summarise", "completed": False}]
        item("todo_list", "started", items=todo)
        for command in ("python -m pytest -q", "python -m ledger report bank.csv"):
            fields: Payload = {"command": f"/bin/bash -lc '{command}'"}
            item(
                "command_execution",
                "started",
                **fields,
                aggregated_output="",
                exit_code=None,
                status="in_progress",
            )
            result = project.run(command)
            fields |= {"aggregated_output": result.output, "exit_code": result.code}
            item("command_execution", **fields, status="failed" if result.code else "completed")
        item("todo_list", items=[{**entry, "completed": True} for entry in todo])
        item(
            "file_change", changes=[{"path": "IMPLEMENTATION_PLAN.md", "kind": "update"}], status="completed"
        )
        item(
            "agent_message",
            text="The tests pass. `python -m ledger` does not exist yet; the plan says so now.",
        )
    usage = {
        "input_tokens": 31_840,
        "cached_input_tokens": 24_064,
        "output_tokens": 912,
        "reasoning_output_tokens": 210,
    }
    rows.append({"type": "turn.completed", "usage": usage})
    return Sample(
        "streams/exec-stream.jsonl", lines(rows), "saved stdout of codex exec --json: no times, no prompt"
    )


def samples() -> list[Sample]:
    return [code_mode(), *paginated(), stream()]
