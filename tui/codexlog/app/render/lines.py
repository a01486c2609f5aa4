"""A line of styled text, and the one place where it becomes something that a terminal gets.

A line is a tuple of spans `(text, style name)`. Style names are words (`bad`, `dim`); the palette gives
them a look. Text of a transcript may stand in a span as it is: `to_strip` makes every span safe.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from codexlog.report.safe_text import safe_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.catalog.find.needle import Needle

Span = tuple[str, str]
Line = tuple[Span, ...]


class LinkedLine(NamedTuple):
    """A line, and what it leads to; None for nothing."""

    line: Line
    link: object | None = None


EMPTY: Line = ()
MATCH = "match"
CURSORS = frozenset(("cursor", "cursor-away"))
ELLIPSIS = "…"
MARKED = 256
"""Characters of a text that are looked at to find out whether it has any."""

_COLOURED = {
    "": Style(),
    "dim": Style(dim=True),
    "bold": Style(bold=True),
    "good": Style(color="green"),
    "bad": Style(color="red", bold=True),
    "warn": Style(color="yellow"),
    "busy": Style(color="cyan", bold=True),
    "accent": Style(color="cyan"),
    "prompt": Style(color="cyan", bold=True),
    "title": Style(bold=True),
    "add": Style(color="green"),
    "remove": Style(color="red"),
    "hunk": Style(color="cyan"),
    "key": Style(bold=True),
    "match": Style(reverse=True),
    "wrong": Style(color="red", underline=True),
    "header": Style(underline=True, dim=True),
    "header-here": Style(underline=True, bold=True),
    "heading": Style(bold=True, underline=True),
    "strong": Style(bold=True),
    "em": Style(italic=True),
    "link": Style(underline=True),
    "code": Style(color="cyan"),
    "code-comment": Style(dim=True),
    "code-key": Style(color="cyan"),
    "code-keyword": Style(color="magenta"),
    "code-name": Style(color="bright_blue"),
    "code-number": Style(color="yellow"),
    "code-string": Style(color="green"),
    "cursor": Style(reverse=True),
    "cursor-away": Style(bold=True, underline=True),
    "match-cursor": Style(bold=True, underline=True),
    "match-cursor-away": Style(reverse=True, bold=True),
}
_PLAIN = {
    name: Style(
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse,
    )
    for name, style in _COLOURED.items()
} | {"code-keyword": Style(bold=True), "code-name": Style(underline=True)}


class Palette:
    """Style names → looks; at first the terminal's own colours: light and dark ones both read well."""

    ground: Style | None = None
    """What stands behind and beside all text; None: the terminal's own ground."""

    def __init__(self, *, colour: bool = True, theme: str = "terminal") -> None:
        self._is_coloured = colour
        self.use(theme)

    def __getitem__(self, name: str) -> Style:
        return self._styles[name]

    def use(self, theme: str) -> None:
        """Take the looks of a theme; what is on the screen is to be drawn anew then."""
        to_strip.cache_clear()
        self.theme = theme if self._is_coloured else "mono"
        self.ground = None
        self._styles = _PLAIN if self.theme == "mono" else _COLOURED
        if self.theme not in ("terminal", "mono"):
            from codexlog.app.render import themes

            colours = themes.theme(self.theme).colours
            if colours is not None:
                self._styles = themes.themed(_COLOURED, colours)
                self.ground = self._styles[""]

    def variables(self) -> dict[str, str]:
        """The colours of what the style sheets draw: ground, ink, and the edges between panes."""
        if self.ground is None:
            return {"ground": "ansi_default", "ink": "ansi_default", "edge": "ansi_bright_black"}
        named = {"ground": self.ground.bgcolor, "ink": self.ground.color, "edge": self["dim"].color}
        return {name: colour.get_truecolor().hex for name, colour in named.items() if colour is not None}


def line_width(line: Line) -> int:
    """Cells that a line takes."""
    return sum(cell_len(safe_line(text)) for text, _ in line)


def crop(text: str, width: int) -> str:
    """Cut text to a width, with an ellipsis where something is gone."""
    text = safe_line(text[: 4 * max(width, 0) + 256])
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + ELLIPSIS if width > 0 else ""


def pad(text: str, width: int) -> str:
    """Cut or fill text to exactly a width."""
    return set_cell_size(crop(text, width), width) if width > 0 else ""


def right(text: str, width: int) -> str:
    """Text at the right edge of a column."""
    text = crop(text, width)
    return " " * (width - cell_len(text)) + text


def fit(line: Line, width: int) -> Line:
    """A line cut to a width."""
    room, spans = width, list[Span]()
    for text, style in line:
        shown = crop(text, room)
        if shown:
            spans.append((shown, style))
            room -= cell_len(shown)
        elif spans and safe_line(text[:MARKED]):
            last, style = spans[-1]
            spans[-1] = (set_cell_size(last, cell_len(last) - 1) + ELLIPSIS, style)
            break
    return tuple(spans)


def window(line: Line, start: int, width: int) -> Line:
    """The cells of a safe line from `start` on, `width` of them, with a mark where more is to either side.

    Half a wide character at an edge is a blank: no character is ever split.
    """
    if start <= 0:
        return fit(line, width)
    skip, spans = start + 1, [(ELLIPSIS, "dim")] if line_width(line) else []
    for text, style in line:
        if skip >= cell_len(text):
            skip -= cell_len(text)
            continue
        spans.append((_without(text, skip) if skip > 0 else text, style))
        skip = 0
    return fit(tuple(spans), width)


def _without(text: str, cells: int) -> str:
    """Text without its first cells; the rest of a wide character that goes half is a blank."""
    if text.isascii():
        return text[cells:]
    taken = 0
    for at, char in enumerate(text):
        if taken >= cells and cell_len(char):
            return " " * (taken - cells) + text[at:]
        taken += cell_len(char)
    return " " * (taken - cells)


def spread(left: Line, right_side: Line, width: int) -> Line:
    """Two ends of a line: the right one whole, the left one cut to what remains."""
    tail = line_width(right_side)
    if tail == 0 or tail >= width - 8:
        return fit(left, width)
    head = fit(left, width - tail - 1)
    return (*head, (" " * (width - tail - line_width(head)), ""), *right_side)


@lru_cache(maxsize=4096)
def to_strip(line: Line, base: str, width: int, palette: Palette) -> Strip:
    """The line as Textual draws it, exactly `width` cells wide.

    `base` names the style of the whole row, such as the cursor's; it replaces those of the spans, but
    matches stay set off.
    """
    if base:
        found = f"{MATCH}-{base}" if base in CURSORS else base
        row = [(safe_line(text), found if style == MATCH else base) for text, style in line]
        blanks = " " * (width - sum(cell_len(text) for text, _ in row))
        segments = [Segment(text, palette[style]) for text, style in merged((*row, (blanks, base)))]
        return Strip(segments).adjust_cell_length(width)
    segments = [Segment(safe_line(text), palette[style]) for text, style in merged(line)]
    return Strip(segments).adjust_cell_length(width, palette.ground)


def merged(line: Iterable[Span]) -> list[Span]:
    """Neighbours of one style as one span: fewer escape sequences on the wire."""
    spans: list[Span] = []
    for text, style in line:
        if spans and (
            spans[-1][1] == style or (not style and not text.strip() and not _is_drawn(spans[-1][1]))
        ):
            spans[-1] = (spans[-1][0] + text, spans[-1][1])
        elif text:
            spans.append((text, style))
    return spans


def _is_drawn(style: str) -> bool:
    """Whether blanks of this style can be seen."""
    return style.startswith(("header", "cursor", MATCH))


def marked(line: Line, needle: Needle | None, first: int, last: int) -> Line:
    """A line with the matches of a needle set off, in the spans from `first` to before `last`."""
    if needle is None:
        return line
    spans = list(line[:first])
    for span in line[first:last]:
        spans += set_off((span,), needle.spans(span[0]))
    return (*spans, *line[last:])


def set_off(line: Line, ranges: Iterable[tuple[int, int]]) -> Iterator[Span]:
    """A line in pieces; those within the ranges, which count its characters, are matches."""
    waiting, base = list(ranges), 0
    for text, style in line:
        at = 0
        for start, end in waiting:
            start, end = max(start - base, at), min(end - base, len(text))
            if start < end:
                yield text[at:start], style
                yield text[start:end], MATCH
                at = end
        yield text[at:], style
        base += len(text)
