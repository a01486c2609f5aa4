"""The moves that lists and texts have in common, by the id of their command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.widgets.link_view import LinkView
    from codexlog.app.widgets.text_view import TextView
    from codexlog.app.widgets.virtual_list import VirtualList

    View = VirtualList | TextView | LinkView

MOVES: Mapping[str, Callable[[View], None]] = {
    "down": lambda view: view.move_by(1),
    "up": lambda view: view.move_by(-1),
    "page_down": lambda view: view.move_page(1),
    "page_up": lambda view: view.move_page(-1),
    "half_down": lambda view: view.move_page(0.5),
    "half_up": lambda view: view.move_page(-0.5),
    "first": lambda view: view.move_to(0),
    "last": lambda view: view.move_to(view.row_count() - 1),
}
