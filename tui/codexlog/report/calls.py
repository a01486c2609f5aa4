"""A tool call in words: the command that a shell ran, or the arguments that tell one call from another."""

from __future__ import annotations

import shlex
from typing import Any

import orjson

SHELLS = frozenset(("bash", "sh", "zsh", "dash", "ksh", "fish", "pwsh", "powershell", "cmd"))
SHELL_FLAGS = frozenset(("-c", "-lc", "-ic", "-lic", "-Command", "/c"))
COMMAND_KEYS = ("cmd", "command", "chars", "script")
TELLING_KEYS = (
    "path",
    "file_path",
    "filePath",
    "pattern",
    "query",
    "url",
    "prompt",
    "message",
    "name",
    "input",
)
"""Arguments that say most about a call, in this order."""


def command_of(arguments: Any) -> str | None:
    """The shell command in a call's arguments, unwrapped from `bash -lc`; None where there is none."""
    if not isinstance(arguments, dict):
        return None
    for key in COMMAND_KEYS:
        value = arguments.get(key)
        if isinstance(value, str) and value:
            return unwrap(value)
        if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
            return _of_list(value)
    return None


def unwrap(command: str) -> str:
    """`bash -lc 'x'` → `x`; any other command as it is."""
    first = command.split(None, 1)[0].rsplit("/", 1)[-1] if command.strip() else ""
    if first not in SHELLS or len(command) > 20_000:
        return command
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    return words[2] if len(words) == 3 and words[1] in SHELL_FLAGS else command


def one_line(name: str, arguments: Any) -> str:
    """What a call does, for one line of a timeline (not made safe, not cut)."""
    command = command_of(arguments)
    if command is not None:
        return command
    if isinstance(arguments, str):
        return patch_files(arguments) or arguments
    if not isinstance(arguments, dict) or not arguments:
        return ""
    if name == "write_stdin":
        return f"session {arguments.get('session_id', '?')}"
    if isinstance(arguments.get("plan"), list):
        return _plan(arguments["plan"])
    for key in TELLING_KEYS:
        value = arguments.get(key)
        if isinstance(value, str) and value:
            return patch_files(value) or value
    return orjson.dumps(arguments, default=str).decode()


def pretty(arguments: Any) -> str:
    """Arguments for reading: text as it is, JSON indented."""
    if isinstance(arguments, str):
        return arguments
    if arguments is None:
        return ""
    return orjson.dumps(arguments, default=str, option=orjson.OPT_INDENT_2).decode()


def patch_files(text: str) -> str:
    """The files in an `apply_patch` envelope: `+` added, `~` changed, `-` deleted; "" for other text."""
    if "*** Begin Patch" not in text[:2000]:
        return ""
    marks = {"*** Add File: ": "+", "*** Update File: ": "~", "*** Delete File: ": "-"}
    found = [
        f"{mark}{line[len(head) :].strip()}"
        for line in text.splitlines()
        for head, mark in marks.items()
        if line.startswith(head)
    ]
    return " ".join(found)


def _of_list(words: list[str]) -> str:
    program = words[0].rsplit("/", 1)[-1]
    if program in SHELLS and len(words) >= 3 and words[1] in SHELL_FLAGS:
        return words[2]
    return shlex.join(words)


def _plan(steps: list[Any]) -> str:
    rows = [step for step in steps if isinstance(step, dict)]
    done = sum(step.get("status") == "completed" for step in rows)
    now = next((step.get("step") for step in rows if step.get("status") == "in_progress"), None)
    return f"plan {done}/{len(rows)}" + (f" · {now}" if isinstance(now, str) else "")
