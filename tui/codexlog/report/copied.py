"""What of an item a person wants in the clipboard: the command of a call, the text of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.report.calls import command_of, pretty

if TYPE_CHECKING:
    from codexlog.model import Call, Item


def copied(item: Item) -> str:
    """The text; empty where the transcript has none. It is as the transcript holds it: not safe yet."""
    match item.kind:
        case "call":
            return _patch(item) or command_of(item.arguments) or pretty(item.arguments) or item.name
        case "reasoning":
            return item.summary
        case "orphan_output":
            return item.output
        case "message" | "note":
            return item.text


def _patch(call: Call) -> str | None:
    """The text of an `apply_patch` call whose arguments wrap it."""
    if call.name != "apply_patch" or not isinstance(call.arguments, dict):
        return None
    text = call.arguments.get("input") or call.arguments.get("patch")
    return text if isinstance(text, str) else None
