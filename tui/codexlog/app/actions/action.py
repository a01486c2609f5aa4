"""The base of every action, and the table that says which module holds which command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from textual.widgets import Input

    from codexlog.app.commands import Command
    from codexlog.app.screens.main import MainScreen
    from codexlog.timeline.growth import Patch

HOMES: Mapping[str, tuple[str, str]] = {
    "open": ("walking", "Walking"),
    "enter": ("walking", "Walking"),
    "in": ("walking", "Walking"),
    "out": ("walking", "Walking"),
    "fold_all": ("walking", "Walking"),
    "unfold_all": ("walking", "Walking"),
    "texts": ("walking", "Walking"),
    "whole": ("walking", "Walking"),
    "reload": ("walking", "Walking"),
    "next_pane": ("walking", "Walking"),
    "previous_pane": ("walking", "Walking"),
    "back": ("walking", "Walking"),
    "zoom": ("walking", "Walking"),
    "quit": ("walking", "Walking"),
    "filter": ("filtering", "Filtering"),
    "find": ("finding", "Finding"),
    "next_hit": ("finding", "Finding"),
    "previous_hit": ("finding", "Finding"),
    "next_failure": ("failures", "Failures"),
    "previous_failure": ("failures", "Failures"),
    "follow": ("following", "Following"),
    "pager": ("exporting", "Exporter"),
    "save": ("exporting", "Exporter"),
    "redraw": ("terminal", "Terminal"),
    "stop": ("terminal", "Terminal"),
    "edit": ("exporting", "Exporter"),
    "usage": ("usage", "UsagePage"),
    "attachments": ("attachments", "Attachments"),
    "loops": ("loops", "Loops"),
    "open_loop": ("loops", "Loops"),
    "first_bad": ("loops", "Loops"),
    "next_bad": ("loops", "Loops"),
    "link": ("lineage", "Lineage"),
    "jump_back": ("lineage", "Lineage"),
    "copy": ("copying", "Copying"),
    "resume": ("resuming", "Resuming"),
    "raw": ("reading", "Reading"),
    "markdown": ("reading", "Reading"),
    "wrap": ("reading", "Reading"),
    "palette": ("overlays", "Overlays"),
    "help": ("overlays", "Overlays"),
    "wider": ("appearance", "Appearance"),
    "narrower": ("appearance", "Appearance"),
    "reset_panes": ("appearance", "Appearance"),
    "theme": ("appearance", "Appearance"),
}
"""Module and class of each command that the main screen does not do itself; `open` may mean `open_loop`."""


class Action:
    """One kind of thing that the explorer does; `commands` says what, by the id of the command."""

    def __init__(self, screen: MainScreen) -> None:
        self.screen = screen

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What to call for each command; an awaitable result is awaited."""
        raise NotImplementedError

    @property
    def offers(self) -> Sequence[Command]:
        """What the footer names instead of the pane's commands, while something is open."""
        return ()

    @property
    def adds(self) -> Sequence[Command]:
        """What the footer names before the pane's commands."""
        return ()

    def press(self, key: str) -> bool:  # noqa: ARG002 - for those that have something open
        """Take a key before its command does; False where it is none of this action's business."""
        return False

    def typed(self, field: Input, text: str) -> None:
        """Hear of text in a field; it may be another action's."""

    def submitted(self, field: Input) -> None:
        """Hear of Enter in a field; it may be another action's."""

    def opened(self) -> None:
        """Hear that another session, or more of the same one, stands in the timeline, or never will."""

    def listed(self) -> None:
        """Hear that sessions of the list came, went or changed."""

    def grown(self, patch: Patch) -> None:
        """Hear what the session in the timeline has gained."""

    def close(self) -> None:
        """Hear that the person leaves."""


class Actions:
    """Every action that was asked for so far."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._made: dict[tuple[str, str], Action] = {}

    def __iter__(self) -> Iterator[Action]:
        return iter(tuple(self._made.values()))

    def load(self, command_id: str) -> None:
        """Import what knows a command; on any thread."""
        import_module(f"codexlog.app.actions.{HOMES[command_id][0]}")

    def handler(self, command_id: str) -> Callable[[], object]:
        """What a command does. Raises KeyError for one that nobody does."""
        return self.of(command_id).commands[command_id]

    def of(self, command_id: str) -> Action:
        """The action that knows a command."""
        home = HOMES[command_id]
        if home not in self._made:
            module, name = home
            make = getattr(import_module(f"codexlog.app.actions.{module}"), name)
            self._made[home] = make(self._screen)
        return self._made[home]
