"""The difference between two frames draws the second one over the first, whatever they hold."""

from __future__ import annotations

import io

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from codexlog.app.render.picture import Picture, split

WIDTH, HEIGHT = 24, 5
CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="256", width=WIDTH)
STYLES = [
    None,
    Style(),
    Style(bold=True),
    Style(dim=True),
    Style(bold=True, color="red"),
    Style(color="green"),
    Style(color="default", bgcolor="default"),
    Style(underline=True),
    Style(reverse=True),
    Style(bgcolor="blue"),
]
Spans = list[tuple[str, Style | None]]
texts = st.text(st.sampled_from("ab c   ✗│表の"), max_size=12)
lines = st.lists(st.tuples(texts, st.sampled_from(STYLES)), max_size=4)
frames = st.lists(lines, min_size=HEIGHT, max_size=HEIGHT)


def strip_of(spans: Spans, width: int = WIDTH) -> Strip:
    return Strip([Segment(text, style) for text, style in spans]).adjust_cell_length(width)


def whole(frame: list[Spans]) -> LayoutUpdate:
    return LayoutUpdate([[strip_of(spans)] for spans in frame], Region(0, 0, WIDTH, HEIGHT))


class Tube:
    """A terminal that got every byte of what it was told."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.stream = pyte.Stream(self.screen)

    def cells(self) -> list[list[tuple[object, ...]]]:
        """What can be seen of every cell."""
        return [[seen(self.screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def seen(cell: pyte.screens.Char) -> tuple[object, ...]:
    ground = (cell.data, cell.bg, cell.underscore, cell.reverse)
    return ground if cell.data == " " else (*ground, cell.fg, cell.bold)


def drawn_plainly(frame: list[Spans]) -> list[list[tuple[object, ...]]]:
    """The same frame as Textual sends it, onto an empty screen."""
    tube = Tube()
    for y, spans in enumerate(frame):
        tube.stream.feed(f"\x1b[{y + 1}H{strip_of(spans).render(CONSOLE)}")
    return tube.cells()


@given(st.lists(frames, min_size=1, max_size=4))
def test_after_every_frame_the_terminal_shows_it(several: list[list[Spans]]) -> None:
    picture, tube = Picture(), Tube()
    tube.stream.feed("left by another program")
    for frame in several:
        tube.stream.feed(picture.bytes_for(whole(frame), CONSOLE))
        assert tube.cells() == drawn_plainly(frame)
        assert picture.bytes_for(whole(frame), CONSOLE) == ""


@given(frames, lines, st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), st.integers(1, WIDTH))
def test_a_part_of_a_frame_changes_that_part(
    frame: list[Spans], part: Spans, y: int, x: int, size: int
) -> None:
    picture, tube, told = Picture(), Tube(), Tube()
    first = picture.bytes_for(whole(frame), CONSOLE)
    end = min(WIDTH, x + size)
    strip = strip_of(part, end - x)
    chops = [{x: strip} if row == y else {} for row in range(HEIGHT)]
    update = ChopsUpdate(chops, [(y, x, end)], [[end]] * HEIGHT)
    tube.stream.feed(first + picture.bytes_for(update, CONSOLE))
    told.stream.feed(first + update.render_segments(CONSOLE))
    assert [row[x:end] for row in tube.cells()] == [row[x:end] for row in told.cells()]
    rest = [row[:x] + row[end:] for row in tube.cells()]
    if not any("表" in text or "の" in text for text, _ in frame[y]):  # half of one may have been cut off
        assert rest == [row[:x] + row[end:] for row in told.cells()]


def test_a_part_of_an_unknown_frame_is_sent_as_it_is() -> None:
    update = ChopsUpdate([{0: strip_of([("here", None)])}], [(0, 0, WIDTH)], [[WIDTH]])
    assert Picture().bytes_for(update, CONSOLE) == update.render_segments(CONSOLE)


def test_a_forgotten_frame_is_drawn_from_nothing() -> None:
    picture = Picture()
    frame = whole([[("text", None)]] * HEIGHT)
    first = picture.bytes_for(frame, CONSOLE)
    picture.forget()
    assert picture.bytes_for(frame, CONSOLE) == first
    assert first.startswith("\x1b[m\x1b[2J")


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("same text", "same text", ""),
        ("a word", "a ward", "\x1b[1;4Ha"),
        ("1 of 20 rows", "2 of 30 rows", "\x1b[1H2 of 3"),
        ("a longer text", "a", "\x1b[1;3H\x1b[K"),
        ("one two three", "ONE two THREE", "\x1b[1HONE\x1b[5CTHREE"),
        ("a b c", "A b C", "\x1b[1HA b C"),
    ],
)
def test_only_what_differs_is_sent(before: str, after: str, sent: str) -> None:
    picture = Picture()
    rest: list[Spans] = [[]] * (HEIGHT - 1)
    picture.bytes_for(whole([[(before, None)], *rest]), CONSOLE)
    assert picture.bytes_for(whole([[(after, None)], *rest]), CONSOLE) == sent


def test_blanks_between_two_words_of_a_style_need_no_style() -> None:
    bold = Style(bold=True)
    frame: list[Spans] = [[("two", bold), (" ", None), ("words", bold)], *([[]] * (HEIGHT - 1))]
    assert Picture().bytes_for(whole(frame), CONSOLE) == "\x1b[m\x1b[2J\x1b[1H\x1b[1mtwo words\x1b[m"


@pytest.mark.parametrize("unsure", ["👩‍🔬", "❤️", "e\u0301", "👩"])
def test_behind_a_character_of_unsure_width_the_cursor_is_aimed_anew(unsure: str) -> None:
    wide = cell_len(unsure)
    frame: list[Spans] = [[(f"a {unsure} b", None)], *([[]] * (HEIGHT - 1))]
    out = Picture().bytes_for(whole(frame), CONSOLE)
    assert out.endswith(f"a {' ' * wide}\x1b[1;3H{unsure}\x1b[1;{3 + wide}H b")


@given(st.text(st.sampled_from("ab ✗表e\u0301\u200d👩🔬\ufe0f❤"), max_size=12))
def test_every_text_is_split_into_as_many_cells_as_it_takes(text: str) -> None:
    parts = split(text)
    assert len(parts) == cell_len(text)
    assert "".join(parts) == (text if parts else "")
