"""The one-line parts: a pane's header, and the footer that says what works here and now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.lines import Line, fit, line_width
from codexlog.app.widgets.line_view import LineView, Painted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.commands import Command


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
        return [(((text, ""),), "header-here" if self.is_here else "header")] * height


class Footer(LineView):
    """The keys of the pane that has the focus; or, for a while, a word to the person."""

    commands: Sequence[Command] = ()
    note = ""

    def offer(self, commands: Sequence[Command]) -> None:
        """Show these commands."""
        self.commands = commands
        self.repaint()

    def say(self, note: str) -> None:
        """Show a note in their place; an empty one brings them back."""
        self.note = note
        self.repaint()

    def paint(self, width: int, height: int) -> list[Painted]:
        """Draw as many commands as fit."""
        if self.note:
            return [(fit(((f" {self.note}", "warn"),), width), "")] * height
        line: Line = ()
        for command in self.commands:
            longer = (*line, (" " + command.shown_keys, "key"), (f" {command.label} ", "dim"))
            if line_width(longer) > width:
                break
            line = longer
        return [(line, "")] * height
