"""`context.md`: which session it was, and what it did, an action a line."""

from __future__ import annotations

from typing import Any, NamedTuple

from codexlog.recorder.rows import as_json

MOST_CHARACTERS = 160
CUT = "…"


class Action(NamedTuple):
    """A tool call: its name and the value of its first argument as received."""

    name: str
    argument: str

    @property
    def line(self) -> str:
        """The call as one line of the list."""
        return f"- **{self.name}**: {self.argument}".rstrip() if self.argument else f"- **{self.name}**:"


def action_of(call: dict[str, Any]) -> Action:
    """The line of a `tool_use` block."""
    given = call.get("input")
    first = next(iter(given.values()), None) if isinstance(given, dict) and given else None
    text = first if isinstance(first, str) else "" if first is None else as_json(first)
    text = " ".join(text.split())
    short = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + CUT
    return Action(" ".join(str(call.get("name") or "?").split()), short)


def context_text(session_id: str, model: str | None, started: str, actions: list[Action]) -> str:
    """The whole file."""
    head = f"# Session Context\n\n- Session ID: {session_id}\n- Model: {model or 'not recorded'}\n"
    lines = "".join(f"{action.line}\n" for action in actions)
    return f"{head}- Start: {started}\n\n## Key Actions\n\n{lines}"
