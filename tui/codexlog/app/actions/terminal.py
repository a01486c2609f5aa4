"""Redraws the screen and stops the job, for those who choose it in the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Terminal(Action):
    """What concerns the terminal itself; the keys work everywhere and are bound by the application."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Redraw and stop."""
        return {
            "redraw": lambda: self.screen.app.run_action("app.redraw"),
            "stop": lambda: self.screen.app.run_action("app.stop"),
        }
