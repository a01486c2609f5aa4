"""The hits of a search in the open session, in the order of the timeline."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class HitList:
    """Hits as keys: twice the entry, plus 1 where its output matches."""

    def __init__(self) -> None:
        self._keys: list[int] = []
        self._known: set[int] = set()

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Iterable[int]) -> None:
        """Take more hits; those that are known already change nothing."""
        fresh = [key for key in keys if key not in self._known]
        if fresh:
            self._known.update(fresh)
            first = bisect_left(self._keys, min(fresh))  # few are behind: rows are searched in their order
            self._keys[first:] = sorted((*self._keys[first:], *fresh))

    def place(self, key: int | None) -> int | None:
        """Which hit a key is, from 1."""
        return bisect_left(self._keys, key) + 1 if key is not None and key in self._known else None

    def beyond(self, key: int, step: int) -> int | None:
        """The next hit behind (`step` 1) or before a key that need not be one."""
        at = bisect_right(self._keys, key) if step > 0 else bisect_left(self._keys, key) - 1
        return self._keys[at] if 0 <= at < len(self._keys) else None

    def end(self, step: int) -> int | None:
        """The first hit in a direction: the topmost, or for -1 the lowest."""
        return self._keys[0 if step > 0 else -1] if self._keys else None

    def any_in(self, first: int, last: int) -> bool:
        """Whether one of the entries from `first` to before `last` has a hit."""
        at = bisect_left(self._keys, 2 * first)
        return at < len(self._keys) and self._keys[at] < 2 * last
