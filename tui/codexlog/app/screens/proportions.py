"""How wide the list is and how the timeline and the details share the rest, as the person wants it.

Shares are kept by arrangement (`beside.list`, `broad.split`), so that they hold at every size of the
terminal; where there is none, the style sheet decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.containers import Container, Vertical

    from codexlog.app.commands import Pane
    from codexlog.app.remembered import Shares
    from codexlog.app.screens.arrangement import Arrangement

LEAST_LIST, LEAST_RIGHT = 24, 44
"""Columns that the list, and what stands right of it, keep."""
LEAST_ROWS, LEAST_COLUMNS = 4, 30
"""Rows or columns that the timeline and the details keep, by how they are split."""
ROUNDING = 0.25
"""Part of a cell that is added to a share, so that it is the same number of cells again."""


class Proportions:
    """The sizes of the panes."""

    def __init__(self, shares: Shares, boxes: Mapping[Pane, Vertical], right: Container) -> None:
        self.shares = dict(shares)
        self._boxes = boxes
        self._right = right
        self._name = "single"
        self._applied: tuple[object, ...] = ("", None, None)

    def apply(self, arrangement: Arrangement, width: int) -> None:
        """Give the panes their sizes in an arrangement."""
        self._name = _name(arrangement)
        columns, share = self._list_columns(width), self.shares.get(f"{self._name}.split")
        if (self._name, columns, share) == self._applied or self._applied[1:] == (columns, share) == (
            None,
            None,
        ):
            return  # touching a style costs a layout
        self._applied = (self._name, columns, share)
        self._boxes["sessions"].styles.width = columns
        self._split(share)

    def step(self, pane: Pane, step: int) -> str | None:
        """Widen (1) or narrow (-1) a pane by a few cells; returns the name of the share that changed."""
        if self._name == "single":
            return None
        return self._step_list(step) if pane == "sessions" else self._step_split(pane, step)

    def reset(self) -> list[str]:
        """Forget the shares of this arrangement; returns their names."""
        names = [f"{self._name}.list", f"{self._name}.split"]
        return [name for name in names if self.shares.pop(name, None) is not None]

    # ------------------------------------------------------------------------------------- private

    def _list_columns(self, width: int) -> int | None:
        share = self.shares.get(f"{self._name}.list")
        return _between(LEAST_LIST, int(share * width), width - LEAST_RIGHT) if share is not None else None

    def _split(self, share: float | None) -> None:
        """Share what is right of the list between timeline and details."""
        timeline, details = self._boxes["timeline"].styles, self._boxes["details"].styles
        whole = round(10_000 * share) if share is not None else 0  # Textual loses a row to other fractions
        parts = (f"{whole}fr", f"{10_000 - whole}fr") if whole else (None, None)
        for style, part in ((timeline, parts[0]), (details, parts[1])):
            style.width = part if self._name == "broad" else None
            style.height = part if self._name == "beside" else None

    def _step_list(self, step: int) -> str | None:
        total = self._boxes["sessions"].size.width + self._right.outer_size.width
        columns = self._boxes["sessions"].size.width
        wanted = _between(LEAST_LIST, columns + 4 * step, total - LEAST_RIGHT)
        return self._keep("list", columns, wanted, total)

    def _step_split(self, pane: Pane, step: int) -> str | None:
        step = step if pane == "timeline" else -step
        timeline, details = self._boxes["timeline"].outer_size, self._boxes["details"].outer_size
        if self._name == "broad":
            before, total, step, least = (
                timeline.width,
                timeline.width + details.width,
                4 * step,
                LEAST_COLUMNS,
            )
        else:
            before, total, least = timeline.height, timeline.height + details.height, LEAST_ROWS
        return self._keep("split", before, _between(least, before + step, total - least), total)

    def _keep(self, what: str, before: int, wanted: int, total: int) -> str | None:
        if wanted == before:
            return None
        name = f"{self._name}.{what}"
        self.shares[name] = (wanted + ROUNDING) / total
        return name


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def _name(arrangement: Arrangement) -> str:
    return next((each for each in ("single", "broad") if each in arrangement.classes), "beside")
