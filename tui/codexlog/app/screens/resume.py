"""The screen that shows how a session is resumed; answers whether the command is to be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from codexlog.app.render.lines import crop
from codexlog.app.render.page import wrap
from codexlog.app.widgets.bars import Header
from codexlog.app.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from codexlog.app.render.lines import Line, Palette
    from codexlog.report.glyphs import Glyphs
    from codexlog.report.resume import Resume

MARGINS = 4
"""Columns and lines of the frame and the heading."""


class ResumeScreen(ModalScreen[bool | None]):
    """A command, what is to be known of it, and the keys."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,R", "dismiss", "Back"),
        ("c,enter", "take", "Copy"),
        ("j,down", "move(1)", "Down"),
        ("k,up", "move(-1)", "Up"),
    ]

    def __init__(self, title: str, made: Resume, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = title
        self._made = made
        self._header = Header(palette, glyphs)
        self._header.is_here = True
        self._view = TextView(palette, glyphs)

    def compose(self) -> ComposeResult:
        """A heading and the text."""
        with Vertical(id="resume"):
            yield self._header
            yield self._view

    def on_mount(self) -> None:
        """Name the screen and lay it out for this terminal."""
        keys = "Enter or c copies it, Esc leaves" if self._made.command else "Esc leaves"
        self._header.show("Resume", keys)
        self._lay(self.app.size.width)

    def on_resize(self) -> None:
        """Lay it out anew."""
        self._lay(self.app.size.width)

    def action_take(self) -> None:
        """Answer that it is to be copied."""
        self.dismiss(self._made.command is not None)

    def action_move(self, rows: int) -> None:
        """Scroll."""
        self._view.move_by(rows)

    def _lay(self, width: int) -> None:
        self._view.lines = resume_lines(self._title, self._made, min(width, 100) - MARGINS)
        self.query_one("#resume").styles.height = len(self._view.lines) + MARGINS - 1
        self._view.repaint()


def resume_lines(title: str, made: Resume, width: int) -> list[Line]:
    """The text of the screen."""
    lines: list[Line] = [*wrap(((crop(title, 2 * width - width // 4), "dim"),), width, prose=True)[:2], ()]
    if made.command is not None:
        lines += [*wrap(((made.command, "bold"),), width), ()]
    notes = (*made.notes, "Nothing is run here: paste it into a shell.") if made.command else made.notes
    for note in notes:
        lines += wrap(((note, "dim" if made.command else ""),), width, prose=True)
    return lines
