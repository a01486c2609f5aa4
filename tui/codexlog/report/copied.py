"""What of an item a person wants in the clipboard: the command of a call, the text of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.report.calls import command_of, patch_of, pretty

if TYPE_CHECKING:
    from codexlog.model import Item


def copied(item: Item) -> str:
    """The text; empty where the transcript has none. It is as the transcript holds it: not safe yet."""
    match item.kind:
        case "call":
            return patch_of(item) or command_of(item.arguments) or pretty(item.arguments) or item.name
        case "reasoning":
            return item.summary
        case "orphan_output":
            return item.output
        case "message" | "note":
            return item.text
