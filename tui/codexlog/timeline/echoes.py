"""Assistant messages, each once, although Codex writes most of them twice."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from codexlog.formats.events import ANSWER_EVENT, ANSWER_ITEM, ANSWER_ITEM_COMPLETED

REACH = 5
"""Rows behind an event within which an item with another text can still be its twin."""


class _Column:
    __slots__ = ("entries", "rows", "texts")

    def __init__(self) -> None:
        self.rows = array("L")
        self.texts = array("q")
        self.entries = array("L")


class _Unmatched:
    """Messages of one stream whose text the other one has not, and every text of the stream."""

    __slots__ = ("_of_text", "column", "left", "read", "texts")

    def __init__(self, column: _Column) -> None:
        self.column = column
        self.read = 0
        self.texts: set[int] = set()
        self.left: set[int] = set()
        """Indexes into the column."""
        self._of_text: dict[int, list[int]] = {}

    def advance(self, other: _Unmatched) -> int | None:
        """Read on; returns the first row whose match may be another one now.

        To be called for both streams in turn: what one reads strikes out messages of the other.
        """
        first: int | None = None
        rows, texts = self.column.rows, self.column.texts
        for at in range(self.read, len(rows)):
            text = texts[at]
            if text not in self.texts:
                self.texts.add(text)
                for struck in other._of_text.pop(text, ()):
                    other.left.discard(struck)
                    first = _least(first, other.column.rows[struck])
            if text not in other.texts:
                self.left.add(at)
                self._of_text.setdefault(text, []).append(at)
                first = _least(first, rows[at])
        self.read = len(rows)
        return first


class Answers:
    """Decides which echoes stand for a message of their own: shown, but never written as an item."""

    def __init__(self) -> None:
        self._streams = (_Column(), _Column(), _Column())
        self._items = _Unmatched(self._streams[ANSWER_ITEM])
        self._events = _Unmatched(self._streams[ANSWER_ITEM_COMPLETED])
        self._twins: dict[int, int] = {}
        """Event → item of another text that is its twin, both unmatched."""
        self._taken: set[int] = set()
        """The values of these."""
        self._alone: set[int] = set()
        self._changed: dict[int, bool] = {}

    def add(self, stream: int, row: int, text: str, entry: int) -> None:
        """One answer; `row` counts the file's rows from 1."""
        column = self._streams[stream]
        column.rows.append(row)
        column.texts.append(hash(text.strip()))
        column.entries.append(entry)

    def changes(self) -> dict[int, bool]:
        """Entries of echoes that no item stands for any longer, or of which that is no more true."""
        self._judge()
        changed, self._changed = self._changed, {}
        return changed

    def count(self) -> int:
        """How many messages there are."""
        self._judge()
        return len(self._streams[ANSWER_ITEM].rows) + len(self._alone)

    def _judge(self) -> None:
        """Take in what was added; matches before the first row that it concerns stay as they are."""
        if self._streams[ANSWER_EVENT].rows and self._events.column is not self._streams[ANSWER_EVENT]:
            self._begin_with_events()
        firsts = [self._items.advance(self._events), self._events.advance(self._items)]
        rows = [row for row in firsts if row is not None]
        if rows:
            self._match(min(rows) - REACH)

    def _begin_with_events(self) -> None:
        """The better stream of echoes has begun: the other one's echoes are those of both."""
        for event in self._alone:
            self._changed[self._events.column.entries[event]] = False
        self._alone.clear()
        self._twins.clear()
        self._taken.clear()
        self._items = _Unmatched(self._streams[ANSWER_ITEM])
        self._events = _Unmatched(self._streams[ANSWER_EVENT])

    def _match(self, row: int) -> None:
        """Give each unmatched event from a row on the first free item within reach; the rest is alone."""
        column, left = self._events.column, self._events.left
        start = bisect_left(column.rows, max(0, row))
        for event in range(start, len(column.rows)):
            self._taken.discard(self._twins.pop(event, -1))
        for event in range(start, len(column.rows)):
            twin = self._twin(column.rows[event]) if event in left else None
            if twin is not None:
                self._twins[event] = twin
                self._taken.add(twin)
            self._set_alone(event, event in left and twin is None)

    def _twin(self, row: int) -> int | None:
        rows, spare = self._items.column.rows, self._items.left
        for item in range(bisect_right(rows, row), len(rows)):
            if rows[item] > row + REACH:
                return None
            if item in spare and item not in self._taken:
                return item
        return None

    def _set_alone(self, event: int, alone: bool) -> None:
        if alone == (event in self._alone):
            return
        if alone:
            self._alone.add(event)
        else:
            self._alone.discard(event)
        self._changed[self._events.column.entries[event]] = alone


def _least(first: int | None, row: int) -> int:
    return row if first is None else min(first, row)
