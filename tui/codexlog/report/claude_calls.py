"""Claude Code's own tools in words: one line each, as a person would tell what the call was for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Arguments = Mapping[str, Any]

STEP_NAMES = ("activeForm", "content")


def words_of(name: str, arguments: Arguments) -> str | None:
    """What a call was told; None for tools that need no table."""
    words = _WORDS.get(name)
    return words(arguments) if words is not None else None


def paths_of(name: str, arguments: Arguments) -> tuple[str, str] | None:
    """(what was looked for and where in the file, path) of a call that reads; None for other calls."""
    if name == "Read":
        return _lines(arguments), _text(arguments, "file_path")
    if name in ("Grep", "Glob"):
        return _text(arguments, "pattern"), _text(arguments, "path")
    return None


def steps_of(arguments: Any) -> list[tuple[str, str]] | None:
    """(state, words) of each step of a list of to-dos; None where there is none."""
    steps = arguments.get("todos") if isinstance(arguments, dict) else None
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return None
    return [(str(step.get("status") or ""), _text(step, "content", "subject", "text")) for step in steps]


def _text(arguments: Arguments, *keys: str) -> str:
    return next((arguments[key] for key in keys if isinstance(arguments.get(key), str)), "")


def _one(*keys: str) -> Callable[[Arguments], str]:
    return lambda arguments: _text(arguments, *keys)


def _pair(first: str, second: str, mark: str = " ") -> Callable[[Arguments], str]:
    def words(arguments: Arguments) -> str:
        return mark.join(text for key in (first, second) if (text := _shown(arguments.get(key))))

    return words


def _shown(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)


def _todos(arguments: Arguments) -> str:
    steps = [step for step in arguments.get("todos") or () if isinstance(step, dict)]
    done = sum(step.get("status") == "completed" for step in steps)
    now = next((_text(step, *STEP_NAMES) for step in steps if step.get("status") == "in_progress"), "")
    return f"{done}/{len(steps)} {now}".strip()


def _agent(arguments: Arguments) -> str:
    said = _text(arguments, "description") or _text(arguments, "prompt")
    kind = _text(arguments, "subagent_type")
    return f"{kind}: {said}" if kind else said


def _task(arguments: Arguments) -> str:
    words = [f"#{_shown(arguments.get('taskId'))}", _text(arguments, "status"), _text(arguments, "subject")]
    return " ".join(word for word in words if word)


def _questions(arguments: Arguments) -> str:
    asked = [_text(each, "question") for each in _objects(arguments.get("questions"))]
    return " / ".join(filter(None, asked))


def _objects(value: object) -> Iterator[Arguments]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _lines(arguments: Arguments) -> str:
    first, number = arguments.get("offset"), arguments.get("limit")
    if type(first) is int and type(number) is int:
        return f"lines {first}–{first + number - 1}"
    if type(first) is int:
        return f"from line {first}"
    return f"{number} lines" if type(number) is int else ""


_WORDS: Mapping[str, Callable[[Arguments], str]] = {
    "TodoWrite": _todos,
    "TaskCreate": _one("subject", "description"),  # 2.1.1x
    "TaskUpdate": _task,
    "TaskGet": _task,
    "Task": _agent,
    "Agent": _agent,  # 2.1.6x
    "AskUserQuestion": _questions,
    "ExitPlanMode": _one("plan", "planFilePath"),
    "Skill": _pair("skill", "args"),
    "SlashCommand": _one("command"),
    "BashOutput": _pair("bash_id", "filter"),  # to 2.0
    "KillShell": _one("shell_id"),
    "KillBash": _one("shell_id"),
    "TaskOutput": _one("task_id"),  # 2.1
    "TaskStop": _one("task_id", "shell_id"),
    "AgentOutputTool": _one("agentId"),
    "SendMessage": _pair("to", "message", ": "),
    "WebFetch": _pair("url", "prompt", "  "),
    "ToolSearch": _one("query"),
    "ScheduleWakeup": _one("reason", "prompt"),
    "CronCreate": _pair("cron", "prompt", "  "),
    "LSP": _pair("operation", "filePath"),
}
