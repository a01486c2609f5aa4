"""What the actions have in common that open a page over the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.screens.covering import CoveringScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.actions.exporting import Exporter
    from codexlog.app.commands import Covering
    from codexlog.app.render.page import Target
    from codexlog.app.widgets.line_view import LineView
    from codexlog.app.widgets.link_view import LinkView
    from codexlog.app.widgets.virtual_list import VirtualList


class CoveringAction(Action):
    """Opens a page about the open session, or about the one under the cursor of the list."""

    shown: CoveringScreen | None = None
    """The page while it is open."""

    def target(self) -> Target | None:
        """What the pager, the editor or a file gets; None while there is nothing."""
        raise NotImplementedError

    def land(self) -> None:
        """Go to what the cursor stands on."""
        raise NotImplementedError

    def leave(self) -> None:
        """Do what Esc says."""
        self.uncover()

    def has_session(self) -> bool:
        """Open the session under the cursor where the list is in front; False where there is none."""
        screen = self.screen
        if screen.front == "sessions":
            screen.open_current(focus=False)
        if screen.timeline.rows is None and not screen.timeline.state:
            screen.say("There is no session here.")
            return False
        return True

    def cover(
        self, page: Covering, view: LinkView | VirtualList, columns: str = "", foot: LineView | None = None
    ) -> None:
        """Show a page."""
        screen = self.screen
        self.shown = CoveringScreen(
            page, view, self.table(), screen.colours, screen.glyphs, columns, screen.options.commands, foot
        )
        screen.app.push_screen(self.shown)

    def uncover(self) -> None:
        """Take the page away."""
        self.shown = None
        self.screen.app.pop_screen()

    def go_to(self, entry: int, turn: int = -1) -> None:
        """Close the page and put the timeline's cursor on an entry, or on a turn's heading."""
        for action in self.screen.actions:
            if isinstance(action, CoveringAction) and action.shown is not None:
                action.uncover()  # a page may stand upon another one
        self.screen.go("timeline")
        self.screen.timeline.land(entry, turn)

    def table(self) -> Mapping[str, Callable[[], object]]:
        """What to call for each command of the page."""
        return {
            "land": self.land,
            "close": self.leave,
            "pager": lambda: self._hand(lambda exporter: exporter.open_target),
            "edit": lambda: self._hand(lambda exporter: exporter.edit_target),
            "save": lambda: self._hand(lambda exporter: exporter.save_target),
            "help": self.screen.actions.handler("help"),
            "quit": self.screen.app.exit,
        }

    def _hand(self, what: Callable[[Exporter], Callable[[Target], None]]) -> None:
        """Hand the target to the pager, the editor or a file."""
        from codexlog.app.actions.exporting import Exporter

        exporter = self.screen.actions.of("save")
        assert isinstance(exporter, Exporter)
        target = self.target()
        if target is None:
            exporter.say("There is nothing to take yet.")
        else:
            what(exporter)(target)
