"""Assistant messages, each once, although Codex writes most of them twice."""

from __future__ import annotations

from array import array

from codexlog.formats.events import ANSWER_EVENT, ANSWER_ITEM, ANSWER_ITEM_COMPLETED

REACH = 5
"""Rows behind an event within which an item with another text can still be its twin."""


class _Column:
    __slots__ = ("entries", "rows", "texts")

    def __init__(self) -> None:
        self.rows = array("L")
        self.texts = array("q")
        self.entries = array("L")


class Answers:
    """Decides which echoes stand for a message of their own: shown, but never written as an item."""

    def __init__(self) -> None:
        self._streams = (_Column(), _Column(), _Column())

    def add(self, stream: int, row: int, text: str, entry: int) -> None:
        """One answer; `row` counts the file's rows from 1."""
        column = self._streams[stream]
        column.rows.append(row)
        column.texts.append(hash(text.strip()))
        column.entries.append(entry)

    def alone(self) -> list[int]:
        """Entries of the echoes that no item stands for."""
        items = self._streams[ANSWER_ITEM]
        events = self._streams[ANSWER_EVENT]
        if not events.rows:
            events = self._streams[ANSWER_ITEM_COMPLETED]
        written = set(items.texts)
        left = [index for index, text in enumerate(events.texts) if text not in written]
        if not left:
            return []
        echoed = set(events.texts)
        spare = [row for row, text in zip(items.rows, items.texts, strict=True) if text not in echoed]
        return [events.entries[index] for index in left if not _take(spare, events.rows[index])]

    def count(self) -> int:
        """How many messages there are."""
        return len(self._streams[ANSWER_ITEM].rows) + len(self.alone())


def _take(spare: list[int], row: int) -> bool:
    """Take the first unmatched item within reach of an event, if there is one."""
    for index, candidate in enumerate(spare):
        if candidate > row + REACH:
            return False
        if candidate > row:
            del spare[index]
            return True
    return False
