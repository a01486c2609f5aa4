"""`context.md`: which session it was, and what it did, an action a line."""

from __future__ import annotations

from typing import Any

from codexlog.recorder.rows import as_json

MOST_CHARACTERS = 160
CUT = "…"


def action_line(call: dict[str, Any]) -> str:
    """A `tool_use` block as one line: its name and the value of its first argument as received."""
    given = call.get("input")
    first = next(iter(given.values()), None) if isinstance(given, dict) and given else None
    text = first if isinstance(first, str) else "" if first is None else as_json(first)
    text = " ".join(text.split())
    short = text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + CUT
    name = " ".join(str(call.get("name") or "?").split())
    return f"- **{name}**: {short}" if short else f"- **{name}**:"


def context_text(session_id: str, model: str | None, started: str, actions: list[str]) -> str:
    """The whole file."""
    head = f"# Session Context\n\n- Session ID: {session_id}\n- Model: {model or 'not recorded'}\n"
    lines = "".join(f"{action}\n" for action in actions)
    return f"{head}- Start: {started}\n\n## Key Actions\n\n{lines}"
