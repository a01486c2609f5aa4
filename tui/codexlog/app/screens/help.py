"""Every key on one screen, made from the table of commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from codexlog.app.commands import COMMANDS, EVERYWHERE, PAGE_COMMANDS, with_keys
from codexlog.app.render.page import wrap
from codexlog.app.widgets.bars import Header
from codexlog.app.widgets.text_view import MARGINS, TextView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from codexlog.app.commands import Command
    from codexlog.app.options import Options
    from codexlog.app.render.lines import Line, Palette
    from codexlog.report.glyphs import Glyphs

KEYS_WIDTH = 18
INDENT = KEYS_WIDTH + 2


def help_lines(glyphs: Glyphs, commands: Sequence[Command] = COMMANDS) -> list[Line]:
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
            ((f"  {command.all_keys or 'no key':<{KEYS_WIDTH}}", "key"), (command.help, ""))
            for command in commands
            if command.where == places
        ]
    lines += [(), ((" Usage, attachments, loops", "title"),)]
    lines += [
        ((f"  {command.all_keys:<{KEYS_WIDTH}}", "key"), (command.help, ""))
        for command in (with_keys(each, commands) for each in PAGE_COMMANDS)
        if command.id not in ("help", "quit")
    ]
    return [*lines[1:], (), ((" Marks", "title"),), *_marks(glyphs)]


def settings_lines(options: Options) -> list[Line]:
    """Where the settings are, and what in them has no effect."""
    path = options.settings_file
    if path is None:
        return []
    state = f"{len(options.problems)} of its lines have no effect" if options.problems else ""
    lines: list[Line] = [((" Settings", "title"),), ((f"  {path}", ""), (f"  {state}", "warn"))]
    lines += [((f"  {problem}", "warn"),) for problem in options.problems]
    return [*lines, (("  codexlog settings prints the file with all that can be set.", "dim"),), ()]


def matching(lines: Sequence[Line], words: Sequence[str]) -> list[Line]:
    """The lines that contain every word, and the headings above them."""
    if not words:
        return list(lines)
    found: list[Line] = []
    heading: Line = ()
    for line in lines:
        text = "".join(text for text, _ in line).lower()
        if line and line[0][1] == "title":
            heading = line
        elif all(word in text for word in words):
            found += [heading, line] if heading else [line]
            heading = ()
    return found or [(("  nothing matches", "dim"),)]


def _marks(glyphs: Glyphs) -> list[Line]:
    sessions = "  ".join(f"{mark} {name}" for name, mark in glyphs.outcome.items())
    calls = "  ".join(f"{mark} {name}" for name, mark in glyphs.status.items())
    items = f"{glyphs.prompt} prompt  {glyphs.answer} answer  {glyphs.thought} reasoning  {glyphs.note} note"
    rest = f"{glyphs.orphan} output without a call  {glyphs.bad} unreadable"
    kin = (
        f"{glyphs.branch} fork or subagent of the session above  {glyphs.child} of one that stands elsewhere"
    )
    loop = f"{glyphs.loop}8 {glyphs.failed}5 from #4  a loop of 8 iterations, 5 ended badly, the first is #4"
    more = (
        f"+3 sessions folded into this one  {glyphs.link} Enter goes to another session  {glyphs.hit} found"
    )
    return [((f"  {text}", ""),) for text in (sessions, calls, items, rest, kin, more, loop)]


class HelpScreen(ModalScreen[None]):
    """Shows the help until a key closes it."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "back", "Back"),
        ("enter", "dismiss", "Close"),
        ("slash", "find", "Find"),
        ("j,down", "move(1)", "Down"),
        ("k,up", "move(-1)", "Up"),
        ("pagedown,space,ctrl+d", "page(1)", "Page down"),
        ("pageup,ctrl+u", "page(-1)", "Page up"),
        ("g,home", "move(-100000)", "First"),
        ("G,end", "move(100000)", "Last"),
    ]

    def __init__(self, options: Options, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        for command in options.commands:
            if command.id in ("help", "quit"):  # those who opened it close it with the same key
                for key in command.keys:
                    self._bindings.bind(key, "dismiss", show=False)
        self._header = Header(palette, glyphs)
        self._header.is_here = True
        self._view = TextView(palette, glyphs)
        self._view.lines = help_lines(glyphs, options.commands)
        settings = settings_lines(options)
        self._view.lines = (
            [*settings, *self._view.lines] if options.problems else [*self._view.lines, (), *settings]
        )

        self._all = self._view.lines
        self._words: list[str] = []
        self._field: Input | None = None
        self._view.on_laid_out = self._lay_out

    def _lay_out(self) -> None:
        """Break what is too long for this width; keys and marks keep their column."""
        width = self._view.size.width - MARGINS
        lines: list[Line] = []
        for line in matching(self._all, self._words):
            indent = INDENT if line and line[0][1] == "key" else 4
            lines += wrap(line, width, indent, prose=True)
        self._view.show(lines, self._view.top)

    def compose(self) -> ComposeResult:
        """A heading and the text."""
        with Vertical(id="help"):
            yield self._header
            yield self._view

    def on_mount(self) -> None:
        """Name the screen."""
        self._header.show("Keys", "/ finds, Esc closes")

    async def action_find(self) -> None:
        """Open the field to type in."""
        if self._field is None:
            self._field = field = Input(placeholder="words of a key or of what it does", compact=True)
            field.cursor_blink = False
            await self.query_one("#help").mount(field)
            field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the lines with every word."""
        self._words = event.value.lower().split()
        self._view.top = 0
        self._lay_out()

    def on_input_submitted(self) -> None:
        """Keep what was found and close the field."""
        self._close_field()

    def action_back(self) -> None:
        """Show every line again, else close."""
        if self._words or self._field is not None:
            self._words = []
            self._close_field()
            self._lay_out()
        else:
            self.dismiss()

    def _close_field(self) -> None:
        if self._field is not None:
            self._field.remove()
            self._field = None

    def action_move(self, rows: int) -> None:
        """Scroll."""
        self._view.move_by(rows)

    def action_page(self, pages: int) -> None:
        """Scroll by a page."""
        self._view.move_page(pages)
