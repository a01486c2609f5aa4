"""The sessions that meet a query: decided by the ends of the files where they tell, else by all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codexlog.catalog.listing import facts_of, head_summary, unreadable
from codexlog.catalog.query.explain import Tally, explain
from codexlog.catalog.query.match import Facts, is_cheap, matches
from codexlog.catalog.workers import iter_summaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.query.parse import Query
    from codexlog.model import Summary

FIRST_BATCH = 64
"""Sessions that are read at first where only so many are wanted; then twice as many each time."""
QUICK = 32 << 20
"""Bytes that are read within a fraction of a second."""


class Selection:
    """Reads sessions and keeps those that meet a query; iterate over it once."""

    def __init__(
        self, query: Query, found: Sequence[Found], now: float, running_seconds: float, shelf: SideShelf
    ) -> None:
        self._query = query
        self._found = found
        self._now = now
        self._running_seconds = running_seconds
        self._shelf = shelf
        self._facts: dict[int, Facts] = {}
        """What was read while nothing met the query, by index: the whole, or the ends that ruled it out."""
        self.taken = 0
        """How many met the query so far."""

    def each(self) -> Iterator[Summary]:
        """The sessions that meet the query, as they become known."""
        for _, summary in self._of(range(len(self._found))):
            yield summary

    def newest(self, limit: int | None) -> list[Summary]:
        """The sessions that meet the query in the order of the list, the first `limit` of them."""
        if limit is None:
            return [summary for _, summary in sorted(self._of(range(len(self._found))), key=_index)]
        kept: list[Summary] = []
        start, step = 0, FIRST_BATCH if self._query.terms else limit
        while start < len(self._found) and len(kept) < limit:
            batch = range(start, min(start + step, len(self._found)))
            kept += [summary for _, summary in sorted(self._of(batch), key=_index)]
            start, step = batch.stop, 2 * step
        return kept[:limit]

    def explain(self) -> tuple[str, ...]:
        """Why nothing was found, from what was read for it; what is quickly read is read for the answer."""
        ruled_out = [index for index, facts in self._facts.items() if not facts.is_whole]
        if sum(self._found[index].size for index in ruled_out) <= QUICK:
            self._facts.update(self._read(ruled_out))
        return explain(self._query, self._tally)

    def _tally(self, query: Query) -> Tally:
        verdicts = [matches(query, facts) for facts in self._facts.values()]
        return Tally(verdicts.count(True), verdicts.count(None))

    def _of(self, indexes: Sequence[int]) -> Iterator[tuple[int, Summary]]:
        if is_cheap(self._query):
            indexes = [index for index in indexes if self._may_match(index)]
        for index, facts in self._read(indexes):
            if matches(self._query, facts):
                self.taken += 1
                self._facts.clear()
                yield index, facts.summary
            elif not self.taken:
                self._facts[index] = facts

    def _read(self, indexes: Sequence[int]) -> Iterator[tuple[int, Facts]]:
        found = [self._found[index] for index in indexes]
        for at, read in iter_summaries(found, self._now, self._running_seconds):
            if read.error and found[at].error:
                read = replace(read, error=found[at].error)  # who found it knows more: git's own words
            yield indexes[at], Facts(self._shelf.complete(read, found[at]), is_whole=True)

    def _may_match(self, index: int) -> bool:
        found = self._found[index]
        facts = facts_of(found, self._now, self._running_seconds)
        head = unreadable(facts, found.error) if found.error else head_summary(facts, found.path)
        known = Facts(self._shelf.complete(head, found), is_whole=False)
        may_match = matches(self._query, known) is not False
        if not (may_match or self.taken):
            self._facts[index] = known
        return may_match


def _index(pair: tuple[int, Summary]) -> int:
    return pair[0]
