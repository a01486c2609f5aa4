"""The rows of an outline as the timeline lists them: what is folded, where each row stands.

Rows are not kept one by one. Each turn knows how many it shows; which entry a row stands for is looked
up when the row is drawn.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from codexlog.timeline.entries import CALL, FAILED_CODES, FOLDED, SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.timeline.outline import Outline

SESSION, HEAD, FOLDS = -1, -2, -3
"""Rows that stand for no entry: the session itself, a turn's heading, a turn's folded texts."""


class Row(NamedTuple):
    """One row of the timeline."""

    turn: int
    """Index of the turn; -1 for the session's row."""
    entry: int
    """Index of the entry, or SESSION, HEAD or FOLDS."""


class Place(NamedTuple):
    """What a row stands for, said so that another outline of the same file can find it."""

    offset: int
    part: int
    entry: int
    turn_id: str | None


class OutlineRows:
    """Rows of one outline, with what the person folded and unfolded."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        entries = outline.entries
        self._bounds = _turn_bounds(outline)
        self._polls: dict[int, list[int]] = {}
        for index, opener in enumerate(entries.opener):
            if opener and entries.shown[index] == SHOWN:
                self._polls.setdefault(opener - 1, []).append(index)
        self._shown = [self._shown_of(turn) for turn in range(len(self._bounds))]
        self._texts = [self._texts_of(turn) for turn in range(len(self._bounds))]
        self._folded: set[int] = set()
        self._with_texts: set[int] = set()
        self._expanded: set[int] = set()
        self._unusual: set[int] = set()
        """Turns that list more than what they show at first."""
        self._rows: dict[int, array[int]] = {}
        self._starts: list[int] = []
        self._measure()

    # ------------------------------------------------------------------------------------- reading

    def __len__(self) -> int:
        return self._starts[-1]

    def row(self, index: int) -> Row:
        """What stands at a row."""
        if index <= 0:
            return Row(-1, SESSION)
        turn = bisect_right(self._starts, index) - 1
        return Row(turn, self._of_turn(turn)[index - self._starts[turn]])

    def index(self, row: Row) -> int:
        """Where something stands; the turn's heading where it is folded away."""
        if row.entry == SESSION or not self._bounds:
            return 0
        start = self._starts[row.turn]
        rows = self._of_turn(row.turn)
        if row.entry < 0:
            return start + (rows.index(row.entry) if row.entry in rows else 0)
        at = _find(rows, row.entry)
        return start + (at if at is not None else 0)

    def bounds(self, turn: int) -> tuple[int, int]:
        """First entry of a turn, and the first one behind it."""
        return self._bounds[turn]

    def polls(self, entry: int) -> list[int]:
        """Calls that carry on the process of a call."""
        return self._polls.get(entry, [])

    def is_folded(self, turn: int) -> bool:
        """Whether a turn shows its heading alone."""
        return turn in self._folded

    def is_expanded(self, entry: int) -> bool:
        """Whether a call shows its polls."""
        return entry in self._expanded

    def folded_texts(self, turn: int) -> int:
        """How many texts of a turn no person typed."""
        return len(self._texts[turn])

    def texts_shown(self, turn: int) -> bool:
        """Whether they are listed."""
        return turn in self._with_texts

    # ------------------------------------------------------------------------------------- folding

    def toggle_turn(self, turn: int, *, fold: bool | None = None) -> None:
        """Fold or unfold a turn."""
        _set(self._folded, turn, turn not in self._folded if fold is None else fold)
        self._measure(turn)

    def fold_all(self, *, fold: bool) -> None:
        """Fold or unfold every turn that has a heading."""
        self._folded = set(range(len(self._bounds))) if fold and self.outline.turns else set()
        self._rows.clear()
        self._measure()

    def toggle_texts(self, turn: int) -> None:
        """Show or hide the texts of a turn that no person typed."""
        _set(self._with_texts, turn, turn not in self._with_texts)
        self._unusual.add(turn)
        self._measure(turn)

    def toggle_polls(self, entry: int, *, expand: bool | None = None) -> None:
        """Show or hide the calls that a call's process was polled with."""
        _set(self._expanded, entry, entry not in self._expanded if expand is None else expand)
        self._unusual.add(self._turn_of(entry))
        self._measure(self._turn_of(entry))

    def reveal(self, entry: int) -> int:
        """Unfold what hides an entry; returns its row."""
        turn = self._turn_of(entry)
        opener = self.outline.entries.opener[entry]
        if opener:
            self._expanded.add(opener - 1)
        if self.outline.entries.shown[entry] == FOLDED:
            self._with_texts.add(turn)
        self._folded.discard(turn)
        self._unusual.add(turn)
        self._measure(turn)
        return self.index(Row(turn, entry))

    # -------------------------------------------------------------------------------------- moving

    def failure(self, index: int, step: int) -> int | None:
        """The entry of the next (`step` 1) or previous (-1) failure seen from a row."""
        entries = self.outline.entries
        at = self._entry_before(index) if step > 0 else self._entry_after(index)
        at += step
        while 0 <= at < len(entries):
            if self._is_failure(at):
                return at
            at += step
        return None

    def around(self, index: int) -> tuple[int, int]:
        """The entries before and behind a heading; of a row that stands for an entry, this one twice."""
        return self._entry_before(index), self._entry_after(index)

    def failures(self) -> Iterator[int]:
        """Every failing entry that has a row of its own."""
        return (at for at in range(len(self.outline.entries)) if self._is_failure(at))

    def hidden(self, row: Row) -> Iterator[tuple[int, int]]:
        """Which entries a row stands for besides its own, as ranges: those that are folded away below it."""
        if row.entry == HEAD and row.turn in self._folded:
            yield self._bounds[row.turn]
        elif row.entry == FOLDS and row.turn not in self._with_texts:
            yield from ((entry, entry + 1) for entry in self._texts[row.turn])
        elif row.entry >= 0 and row.entry not in self._expanded:
            yield from ((entry, entry + 1) for entry in self._polls.get(row.entry, ()))

    def appended_to(self, before: OutlineRows) -> int | None:
        """Where the rows that `before` did not have begin; None where this is not `before` and more rows."""
        old, new = before.outline, self.outline
        if old.is_tail or new.is_tail or old.provisional or new.provisional:
            return None
        size = len(old.entries)
        is_same = old.summary.path == new.summary.path and old.entries.offset == new.entries.offset[:size]
        return max((*old.entries.offset[-1:], *old.entries.out_offset), default=0) if is_same else None

    def place(self, index: int) -> Place:
        """Describe a row independently of this outline."""
        row = self.row(index)
        turn = self.outline.turns[row.turn].turn_id if 0 <= row.turn < len(self.outline.turns) else None
        if row.entry < 0:
            first = self._bounds[row.turn][0] if row.turn >= 0 else 0
            offset = self.outline.entries.offset[first] if first < len(self.outline.entries) else 0
            return Place(offset, 0, row.entry, turn)
        return Place(self.outline.entries.offset[row.entry], self.outline.entries.part[row.entry], 0, turn)

    def find(self, place: Place) -> int:
        """The row of a place that another outline described."""
        entries = self.outline.entries
        if place.entry == SESSION or not len(entries):
            return 0
        at = min(bisect_left(entries.offset, place.offset), len(entries) - 1)
        while (
            at + 1 < len(entries) and entries.offset[at + 1] == place.offset and entries.part[at] < place.part
        ):
            at += 1
        turn = self._turn_of(at)
        return self.index(Row(turn, place.entry if place.entry < 0 else at))

    # ------------------------------------------------------------------------------------- private

    def _is_failure(self, at: int) -> bool:
        entries = self.outline.entries
        if entries.status[at] not in FAILED_CODES or entries.kind[at] != CALL or entries.shown[at] != SHOWN:
            return False
        opener = entries.opener[at]
        return not opener or entries.status[opener - 1] not in FAILED_CODES

    def _entry_before(self, index: int) -> int:
        """The entry of a row; for a heading the one before its turn's first."""
        row = self.row(index)
        if row.entry >= 0:
            return row.entry
        return self._bounds[row.turn][0] - 1 if row.turn >= 0 else -1

    def _entry_after(self, index: int) -> int:
        if index >= len(self):
            return len(self.outline.entries)
        row = self.row(index)
        if row.entry >= 0:
            return row.entry
        return self._bounds[row.turn][0] if row.turn >= 0 else 0

    def _turn_of(self, entry: int) -> int:
        return min(self.outline.entries.turn[entry], len(self._bounds) - 1)

    def _of_turn(self, turn: int) -> array[int]:
        rows = self._rows.get(turn)
        if rows is None:
            rows = self._rows[turn] = self._build(turn)
        return rows

    def _build(self, turn: int) -> array[int]:
        rows = array("i", (HEAD,) if self.outline.turns else ())
        if turn in self._folded:
            return rows
        texts = self._texts[turn]
        if texts:
            rows.append(FOLDS)
        if turn not in self._unusual:
            rows.extend(self._shown[turn])
            return rows
        listed = set(self._shown[turn])
        if turn in self._with_texts:
            listed.update(texts)
        for entry in self._shown[turn]:
            if entry in self._expanded:
                listed.update(self._polls.get(entry, ()))
        rows.extend(sorted(listed))
        return rows

    def _measure(self, turn: int | None = None) -> None:
        if turn is not None:
            self._rows.pop(turn, None)
        self._starts = list(accumulate((self._height(each) for each in range(len(self._bounds))), initial=1))

    def _height(self, turn: int) -> int:
        if turn in self._unusual:
            return len(self._of_turn(turn))
        head = 1 if self.outline.turns else 0
        if turn in self._folded:
            return head
        return head + (1 if self._texts[turn] else 0) + len(self._shown[turn])

    def _shown_of(self, turn: int) -> array[int]:
        entries = self.outline.entries
        first, last = self._bounds[turn]
        return array(
            "i", (at for at in range(first, last) if entries.shown[at] == SHOWN and not entries.opener[at])
        )

    def _texts_of(self, turn: int) -> array[int]:
        first, last = self._bounds[turn]
        shown = self.outline.entries.shown
        return array("i", (at for at in range(first, last) if shown[at] == FOLDED))


def _turn_bounds(outline: Outline) -> list[tuple[int, int]]:
    """Where the entries of each turn start and end; they stand in the order of the turns."""
    turns, size = outline.entries.turn, len(outline.entries)
    if not outline.turns:
        return [(0, size)]
    starts = [0, *(bisect_left(turns, turn) for turn in range(1, len(outline.turns)))]
    return list(zip(starts, [*starts[1:], size], strict=True))


def _find(rows: array[int], entry: int) -> int | None:
    """Position of an entry behind the headings, which are negative and come first."""
    at = bisect_left(rows, entry, lo=sum(1 for value in rows[:2] if value < 0))
    return at if at < len(rows) and rows[at] == entry else None


def _set(members: set[int], value: int, on: bool) -> None:
    if on:
        members.add(value)
    else:
        members.discard(value)
