"""Every key on one screen, made from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from codexlog.app.commands import COMMANDS, EVERYWHERE, PAGE_COMMANDS, with_keys
from codexlog.app.widgets.bars import Header
from codexlog.app.widgets.text_view import TextView

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from codexlog.app.render.lines import Line, Palette
    from codexlog.report.glyphs import Glyphs

KEYS_WIDTH = 18


def help_lines(glyphs: Glyphs) -> list[Line]:
    """Keys by pane, then what the marks mean."""
    lines: list[Line] = []
    for title, places in (
        ("Everywhere", EVERYWHERE),
        ("Sessions", ("sessions",)),
        ("Timeline", ("timeline",)),
        ("Timeline and details", ("timeline", "details")),
    ):
        lines += [(), ((f" {title}", "title"),)]
        lines += [
            ((f"  {command.all_keys:<{KEYS_WIDTH}}", "key"), (command.help, ""))
            for command in COMMANDS
            if command.where == places
        ]
    lines += [(), ((" Usage and attachments", "title"),)]
    lines += [
        ((f"  {command.all_keys:<{KEYS_WIDTH}}", "key"), (command.help, ""))
        for command in map(with_keys, PAGE_COMMANDS)
        if command.id not in ("help", "quit")
    ]
    return [*lines[1:], (), ((" Marks", "title"),), *_marks(glyphs)]


def _marks(glyphs: Glyphs) -> list[Line]:
    sessions = "  ".join(f"{mark} {name}" for name, mark in glyphs.outcome.items())
    calls = "  ".join(f"{mark} {name}" for name, mark in glyphs.status.items())
    items = f"{glyphs.prompt} prompt  {glyphs.answer} answer  {glyphs.thought} reasoning  {glyphs.note} note"
    rest = f"{glyphs.orphan} output without a call  {glyphs.bad} unreadable  {glyphs.child} child session"
    rest += f"  {glyphs.hit} found"
    return [((f"  {text}", ""),) for text in (sessions, calls, items, rest)]


class HelpScreen(ModalScreen[None]):
    """Shows the help until a key closes it."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,question_mark,f1,enter", "dismiss", "Close"),
        ("j,down", "move(1)", "Down"),
        ("k,up", "move(-1)", "Up"),
        ("pagedown,space,ctrl+d", "page(1)", "Page down"),
        ("pageup,ctrl+u", "page(-1)", "Page up"),
        ("g,home", "move(-100000)", "First"),
        ("G,end", "move(100000)", "Last"),
    ]

    def __init__(self, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._header = Header(palette, glyphs)
        self._header.is_here = True
        self._view = TextView(palette, glyphs)
        self._view.lines = help_lines(glyphs)

    def compose(self) -> ComposeResult:
        """A heading and the text."""
        with Vertical(id="help"):
            yield self._header
            yield self._view

    def on_mount(self) -> None:
        """Name the screen."""
        self._header.show("Keys", "Esc closes")

    def action_move(self, rows: int) -> None:
        """Scroll."""
        self._view.move_by(rows)

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        self._view.move_page(pages)
