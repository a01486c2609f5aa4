"""Opens the screens that lie over the panes; their modules are loaded when first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from codexlog.app.commands import Command
    from codexlog.app.screens.main import MainScreen


def show_help(screen: MainScreen) -> None:
    """Show every key."""
    from codexlog.app.screens.help import HelpScreen

    screen.app.push_screen(HelpScreen(screen.colours, screen.glyphs))


def show_palette(
    screen: MainScreen, commands: Sequence[Command], run: Callable[[Command], Awaitable[None]]
) -> None:
    """Ask for a command by its name and run it."""
    from codexlog.app.screens.asking import Choice, ChoiceScreen

    choices = [Choice(command.help, command.all_keys) for command in commands]

    def take(index: int | None) -> None:
        if index is not None:
            screen.call_later(run, commands[index])

    screen.app.push_screen(ChoiceScreen("Commands", choices, screen.colours, screen.glyphs), take)
