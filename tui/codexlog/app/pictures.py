"""Pictures as a terminal can show them; needs Pillow, which the extra `images` brings.

What the terminal can do is told by its environment: nothing is asked of it and no answer waited for. The
Kitty and iTerm2 protocols get a PNG that is no larger than what they show; other terminals get two
pixels a cell.
"""

from __future__ import annotations

import base64
import io
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

    from codexlog.app.options import PictureStyle

CELL = (10, 20)
"""Pixels of a cell, as an assumption."""
CHUNK = 4096
"""Most characters of one piece in Kitty's protocol."""
RAMP = " .:-=+*#%@"
MOST_PIXELS = 100_000_000


class NotDrawn(Exception):
    """Why there is nothing to see, in one line."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes for a terminal that the explorer has let go of."""

    data: bytes
    after: bytes = b""
    """Takes the picture away again."""

    def show(self) -> None:
        """Draw it."""
        _write(b"\x1b[2J\x1b[H" + self.data)

    def clear(self) -> None:
        """Take it away."""
        _write(self.after + b"\x1b[2J\x1b[H")


def draw(content: bytes, style: PictureStyle, columns: int, rows: int) -> Picture:
    """A picture of at most so many cells. Raises NotDrawn."""
    image = _load(content)
    columns, rows = max(1, columns), max(1, rows)
    if style in ("kitty", "iterm"):
        image.thumbnail((columns * CELL[0], rows * CELL[1]))
        wide = min(columns, -(-image.width // CELL[0]))
        return _kitty(image, wide) if style == "kitty" else _iterm(image, wide)
    if style == "ascii":
        image = image.resize(_scaled(image, columns, rows, 0.5)).convert("L")
        return _of_lines(_ramp(image))
    image = image.resize(_scaled(image, columns, 2 * rows, 1.0))
    if style == "mono":
        return _of_lines(_dithered(image.convert("1")))
    return _of_lines(_halves(image, _truecolour if style == "truecolour" else _colour256))


def _load(content: bytes) -> Image:
    """The first frame, on white where it is transparent."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as found:
            pixels = found.width * found.height
            image = found.convert("RGBA") if pixels <= MOST_PIXELS else None
    except Exception as error:  # a decoder fails in as many ways as there are formats
        raise NotDrawn(str(error) or type(error).__name__) from error
    if image is None:
        raise NotDrawn(f"it has {pixels:,} pixels")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def _scaled(image: Image, columns: int, rows: int, shape: float) -> tuple[int, int]:
    """Size in units that are `shape` as high as wide is to a square; never enlarged."""
    scale = min(1.0, columns / image.width, rows / (image.height * shape))
    return max(1, round(image.width * scale)), max(1, round(image.height * scale * shape))


def _png(image: Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _kitty(image: Image, columns: int) -> Picture:
    """Sent in pieces; `q=2` keeps the terminal from answering."""
    data = base64.standard_b64encode(_png(image))
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    out = bytearray()
    for number, piece in enumerate(pieces, 1):
        head = f"a=T,f=100,q=2,c={columns},".encode() if number == 1 else b""
        more = int(number < len(pieces))
        out += b"\x1b_G" + head + f"m={more};".encode() + piece + b"\x1b\\"
    return Picture(bytes(out) + b"\r\n", b"\x1b_Ga=d,q=2\x1b\\")


def _iterm(image: Image, columns: int) -> Picture:
    png = _png(image)
    head = f"\x1b]1337;File=inline=1;size={len(png)};width={columns};preserveAspectRatio=1:".encode()
    return Picture(head + base64.standard_b64encode(png) + b"\x07\r\n")


def _of_lines(lines: Iterator[str]) -> Picture:
    return Picture("".join(f"{line}\r\n" for line in lines).encode())


def _halves(image: Image, colour: Callable[[int, tuple[int, int, int]], str]) -> Iterator[str]:
    """Upper half blocks: the upper pixel in the foreground, the lower one in the background."""
    pixels = _rows(image)
    for upper, lower in zip(pixels[::2], [*pixels[1::2], None], strict=False):
        line, before = [], ""
        for x, above in enumerate(upper):
            look = colour(38, above) + (";" + colour(48, lower[x]) if lower is not None else "")
            line.append(f"\x1b[{look}m▀" if look != before else "▀")
            before = look
        yield "".join(line) + "\x1b[0m"


def _rows(image: Image) -> list[list[tuple[int, int, int]]]:
    data, width = image.tobytes(), image.width * 3
    return [
        [(data[at], data[at + 1], data[at + 2]) for at in range(start, start + width, 3)]
        for start in range(0, len(data), width)
    ]


def _truecolour(layer: int, colour: tuple[int, int, int]) -> str:
    return f"{layer};2;{colour[0]};{colour[1]};{colour[2]}"


def _colour256(layer: int, colour: tuple[int, int, int]) -> str:
    """The nearest colour of the 6×6×6 cube, or of the greys where all parts are alike."""
    red, green, blue = colour
    if max(colour) - min(colour) < 8:
        grey = round((red + green + blue) / 3)
        level = 16 if grey < 4 else 231 if grey > 246 else 232 + min(23, max(0, round((grey - 8) / 10)))
        return f"{layer};5;{level}"
    cube = [0 if part < 48 else 1 if part < 115 else (part - 35) // 40 for part in colour]
    return f"{layer};5;{16 + 36 * cube[0] + 6 * cube[1] + cube[2]}"


def _dithered(image: Image) -> Iterator[str]:
    """Two pixels a cell, lit or not."""
    lit = image.convert("L").tobytes()
    width = image.width
    dark = bytes(width)
    for start in range(0, len(lit), 2 * width):
        upper = lit[start : start + width]
        lower = lit[start + width : start + 2 * width] or dark
        yield "".join(" ▄▀█"[2 * (a > 127) + (b > 127)] for a, b in zip(upper, lower, strict=True)).rstrip()


def _ramp(image: Image) -> Iterator[str]:
    data, width = image.tobytes(), image.width
    for start in range(0, len(data), width):
        yield "".join(RAMP[level * len(RAMP) // 256] for level in data[start : start + width]).rstrip()


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
