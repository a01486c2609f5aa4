"""Follows links between sessions: from a call to the agent that it started, to the parent, and back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.action import Action
from codexlog.app.loading.events import Done
from codexlog.app.outline_rows import SESSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from codexlog.app.panes.timeline import Visit
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.discover import Found


MOST_JUMPS = 32
"""Links that can be gone back on; each holds the outline that was left."""


class _Jump(NamedTuple):
    """A link that was followed."""

    left: Visit
    to: Path


class _Wish(NamedTuple):
    """A call to be shown as soon as its session is read."""

    session: Path
    started: str
    """The session that the call started."""


class Lineage(Action):
    """Links, and the way back."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._jumps: list[_Jump] = []
        self._wish: _Wish | None = None

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Both directions."""
        return {"link": self._follow, "jump_back": self._back}

    def press(self, key: str) -> bool:
        """Any key calls the wish off; Esc leaves a session that a link led to."""
        self._wish = None
        open_path = self.screen.timeline.found.path if self.screen.timeline.found is not None else None
        if key != "escape" or self.screen.front != "timeline" or not self._jumps:
            return False
        if self._jumps[-1].to != open_path:
            return False
        self._back()
        return True

    def opened(self) -> None:
        """Look for the call that was wished for, now that it can be seen."""
        wish, timeline = self._wish, self.screen.timeline
        if wish is None or timeline.found is None or timeline.found.path != wish.session:
            return
        rows, transcript = timeline.rows, timeline.transcript
        if rows is None or transcript is None or not timeline.is_whole:
            return

        def work() -> None:
            from codexlog.catalog.relatives import call_that_started

            def stop() -> bool:
                return self._wish is not wish or timeline.rows is not rows

            entry = call_that_started(transcript, rows.outline, wish.started, stop)
            self.screen.tell(Done(lambda: self._show_call(wish, rows, entry)))

        threading.Thread(target=work, name="lineage", daemon=True).start()

    # ------------------------------------------------------------------------------------- private

    def _follow(self) -> None:
        links = self.screen.timeline.links
        if not links:
            self.screen.say("Nothing here leads to another session.")
        elif len(links) == 1:
            self._go(links[0])
        else:
            self._choose(links)

    def _choose(self, links: tuple[str, ...]) -> None:
        from codexlog.app.screens.asking import Choice, ChoiceScreen

        choices = []
        for each in links:
            session = self.screen.session_with(each)
            title = session.summary.title if session is not None and session.summary is not None else None
            choices.append(Choice(title or "a session that is not in the list", each))

        def take(index: int | None) -> None:
            if index is not None:
                self._go(links[index])

        look = (self.screen.colours, self.screen.glyphs)
        self.screen.app.push_screen(ChoiceScreen("Go to the session", choices, *look), take)

    def _go(self, session_id: str) -> None:
        """Open a session of the list; one that is not there may lie beside the open one."""
        session = self.screen.session_with(session_id)
        if session is not None:
            self._open(session_id, session.found)
            return
        near = self.screen.timeline.found
        if near is None:
            self._missing(session_id)
            return

        def work() -> None:
            from codexlog.catalog.relatives import relative_file

            found = relative_file(session_id, near)
            self.screen.tell(Done(lambda: self._arrive(session_id, near, found)))

        self.screen.say(f"looking for {session_id}…")
        threading.Thread(target=work, name="lineage", daemon=True).start()

    def _arrive(self, session_id: str, near: Found, found: Found | None) -> None:
        if self.screen.timeline.found is not near:
            return
        self.screen.say("")
        if found is None:
            self._missing(session_id)
        else:
            self._open(session_id, found)

    def _missing(self, session_id: str) -> None:
        self.screen.say(f"No file here holds the session {session_id}.")

    def _open(self, session_id: str, found: Found) -> None:
        """Show the session at the other end; a link to where the person came from is the way back."""
        timeline = self.screen.timeline
        row, left = timeline.view.current(), timeline.visit()
        if left is None or row is None:
            return
        if self._jumps and row.entry == SESSION and self._jumps[-1].left.found.path == found.path:
            self._back()
            return
        self._jumps = [*self._jumps[1 - MOST_JUMPS :], _Jump(left, found.path)]
        if row.entry == SESSION and left.rows.outline.summary.parent_id == session_id:
            own = left.rows.outline.summary.id
            self._wish = _Wish(found.path, own) if own is not None else None
        self.screen.open_found(found)

    def _back(self) -> None:
        if not self._jumps:
            self.screen.say("No link was followed that leads back.")
            return
        left = self._jumps.pop().left
        self.screen.timeline.come_back(left)
        self.screen.open_found(left.found)
        self.screen.show_selected()

    def _show_call(self, wish: _Wish, rows: object, entry: int | None) -> None:
        if self._wish is not wish or self.screen.timeline.rows is not rows:
            return
        self._wish = None
        if entry is None:
            self.screen.say(f"No call here names the session {wish.started}.")
        else:
            self.screen.timeline.show_call(entry)
