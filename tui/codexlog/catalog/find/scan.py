"""Places in a file where one of some byte strings stands, far faster than anything can be decoded.

Reads blocks by `pread`: they stay in the processor's cache while they are searched, a file that shrinks
gives less and no signal, and between two blocks other threads run. A long way is searched by several
threads, each with a block of its own; reading and searching hold no interpreter lock.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import stringzilla

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    Read = Callable[[int, int], bytes]

BLOCK = 1 << 21
THREADS = 2
AHEAD = 4
"""Blocks that are searched before somebody asks for them, where there are more than that."""


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

    `read(size, offset)` gives bytes, fewer only at the end; threads call it. Matches begin at or after
    `start` and end at or before `stop`. Behind a place the search goes on where `after` says, for a caller
    that needs no second match in the same row. Every block ends with a None, so that the caller can report
    and be stopped. `uncased` finds every place where the ASCII letters match in any case, and perhaps a few
    others.
    """
    overlap = max(map(len, anchors)) - 1
    search = stringzilla.utf8_uncased_search if uncased else stringzilla.find

    def look(base: int) -> _Block:
        data = read(min(block + overlap, stop - base), base)
        return _Block(base, data, [search(data, anchor) for anchor in anchors])

    resume = start
    for base, data, firsts in _in_order(look, range(start, stop, block)):
        end = base + len(data)
        searches = [
            _Search(search, anchor, base, data, first) for anchor, first in zip(anchors, firsts, strict=True)
        ]
        resume = max(resume, base)
        while resume < end:
            found = min((at for each in searches if (at := each.next(resume)) >= 0), default=-1)
            if found < 0:
                break
            yield found, found
            resume = max(found + 1, after(found))
        if len(data) <= overlap or end >= stop:
            break
        yield base + block, None
    yield stop, None


class _Block(NamedTuple):
    """A piece of the file, with the first place of each anchor in it, -1 for none."""

    base: int
    data: bytes
    firsts: list[int]


def _in_order(look: Callable[[int], _Block], bases: range) -> Iterator[_Block]:
    """Every block, in file order; some are looked at ahead where there are many."""
    if len(bases) <= AHEAD:
        yield from map(look, bases)
        return
    waiting: deque[Future[_Block]] = deque()
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="scan")
    try:
        for base in bases:
            waiting.append(pool.submit(look, base))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class _Search:
    """One anchor in one block; remembers its next place, for several of them search the same one."""

    def __init__(
        self, search: Callable[[bytes, bytes, int], int], anchor: bytes, base: int, data: bytes, first: int
    ) -> None:
        self._search = search
        self._anchor = anchor
        self._base = base
        self._data = data
        self._at = first

    def next(self, start: int) -> int:
        """Offset in the file of the first match from an offset on; -1 where the block has none."""
        if 0 <= self._at < start - self._base:
            self._at = self._search(self._data, self._anchor, start - self._base)
        return self._base + self._at if self._at >= 0 else -1
