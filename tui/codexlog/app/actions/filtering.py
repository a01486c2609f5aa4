"""Controls the field in which the session list is filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.widgets import Input

    from codexlog.app.screens.main import MainScreen

LEFT_TO_THE_LIST = ("up", "down", "pageup", "pagedown")


class Filtering(Action):
    """The filter while the person types; the field exists only then."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._sessions = screen.sessions
        self._box = screen.boxes["sessions"]
        self._changed = screen.show_selected
        self._field: Input | None = None

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Start it."""
        return {"filter": self.start}

    async def start(self) -> None:
        """Open the field below the list; the next key goes into it, however fast it comes."""
        if self._field is not None:
            return
        from textual.widgets import Input

        self._field = field = Input(
            self._sessions.filter_text,
            placeholder="words in title, folder, model, outcome…",
            select_on_focus=False,
            id="filter",
        )
        field.cursor_blink = False
        await self._box.mount(field)
        field.screen.set_focus(field)

    def typed(self, field: Input, text: str) -> None:
        """Filter while the person types."""
        if field is self._field:
            self._sessions.filter(text)
            self._changed()

    def press(self, key: str) -> bool:
        """Take a key that the field leaves to us; False for those that work as anywhere else."""
        if self._field is None or key in LEFT_TO_THE_LIST or key == "ctrl+c":
            return False
        if key == "escape":
            self.clear()
            self.end()
        elif key in ("tab", "enter"):
            self.end()
        return True

    def submitted(self, field: Input) -> None:
        """Keep the filter and go on in the list."""
        if field is self._field:
            self.end()

    def end(self) -> None:
        """Close the field and keep the filter."""
        if self._field is not None:
            self._field.remove()
            self._field = None
            self._changed()

    def clear(self) -> None:
        """Show every session again."""
        self._sessions.filter("")
        self._changed()
