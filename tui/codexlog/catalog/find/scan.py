"""Places in a file where one of some byte strings stands, far faster than anything can be decoded.

Reads blocks by `pread`: they stay in the processor's cache while they are searched, a file that shrinks
gives less and no signal, and between two blocks other threads run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import stringzilla

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Read = Callable[[int, int], bytes]

BLOCK = 1 << 20


def places(
    read: Read,
    start: int,
    stop: int,
    anchors: Sequence[bytes],
    *,
    uncased: bool,
    after: Callable[[int], int] = lambda place: place + 1,
    block: int = BLOCK,
) -> Iterator[tuple[int, int | None]]:
    """(how far the file was searched, a place or None), in file order.

    `read(size, offset)` gives bytes, fewer only at the end. Matches begin at or after `start` and end at or
    before `stop`. Behind a place the search goes on where `after` says, for a caller that needs no second
    match in the same row. Every block ends with a None, so that the caller can report and be stopped.
    `uncased` finds every place where the ASCII letters match in any case, and perhaps a few others.
    """
    overlap = max(map(len, anchors)) - 1
    searches = [_Search(anchor, uncased=uncased) for anchor in anchors]
    base = start
    resume = start
    while base < stop and (data := read(min(block + overlap, stop - base), base)):
        while resume < base + len(data):
            found = min((at for each in searches if (at := each.find(data, base, resume)) >= 0), default=-1)
            if found < 0:
                break
            yield found, found
            resume = max(found + 1, after(found))
        if len(data) <= overlap or base + len(data) >= stop:
            break
        base += len(data) - overlap
        resume = max(resume, base)
        yield base, None
    yield stop, None


class _Search:
    """One anchor; remembers its next place in a block, for several of them search the same one."""

    def __init__(self, anchor: bytes, *, uncased: bool) -> None:
        self._anchor = anchor
        self._find = stringzilla.utf8_uncased_search if uncased else stringzilla.find
        self._block = self._at = -1

    def find(self, data: bytes, base: int, start: int) -> int:
        """Offset in the file of the first match from an offset on; -1 where the block has none."""
        if self._block == base and (self._at < 0 or self._at >= start):
            return self._at
        at = self._find(data, self._anchor, start - base)
        self._block, self._at = base, at if at < 0 else base + at
        return self._at
