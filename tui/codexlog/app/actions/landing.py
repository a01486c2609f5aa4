"""Opens a session at a row of its file, as soon as that can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.timeline.entries import ECHO

if TYPE_CHECKING:
    from pathlib import Path

    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.discover import Found
    from codexlog.timeline.entries import Entries


class _Wish(NamedTuple):
    """A row to be shown."""

    path: Path
    row: int | None


class Landing:
    """Lands; any key of the person calls a landing off that is still to come."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._wish: _Wish | None = None

    def go(self, found: Found, row: int | None) -> None:
        """Open a session at a row; None: at its end."""
        self._screen.open_found(found)
        self._wish = _Wish(found.path, row)
        self.opened()

    def call_off(self) -> None:
        """Stay wherever the person is."""
        self._wish = None

    def opened(self) -> None:
        """Go there if the session is read by now."""
        wish, timeline = self._wish, self._screen.timeline
        if wish is None or timeline.found is None or timeline.found.path != wish.path:
            return
        rows = timeline.rows
        if rows is None or not timeline.is_whole:
            return
        self._wish = None
        entry = entry_at(rows.outline.entries, wish.row)
        if entry >= 0:
            timeline.land(entry)
        self._screen.show_selected()


def entry_at(entries: Entries, row: int | None) -> int:
    """The entry that a row of the file is in: its own, else the last one before it; -1 for none."""
    shown = [index for index in range(len(entries)) if entries.shown[index] != ECHO]
    if row is None:
        return shown[-1] if shown else -1
    best = -1
    for index in shown:
        if row in (entries.line[index], entries.out_line[index]):
            return index
        if entries.line[index] <= row:
            best = index
    return best
