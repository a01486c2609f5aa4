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
    from collections.abc import Iterator, Sequence

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
        self._bounds = turn_bounds(outline)
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
        """The rows of unusual turns."""
        self._starts: list[int] = [1]
        self.version = 0
        """Counts the patches: texts that were read before the last one may be out of date."""
        self._measure_from(0)

    # ------------------------------------------------------------------------------------- reading

    def __len__(self) -> int:
        return self._starts[-1]

    def row(self, index: int) -> Row:
        """What stands at a row."""
        if index <= 0:
            return Row(-1, SESSION)
        turn = bisect_right(self._starts, index) - 1
        return Row(turn, self._entry_at(turn, index - self._starts[turn]))

    def index(self, row: Row) -> int:
        """Where something stands; the turn's heading where it is folded away."""
        if row.entry == SESSION or not self._bounds:
            return 0
        return self._starts[row.turn] + self._position(row.turn, row.entry)

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
        self._measure_from(0)

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

    def adopt(self, before: OutlineRows) -> None:
        """Fold and unfold as in another outline of the same file."""
        if not (before._folded or before._unusual):
            return
        for kept, members in (
            (before._folded, self._folded),
            (before._with_texts, self._with_texts),
            (before._unusual, self._unusual),
        ):
            turns = (self.row(self.find(before.place(before._starts[each]))).turn for each in sorted(kept))
            members.update(each for each in turns if each >= 0)
        for entry in before._expanded:
            same = self.row(self.find(before._place_of(entry))).entry
            if same >= 0:
                self._expanded.add(same)
        self._rows.clear()
        self._measure_from(0)

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
        return self._place_of(row.entry, turn)

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

    def _place_of(self, entry: int, turn_id: str | None = None) -> Place:
        entries = self.outline.entries
        return Place(entries.offset[entry], entries.part[entry], 0, turn_id)

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

    def _heads(self, turn: int) -> tuple[int, ...]:
        """The rows of a turn that stand for no entry."""
        head = (HEAD,) if self.outline.turns else ()
        return (*head, FOLDS) if self._texts[turn] and turn not in self._folded else head

    def _listed(self, turn: int) -> Sequence[int]:
        """The entries of a turn that have a row, ascending."""
        if turn in self._folded:
            return ()
        if turn not in self._unusual:
            return self._shown[turn]
        rows = self._rows.get(turn)
        if rows is None:
            rows = self._rows[turn] = array("i", sorted(self._unusually_listed(turn)))
        return rows

    def _unusually_listed(self, turn: int) -> set[int]:
        listed = set(self._shown[turn])
        if turn in self._with_texts:
            listed.update(self._texts[turn])
        for entry in self._expanded.intersection(self._shown[turn]):
            listed.update(self._polls.get(entry, ()))
        return listed

    def _entry_at(self, turn: int, row: int) -> int:
        heads = self._heads(turn)
        return heads[row] if row < len(heads) else self._listed(turn)[row - len(heads)]

    def _position(self, turn: int, entry: int) -> int:
        """Row of an entry within its turn; 0, the heading, where it has none."""
        heads, listed = self._heads(turn), self._listed(turn)
        if entry < 0:
            return heads.index(entry) if entry in heads else 0
        at = bisect_left(listed, entry)
        return len(heads) + at if at < len(listed) and listed[at] == entry else 0

    def _measure(self, turn: int) -> None:
        """Look at a turn anew whose rows are others now."""
        self._rows.pop(turn, None)
        self._measure_from(turn)

    def _measure_from(self, turn: int) -> None:
        """Set where the turns from this one on start."""
        del self._starts[turn + 1 :]
        heights = (self._height(each) for each in range(turn, len(self._bounds)))
        self._starts += list(accumulate(heights, initial=self._starts[turn]))[1:]

    def _height(self, turn: int) -> int:
        return len(self._heads(turn)) + len(self._listed(turn))

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


def turn_bounds(outline: Outline, first: int = 0) -> list[tuple[int, int]]:
    """Where the entries of each turn, from `first` on, start and end; they stand in the turns' order."""
    turns, size = outline.entries.turn, len(outline.entries)
    if not outline.turns:
        return [(0, size)]
    starts = [bisect_left(turns, turn) if turn else 0 for turn in range(first, len(outline.turns))]
    return list(zip(starts, [*starts[1:], size], strict=True))


def _set(members: set[int], value: int, on: bool) -> None:
    if on:
        members.add(value)
    else:
        members.discard(value)
