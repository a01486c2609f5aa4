"""The application: colours, signals, and the one screen that everything happens on."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App

from codexlog.app.options import THEME
from codexlog.app.screens.main import MainScreen

if TYPE_CHECKING:
    from textual.driver import Driver

    from codexlog.app.loading.shelf import Shelf
    from codexlog.app.options import Options
    from codexlog.catalog.transcript import Transcript


class ExplorerApp(App[None]):
    """The explorer."""

    TITLE = "codexlog"
    CSS_PATH = Path(__file__).parent / "codexlog.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []

    def __init__(
        self,
        options: Options,
        shelf: Shelf | None,
        transcript: Transcript | None = None,
        driver_class: type[Driver] | None = None,
    ) -> None:
        self._options = options
        self._main = MainScreen(options, shelf, transcript)  # its colours go into the style sheets
        super().__init__(driver_class=driver_class)
        self.theme = THEME
        self.animation_level = "none"

    def get_default_screen(self) -> MainScreen:
        """The three panes."""
        return self._main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give the style sheets the colours of our theme."""
        return self._main.colours.variables()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Textual's own key for quitting to the person's key map."""
        if action == "quit":
            return any(each.id == "quit" and "ctrl+q" in each.keys for each in self._options.commands)
        return super().check_action(action, parameters)

    def write_to_terminal(self, sequence: str) -> None:
        """Send a sequence that Textual knows nothing of, whole, between two of its own writes."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def on_mount(self) -> None:
        """Leave the terminal as it was, whoever ends this."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, self.exit, None, 128 + number)
            except (NotImplementedError, RuntimeError, ValueError):  # not the main thread
                return
