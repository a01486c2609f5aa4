from __future__ import annotations

import pytest
from rich.style import Style

from codexlog.app.render import lines
from codexlog.app.render.lines import Palette, to_strip
from codexlog.app.render.themes import THEMES, Theme
from codexlog.settings import table

NAMES = sorted(lines._COLOURED)
OWN_COLOURS = [theme for theme in THEMES if theme.colours is not None]


def luminance(colour: tuple[int, int, int]) -> float:
    parts = [each / 255 for each in colour]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """The ratio of WCAG 2."""
    assert style.color is not None
    assert style.bgcolor is not None
    one, other = sorted(
        (luminance(each.get_truecolor()) for each in (style.color, style.bgcolor)), reverse=True
    )
    return (one + 0.05) / (other + 0.05)


def test_the_settings_offer_the_themes_that_there_are() -> None:
    assert tuple(theme.name for theme in THEMES) == table.THEMES


@pytest.mark.parametrize("theme", OWN_COLOURS, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", NAMES)
def test_every_style_of_every_theme_can_be_read(theme: Theme, name: str) -> None:
    style = Palette(theme=theme.name)[name]
    assert not style.dim
    assert contrast(style) >= (7.0 if theme.name == "high-contrast" else 4.5)


@pytest.mark.parametrize("theme", OWN_COLOURS, ids=lambda theme: theme.name)
def test_colours_are_those_that_256_colours_have_too(theme: Theme) -> None:
    assert theme.colours is not None
    assert all(16 <= number <= 255 for number in theme.colours)


@pytest.mark.parametrize("theme", OWN_COLOURS, ids=lambda theme: theme.name)
def test_the_ground_reaches_the_edge(theme: Theme) -> None:
    palette = Palette(theme=theme.name)
    strip = to_strip((("a", "bad"),), "", 9, palette)
    assert {segment.style.bgcolor for segment in strip if segment.style} == {palette[""].bgcolor}
    assert strip.cell_length == 9


def test_outcomes_differ_in_every_theme_with_colours() -> None:
    for theme in THEMES:
        palette = Palette(theme=theme.name)
        looks = {palette[name] for name in ("good", "bad", "warn", "")}
        assert len(looks) == 4 or theme.name == "mono", theme.name


def test_no_colour_wins_over_every_theme() -> None:
    for theme in THEMES:
        palette = Palette(colour=False, theme=theme.name)
        assert all(palette[name].color is None and palette[name].bgcolor is None for name in NAMES)
        assert palette.variables()["ground"] == "ansi_default"


def test_a_change_of_theme_changes_lines_that_were_drawn_before() -> None:
    palette = Palette()
    before = to_strip((("a", "good"),), "", 3, palette)
    palette.use("dark")
    assert to_strip((("a", "good"),), "", 3, palette) != before
    palette.use("terminal")
    assert to_strip((("a", "good"),), "", 3, palette) == before
