"""Brings to the screen what is written while somebody looks: to the open session, to those in the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.app.loading.events import Grown, Noticed, Summarized
    from codexlog.app.screens.main import MainScreen

DETAILS_REST = 0.3
"""Seconds between two looks of the details at a session that grows: they cost more bytes than its rows."""


class Growth:
    """Tells the panes, the details less often than the others."""

    def __init__(self, screen: MainScreen, *, has_list: bool) -> None:
        self._screen = screen
        self._has_list = has_list
        self._is_waiting = False

    def grown(self, event: Grown) -> None:
        """Take what was read."""
        screen, rows = self._screen, self._screen.timeline.rows
        version = rows.version if rows is not None else 0
        changed = screen.timeline.grown(event, hold=screen.front == "details")
        if rows is not None and rows.version != version:
            for action in screen.actions:
                action.grown(event.patch)
        if self._has_list and screen.timeline.found is not None:
            screen.sessions.tell_open(screen.timeline.found.path, event.patch.summary)
        if changed and screen.front != "sessions" and not self._is_waiting:
            self._is_waiting = True
            screen.set_timer(DETAILS_REST, self._show)

    def summarized(self, event: Summarized) -> None:
        """Take what was read of sessions in the list."""
        screen = self._screen
        if screen.sessions.summarized(event) and screen.front == "sessions":
            screen.show_selected()
        if screen.sessions.model.sieve is not None:
            screen.offer_keys()

    def noticed(self, event: Noticed) -> None:
        """Take what became of the sessions in the list."""
        screen = self._screen
        if screen.sessions.noticed(event) and screen.front == "sessions":
            screen.show_selected()
        screen.offer_keys()
        for action in screen.actions:
            action.listed()

    def _show(self) -> None:
        """Bring the details up to date; they stay as they are scrolled if it is the same thing still."""
        self._is_waiting = False
        if self._screen.front != "sessions":
            self._screen.show_selected()
