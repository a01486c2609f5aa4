"""What of an item a person wants in the clipboard: the command of a call, the text of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.report.calls import command_of, pretty
from codexlog.report.edits import patch_text

if TYPE_CHECKING:
    from codexlog.model import Item


def copied(item: Item) -> str:
    """The text; empty where the transcript has none. It is as the transcript holds it: not safe yet."""
    match item.kind:
        case "call":
            patch = patch_text(item)
            whole = patch[0] if patch is not None and not patch[1] else None
            return whole or command_of(item.arguments) or pretty(item.arguments) or item.name
        case "reasoning":
            return item.summary
        case "orphan_output":
            return item.output
        case "message" | "note":
            return item.text
