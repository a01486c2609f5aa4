"""Opens the help and the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.commands import palette_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Overlays(Action):
    """The screens that lie over the panes."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Help and palette."""
        return {"help": self._help, "palette": self._palette}

    def _help(self) -> None:
        from codexlog.app.screens.help import HelpScreen

        self.screen.app.push_screen(HelpScreen(self.screen.options, self.screen.colours, self.screen.glyphs))

    def _palette(self) -> None:
        """Ask for a command by its name and run it."""
        from codexlog.app.screens.asking import Choice, ChoiceScreen

        commands = palette_of(self.screen.front, self.screen.options.commands)
        choices = [
            Choice(each.help, each.all_keys, f"{each.label} {each.id} {each.id.replace('_', ' ')}")
            for each in commands
        ]

        def take(index: int | None) -> None:
            if index is not None:
                self.screen.call_later(self.screen.run_command, commands[index])

        self.screen.app.push_screen(
            ChoiceScreen("Commands", choices, self.screen.colours, self.screen.glyphs), take
        )
