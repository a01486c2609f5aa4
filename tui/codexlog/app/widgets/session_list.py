"""The list of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.session_row import SessionRow, row_height, session_lines
from codexlog.app.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.app.render.lines import Line
    from codexlog.app.session_rows import SessionRows


class SessionList(VirtualList):
    """Draws the rows of the session list's model."""

    model: SessionRows
    clock: Callable[[], float]
    want: Callable[[range], None] | None = None

    def row_count(self) -> int:
        """Sessions that are not folded away."""
        return len(self.model)

    def row_height(self) -> int:
        """Two lines where the pane is narrow."""
        return row_height(self.size.width)

    def row_lines(self, row: int, width: int) -> tuple[Line, ...]:
        """The lines of a session."""
        session: SessionRow = self.model[row]
        is_open = self.model.is_open(session.found)
        _, depth, hidden = self.model.twig(row)
        return session_lines(
            session,
            width,
            self.clock(),
            self.glyphs,
            is_open=is_open,
            depth=depth,
            hidden=hidden,
            with_agent=self.model.is_mixed,
        )

    def before_paint(self, rows: range) -> None:
        """Ask for the sessions on the screen before all others."""
        if self.want is not None:
            self.want(rows)
