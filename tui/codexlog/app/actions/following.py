"""Follows a session while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.render.hints import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.timeline.growth import Patch


class Following(Action):
    """Goes to the end of a session and stays there, or stops doing so."""

    _wanted = False
    """Whether a session opens that is to be followed."""
    _is_quiet = False
    """Whether the footer says that nothing is being written."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Begin and end."""
        return {"follow": self._follow}

    def press(self, key: str) -> bool:
        """Any key calls the wish off."""
        del key
        self._wanted = self._is_quiet = False
        return False

    def opened(self) -> None:
        """Follow now that there are rows."""
        if self._wanted and self.screen.timeline.is_whole:
            self._wanted = False
            self._begin()

    def grown(self, patch: Patch) -> None:
        """Take back that nothing is being written."""
        del patch
        if self._is_quiet:
            self._is_quiet = False
            self.screen.say("")

    def _follow(self) -> None:
        screen = self.screen
        if screen.front == "sessions":
            screen.open_current()
        else:
            screen.go("timeline")
            if screen.timeline.is_live and screen.timeline.is_following:
                screen.timeline.unfollow()
                screen.say(f"Following ends; {key_of('follow')} or {key_of('last')} follows again.")
                return
        if screen.timeline.is_whole:
            self._begin()
        else:
            self._wanted = True

    def _begin(self) -> None:
        self.screen.timeline.follow()
        if not self.screen.timeline.is_live:
            self._is_quiet = True
            self.screen.say("Nothing is being written to this session; what comes will be shown.")
