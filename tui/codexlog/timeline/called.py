"""Which tools a session called and how its calls ended: eight bytes a call, and each way only once."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, cast

from codexlog.timeline.entries import NO_CODE, STATUSES

if TYPE_CHECKING:
    from codexlog.model import Status
    from codexlog.model.session import CallEnd
    from codexlog.timeline.entries import Entries


class Called:
    """The name of each call's tool, by its entry."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._entry = array("I")
        self._tool = array("I")

    def add(self, entry: int, name: str) -> None:
        """A call; calls come in the order of their entries."""
        self._entry.append(entry)
        self._tool.append(self._numbers.setdefault(name, len(self._numbers)))

    def ends(self, entries: Entries) -> frozenset[CallEnd]:
        """Every (tool, exit code, status) that occurs, as the entries know it now."""
        names = list(self._numbers)
        codes = map(entries.exit_code.__getitem__, self._entry)
        statuses = map(entries.status.__getitem__, self._entry)
        return frozenset(
            (names[tool], None if code == NO_CODE else code, cast("Status", STATUSES[status]))
            for tool, code, status in set(zip(self._tool, codes, statuses, strict=True))
        )
