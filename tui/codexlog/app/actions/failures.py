"""Goes from failing call to failing call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.catalog.discover import Found


class Failures(Action):
    """Next and previous failure, in the open session or in the one under the cursor of the list."""

    _wanted = 0
    """1 or -1 while a session opens whose first or last failure was asked for."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Both directions."""
        return {"next_failure": lambda: self._go(1), "previous_failure": lambda: self._go(-1)}

    def press(self, key: str) -> bool:
        """Any key calls the wish off."""
        del key
        self._wanted = 0
        return False

    def opened(self) -> None:
        """Go where the person wanted to, now that it can be seen."""
        if self.screen.front != "sessions":
            self._go_to_wanted()

    def _go(self, step: int) -> None:
        screen = self.screen
        if screen.front == "sessions":
            self._open_at(step)
            return
        if screen.timeline.rows is None:
            return
        if not screen.timeline.jump_to_failure(step):
            self._go_on(step)
        elif screen.front == "details":
            screen.show_selected()

    def _go_on(self, step: int) -> None:
        """Go on in the next iteration of the loop, if the session is one of a loop."""
        from codexlog.app.actions.loops import Loops

        loops = self.screen.actions.of("loops")
        assert isinstance(loops, Loops)
        nothing = "No failing call further down." if step > 0 else "No failing call further up."
        if not self.screen.files():
            self.screen.say(nothing)
        elif self.screen.timeline.is_whole:
            loops.beyond(step, lambda found: self._open_found(found, step), nothing)

    def _open_found(self, found: Found, step: int) -> None:
        self._wanted = step
        self.screen.open_found(found)
        self._go_to_wanted()
        self.screen.show_selected()

    def _open_at(self, step: int) -> None:
        """Open the session under the cursor, or of a loop that iteration, at its first or last failure."""
        self._wanted = step
        loop = self.screen.sessions.loop_here
        runs = loop.loop.iterations[::step] if loop is not None else ()
        run = next((run for run in runs if run.failed), None)
        found = next((each for each in self.screen.files() if run and str(each.path) == run.path), None)
        if found is not None:
            self.screen.open_found(found)
        else:
            self.screen.open_current()
        self._go_to_wanted()
        self.screen.show_selected()

    def _go_to_wanted(self) -> None:
        if self._wanted and self.screen.timeline.is_whole:
            if not self.screen.timeline.jump_to_end_failure(self._wanted):
                self.screen.say("No failing call in this session.")
            self._wanted = 0
