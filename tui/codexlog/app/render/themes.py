"""Looks for the style names of `lines.py`: each theme says what the sixteen colours stand for.

Colours are numbers of the 256-colour cube (16 to 255), which every terminal shows alike, with and without
true colour, and which cost fewer bytes than RGB. Contrast is checked by a test: 4.5 : 1 at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.color import Color, ColorType
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping


class Colours(NamedTuple):
    """What stands for the terminal's own colours."""

    ground: int
    ink: int
    faint: int
    """For what is dim, and for edges."""
    red: int
    green: int
    yellow: int
    blue: int
    magenta: int
    cyan: int

    def of(self, number: int) -> int:
        """What stands for one of the sixteen; black is drawn on colours and so is the ground."""
        if number == 8:
            return self.faint
        base = number % 8
        plain = (self.red, self.green, self.yellow, self.blue, self.magenta, self.cyan)
        return {0: self.ground, 7: self.ink}.get(base) or plain[base - 1]


class Theme(NamedTuple):
    """One look of the explorer."""

    name: str
    remark: str
    colours: Colours | None = None
    """None: the terminal's own."""


THEMES = (
    Theme("terminal", "the terminal's own sixteen colours"),
    Theme("dark", "pale on charcoal", Colours(234, 252, 246, 210, 114, 222, 111, 182, 116)),
    Theme("light", "ink on white", Colours(231, 235, 241, 124, 22, 94, 25, 90, 24)),
    Theme(
        "high-contrast",
        "bright on black, 7 : 1 and more",
        Colours(16, 231, 252, 210, 120, 227, 153, 219, 123),
    ),
    Theme(
        "colour-blind", "blue is good, orange is bad", Colours(234, 252, 246, 215, 117, 228, 111, 189, 189)
    ),
    Theme("mono", "no colours: bold, dim and underlined"),
)


def theme(name: str) -> Theme:
    """The theme of a name; the terminal's own for one that there is not."""
    return next((each for each in THEMES if each.name == name), THEMES[0])


def themed(looks: Mapping[str, Style], colours: Colours) -> dict[str, Style]:
    """The looks in other colours. What was dim is drawn faint: how dim terminals draw, nobody knows."""
    return {name: _themed(look, colours) for name, look in looks.items()}


def _themed(look: Style, colours: Colours) -> Style:
    ink = _colour(look.color, colours, colours.faint if look.dim else colours.ink)
    ground = _colour(look.bgcolor, colours, colours.ground)
    return look + Style(color=ink, bgcolor=ground, dim=False if look.dim else None)


def _colour(colour: Color | None, colours: Colours, other: int) -> Color:
    if colour is None or colour.type is ColorType.DEFAULT:
        return Color.from_ansi(other)
    if colour.type is ColorType.STANDARD and colour.number is not None:
        return Color.from_ansi(colours.of(colour.number))
    return colour
