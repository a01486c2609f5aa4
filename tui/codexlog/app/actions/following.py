"""Follows a session while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.render.hints import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Following(Action):
    """Goes to the end of a session and stays there, or stops doing so."""

    _wanted = False
    """Whether a session opens that is to be followed."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Begin and end."""
        return {"follow": self._follow}

    def press(self, key: str) -> bool:
        """Any key calls the wish off."""
        del key
        self._wanted = False
        return False

    def opened(self) -> None:
        """Follow now that there are rows."""
        if self._wanted and self.screen.timeline.is_whole:
            self._wanted = False
            self._begin()

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
            self.screen.say("Nothing is being written to this session; what comes will be shown.")
