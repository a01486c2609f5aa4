"""The ways to read the details: the file's own row, Markdown rendered or not, lines wrapped or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.render.hints import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEP = 8
"""Cells that a key scrolls sideways."""
_SIDEWAYS = {"left": -STEP, "right": STEP}


class Reading(Action):
    """Switches of the details pane; each stays as it is while the cursor moves."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """The three switches."""
        return {"raw": self._raw, "markdown": self._markdown, "wrap": self._wrap}

    def press(self, key: str) -> bool:
        """Take the arrows where lines are not wrapped, and Esc where the raw row is shown."""
        screen = self.screen
        details = screen.details
        if key in _SIDEWAYS and screen.front == "details" and not details.is_wrapped:
            details.view.move_sideways(_SIDEWAYS[key])
            return True
        if key == "escape" and details.is_raw and screen.front != "sessions":
            details.toggle_raw()
            return True
        return False

    def _raw(self) -> None:
        if self.screen.details.toggle_raw():
            if not self.screen.boxes["details"].display:
                self.screen.go("details")
            self.screen.say(f"The row as it stands in the file; {key_of('raw')} or Esc goes back.")

    def _markdown(self) -> None:
        if self.screen.details.toggle_rendered():
            self.screen.say("Markdown is rendered.")
        else:
            self.screen.say(f"Markdown is shown as it is written; {key_of('markdown')} renders it.")

    def _wrap(self) -> None:
        if self.screen.details.toggle_wrapped():
            self.screen.say("Long lines are wrapped.")
        else:
            self.screen.say(
                f"Long lines go on to the right: ← → in the details, {key_of('wrap')} wraps them."
            )
