"""Going about: from pane to pane, into what stands there and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.screens.arrangement import panes_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Walking(Action):
    """The commands that every session needs."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """What to call for each command."""
        screen = self.screen
        return {
            "open": self._open,
            "enter": self._enter,
            "in": self._inwards,
            "out": self._outwards,
            "fold_all": lambda: self._fold_all(fold=True),
            "unfold_all": lambda: self._fold_all(fold=False),
            "texts": lambda: screen.timeline.toggle_texts(),
            "whole": self._toggle_whole,
            "reload": self._reload,
            "next_pane": lambda: self._cycle(1),
            "previous_pane": lambda: self._cycle(-1),
            "back": self._back,
            "zoom": screen.zoom,
            "quit": lambda: screen.app.exit(),
        }

    def _open(self) -> None:
        """Open the session under the cursor, or the page of the loop."""
        if self.screen.sessions.loop_here is None:
            self.screen.open_current()
        else:
            self.screen.actions.handler("open_loop")()

    def _enter(self) -> None:
        if self.screen.timeline.enter():
            return
        if self.screen.timeline.links:
            self.screen.actions.handler("link")()
        else:
            self.screen.go("details")

    def _toggle_whole(self) -> None:
        if not self.screen.details.toggle_whole():
            self.screen.say("All of it is shown.")

    def _inwards(self) -> None:
        if self.screen.front == "sessions":
            if not self.screen.sessions.unfold():
                self._open()
        elif self.screen.front == "timeline" and not self.screen.timeline.unfold():
            self.screen.go("details")

    def _outwards(self) -> None:
        if self.screen.front == "details":
            self.screen.go("timeline")
        elif self.screen.front == "sessions":
            self.screen.sessions.fold()
        elif not self.screen.timeline.fold() and not self.screen.is_solo:
            self.screen.go("sessions")

    def _fold_all(self, *, fold: bool) -> None:
        screen = self.screen
        if screen.front != "sessions":
            screen.timeline.fold_all(fold=fold)
        elif screen.sessions.fold_all(fold=fold):
            screen.show_selected()
        else:
            is_flat = screen.sessions.model.sieve is not None
            screen.say("What a query finds is not folded." if is_flat else "No family and no loop here.")

    def _cycle(self, step: int) -> None:
        panes = panes_of(solo=self.screen.is_solo)
        self.screen.go(panes[(panes.index(self.screen.front) + step) % len(panes)])

    def _back(self) -> None:
        if self.screen.is_zoomed:
            self.screen.zoom()
        elif self.screen.front == "details":
            self.screen.go("timeline")
        elif self.screen.front == "timeline" and not self.screen.is_solo:
            self.screen.go("sessions")
        elif self.screen.front == "sessions" and self.screen.sessions.filter_text:
            self.screen.sessions.filter("", None)
            self.screen.show_selected()
            self.screen.offer_keys()

    def _reload(self) -> None:
        if self.screen.front == "sessions":
            self.screen.sessions.reload()
            self.screen.say("Looking for sessions once more.")
        else:
            self.screen.timeline.reload()
            self.screen.say("Reading this session once more.")
