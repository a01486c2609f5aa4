"""Asks for a theme and shows each one while the cursor stands on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from codexlog.app.render.themes import THEMES
from codexlog.app.screens.asking import Choice, ChoiceList
from codexlog.app.widgets.bars import Header

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from codexlog.app.render.lines import Palette
    from codexlog.app.widgets.virtual_list import VirtualList
    from codexlog.report.glyphs import Glyphs


class ThemeScreen(ModalScreen[str | None]):
    """A small list over the panes; answers with the name of a theme, or None."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,T", "dismiss", "Back"),
        ("enter", "take", "Take"),
        ("j,down", "move(1)", "Down"),
        ("k,up", "move(-1)", "Up"),
        ("g,home", "move(-100)", "First"),
        ("G,end", "move(100)", "Last"),
    ]

    def __init__(self, current: str, wear: Callable[[str], None], palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._wear = wear
        self._header = Header(palette, glyphs)
        self._list = ChoiceList(palette, glyphs)
        self._header.is_here = self._list.is_here = True
        self._list.choices = [Choice(each.name, each.remark) for each in THEMES]
        self._list.cursor = [each.name for each in THEMES].index(current)

    def compose(self) -> ComposeResult:
        """A heading and the list."""
        with Vertical(id="themes"):
            yield self._header
            yield self._list

    def on_mount(self) -> None:
        """Say what the keys do."""
        self.query_one("#themes").styles.height = len(THEMES) + 3
        self._header.show("Theme", "Enter keeps it, Esc does not")

    def on_virtual_list_moved(self, message: VirtualList.Moved) -> None:
        """Show the one under the cursor."""
        self._wear(THEMES[message.row].name)

    def on_virtual_list_chosen(self, _: VirtualList.Chosen) -> None:
        """Take the one that was clicked."""
        self.action_take()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._list.move_by(rows)

    def action_take(self) -> None:
        """Answer."""
        self.dismiss(THEMES[self._list.cursor].name)
