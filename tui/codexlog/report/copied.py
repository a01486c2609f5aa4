"""What of an item a person wants in the clipboard: the command of a call, the text of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.calls import command_of, pretty
from codexlog.report.edits import patch_text

if TYPE_CHECKING:
    from codexlog.model import Item


class Copied(NamedTuple):
    """The text is as the transcript holds it: not safe, and with its secrets."""

    text: str
    """Empty where the transcript has none."""
    runs: bool = False
    """Whether it is a command or a path, which has to work where it is pasted."""


def copied(item: Item) -> Copied:
    """What the clipboard gets."""
    match item.kind:
        case "call":
            patch = patch_text(item)
            whole = patch[0] if patch is not None and not patch[1] else None
            command = None if whole else command_of(item.arguments)
            return Copied(whole or command or pretty(item.arguments) or item.name, bool(command))
        case "reasoning":
            return Copied(item.summary)
        case "orphan_output":
            return Copied(item.output)
        case "message" | "note":
            return Copied(item.text)
