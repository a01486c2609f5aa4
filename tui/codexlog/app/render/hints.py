"""The keys that texts on the screen name ("a shows all"). There is one explorer a process, so one key map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codexlog.app.commands import Command

_keys: dict[str, str] = {}


def name_keys(commands: Iterable[Command]) -> None:
    """Name the keys of these commands from now on; what has no key, the palette does."""
    _keys.update({each.id: each.shown_keys or "the palette" for each in commands})


def key_of(command_id: str) -> str:
    """How a person gives a command."""
    return _keys[command_id]


name_keys(COMMANDS)
