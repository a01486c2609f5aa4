"""Small screens that ask: which one of several, or a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from codexlog.app.render.lines import Line, spread
from codexlog.app.widgets.bars import Header
from codexlog.app.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from codexlog.app.render.lines import Palette
    from codexlog.report.glyphs import Glyphs


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    text: str
    remark: str = ""
    other_names: str = ""
    """Words that find it, too."""

    @property
    def searched(self) -> str:
        """What typed words are looked for in, in lower case."""
        return f"{self.text} {self.remark} {self.other_names}".lower()


class ChoiceList(VirtualList):
    """The choices that contain what was typed."""

    choices: Sequence[Choice] = ()
    advice = (((" nothing matches", "dim"),),)

    def row_count(self) -> int:
        """How many are left."""
        return len(self.choices)

    def row_lines(self, row: int, width: int) -> tuple[Line, ...]:
        """A choice and its remark."""
        choice = self.choices[row]
        return (spread(((f" {choice.text}", ""),), ((f"{choice.remark} ", "dim"),), width),)


class ChoiceScreen(ModalScreen[int | None]):
    """Asks for one of several; answers with its index, or None."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "dismiss", "Back"),
        ("enter", "take", "Take"),
        ("down,ctrl+n", "move(1)", "Down"),
        ("up,ctrl+p", "move(-1)", "Up"),
        ("pagedown", "move(8)", "Down"),
        ("pageup", "move(-8)", "Up"),
    ]

    def __init__(self, title: str, choices: Sequence[Choice], palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = title
        self._all = tuple(choices)
        self._indexes = list(range(len(choices)))
        self._header = Header(palette, glyphs)
        self._header.is_here = True
        self._list = ChoiceList(palette, glyphs)
        self._list.choices = self._all
        self._list.is_here = True

    def compose(self) -> ComposeResult:
        """A heading, a field to type in, the list."""
        with Vertical(id="ask"):
            yield self._header
            yield Input(placeholder="type to narrow down", compact=True, select_on_focus=False)
            yield self._list

    def on_mount(self) -> None:
        """Size the box to what it holds."""
        self.query_one(Input).cursor_blink = False
        self._header.show(self._title)
        self.query_one("#ask").styles.height = min(len(self._all), 18) + 2
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the choices that contain every word."""
        words = event.value.lower().split()
        self._indexes = [
            index for index, choice in enumerate(self._all) if all(word in choice.searched for word in words)
        ]
        self._list.choices = [self._all[index] for index in self._indexes]
        self._list.cursor = 0
        self._list.repaint()

    def on_input_submitted(self) -> None:
        """Take the one under the cursor."""
        self.action_take()

    def on_virtual_list_chosen(self, _: VirtualList.Chosen) -> None:
        """Take the one that was clicked."""
        self.action_take()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self._list.move_by(rows)

    def action_take(self) -> None:
        """Answer."""
        if self._indexes:
            self.dismiss(self._indexes[self._list.cursor])


class PathScreen(ModalScreen[str | None]):
    """Asks where to save; answers with the path as it was typed, or None."""

    CSS_PATH = "boxes.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "Back"), ("enter", "take", "Save")]

    def __init__(self, title: str, path: str, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = title
        self._path = path
        self._header = Header(palette, glyphs)
        self._header.is_here = True

    def compose(self) -> ComposeResult:
        """A heading and a field with the path."""
        with Vertical(id="ask", classes="path"):
            yield self._header
            yield Input(self._path, compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Put the cursor behind the path."""
        self.query_one(Input).cursor_blink = False
        self._header.show(self._title, "Enter saves, Esc does not")
        self.query_one(Input).focus()

    def on_input_submitted(self) -> None:
        """Answer."""
        self.action_take()

    def action_take(self) -> None:
        """Answer with what stands in the field; nothing is no path."""
        self.dismiss(self.query_one(Input).value.strip() or None)
