"""A page that covers the three panes: a heading, lines, and a footer with what works on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from codexlog.app.commands import COMMANDS, page_commands
from codexlog.app.widgets.bars import Footer, Header
from codexlog.app.widgets.moves import MOVES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from codexlog.app.commands import Command, Covering
    from codexlog.app.render.lines import Palette
    from codexlog.app.widgets.line_view import LineView
    from codexlog.app.widgets.link_view import LinkView
    from codexlog.app.widgets.virtual_list import VirtualList
    from codexlog.report.glyphs import Glyphs


class CoveringScreen(Screen[None]):
    """Draws a page and turns keys into its commands; the action that opened it does the rest."""

    CSS_PATH = "boxes.tcss"

    def __init__(
        self,
        page: Covering,
        view: LinkView | VirtualList,
        do: Mapping[str, Callable[[], object]],
        palette: Palette,
        glyphs: Glyphs,
        columns: str = "",
        commands: Sequence[Command] = COMMANDS,
        foot: LineView | None = None,
    ) -> None:
        """Make the page; `columns` stand above the lines, from the third cell on, `foot` below them."""
        super().__init__()
        self._columns = Header(palette, glyphs) if columns else None
        if self._columns is not None:
            self._columns.title = columns
        self._commands = page_commands(page, commands)
        for key in {key for command in self._commands for key in command.keys}:
            self._bindings.bind(key, f"press('{key}')", show=False)
        self._do = do
        self._header, self._footer = Header(palette, glyphs), Footer(palette, glyphs)
        self._header.is_here = view.is_here = True
        self.view = view
        self._foot = foot
        self._without: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """Heading, lines, footer."""
        yield self._header
        if self._columns is not None:
            yield self._columns
        yield self.view
        if self._foot is not None:
            yield self._foot
        yield self._footer

    def on_mount(self) -> None:
        """Say what works here."""
        self.offer(self._without)

    def offer(self, without: frozenset[str] = frozenset()) -> None:
        """Name in the footer what works here, `without` some commands that do not now."""
        self._without = without
        shown = (each for each in self._commands if each.footer and each.id not in without)
        self._footer.offer(sorted(shown, key=lambda each: each.footer))

    def name_it(self, title: str, facts: str = "") -> None:
        """Say what the page is about."""
        self._header.show(title, facts)

    def say(self, note: str) -> None:
        """Put a word to the person into the footer, for a while."""
        self._footer.say(note)

    def action_press(self, key: str) -> None:
        """Do what a key means here."""
        self.say("")
        command = next((each for each in self._commands if key in each.keys), None)
        if command is None:
            return
        if command.id in MOVES:
            MOVES[command.id](self.view)
        else:
            self._do[command.id]()

    def on_link_view_chosen(self, _: LinkView.Chosen) -> None:
        """A second click is Enter."""
        self._do["land"]()

    def on_virtual_list_chosen(self, _: VirtualList.Chosen) -> None:
        """A second click is Enter."""
        self._do["land"]()
