"""A tool call in words: the command that a shell got, the files of a patch, the step of a plan."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.model import Call

SHELLS = frozenset(("bash", "sh", "zsh", "dash", "ksh", "fish", "pwsh", "powershell", "cmd"))
SHELL_FLAGS = frozenset(("-c", "-lc", "-ic", "-lic", "-Command", "/c", "/C"))
PATCH_FILE = re.compile(r"^\*\*\* (Add|Update|Delete) File: (.+)$", re.MULTILINE)
_COMMAND_KEYS = ("command", "cmd", "script")
_CODE_COMMAND = re.compile(r'\b(?:command|cmd)\s*:\s*"((?:[^"\\\n]|\\.)*)"')
_TEXT_KEYS = ("query", "path", "file_path", "pattern", "url", "message", "prompt", "thought", "name", "id")
_PLAN_MARKS = {"completed": "✓", "in_progress": "▸"}
MARKS = {"Add": "A", "Update": "M", "Delete": "D"}


def command_of(arguments: Any) -> str | None:
    """The command line of a shell call, out of `bash -lc` and of lists; None where there is none."""
    if not isinstance(arguments, dict):
        return None
    for key in _COMMAND_KEYS:
        command = arguments.get(key)
        if isinstance(command, str):
            return unwrapped(_split(command), command)
        if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
            return unwrapped(command, shlex.join(command))
    return None


def unwrapped(words: list[str], line: str) -> str:
    """What a shell was told to run, or the line itself where no shell stands before it."""
    if len(words) == 3 and _name(words[0]) in SHELLS and words[1] in SHELL_FLAGS:
        return words[2]
    return line


def patch_of(call: Call) -> str | None:
    """The text of a patch call."""
    if isinstance(call.arguments, str) and "*** Begin Patch" in call.arguments[:400]:
        return call.arguments
    if call.name == "apply_patch" and isinstance(call.arguments, dict):
        text = call.arguments.get("input") or call.arguments.get("patch")
        return text if isinstance(text, str) else None
    command = call.arguments.get("command") if isinstance(call.arguments, dict) else None
    if isinstance(command, list) and len(command) == 2 and command[0] == "apply_patch":
        return command[1] if isinstance(command[1], str) else None
    return None


def label(call: Call) -> tuple[str, str]:
    """(tool, what it was told) on one line; a shell is shown as its prompt, `$`."""
    patch = patch_of(call)
    if patch is not None:
        return "patch", _files(patch)
    command = command_of(call.arguments)
    if command is not None:
        return "$", _one_line(command)
    words = _LABELS.get(call.name)
    if words is not None and isinstance(call.arguments, dict):
        return call.name, words(call.arguments)
    return call.name, _words(call.arguments)


def _files(patch: str) -> str:
    files = PATCH_FILE.findall(patch[:200_000])
    if not files:
        return _one_line(patch)
    return ", ".join(f"{MARKS[what]} {name}" for what, name in files[:4]) + (" …" if len(files) > 4 else "")


def _plan(arguments: Mapping[str, Any]) -> str:
    steps = [step for step in arguments.get("plan") or () if isinstance(step, dict)]
    done = sum(step.get("status") == "completed" for step in steps)
    now = next((str(step.get("step")) for step in steps if step.get("status") == "in_progress"), "")
    return f"{done}/{len(steps)} {_one_line(now)}"


def pretty(arguments: Any) -> str:
    """Arguments for reading: text as it is, JSON indented."""
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(arguments, ensure_ascii=False, default=str, indent=2)


def plan_lines(arguments: Any) -> list[str] | None:
    """The steps of a plan with a mark each; None where the call is none."""
    steps = arguments.get("plan") if isinstance(arguments, dict) else None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return None
    return [f"{_PLAN_MARKS.get(step.get('status', ''), '·')} {step.get('step', '')}" for step in steps]


def _stdin(arguments: Mapping[str, Any]) -> str:
    typed = arguments.get("chars") or ""
    return f"{arguments.get('session_id', '')} " + (json.dumps(typed) if typed else "(poll)")


def _search(arguments: Mapping[str, Any]) -> str:
    return _one_line(str(arguments.get("query") or arguments.get("url") or arguments.get("type") or ""))


_LABELS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "update_plan": _plan,
    "write_stdin": _stdin,
    "web_search": _search,
}


def _words(arguments: Any) -> str:
    if isinstance(arguments, str):
        inner = _CODE_COMMAND.search(arguments[:20_000])
        return _one_line(inner[1]) if inner else _one_line(arguments)
    if isinstance(arguments, dict):
        for key in _TEXT_KEYS:
            if isinstance(arguments.get(key), str) and arguments[key]:
                return _one_line(str(arguments[key]))
    return (
        ""
        if arguments in (None, {}, [])
        else _one_line(json.dumps(arguments, ensure_ascii=False, default=str))
    )


def _one_line(text: str) -> str:
    head, _, rest = text.strip()[:1_000].partition("\n")
    return f"{head} ↵ {rest.strip()}"[:400] if rest.strip() else head[:400]


def _split(command: str) -> list[str]:
    if command.split(" ", 1)[0].rpartition("/")[2] not in SHELLS:
        return []
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _name(program: str) -> str:
    return re.split(r"[/\\]", program)[-1].removesuffix(".exe")
