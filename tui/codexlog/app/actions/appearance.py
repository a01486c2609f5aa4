"""How the explorer looks: the sizes of the panes, the theme; and remembering both."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.loading import events as ev
from codexlog.app.remembered import recall, remember
from codexlog.app.widgets.line_view import LineView

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.screens.main import MainScreen

SAVE_AFTER = 0.5
"""Seconds without a further change after which the state file is written."""


class Appearance(Action):
    """Resizes panes and changes colours."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._changed: dict[str, float | None] = {}
        """Shares that were changed since the last save; None: forgotten."""
        self._picked: str | None = None
        self._saver: threading.Timer | None = None
        self._saving = threading.Lock()

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Sizes and colours."""
        return {
            "wider": lambda: self._resize(1),
            "narrower": lambda: self._resize(-1),
            "reset_panes": self._reset,
            "theme": self._choose_theme,
        }

    def close(self) -> None:
        """Write now what waits to be written."""
        if self._saver is not None:
            self._saver.cancel()
            self._save()

    # ------------------------------------------------------------------------------------- private

    def _resize(self, step: int) -> None:
        screen = self.screen
        if screen.is_single:
            screen.say("One pane has the whole screen already.")
            return
        name = screen.proportions.step(screen.front, step)
        if name is None:
            screen.say("It can be no wider." if step > 0 else "It can be no narrower.")
            return
        self._changed[name] = screen.proportions.shares[name]
        self._show()

    def _reset(self) -> None:
        self._changed |= dict.fromkeys(self.screen.proportions.reset(), None)
        self._show()
        self.screen.say("The panes have their first sizes again.")

    def _show(self) -> None:
        self.screen.arrange_panes()
        self._save_soon()

    def _choose_theme(self) -> None:
        if not self.screen.options.colour:
            self.screen.say("NO_COLOR is set: there are no colours to choose.")
            return
        from codexlog.app.screens.theme_choice import ThemeScreen

        before = self.screen.colours.theme

        def take(name: str | None) -> None:
            self._wear(name or before)
            if name is not None:
                self._picked = name
                self._save_soon()

        self.screen.app.push_screen(
            ThemeScreen(before, self._wear, self.screen.colours, self.screen.glyphs), take
        )

    def _wear(self, theme: str) -> None:
        """Draw everything anew in the colours of a theme."""
        if theme == self.screen.colours.theme:
            return
        self.screen.colours.use(theme)
        self.screen.app.refresh_css(animate=False)
        for screen in self.screen.app.screen_stack:
            for view in screen.query(LineView):
                view.redraw()

    def _save_soon(self) -> None:
        """Write what was changed, off the loop: a home folder may lie on a slow network."""
        if self._saver is not None:
            self._saver.cancel()
        self._saver = threading.Timer(SAVE_AFTER, self._save)
        self._saver.start()

    def _save(self) -> None:
        """Bring what was changed here into the file; another explorer may have written it too."""
        with self._saving:
            path = self.screen.options.state_file
            changed, self._changed = self._changed, {}
            picked, self._picked = self._picked, None
            if path is None or not (changed or picked):
                return
            state = recall(path)
            if picked is not None:
                state.theme, state.over = picked, self.screen.options.theme
            state.shares = {
                name: share for name, share in (state.shares | changed).items() if share is not None
            }
            problem = remember(path, state)
        if problem is not None:
            self.screen.tell(ev.Done(lambda: self.screen.say(f"Not remembered: {problem}")))
