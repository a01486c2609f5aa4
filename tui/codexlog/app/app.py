"""The application: colours, signals, and the one screen that everything happens on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.binding import Binding

from codexlog.app.options import THEME
from codexlog.app.render.picture import Frame, Picture
from codexlog.app.screens.main import MainScreen
from codexlog.app.signals import JobControl, end_on_hangup, end_on_signals

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen

    from codexlog.app.loading.shelf import Shelf
    from codexlog.app.options import Options
    from codexlog.catalog.transcript import Transcript


ANYWHERE = {"redraw": "redraw", "stop": "stop", "quit": "leave"}
"""Commands whose keys with Ctrl work wherever the keys go, also in fields and boxes; and their actions."""


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
        self._picture = Picture()
        for command in options.commands:
            if command.id in ANYWHERE:
                for key in command.keys:
                    if key.startswith("ctrl+"):
                        one = Binding(key, ANYWHERE[command.id], show=False, priority=True)
                        self._bindings.key_to_bindings[key] = [one]  # the list there is Textual's own, shared

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

    def on_load(self) -> None:
        """Leave the terminal as it was, whoever ends this."""
        end_on_signals(self)

    def on_mount(self) -> None:
        """Stop and go on as other programs do."""
        if self._driver is not None and not self.is_headless:
            JobControl(self, self._driver)
            end_on_hangup(self)

    def on_resize(self) -> None:
        """Draw all of it: a terminal that changes its size keeps, moves or drops what it showed.

        The driver says so also when it gets the terminal back from another program.
        """
        if self._picture.is_drawn:
            self.action_redraw()

    def action_leave(self) -> None:
        """Leave."""
        self.exit()

    def action_redraw(self) -> None:
        """Draw every cell anew, whatever the terminal shows."""
        self._picture.forget()
        self.screen.refresh()

    def action_stop(self) -> None:
        """Stop, and with it everything that was started together with this, as other programs do."""
        os.kill(0, signal.SIGTSTP)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send the cells that differ from those of the last frame, instead of every changed line."""
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = cast("RenderableType", Frame(self._picture, renderable))
        super()._display(screen, renderable)
