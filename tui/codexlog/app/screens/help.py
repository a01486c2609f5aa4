"""Every key on one screen, made from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from codexlog.app.commands import COMMANDS, EVERYWHERE
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
        ("Sessions and timeline", ("sessions", "timeline")),
        ("Timeline and details", ("timeline", "details")),
    ):
        lines += [(), ((f" {title}", "title"),)]
        lines += [
            ((f"  {command.all_keys:<{KEYS_WIDTH}}", "key"), (command.help, ""))
            for command in COMMANDS
            if command.where == places
        ]
    return [*lines[1:], (), ((" Marks", "title"),), *_marks(glyphs)]


def _marks(glyphs: Glyphs) -> list[Line]:
    sessions = "  ".join(f"{mark} {name}" for name, mark in glyphs.outcome.items())
    calls = "  ".join(f"{mark} {name}" for name, mark in glyphs.status.items())
    items = f"{glyphs.prompt} prompt  {glyphs.answer} answer  {glyphs.thought} reasoning  {glyphs.note} note"
    rest = f"{glyphs.orphan} output without a call  {glyphs.bad} unreadable"
    kin = (
        f"{glyphs.branch} fork or subagent of the session above  {glyphs.child} of one that stands elsewhere"
    )
    more = f"+3 sessions folded into this one  {glyphs.link} Enter goes to another session"
    return [((f"  {text}", ""),) for text in (sessions, calls, items, rest, kin, more)]


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
