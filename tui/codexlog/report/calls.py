"""A tool call in words: the command that a shell got, the files of a patch, the step of a plan."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from codexlog.report.shell import split, unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.model import Call

_COMMAND_KEYS = ("command", "cmd", "script")
_TEXT_KEYS = ("query", "path", "file_path", "pattern", "url", "message", "prompt", "thought", "name", "id")
_PLAN_MARKS = {"completed": "✓", "in_progress": "▸"}
_FOLDER_KEYS = ("workdir", "cwd")
EDITING = frozenset(
    (
        "apply_patch",
        *("Edit", "MultiEdit", "Write", "NotebookEdit"),
        "file_change",
        *("edit", "write"),  # OpenCode 1.2
        *("replace", "write_file"),  # Gemini CLI 0.2
    )
)
"""Tools that change files, of every agent."""
_PATCH_MARK = "*** Begin Patch"


def command_of(arguments: Any) -> str | None:
    """The command line of a shell call, out of `bash -lc` and of lists; None where there is none."""
    if not isinstance(arguments, dict):
        return None
    for key in _COMMAND_KEYS:
        command = arguments.get(key)
        if isinstance(command, str):
            return unwrapped(split(command), command)
        if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
            return unwrapped(command, shlex.join(command))
    return None


def folder_of(arguments: Any, home: str | None) -> str | None:
    """The folder that a call ran in, as `seen_from` the session's; None where it is that one."""
    if not isinstance(arguments, dict):
        return None
    folder = next((arguments[key] for key in _FOLDER_KEYS if isinstance(arguments.get(key), str)), "")
    return seen_from(folder, home) if folder not in ("", ".", "./") else None


def seen_from(path: str, home: str | None) -> str | None:
    """A path as it is written inside the folder `home`; None for that folder, whole if it lies elsewhere."""
    if not home:
        return path
    here, there = _path(home), _path(path)
    if there == here:
        return None
    for separator in ("/", "\\"):
        if there.startswith(here + separator) and here:
            return path[len(here) + 1 :]
    return path


def may_edit(call: Call) -> bool:
    """Whether a closer look could find changes of files in a call; a quick guess that misses none."""
    if call.name.rpartition("__")[2] in EDITING:
        return True
    arguments = call.arguments
    if isinstance(arguments, dict):
        told = next((arguments[key] for key in _COMMAND_KEYS if arguments.get(key)), "")
        arguments = told[-1] if isinstance(told, list) and told else told
    return isinstance(arguments, str) and _PATCH_MARK in arguments


def label(call: Call, home: str | None = None) -> tuple[str, str]:
    """(tool, what it was told) on one line; a shell is shown as its prompt, `$`.

    Paths below `home`, the session's folder, are shortened; a command that ran in another folder has
    that folder before its prompt.
    """
    if may_edit(call):
        from codexlog.report.edits import edits_of, summary

        edits = edits_of(call)
        if edits is not None:
            tool = call.name if call.name in EDITING and call.name != "apply_patch" else "patch"
            return tool, summary(edits, home) or _one_line(edits.text)
    known = _of_claude(call, home)
    if known is not None:
        return call.name, known
    command = command_of(call.arguments)
    if command is not None:
        folder = folder_of(call.arguments, home) if home else None
        return (f"{folder} $" if folder else "$"), _one_line(command)
    words = _LABELS.get(call.name)
    if words is not None and isinstance(call.arguments, dict):
        return call.name, words(call.arguments)
    return call.name, _words(call.arguments)


def _of_claude(call: Call, home: str | None) -> str | None:
    """The words for one of Claude Code's own tools, also where another program offers it."""
    if not isinstance(call.arguments, dict):
        return None
    from codexlog.report.claude_calls import paths_of, words_of

    name = call.name.rpartition("__")[2]
    found = paths_of(name, call.arguments)
    if found is None:
        return _one_line(words_of(name, call.arguments) or "") or None
    told, path = found
    place = (seen_from(path, home) or path) if path else ""
    if name == "Read":
        return _one_line(f"{place}  {told}") or None
    return _one_line(f"{told}  in {place}" if place else told) or None


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
    from codexlog.report.claude_calls import steps_of

    todos = steps_of(arguments)
    if todos is not None:
        return [f"{_PLAN_MARKS.get(state, '·')} {words}" for state, words in todos]
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
        return _script(arguments)
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


def _script(text: str) -> str:
    """The command that a code-mode script runs, and how many more."""
    from codexlog.report.script import commands

    found = [unwrapped(split(command), command) for command in commands(text)]
    if not found:
        return _one_line(text)
    return _one_line(found[0]) + (f"  +{len(found) - 1}" if len(found) > 1 else "")


def _path(folder: str) -> str:
    """A folder to compare with: Windows does not tell case apart, and some agents change it."""
    folder = folder.rstrip("/\\")
    return folder.lower() if folder[1:2] == ":" else folder
