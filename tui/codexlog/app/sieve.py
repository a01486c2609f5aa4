"""A query over the rows of the session list.

Verdicts are kept: a further word of the query costs one look at each row, news of a session one row.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from codexlog.catalog.query.explain import Tally, explain
from codexlog.catalog.query.match import Facts, holds
from codexlog.catalog.query.parse import Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.render.session_row import SessionRow
    from codexlog.catalog.query.parse import Term

    Group = tuple[Term, ...]
    Column = dict[int, tuple[SessionRow, bool | None]]


class Sieve:
    """Decides rows by index. A row is a new object whenever more is known of it: then it is decided anew."""

    def __init__(self) -> None:
        self.query = Query()
        self.shown: list[int] = []
        """Indexes of the rows that meet the query, in order."""
        self.open: set[int] = set()
        """Indexes of those of which that is not known yet."""
        self._columns: dict[Group, Column] = {}
        self._facts: dict[int, tuple[SessionRow, Facts | None]] = {}

    def use(self, query: Query) -> None:
        """Decide by another query; what it has in common with the one before is not decided again."""
        self.query = query
        self._columns = {group: self._columns.get(group, {}) for group in query.groups}

    def sift(self, rows: Sequence[SessionRow]) -> None:
        """Decide every row."""
        verdicts = [self._of(self.query, index, row) for index, row in enumerate(rows)]
        self.shown = [index for index, verdict in enumerate(verdicts) if verdict]
        self.open = {index for index, verdict in enumerate(verdicts) if verdict is None}

    def sift_one(self, index: int, row: SessionRow) -> None:
        """Decide one row anew; the others stay as they are."""
        verdict = self._of(self.query, index, row)
        (self.open.add if verdict is None else self.open.discard)(index)
        at = bisect_left(self.shown, index)
        is_in = at < len(self.shown) and self.shown[at] == index
        if verdict and not is_in:
            self.shown.insert(at, index)
        elif is_in and not verdict:
            del self.shown[at]

    def tally(self, query: Query, rows: Sequence[SessionRow]) -> Tally:
        """How many rows meet another query."""
        verdicts = [self._of(query, index, row) for index, row in enumerate(rows)]
        return Tally(verdicts.count(True), verdicts.count(None))

    def explain(self, rows: Sequence[SessionRow]) -> tuple[str, ...]:
        """Why no row meets the query."""
        return explain(self.query, lambda query: self.tally(query, rows))

    def _of(self, query: Query, index: int, row: SessionRow) -> bool | None:
        known: bool | None = True
        for group in query.groups:
            column = self._columns.setdefault(group, {})
            kept = column.get(index)
            if kept is None or kept[0] is not row:
                facts = self._facts_of(index, row)
                kept = column[index] = (row, holds(group, facts) if facts is not None else None)
            if kept[1] is False:
                return False
            known = None if kept[1] is None else known
        return known

    def _facts_of(self, index: int, row: SessionRow) -> Facts | None:
        kept = self._facts.get(index)
        if kept is None or kept[0] is not row:
            summary, is_whole = row.summary, row.counted or row.found.error is not None
            facts = Facts(summary, is_whole=is_whole) if summary is not None else None
            kept = self._facts[index] = (row, facts)
        return kept[1]
