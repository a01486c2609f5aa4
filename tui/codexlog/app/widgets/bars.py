"""The one-line parts: a pane's header, and the footer that says what works here and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.commands import ALWAYS_SHOWN
from codexlog.app.render.lines import Line, crop, fit, line_width
from codexlog.app.widgets.line_view import BLANK, LineView, Painted
from codexlog.app.widgets.text_view import MARGIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from codexlog.app.commands import Command


NOTE_SECONDS = 8.0


class Header(LineView):
    """Names a pane and tells its state; underlined, so that it also parts two panes."""

    title = ""
    facts = ""

    def show(self, title: str, facts: str = "") -> None:
        """Say something else."""
        self.title, self.facts = title, facts
        self.repaint()

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw the one line."""
        start = f"{self.glyphs.focus} " if self.is_here else "  "
        text = start + self.title + (f"  {self.facts}" if self.facts else "")
        return [(((crop(text, width), ""),), "header-here" if self.is_here else "header")] * height


class Foot(LineView):
    """Lines below a page that speak of what its cursor stands on."""

    DEFAULT_CSS = "Foot { height: 3; }"
    lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Say something else."""
        self.lines = lines
        self.repaint()

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw a blank line that parts it from the page, and the lines."""
        shown: list[Painted] = [(fit((MARGIN, *line), width), "") for line in self.lines]
        return [BLANK, *shown, *[BLANK] * height][:height]


class Footer(LineView):
    """The keys of the pane that has the focus; or, for a while, a word to the person."""

    commands: Sequence[Command] = ()
    note = ""
    _clearing: Timer | None = None

    def offer(self, commands: Sequence[Command]) -> None:
        """Show these commands."""
        self.commands = commands
        self.repaint()

    def say(self, note: str) -> None:
        """Show a note in their place for a while; an empty one brings them back."""
        if note == self.note:
            return
        self.note = note
        self.repaint()
        if self._clearing is not None:
            self._clearing.stop()
        self._clearing = self.set_timer(NOTE_SECONDS, lambda: self.say("")) if note else None

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw as many commands as fit."""
        if self.note:
            return [(fit(((f" {self.note}", "warn"),), width), "")] * height
        last = _offer([each for each in self.commands if each.footer >= ALWAYS_SHOWN])
        line: Line = ()
        for command in self.commands:
            longer = (*line, *_offer([command]))
            if command.footer >= ALWAYS_SHOWN or line_width(longer) + line_width(last) > width:
                break
            line = longer
        return [((*line, *last), "")] * height


def _offer(commands: Sequence[Command]) -> Line:
    """Key and label of some commands."""
    return tuple(
        span for each in commands for span in ((f" {each.shown_keys}", "key"), (f" {each.label} ", "dim"))
    )
