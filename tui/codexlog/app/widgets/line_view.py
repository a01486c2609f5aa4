"""The base of every pane: a view of lines that repaints what changed and nothing else.

It is no ScrollView: that one lays the whole screen out again whenever its virtual size changes, which
the details do on every key, and repaints itself whole on every scroll. Here a repaint compares the lines
on the screen with the wanted ones and refreshes the differing ones, as far to the right as either has
text. Blanks at the end of a line are not sent again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from textual.geometry import Region
from textual.widget import Widget

from codexlog.app.render.lines import EMPTY, Line, Palette, line_width, to_strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.strip import Strip

    from codexlog.report.glyphs import Glyphs

Painted = tuple[Line, str]
"""A line and the base style of its row; "" for none."""
BLANK: Painted = (EMPTY, "")


class LineView(Widget):
    """A widget made of lines. Subclasses say what stands on each line of the view."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LineView { height: 1fr; }"
    on_laid_out: Callable[[], None] | None = None
    is_here = False
    """Whether the keys go here. Textual's own focus would repaint every container around the view."""

    def __init__(self, palette: Palette, glyphs: Glyphs) -> None:
        super().__init__()
        self.palette = palette
        self.glyphs = glyphs
        self._painted: list[Painted] = []

    def mark(self, *, is_here: bool) -> None:
        """Show whether the keys go here."""
        self.is_here = is_here
        self.repaint()

    def paint(self, width: int, height: int) -> list[Painted]:
        """The lines of the view, `height` of them."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Bring the screen up to date, line by line."""
        width, height = self.size
        if not width or not height:
            return
        wanted = self.paint(width, height)
        before = self._painted
        self._painted = wanted
        if len(before) != height:
            self.refresh(Region(0, 0, width, height))
            return
        dirty = [
            Region(0, y, max(_extent(old, width), _extent(new, width)), 1)
            for y, (old, new) in enumerate(zip(before, wanted, strict=True))
            if old != new
        ]
        if dirty:
            self.refresh(*dirty)

    def redraw(self) -> None:
        """Draw everything anew: its colours have changed."""
        self._painted = []
        self.repaint()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Leave out what Textual repaints on its own account, such as a change of focus.

        Nothing but the painted lines is ever drawn, and `repaint` knows which of them changed.
        """
        if regions or layout or recompose or len(self._painted) != self.size.height:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        return self

    def on_resize(self, _: events.Resize) -> None:
        """Lay the lines out for the new size."""
        self._painted = []
        self.repaint()
        if self.on_laid_out is not None:
            self.on_laid_out()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Hand the painted lines to the compositor; Textual's own styling has no part in them."""
        width = self.size.width
        if len(self._painted) != self.size.height:
            self._painted = self.paint(width, self.size.height)
        strips = [
            to_strip(*(self._painted[y] if y < len(self._painted) else BLANK), width, self.palette)
            for y in range(crop.y, crop.bottom)
        ]
        if crop.x == 0 and crop.width == width:
            return strips
        return [strip.crop(crop.x, crop.right) for strip in strips]


def _extent(painted: Painted, width: int) -> int:
    """Cells from the left edge that a line needs."""
    line, base = painted
    return width if base else max(1, min(width, line_width(line)))
