"""Small sessions that each show one feature: forks, sub-agents, compaction, images, tools, storage."""

from __future__ import annotations

import base64
import copy
import struct
import zlib
from typing import TYPE_CHECKING

import zstandard

from .agent import Agent
from .project import Project
from .rows import Clock, Payload, Sample, lines
from .texts import CWD

if TYPE_CHECKING:
    from collections.abc import Callable

TEST = "python -m pytest -q"


def png(width: int = 48, height: int = 24) -> str:
    """Return a data URL of a real PNG: a small bar chart."""
    heights = [3 + (x * 7 + x // 5 * 11) % (height - 4) for x in range(width)]
    raw = b"".join(
        b"\0"
        + b"".join(b"\x2b\x6c\xb0" if height - y <= heights[x] else b"\xf4\xf6\xf8" for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def copied_fork() -> list[Sample]:
    """Return a session and a fork that begins with a re-stamped copy of its first turn."""
    clock = Clock("2026-06-24T10:28:49.310+02:00")
    with Project(clock) as project:
        parent = Agent(clock, project, "0.142.0")
        parent.meta()
        parent.begin("Explain how balances are sorted.")
        parent.first_limits()
        parent.run("cat ledger/balances.py")
        parent.end("By amount, largest first; equal amounts stay in order of first use.")
        kept = len(parent.rows)
        tokens = copy.deepcopy(parent.tokens)
        clock.tick(64_000)
        parent.begin("Sort equal amounts by name then.", boilerplate=False)
        parent.edit({"ledger/balances.py": ("totals.most_common()", "sorted(totals.items(), key=by_amount)")})
        parent.run(TEST)
        parent.end("The helper `by_amount` is still missing, so one test fails. Shall I add it?")
        clock.tick(420_000)
        fork = Agent(clock, project, "0.142.0")
        fork.meta(forked_from_id=parent.id)
        for row in parent.rows[:kept]:
            fork.add(row["type"], row["payload"], 0)
        fork.tokens = tokens
        clock.tick(9_000)
        project.run("git checkout ledger/balances.py")
        fork.begin("Leave the order alone, only document it in the docstring.", boilerplate=False)
        old = '"""Return the balance of each account, largest first."""'
        new = '"""Return the balance of each account, largest first; equal ones in order of first use."""'
        fork.edit({"ledger/balances.py": (old, new)})
        fork.run(TEST)
        fork.end("Documented. Nothing else changed.")
    return [
        parent.sample("0.142: parent of the copied fork below"),
        fork.sample("0.142: copied fork, the parent's first turn stands in it with new timestamps"),
    ]


def sub_agent() -> list[Sample]:
    """Return a session that spawns a sub-agent, and the sub-agent's own session."""
    clock = Clock("2026-07-10T12:13:01.204+02:00")
    task = "Read specs/report.md and tests/. List what the report command needs. Do not edit anything."
    with Project(clock) as project:
        parent = Agent(clock, project, "0.145.0")
        parent.meta()
        parent.begin("Have a scout find out what the report command needs, then write the plan item.")
        parent.first_limits()
        spawn = {"agent_type": "explorer", "message": task}
        call_id = parent.call("spawn_agent", spawn, namespace="collaboration")
        clock.tick(300)
        spawned: Payload = {"parent_thread_id": parent.id, "depth": 1}
        spawned |= {"agent_nickname": "Scout", "agent_role": "explorer"}
        child = Agent(clock, project, "0.145.0", source={"subagent": {"thread_spawn": spawned}})
        parent.answer(call_id, f'{{"agent_id":"{child.id}","nickname":"Scout"}}')
        started: Payload = {"agent_thread_id": child.id, "agent_path": "scout", "kind": "started"}
        parent.event("sub_agent_activity", event_id=call_id, occurred_at_ms=clock.ms, **started)
        wait = parent.call(
            "wait_agent", {"ids": [child.id], "timeout_ms": 120_000}, namespace="collaboration"
        )
        ids: Payload = {"session_id": parent.id, "parent_thread_id": parent.id, "thread_source": "subagent"}
        child.meta(**ids, agent_nickname="Scout", agent_role="explorer")
        child.begin(task)
        child.run("cat specs/report.md", "ls tests", "grep -rn 'import argparse' ledger")
        child.end("A `ledger/__main__.py` with argparse, padding from the longest account name, and a test.")
        parent.answer(wait, f'{{"status":{{"{child.id}":"completed"}},"timed_out":false}}', 900)
        parent.count()
        item = "- [ ] report command (specs/report.md)"
        parent.edit({"IMPLEMENTATION_PLAN.md": (item, f"{item}: __main__.py, argparse, padding, test")})
        parent.end("The plan item now names the four parts.")
    return [
        parent.sample("0.145: spawns a sub-agent with spawn_agent and waits for it"),
        child.sample("0.145: the sub-agent of the session above"),
    ]


def compaction() -> Sample:
    clock = Clock("2026-06-26T12:33:09.870+02:00")
    with Project(clock) as project:
        agent = Agent(clock, project, "0.142.2")
        agent.meta()
        agent.begin("Read every file and tell me where floats could creep in.")
        agent.first_limits()
        agent.run("cat ledger/amounts.py ledger/importer.py", "cat ledger/balances.py")
        agent.end("Nowhere: amounts go from text through Decimal to int.")
        compact(agent)
        clock.tick(50_000)
        agent.begin("Replace Decimal by integer arithmetic.", boilerplate=False)
        agent.run("grep -rn Decimal ledger")
        agent.call("exec_command", {"cmd": "python -m tools.soak", "workdir": CWD})
        abort(agent)
        clock.tick(8_000)
        agent.event("thread_rolled_back", num_turns=1)
        review(agent)
        agent.begin("Good. Anything to commit?", boilerplate=False)
        agent.run("git status --short")
        agent.end("No, the tree is clean.")
    return agent.sample("0.142: compaction, interrupted turn, rollback, review mode")


def compact(agent: Agent) -> None:
    """Write a compaction with its replacement history, which repeats old items."""
    agent.clock.tick(20_000)
    agent.turn = agent.clock.uuid7()
    agent.event(
        "task_started", turn_id=agent.turn, started_at=agent.clock.seconds, model_context_window=258_400
    )
    prompt = next(row["payload"] for row in agent.rows if row["payload"].get("role") == "user")
    summary = {"type": "compaction", "encrypted_content": agent.clock.cipher(900)}
    agent.add("compacted", {"message": "", "replacement_history": [prompt, summary], "window_id": 2}, 6_000)
    agent.event("context_compacted")
    agent.event(
        "task_complete", turn_id=agent.turn, last_agent_message=None, completed_at=agent.clock.seconds
    )


def abort(agent: Agent) -> None:
    text = "<turn_aborted>\nThe user interrupted the previous turn on purpose.\n</turn_aborted>"
    agent.message("user", text, pause=4_000)
    fields: Payload = {"turn_id": agent.turn, "reason": "interrupted", "completed_at": agent.clock.seconds}
    agent.event("turn_aborted", **fields, duration_ms=agent.clock.ms - agent.started)


def review(agent: Agent) -> None:
    agent.clock.tick(30_000)
    agent.turn = agent.clock.uuid7()
    agent.event(
        "task_started", turn_id=agent.turn, started_at=agent.clock.seconds, model_context_window=258_400
    )
    agent.event(
        "entered_review_mode", target={"type": "uncommittedChanges"}, user_facing_hint="current changes"
    )
    agent.clock.tick(45_000)
    verdict: Payload = {
        "findings": [],
        "overall_correctness": "patch is correct",
        "overall_confidence_score": 0.8,
    }
    agent.event(
        "exited_review_mode", review_output={**verdict, "overall_explanation": "There are no changes."}
    )
    note = "<user_action>\n  <context>User initiated a review task.</context>\n</user_action>"
    agent.message("user", note)
    fields: Payload = {"turn_id": agent.turn, "last_agent_message": None, "completed_at": agent.clock.seconds}
    agent.event("task_complete", **fields)


def image() -> Sample:
    clock = Clock("2026-07-03T23:19:01.296+02:00")
    with Project(clock) as project:
        agent = Agent(clock, project, "0.142.5")
        agent.meta()
        agent.begin("The chart in the report looks like this. Why is the last bar cut off?", images=[png()])
        agent.first_limits()
        project.write("docs/chart.png", "")
        call_id = agent.call("view_image", {"path": f"{CWD}/docs/chart.png"})
        agent.answer(call_id, [{"type": "input_image", "image_url": png(32, 16), "detail": "high"}])
        agent.count()
        agent.end("The canvas is 24 px high and the bar needs 26.")
    return agent.sample("0.142: an image in the prompt (stored twice) and one from view_image")


def tools() -> Sample:
    """Return a session with web search, tool search and MCP calls."""
    clock = Clock("2026-07-01T17:24:47.280+02:00")
    with Project(clock) as project:
        agent = Agent(clock, project, "0.142.5")
        agent.meta()
        agent.begin("Is there a standard for rounding half cents? Put it into the tracker.")
        agent.first_limits()
        query = {
            "type": "search",
            "query": "rounding half cent away from zero",
            "queries": ["commercial rounding"],
        }
        search = clock.server_id("ws")
        agent.event("web_search_end", call_id=search, query=query["query"], action=query)
        agent.item("web_search_call", id=search, status="completed", action=query)
        call_id = clock.call_id()
        fields: Payload = {"call_id": call_id, "status": "completed", "execution": "client"}
        agent.item("tool_search_call", **fields, arguments={"query": "tracker create issue", "limit": 3})
        found = {"type": "namespace", "name": "mcp__tracker", "description": "Issues.", "tools": []}
        agent.item("tool_search_output", **fields, tools=[found])
        ok = {"Ok": {"content": [{"type": "text", "text": "created #12"}], "isError": False}}
        ask(agent, "create_issue", ok, "Wall time: 0.4 seconds\nOutput:\ncreated #12")
        ask(
            agent,
            "assign",
            {"Err": "tool call error: tracker timed out"},
            "tool call error: tracker timed out",
        )
        agent.end(
            "Commercial rounding: half away from zero. Issue #12 is in the tracker, nobody is assigned."
        )
    return agent.sample("0.142: web_search_call, tool_search_call, MCP calls (one Ok, one Err)")


def ask(agent: Agent, tool: str, result: Payload, output: str) -> None:
    arguments = {"title": "Round half cents away from zero"}
    call_id = agent.call(tool, arguments, namespace="mcp__tracker")
    invocation = {"server": "tracker", "tool": tool, "arguments": arguments}
    duration = {"secs": 0, "nanos": 400_000_000}
    agent.event(
        "mcp_tool_call_end", 400, call_id=call_id, invocation=invocation, duration=duration, result=result
    )
    agent.answer(call_id, output)
    agent.count()


def ide() -> Sample:
    clock = Clock("2026-06-29T21:35:26.077+02:00")
    prompt = (
        "# Context from my IDE setup:\n\n## Active file: ledger/importer.py\n\n## Open tabs:\n"
        "- importer.py: ledger/importer.py\n\n## My request for Codex:\nSkip blank rows here.\n"
    )
    with Project(clock) as project:
        agent = Agent(clock, project, "0.142.3", source="vscode")
        agent.meta()
        agent.begin(prompt)
        agent.first_limits()
        agent.add("session_meta", agent.rows[0]["payload"])
        old = "        account, amount = row\n"
        agent.edit({"ledger/importer.py": (old, f"        if not row:\n            continue\n{old}")})
        agent.run(TEST)
        agent.end("Blank rows are skipped.")
    return agent.sample("0.142 in an editor: the prompt hides below the IDE context; session_meta repeats")


def silent() -> Sample:
    """Return a session whose only trace of an API error is in the log."""
    clock = Clock("2026-07-01T11:52:21.066+02:00")
    with Project(clock) as project:
        agent = Agent(clock, project, "0.142.4")
        agent.meta()
        agent.begin("Which files changed since yesterday?")
        agent.event("token_count", 900, info=None, rate_limits=agent.limits())
        clock.tick(31_000)
        agent.end(None)
    return agent.sample("0.142: failed turn, the error stands in log/codex-tui.log and not here")


def simple(start: str, prompt: str, command: str, answer: str) -> Agent:
    """Return a short session of one turn."""
    clock = Clock(start)
    with Project(clock) as project:
        agent = Agent(clock, project, "0.145.0")
        agent.meta()
        agent.begin(prompt)
        agent.first_limits()
        agent.run(command)
        agent.end(answer)
    return agent


def frozen(data: bytes) -> bytes:
    """Return a zstd frame without a content size, as a streaming encoder writes it."""
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return packer.compress(data) + packer.flush()


STORED = (
    (
        "2026-07-16T08:20:11.500+02:00",
        "Remove the unused import in soak.py",
        "grep -n import tools/soak.py",
        "There is none: both names are used.",
    ),
    (
        "2026-07-17T17:41:30.250+02:00",
        "How many tests are there?",
        "python -m pytest -q --collect-only",
        "Fourteen, in three files.",
    ),
    (
        "2026-07-17T09:00:02.750+02:00",
        "What is the first commit called?",
        "git log --oneline",
        "`ledger: amounts, balances, first plan`.",
    ),
)


def stored() -> list[Sample]:
    """Return the archived session, the cold one, and the pair of plain file and cold twin."""
    old, cold, twin = (simple(*told) for told in STORED)
    whole, part = lines(twin.rows), lines(twin.rows[:-3])
    name = old.path.rsplit("/", 1)[1]
    return [
        Sample(f"archived_sessions/{name}", lines(old.rows), "archived: flat folder"),
        Sample(f"{cold.path}.zst", frozen(lines(cold.rows)), "cold: only the .jsonl.zst exists"),
        Sample(twin.path, whole, "twin: this plain file wins"),
        Sample(f"{twin.path}.zst", frozen(part), "twin: shorter and stale, to be ignored"),
    ]


SINGLE: tuple[Callable[[], Sample], ...] = (compaction, image, tools, ide, silent)


def samples() -> list[Sample]:
    return [*copied_fork(), *sub_agent(), *(make() for make in SINGLE), *stored()]
