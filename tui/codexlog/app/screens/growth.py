"""Brings to the screen what the open session gains while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.app.loading.events import Grown
    from codexlog.app.screens.main import MainScreen

DETAILS_REST = 0.3
"""Seconds between two looks of the details at a session that grows: they cost more bytes than its rows."""


class Growth:
    """Tells the panes, the details less often than the others."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._is_waiting = False

    def grown(self, event: Grown) -> None:
        """Take what was read."""
        screen = self._screen
        changed = screen.timeline.grown(event, hold=screen.front == "details")
        screen.tell_list(event.patch.summary)
        if changed and screen.front != "sessions" and not self._is_waiting:
            self._is_waiting = True
            screen.set_timer(DETAILS_REST, self._show)

    def _show(self) -> None:
        """Bring the details up to date: where they are, if it is the same thing that has changed."""
        self._is_waiting = False
        screen = self._screen
        if screen.front != "sessions":
            if screen.timeline.view.current() == screen.detailed:
                screen.details.stay()
            screen.show_selected()
