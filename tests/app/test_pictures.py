"""Pictures in every way that a terminal can show them."""

from __future__ import annotations

import base64
import io
import re

import pytest
from PIL import Image

from codexlog.app import pictures
from codexlog.app.options import PictureStyle, picture_style
from codexlog.app.pictures import NotDrawn, draw


def png(width: int = 40, height: int = 20, colour: tuple[int, ...] = (255, 0, 0), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), colour).save(out, "PNG")
    return out.getvalue()


def test_kitty_gets_pieces_and_is_not_asked_for_an_answer() -> None:
    noisy = Image.effect_noise((600, 400), 90)
    out = io.BytesIO()
    noisy.save(out, "PNG")
    picture = draw(out.getvalue(), "kitty", 80, 21)
    pieces = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", picture.data)
    assert len(pieces) > 1
    assert pieces[0][0].startswith(b"a=T,f=100,q=2,c=")
    assert [keys[-1:] for keys, _ in pieces] == [b"1"] * (len(pieces) - 1) + [b"0"]
    assert all(len(data) <= pictures.CHUNK for _, data in pieces)
    with Image.open(io.BytesIO(base64.b64decode(b"".join(data for _, data in pieces)))) as sent:
        assert sent.width <= 800
        assert sent.height <= 420
    assert b"q=2" in picture.after


def test_iterm_gets_one_file() -> None:
    picture = draw(png(), "iterm", 80, 21)
    (size, data) = re.findall(rb"\x1b\]1337;File=inline=1;size=(\d+);[^:]*:([^\x07]*)\x07", picture.data)[0]
    assert len(base64.b64decode(data)) == int(size)


@pytest.mark.parametrize("style", ["truecolour", "colour256", "mono", "ascii"])
@pytest.mark.parametrize("size", [(1, 1), (400, 3), (3, 400), (37, 23)])
def test_cells_fit_the_screen(style: PictureStyle, size: tuple[int, int]) -> None:
    picture = draw(png(*size), style, 30, 10)
    plain = re.sub(r"\x1b\[[\d;]*m", "", picture.data.decode())
    lines = plain.split("\r\n")[:-1]
    assert 1 <= len(lines) <= 10
    assert max(map(len, lines)) <= 30


def test_colours_are_those_of_the_pixels() -> None:
    assert b"\x1b[38;2;255;0;0;48;2;255;0;0m" in draw(png(), "truecolour", 80, 20).data
    assert b"\x1b[38;5;196;48;5;196m" in draw(png(), "colour256", 80, 20).data
    grey = draw(png(colour=(128, 128, 128)), "colour256", 80, 20).data
    assert b"38;5;244" in grey


def test_what_is_transparent_is_white() -> None:
    picture = draw(png(colour=(0, 0, 0, 0), mode="RGBA"), "truecolour", 80, 20)
    assert b"38;2;255;255;255" in picture.data


def test_no_colour_sends_none() -> None:
    assert b"\x1b" not in draw(png(), "mono", 80, 20).data
    assert b"\x1b" not in draw(png(), "ascii", 80, 20).data


@pytest.mark.parametrize("content", [b"", b"no picture", png()[:40], b"https://example.org/a.png"])
def test_what_is_no_picture_is_said(content: bytes) -> None:
    with pytest.raises(NotDrawn):
        draw(content, "mono", 80, 20)


def test_a_giant_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 100)
    with pytest.raises(NotDrawn, match="800 pixels"):
        draw(png(), "mono", 80, 20)


@pytest.mark.parametrize(
    ("env", "style"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app", "TMUX": "1"}, "colour256"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1", "COLORTERM": "truecolor"}, "truecolour"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "mono"),
        ({"TERM": "linux"}, "ascii"),
        ({"TERM": "vt100"}, "mono"),
        ({}, "mono"),
    ],
)
def test_what_a_terminal_can_do_is_told_by_its_environment(env: dict[str, str], style: str) -> None:
    assert picture_style(env) == style
