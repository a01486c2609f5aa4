"""Sessions with a secret in every place that a transcript can hold one, for tests of whatever leaves.

No secret is written down here: they are made from a seed, so that no scanner of repositories finds any.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from report.secret_forms import HEX, UPPER, WORD, Maker, key_lines, token_of_json
from rollout import call, encode, event, item, message, meta, output, task_started, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

JsonObject = dict[str, Any]
HOME = "/home/ann"
"""The home folder of whoever recorded the sessions; it must not leave either."""
CWD = f"{HOME}/src/app"
CLAUDE_ID = "0d6f6a0e-6f4f-4a39-9a53-3b4f3c1f6f10"


class Planted(NamedTuple):
    """The rows of a session and what in it is secret, by the place where it stands."""

    rows: list[JsonObject]
    secrets: Mapping[str, str]

    def write(self, path: Path) -> Path:
        """Write the session as a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(self.rows))
        return path

    def left_in(self, text: str) -> set[str]:
        """The places whose secret, or a good part of it, stands in a text; `home` for the home folder."""
        found = {
            place for place, secret in self.secrets.items() if any(part in text for part in _parts(secret))
        }
        return found | ({"home"} if HOME in text else set())


def _parts(secret: str) -> list[str]:
    """Its two halves: half a secret is one that got away."""
    half = len(secret) // 2
    return [secret[:half], secret[half:]]


def codex(seed: int = 1) -> Planted:
    """A Codex session of today's form."""
    make = Maker(seed)
    word = make.word
    line = make.of(WORD + "+/", 64)
    s = {
        "git remote": word(24),
        "instructions": "sk-" + "proj-" + word(64),
        "environment": word(32),
        "user instructions": "gl" + "pat-" + word(20),
        "prompt": "gh" + "p_" + word(36),
        "second prompt": word(18),
        "reasoning": "AI" + "za" + word(35),
        "argument": word(22),
        "argument with JSON": word(30),
        "bearer": word(40),
        "url": word(28),
        "path": "hf" + "_" + word(34),
        "output": "AK" + "IA" + make.of(UPPER, 16),
        "output, second": make.of(WORD + "+/", 40),
        "output, table": make.of(HEX, 40),
        "key block": line,
        "error output": "xox" + "b-123456789012-1234567890123-" + word(24),
        "patch": "sk" + "_live_" + word(24),
        "patch applied": "npm" + "_" + word(36),
        "mcp argument": word(26),
        "mcp result": token_of_json(make),
        "plan": "gho" + "_" + word(36),
        "search": word(20),
        "compaction": "SG" + "." + word(22) + "." + word(43),
        "answer": "gsk" + "_" + word(52),
        "error": "sk-" + "ant-api03-" + word(93) + "AA",
    }
    return Planted([*_codex_head(s), *_codex_calls(s, make), *_codex_end(s)], s)


def _codex_head(s: Mapping[str, str]) -> list[JsonObject]:
    remote = f"https://ann:{s['git remote']}@git.example.org/ann/app.git"
    environment = f"<environment_context>\n  <cwd>{CWD}</cwd>\n  <shell>zsh</shell>\n"
    return [
        meta(
            cwd=CWD,
            cli_version="0.145.0",
            originator="codex_exec",
            git={"branch": "main", "commit_hash": "a1" * 20, "repository_url": remote},
            base_instructions={"text": f"Use the key {s['instructions']} for everything."},
        ),
        message("user", f"{environment}  API_TOKEN={s['environment']}\n</environment_context>"),
        message("user", f"# AGENTS.md instructions for {CWD}\n\ntoken: {s['user instructions']}"),
        task_started("t1"),
        message("user", f"Why does the login fail? I use {s['prompt']} in {HOME}/notes.txt"),
        event("user_message", message=f"Why does the login fail? I use {s['prompt']} in {HOME}/notes.txt"),
        item("reasoning", summary=[{"type": "summary_text", "text": f"The key {s['reasoning']} is old"}]),
    ]


def _codex_calls(s: Mapping[str, str], make: Maker) -> list[JsonObject]:
    body = json.dumps({"user": "ann", "client_secret": s["argument with JSON"]})
    lines = [s["key block"], *key_lines(make, 3)]
    block = "\n".join(("-----BEGIN PRIV" + "ATE KEY-----", *lines, "…"))
    table = f"id,secret\n{s['output']},{s['output, second']}\nx-api-key: {s['output, table']}\n"
    change = f"-key = ''\n+key = '{s['patch']}'"
    patch = f"*** Begin Patch\n*** Update File: {CWD}/pay.py\n@@\n{change}\n*** End Patch\n"
    diff = f"@@ -1,1 +1,1 @@\n-token = ''\n+token = '{s['patch applied']}'\n"
    invocation = {"server": "tracker", "tool": "open", "arguments": {"apiKey": s["mcp argument"]}}
    return [
        *_exec("c1", f"export DB_PASSWORD={s['argument']} && make", 0, f"cat id\n{block}\n"),
        *_exec("c2", f"curl -d '{body}' https://api.example.org", 0, table),
        *_exec(
            "c3", f'curl -H "Authorization: Bearer {s["bearer"]}" https://x.example.org', 22, "curl: (22) 401"
        ),
        *_exec(
            "c4",
            f"cat {HOME}/.cache/{s['path']}/x 'https://x.example.org/a?sig={s['url']}&b=1'",
            1,
            "no such file",
        ),
        *_exec("c5", "python run.py", 1, f"Traceback\nSlackError: {s['error output']} was revoked"),
        item("custom_tool_call", name="apply_patch", input=patch, call_id="c6", status="completed"),
        event(
            "patch_apply_end",
            call_id="c6",
            success=True,
            changes={f"{CWD}/pay.py": {"type": "update", "unified_diff": diff, "move_path": None}},
        ),
        item(
            "custom_tool_call_output",
            call_id="c6",
            output="Success. Updated the following files:\nM pay.py\n",
        ),
        call("c7", "mcp__tracker__open", {"apiKey": s["mcp argument"]}),
        event(
            "mcp_tool_call_end",
            call_id="c7",
            invocation=invocation,
            duration={"secs": 1, "nanos": 0},
            result={
                "Ok": {"content": [{"type": "text", "text": f"jwt {s['mcp result']}"}], "isError": False}
            },
        ),
        output("c7", f"jwt {s['mcp result']}"),
        call("c8", "update_plan", {"plan": [{"step": f"revoke {s['plan']}", "status": "pending"}]}),
        output("c8", "Plan updated"),
        event("web_search_end", call_id="c9", query=f"secret={s['search']}"),
    ]


def _exec(call_id: str, command: str, code: int, text: str) -> list[JsonObject]:
    head = f"Chunk ID: ab12cd\nWall time: 0.5 seconds\nProcess exited with code {code}\nOutput:\n"
    return [call(call_id, "exec_command", {"cmd": command, "workdir": CWD}), output(call_id, head + text)]


def _codex_end(s: Mapping[str, str]) -> list[JsonObject]:
    answer = f"The token {s['answer']} has expired; see `{CWD}/pay.py:1`."
    failure = {"message": f"401: {s['error']} is not valid", "codex_error_info": "other"}
    return [
        wrapped("compacted", {"message": f"Mail went out with {s['compaction']}."}),
        message("assistant", answer),
        event("agent_message", message=answer),
        event("task_complete", turn_id="t1", last_agent_message=answer),
        task_started("t2"),
        message("user", f"log in with password: {s['second prompt']}"),
        event("user_message", message=f"log in with password: {s['second prompt']}"),
        event("error", message=failure["message"], codex_error_info="other"),
        event("task_complete", turn_id="t2", last_agent_message=None, error=failure),
    ]


def claude(seed: int = 2) -> Planted:
    """A Claude Code session."""
    make = Maker(seed)
    word = make.word
    s = {
        "prompt": "gh" + "p_" + word(36),
        "thinking": "AI" + "za" + word(35),
        "argument": word(22),
        "edit": word(40),
        "result": "gl" + "pat-" + word(20),
        "result with JSON": word(24),
        "stdout": word(30),
        "answer": token_of_json(make),
    }
    failed = [{"type": "text", "text": json.dumps({"env": {"client_secret": s["result with JSON"]}})}]
    edit = {"file_path": f"{CWD}/a.py", "old_string": "x", "new_string": f"api_key = '{s['edit']}'"}
    rows = [
        _claude("user", f"Why is {s['prompt']} refused?"),
        _said({"type": "thinking", "thinking": f"{s['thinking']} is old", "signature": ""}),
        _said(_use("u1", "Bash", {"command": f"mysql --password={s['argument']} -u root"})),
        _claude(
            "user", [_result("u1", f"remote: bad token {s['result']}")], {"stdout": f"TOKEN={s['stdout']}"}
        ),
        _said(_use("u2", "Edit", edit)),
        _claude("user", [_result("u2", failed, is_error=True)]),
        _said({"type": "text", "text": f"It is {s['answer']}."}),
    ]
    return Planted(rows, s)


def _claude(kind: str, content: Any, tool_result: JsonObject | None = None, **more: Any) -> JsonObject:
    row = {
        "type": kind,
        "sessionId": CLAUDE_ID,
        "cwd": CWD,
        "version": "2.1.40",
        "uuid": "u",
        "isSidechain": False,
        "userType": "external",
        "timestamp": "2026-02-10T10:00:01.000Z",
        "message": {"role": kind, "content": content, **more},
    }
    return row | ({"toolUseResult": tool_result} if tool_result else {})


def _said(block: JsonObject) -> JsonObject:
    return _claude("assistant", [block], id=f"msg_{block.get('id', block['type'])}", model="claude-opus-4-6")


def _use(call_id: str, name: str, arguments: JsonObject) -> JsonObject:
    return {"type": "tool_use", "id": call_id, "name": name, "input": arguments}


def _result(call_id: str, content: Any, **more: Any) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": call_id, "content": content, **more}
