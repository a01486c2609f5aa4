"""Which tools a session called and how its calls ended: eight bytes a call, and each way only once."""

from __future__ import annotations

from array import array
from bisect import bisect_left
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
        self._ends: list[CallEnd] = []
        """How each call ended, of those that were counted."""
        self._counts: dict[CallEnd, int] = {}

    def add(self, entry: int, name: str) -> None:
        """A call; calls come in the order of their entries."""
        self._entry.append(entry)
        self._tool.append(self._numbers.setdefault(name, len(self._numbers)))

    def ends(self, entries: Entries) -> frozenset[CallEnd]:
        """Every (tool, exit code, status) that occurs, as the entries know it now.

        Where the entries note their changes, only what is new or has changed since the last time is read.
        """
        if entries.changed is None:
            return self._all_ends(entries)
        self._revise(entries)
        return frozenset(self._counts)

    def _revise(self, entries: Entries) -> None:
        names, counted = list(self._numbers), len(self._ends)
        for entry in entries.changed or ():
            call = bisect_left(self._entry, entry)
            if call < counted and self._entry[call] == entry:
                self._count(self._ends[call], -1)
                self._ends[call] = self._end(call, names, entries)
                self._count(self._ends[call], 1)
        for call in range(counted, len(self._entry)):
            self._ends.append(self._end(call, names, entries))
            self._count(self._ends[call], 1)

    def _end(self, call: int, names: list[str], entries: Entries) -> CallEnd:
        entry = self._entry[call]
        status = cast("Status", STATUSES[entries.status[entry]])
        return names[self._tool[call]], entries.code(entry), status

    def _count(self, end: CallEnd, step: int) -> None:
        left = self._counts.get(end, 0) + step
        if left:
            self._counts[end] = left
        else:
            del self._counts[end]

    def _all_ends(self, entries: Entries) -> frozenset[CallEnd]:
        names = list(self._numbers)
        codes = map(entries.exit_code.__getitem__, self._entry)
        statuses = map(entries.status.__getitem__, self._entry)
        return frozenset(
            (names[tool], None if code == NO_CODE else code, cast("Status", STATUSES[status]))
            for tool, code, status in set(zip(self._tool, codes, statuses, strict=True))
        )
