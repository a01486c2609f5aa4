"""What the terminal shows, cell by cell, and the shortest way from there to the next frame.

Textual sends every line of a changed region, blanks and all, and each span with its own style and reset.
Over a slow line those bytes are the delay that a person feels. Here a frame is compared with the last one
and only the cells that differ are sent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.style import Style


class Look(NamedTuple):
    """How a cell is drawn."""

    codes: str
    """SGR parameters, "" for the terminal's plain text."""
    is_drawn: bool
    """Whether it can be seen on a blank."""


Cell = tuple[str, Look]
"""Text and look of one cell; the text is "" in the cells that a character to the left covers as well."""
Row = list[Cell]

PLAIN = Look("", is_drawn=False)
BLANK: Cell = (" ", PLAIN)
BRIDGE = 4
"""Cells that are sent once more rather than jumped over: a jump takes as many bytes."""
RESET = "\x1b[m"
CLEAR = "\x1b[m\x1b[2J"
ERASE_TO_END = "\x1b[K"
EVEN = (range(0x2E80, 0xA4D0), range(0xAC00, 0xD7A4), range(0xF900, 0xFB00), range(0xFF01, 0xFF61))
"""Characters that every terminal draws two cells wide: CJK, Hangul, full-width forms."""
_WORDS = re.compile(r" +|[^ ]+")


class Patch(NamedTuple):
    """A run of cells that a frame draws."""

    y: int
    x: int
    end: int
    strip: Strip


class Picture:
    """Remembers the last frame. Whoever else writes to the terminal calls `forget` afterwards."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    @property
    def is_drawn(self) -> bool:
        """Whether a frame is known to stand on the terminal."""
        return bool(self._rows)

    def forget(self) -> None:
        """Know nothing of the terminal any more; the next frame is drawn from nothing."""
        self._rows = []

    def bytes_for(self, update: LayoutUpdate | ChopsUpdate, console: Console) -> str:
        """What to send for a frame."""
        system = console._color_system or ColorSystem.TRUECOLOR
        start = ""
        if isinstance(update, LayoutUpdate):
            width, height = update.region.right, update.region.bottom
            if len(self._rows) != height or len(self._rows[0]) != width:
                self._rows = [[BLANK] * width for _ in range(height)]
                start = CLEAR
        elif not self._rows:  # a part of a frame that is not there: Textual's own bytes, until a whole one
            return update.render_segments(console)
        return start + self._draw(patches(update), system)

    def _draw(self, parts: Iterable[Patch], system: ColorSystem) -> str:
        wanted: dict[int, Row] = {}
        for y, x, end, strip in parts:
            if y < len(self._rows):
                row = wanted.setdefault(y, list(self._rows[y]))
                end = min(end, len(row))
                cells = strip_cells(strip, system)[: end - x]
                row[x : x + len(cells)] = cells
        pen = _Pen()
        for y, row in sorted(wanted.items()):
            if row != self._rows[y]:
                pen.change(y, self._rows[y], row)
                self._rows[y] = row
        return pen.finish()


class Frame(CompositorUpdate):
    """A frame on its way to the terminal; it is compared when it is sent, not before."""

    def __init__(self, picture: Picture, update: LayoutUpdate | ChopsUpdate) -> None:
        self._picture = picture
        self._update = update

    def render_segments(self, console: Console) -> str:
        """Escape sequences and text, ready to be written."""
        return self._picture.bytes_for(self._update, console)


class _Pen:
    """Writes cells, and remembers where the cursor stands and in which look."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._look = PLAIN
        self._at: tuple[int, int] | None = None

    def finish(self) -> str:
        """Everything that was written; the look is the plain one again."""
        self._dress(PLAIN)
        return "".join(self._out)

    def change(self, y: int, before: Row, after: Row) -> None:
        """Make one line of the screen another one."""
        end = len(after)
        while end and after[end - 1] == BLANK:
            end -= 1
        for start, stop in _differences(before, after, end):
            self._write(y, start, after[start:stop])
        erased = next((x for x in range(end, len(after)) if before[x] != BLANK), None)
        if erased is not None:
            self._move(y, erased)
            self._dress(PLAIN)
            self._out.append(ERASE_TO_END)

    def _write(self, y: int, x: int, cells: Row) -> None:
        """Draw a run of cells. Behind a character that terminals disagree about, aim anew."""
        for at, (text, look) in enumerate(cells, x):
            if not text:
                continue
            self._move(y, at)
            if text != " " or look.is_drawn or self._look.is_drawn:
                self._dress(look)
            width = _width(text)
            if not width:
                self._blank_out(y, at, cells[at - x :])
            self._out.append(text)
            self._at = (y, at + width) if width else None

    def _blank_out(self, y: int, x: int, cells: Row) -> None:
        """Leave nothing old where the terminal may draw less than is reckoned with."""
        covered = next((n for n, (text, _) in enumerate(cells) if n and text), len(cells))
        self._out.append(" " * covered)
        self._at = None
        self._move(y, x)

    def _move(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        if self._at is not None and self._at[0] == y and self._at[1] < x:
            steps = x - self._at[1]
            self._out.append(f"\x1b[{steps}C" if steps > 1 else "\x1b[C")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._at = (y, x)

    def _dress(self, look: Look) -> None:
        if look == self._look:
            return
        if not look.codes:
            self._out.append(RESET)
        elif not self._look.codes:
            self._out.append(f"\x1b[{look.codes}m")
        elif look.codes.startswith(f"{self._look.codes};"):
            self._out.append(f"\x1b[{look.codes[len(self._look.codes) + 1 :]}m")
        else:
            self._out.append(f"\x1b[;{look.codes}m")
        self._look = look


def _differences(before: Row, after: Row, end: int) -> Iterator[tuple[int, int]]:
    """Runs of cells up to `end` that differ, those that lie close together as one."""
    start = stop = -1
    for x in range(end):
        if before[x] == after[x]:
            continue
        if start >= 0 and not _is_bridge(after[stop:x], after[stop - 1][1]):
            yield start, stop
            start = -1
        if start < 0:
            start = _reach_back(after, x)
        stop = x + 1
    if start >= 0:
        yield start, stop


def _is_bridge(gap: Row, look: Look) -> bool:
    """Whether sending these unchanged cells again is as short as a jump."""
    return len(gap) <= BRIDGE and all(
        cell[1] == look or (cell == BLANK and not look.is_drawn) for cell in gap
    )


def _reach_back(row: Row, x: int) -> int:
    """Begin a run at a character that may reach into it on some terminals."""
    start = x
    while start and not row[start - 1][0]:
        start -= 1
    return start - 1 if start and not _width(row[start - 1][0]) else x


def patches(update: LayoutUpdate | ChopsUpdate) -> Iterator[Patch]:
    """What a frame of Textual's draws, left to right in each line."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield Patch(y, x, x + strip.cell_length, strip)
                x += strip.cell_length
        return
    for y, first, last in update.spans:
        for end, (x, part) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if part is not None and x <= last and end > first:
                yield Patch(y, x, min(end, last), part)


def strip_cells(strip: Strip, system: ColorSystem) -> Row:
    """A strip as cells."""
    return list(_cells(tuple((text, style) for text, style, control in strip if not control), system))


@lru_cache(maxsize=1024)
def _cells(spans: tuple[tuple[str, Style | None], ...], system: ColorSystem) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for text, style in spans:
        look = _look(style, system) if style is not None else PLAIN
        blank = (" ", look) if look.is_drawn else BLANK
        cells += [blank if each == " " else (each, look) for each in split(text)]
    return tuple(cells)


@lru_cache(maxsize=256)
def _look(style: Style, system: ColorSystem) -> Look:
    """How a style is drawn; the terminal's own colours need no codes."""
    colour, ground = style.color, style.bgcolor
    codes = [Strip.render_ansi(style.without_color, system)]
    if colour is not None and not colour.is_default:
        codes += colour.downgrade(system).get_ansi_codes()
    has_ground = ground is not None and not ground.is_default
    if ground is not None and has_ground:
        codes += ground.downgrade(system).get_ansi_codes(foreground=False)
    lined = style.underline or style.underline2 or style.strike or style.overline or style.reverse
    return Look(";".join(code for code in codes if code), bool(has_ground or lined))


def split(text: str) -> list[str]:
    """The text of each cell. What cannot be told apart safely stands in one cell, "" in those it covers."""
    if text.isascii():
        return list(text)
    parts = _characters(text)
    if len(parts) == cell_len(text):
        return parts
    words = [_word(word) for word in _WORDS.findall(text)]
    parts = [part for word in words for part in word]
    return parts if all(words) and len(parts) == cell_len(text) else _whole(text)


def _characters(text: str) -> list[str]:
    """One character a cell, with the marks that stand upon it."""
    parts: list[str] = []
    base, before = -1, ""
    for each in text:
        width = cell_len(each)
        if width:
            base = len(parts)
            parts += [before + each, *[""] * (width - 1)]
            before = ""
        elif parts:
            parts[base] += each
        else:
            before += each
    return parts


def _word(word: str) -> list[str]:
    parts = _characters(word)
    return parts if len(parts) == cell_len(word) else _whole(word)


def _whole(text: str) -> list[str]:
    return [text, *[""] * (cell_len(text) - 1)] if cell_len(text) else []


@lru_cache(maxsize=4096)
def _width(text: str) -> int:
    """Cells that every terminal gives to the text of a cell; 0 where they disagree."""
    if text.isascii():
        return 1
    if len(text) > 1:
        return 0
    wide = cell_len(text)
    return wide if wide == 1 or any(ord(text) in block for block in EVEN) else 0
