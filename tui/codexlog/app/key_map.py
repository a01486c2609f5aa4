"""The person's keys for the commands: what of a key map can be used, and what is wrong with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.commands import COMMANDS, Command
from codexlog.app.key_names import UnknownKey, key_name, parse_key, typed_name
from codexlog.settings.as_toml import KeyLine
from codexlog.settings.parse import Problem, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codexlog.app.commands import Pane
    from codexlog.settings.parse import Mapped

NEVER_WITHOUT = ("quit", "help")
"""Commands that always have a key: who has lost them cannot find out how to go on."""


def apply_keys(
    mapped: Mapping[str, Mapped], commands: Sequence[Command] = COMMANDS
) -> tuple[tuple[Command, ...], tuple[Problem, ...]]:
    """The commands with the keys of a map, and what of it has no effect.

    A mapped command has the keys of the map and no others. In a clash the map wins over defaults, and the
    command that stands first in the map over the later one. One that gets none
    of its new keys keeps its own.
    """
    table = _Table(mapped, commands)
    return tuple(each._replace(keys=tuple(table.keys[each.id])) for each in commands), tuple(table.problems)


class _Table:
    """Gives out keys, pane by pane."""

    def __init__(self, mapped: Mapping[str, Mapped], commands: Sequence[Command]) -> None:
        self.problems: list[Problem] = []
        self._commands = {each.id: each for each in commands}
        self._mapped = mapped
        self._owners: dict[tuple[Pane, str], str] = {}
        self.keys: dict[str, list[str]] = {each.id: [] for each in commands}
        for name in NEVER_WITHOUT:
            if name in mapped and not mapped[name].keys:
                default = self._commands[name].keys
                self._problem(name, f"{name} cannot be left without a key; it keeps {_names(default)}")
                self._claim(name, default)
        unmapped = set(self._commands)
        for name in mapped:
            if name not in self._commands:
                self._problem(name, f"no command is called {name}{did_you_mean(name, self._commands)}")
            elif (wanted := self._wanted(name)) or not mapped[name].keys:
                self._claim(name, wanted)
                if self.keys[name] or not wanted:
                    unmapped.discard(name)
        for name, command in self._commands.items():
            if name in unmapped:
                self._claim_default(command)
        for name in NEVER_WITHOUT:
            self._rescue(self._commands[name])

    def _problem(self, name: str, text: str) -> None:
        self.problems.append(Problem(self._mapped[name].line if name in self._mapped else None, text))

    def _wanted(self, name: str) -> list[str]:
        """Textual's names of the keys that the map gives a command."""
        found = []
        for written in self._mapped[name].keys:
            try:
                found.append(parse_key(written))
            except UnknownKey as error:
                self._problem(name, f"{name}: {error}")
        return list(dict.fromkeys(found))

    def _owner(self, command: Command, key: str) -> str | None:
        """Who has the key in one of the command's panes."""
        owners = (self._owners.get((pane, key)) for pane in command.where)
        return next((each for each in owners if each is not None and each != command.id), None)

    def _give(self, command: Command, key: str) -> None:
        self.keys[command.id].append(key)
        self._owners.update({(pane, key): command.id for pane in command.where})

    def _claim(self, name: str, keys: Sequence[str]) -> None:
        """Give a command the keys that the map names for it, as far as they are free."""
        command = self._commands[name]
        for key in keys:
            owner = self._owner(command, key)
            if owner is None:
                self._give(command, key)
            else:
                self._problem(name, f"{key_name(key)} is the key of {owner} already, so not of {name}")

    def _claim_default(self, command: Command) -> None:
        """Give a command the default keys that the map leaves it; whoever takes its last one hears of it."""
        lost = {key: owner for key in command.keys if (owner := self._owner(command, key)) is not None}
        for key in command.keys:
            if key not in lost:
                self._give(command, key)
        if lost and len(lost) == len(command.keys) and command.id not in NEVER_WITHOUT:
            key, owner = next(iter(lost.items()))
            said = (
                f"{key_name(key)} was the key of {command.id}, which has none now ({command.id} = [] is fine)"
            )
            self._problem(owner, said)

    def _rescue(self, command: Command) -> None:
        """Give a command that must have a key one of its own back, but not the only one of another such."""
        if self.keys[command.id]:
            return
        key = next(key for key in command.keys if not self._is_last(command, key))
        for pane in command.where:
            owner = self._owners.get((pane, key))
            if owner is not None and key in self.keys[owner]:
                self.keys[owner].remove(key)
                self._problem(owner, f"{key_name(key)} stays with {command.id}, which needs a key")
        self._give(command, key)

    def _is_last(self, command: Command, key: str) -> bool:
        owner = self._owner(command, key)
        return owner in NEVER_WITHOUT and self.keys[owner] == [key]


def _names(keys: Sequence[str]) -> str:
    return " ".join(map(key_name, keys))


def key_lines(mapped: Mapping[str, Mapped]) -> tuple[list[KeyLine], tuple[Problem, ...]]:
    """Every command with its keys, for the text of the settings file."""
    commands, problems = apply_keys(mapped)
    lines = [
        KeyLine(each.id, tuple(map(typed_name, each.keys)), each.help, each.keys != default.keys)
        for each, default in zip(commands, COMMANDS, strict=True)
    ]
    return lines, problems
