"""Which panes stand on the screen, by its width and by what the person asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from codexlog.app.commands import Pane

PANES: tuple[Pane, ...] = ("sessions", "timeline", "details")
NARROW = 100
"""Columns below which one pane fills the screen."""
BROAD = 170
"""Columns from which the three panes stand side by side."""


class Arrangement(NamedTuple):
    """What is shown and how."""

    sessions: bool
    timeline: bool
    details: bool
    classes: frozenset[str]
    """`single`: one pane; `beside`: the list at the left; `broad`: all three side by side."""

    def shows(self, pane: Pane) -> bool:
        """Whether a pane is on the screen."""
        return {"sessions": self.sessions, "timeline": self.timeline, "details": self.details}[pane]


CLASSES = ("single", "beside", "broad")


def is_single(width: int, *, zoomed: bool) -> bool:
    """Whether one pane fills the screen."""
    return zoomed or width < NARROW


def arrange(width: int, front: Pane, *, zoomed: bool, solo: bool) -> Arrangement:
    """Decide; `solo`: there is one session and no list of them."""
    if is_single(width, zoomed=zoomed):
        return Arrangement(
            front == "sessions", front == "timeline", front == "details", frozenset(("single",))
        )
    names = ("beside",) * (not solo) + ("broad",) * (width >= BROAD)
    return Arrangement(not solo, True, True, frozenset(names))


def panes_of(*, solo: bool) -> list[Pane]:
    """The panes that can be gone to, from left to right."""
    return [pane for pane in PANES if pane != "sessions" or not solo]
