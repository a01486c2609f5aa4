"""Entire's folder of the project: sessions of three agents, each in its own form.

The folders have the date before the id, as forgeflare and early versions of Entire put it there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .project import Project
from .rows import Clock, Payload, Sample, lines
from .texts import CWD

if TYPE_CHECKING:
    from .project import Result

TEST = "python -m pytest -q tests/test_balances.py"
SOURCE = "ledger/balances.py"
OLD, NEW = "totals.most_common()", "totals.most_common()[:-1]"


class Written:
    """The rows of one session, as Claude Code or forgeflare chains them."""

    def __init__(self, clock: Clock, session: str, envelope: Payload) -> None:
        self.clock = clock
        self.envelope = {"cwd": CWD, "sessionId": session, **envelope}
        self.rows: list[Payload] = []

    def add(self, kind: str, message: Payload, pause: int = 1_400, **more: Any) -> None:
        """Append a row behind the last one."""
        self.clock.tick(pause)
        parent = self.rows[-1]["uuid"] if self.rows else None
        identity = {"type": kind, "uuid": self.clock.uuid4(), "parentUuid": parent}
        said = {"role": kind, **message}
        row = {**identity, **self.envelope, "timestamp": self.clock.stamp(), "message": said, **more}
        self.rows.append(row)


def text(words: str) -> Payload:
    return {"type": "text", "text": words}


def use(call_id: str, name: str, **given: Any) -> Payload:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def answer(call_id: str, said: str, *, failed: bool = False) -> Payload:
    error = {"is_error": True} if failed else {}
    return {"type": "tool_result", "tool_use_id": call_id, "content": said, **error}


def ran(call_id: str, result: Result) -> Payload:
    head = f"Exit code {result.code}\n" if result.code else ""
    return answer(call_id, head + result.output.rstrip("\n"), failed=result.code != 0)


def usage(fresh: int, read: int, output: int) -> Payload:
    keys = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return dict(zip(keys, (fresh, output, 0, read), strict=True))


def folder(session: str, files: dict[str, bytes], shows: str) -> list[Sample]:
    """The files of one session, the transcript first."""
    beside = {"prompt.txt": "its prompt", "context.md": "its head and what was done"}
    top = f".entire/metadata/{session}"
    return [Sample(f"{top}/{name}", data, beside.get(name, shows)) for name, data in files.items()]


def forgeflare() -> list[Sample]:
    """A loop's agent that writes the form itself: one row a turn, no message ids."""
    clock = Clock("2026-09-28T08:12:00+02:00")
    session = f"2026-09-28-{clock.uuid4()}"
    prompt = "Leave the smallest balance out, run the tests, stop."
    with Project(clock) as project:
        written = Written(clock, session, {"version": "0.0.23"})
        written.add("user", {"content": [text(prompt)]})
        calls = [use("toolu_01", "Read", path=SOURCE), use("toolu_02", "Glob", path="tests")]
        first = {"content": [text("Reading the code first."), *calls], "usage": usage(2_113, 0, 141)}
        written.add("assistant", first)
        listed = project.run("ls tests").output.rstrip("\n")
        source = project.read(SOURCE)
        written.add("user", {"content": [answer("toolu_01", source), answer("toolu_02", listed)]})
        edit = use("toolu_03", "Edit", path=SOURCE, old_str=OLD, new_str=NEW)
        written.add("assistant", {"content": [edit], "usage": usage(611, 2_113, 98)})
        project.write(SOURCE, source.replace(OLD, NEW))
        written.add("user", {"content": [answer("toolu_03", f"edited {SOURCE}")]})
        test = {"content": [use("toolu_04", "Bash", command=TEST)], "usage": usage(122, 2_724, 64)}
        written.add("assistant", test)
        written.add("user", {"content": [ran("toolu_04", project.run(TEST))]})
        last = "The smallest balance is left out now, and test_sums_per_account still wants it. I stop here."
        written.add("assistant", {"content": [text(last)], "usage": usage(580, 2_846, 43)})
    actions = "".join(
        f"- **{name}**: {told}\n"
        for name, told in (("Read", SOURCE), ("Glob", "tests"), ("Edit", SOURCE), ("Bash", TEST))
    )
    context = f"# Session Context\n\n- Session ID: {session}\n\n## Key Actions\n\n{actions}"
    files = {"full.jsonl": lines(written.rows), "prompt.txt": prompt.encode(), "context.md": context.encode()}
    return folder(
        session, files, "forgeflare 0.0.23: one row a turn, no message ids; a test fails at the end"
    )


def claude() -> list[Sample]:
    """A copy of Claude Code's own file: one row a block, output figures that are placeholders."""
    clock = Clock("2026-09-29T14:40:00+02:00")
    session = clock.uuid4()
    kept = f"2026-09-29-{session}"
    prompt = "Which test covers balances()? Run it."
    envelope = {"isSidechain": False, "userType": "external", "version": "2.1.34", "gitBranch": "main"}
    model = {"type": "message", "model": "claude-opus-4-6", "stop_reason": None}
    with Project(clock) as project:
        written = Written(clock, session, envelope)
        written.add("user", {"content": prompt})
        thought = {"type": "thinking", "thinking": "The name of the file should tell.", "signature": "Ev"}
        call = use("toolu_11", "Bash", command=TEST, description="Run the test")
        for block in (thought, text("That is tests/test_balances.py."), call):
            written.add(
                "assistant", {**model, "id": "msg_1", "content": [block], "usage": usage(3, 9_210, 2)}
            )
        result = project.run(TEST)
        twin = {"stdout": result.output, "stderr": "", "interrupted": False, "isImage": False}
        written.add("user", {"content": [ran("toolu_11", result)]}, toolUseResult=twin)
        last = {**model, "id": "msg_2", "content": [text("It passes.")], "usage": usage(4, 9_402, 6)}
        written.add("assistant", {**last, "stop_reason": "end_turn"})
    files = {"full.jsonl": lines(written.rows)[:-1], "prompt.txt": prompt.encode()}
    return folder(kept, files, "a copy of Claude Code 2.1.34: partial tokens, no final newline")


def gemini() -> list[Sample]:
    """Gemini CLI's whole-file JSON under the name of a JSONL file."""
    clock = Clock("2026-09-30T09:05:00+02:00")
    session = clock.uuid4()
    kept = f"2026-09-30-{session}"
    prompt = "run the balance tests"
    start = clock.stamp()
    with Project(clock) as project:
        result = project.run(TEST)
    call_id = "run_shell_command-1790751903000-5f1c"
    said = f"Command: {TEST}\nOutput: {result.output.rstrip()}\nExit Code: {result.code}"
    reply = {"id": call_id, "name": "run_shell_command", "response": {"output": said}}
    call = {
        "id": call_id,
        "name": "run_shell_command",
        "args": {"command": TEST},
        "result": [{"functionResponse": reply}],
        "status": "success",
    }
    messages: list[Payload] = [{"type": "user", "content": prompt}]
    for content, calls, output in (("", [call], 31), ("All of them pass.", [], 7)):
        tokens = {"input": 8_114, "output": output, "cached": 0, "thoughts": 12, "tool": 0}
        tokens["total"] = sum(tokens.values())
        found = {"type": "gemini", "content": content, "tokens": tokens, "model": "gemini-2.5-flash"}
        messages.append({**found, "toolCalls": calls} if calls else found)
    for message in messages:
        clock.tick(2_300)
        message.update({"id": clock.uuid4(), "timestamp": clock.stamp()})
    head = {"sessionId": session, "projectHash": "5f" * 32, "startTime": start, "lastUpdated": clock.stamp()}
    document = json.dumps({**head, "messages": messages}, indent=2).encode()
    return folder(kept, {"full.jsonl": document}, "Gemini CLI: one JSON document, not lines")


def samples() -> list[Sample]:
    """Every file of the folder."""
    return [*forgeflare(), *claude(), *gemini()]
