"""Rows of a session that grows: they take in patches, at the cost of what a patch holds."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from codexlog.app.outline_rows import OutlineRows, turn_bounds
from codexlog.timeline.entries import FOLDED, SHOWN
from codexlog.timeline.growth import patched

if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping

    from codexlog.timeline.entries import Entry
    from codexlog.timeline.growth import Patch


class GrowingRows(OutlineRows):
    """Owns its outline: nobody else may hold its entries while they are patched."""

    def grow(self, patch: Patch) -> None:
        """Take in what the session has gained. Costs what the patch holds; all that is folded stays so."""
        before = {at: self.outline.entries[at] for at in patch.changed}
        had = len(self.outline.turns)
        self.outline = patched(self.outline, patch)
        self.version += 1
        anew = self._first_other_turn(before, had)
        if anew < max(had, len(self.outline.turns)):
            self._build_from(anew)
        lowest = min(anew, self._append(patch.first, anew))
        for at, old in before.items():
            lowest = min(lowest, self._reclassify(at, old, anew))
        self._measure_from(min(lowest, len(self._bounds) - 1))

    def _first_other_turn(self, before: Mapping[int, Entry], had: int) -> int:
        """The first turn that is new or whose entries stood in another one."""
        entries, count = self.outline.entries, len(self.outline.turns)
        if not had:
            return 0 if count else 1
        turns = ((old.turn, entries.turn[at]) for at, old in before.items())
        return min(had, count, *(min(pair) for pair in turns if pair[0] != pair[1]))

    def _build_from(self, turn: int) -> None:
        """List the entries of the turns from one on anew."""
        self._bounds[turn:] = turn_bounds(self.outline, turn)
        count = len(self._bounds)
        self._shown[turn:] = [self._shown_of(each) for each in range(turn, count)]
        self._texts[turn:] = [self._texts_of(each) for each in range(turn, count)]
        for each in [each for each in self._rows if each >= turn]:
            del self._rows[each]
        for members in (self._folded, self._with_texts, self._unusual):
            members.difference_update([each for each in members if each >= count])

    def _append(self, first: int, anew: int) -> int:
        """List the entries from `first` on that no turn from `anew` on has; returns the lowest turn."""
        entries, lowest = self.outline.entries, anew
        for at in range(first, len(entries)):
            turn, opener = self._turn_of(at), entries.opener[at]
            if opener and entries.shown[at] == SHOWN:
                lowest = min(lowest, self._add_poll(at, opener - 1))
            if turn < anew:
                lowest = min(lowest, turn)
                self._bounds[turn] = (self._bounds[turn][0], at + 1)
                column = self._column(turn, entries.shown[at], opener)
                if column is not None:
                    column.append(at)
                    is_listed = column is self._shown[turn] or turn in self._with_texts
                    self._list_also(turn, at, is_listed=is_listed)
        return lowest

    def _list_also(self, turn: int, at: int, *, is_listed: bool) -> None:
        """Put a new entry under the rows of an unusual turn."""
        rows = self._rows.get(turn)
        if rows is None or not is_listed:
            return
        if not rows or rows[-1] < at:
            rows.append(at)
        else:
            del self._rows[turn]

    def _reclassify(self, at: int, old: Entry, anew: int) -> int:
        """List an entry where it belongs now; returns the lowest turn that this changes."""
        now = self.outline.entries[at]
        if (old.shown, old.opener) == (now.shown, now.opener):
            return anew
        turn = lowest = self._turn_of(at)
        if old.opener and old.shown == SHOWN and at in self._polls.get(old.opener - 1, ()):
            self._polls[old.opener - 1].remove(at)
            self._rows.pop(self._turn_of(old.opener - 1), None)
            lowest = min(lowest, self._turn_of(old.opener - 1))
        if now.opener and now.shown == SHOWN:
            lowest = min(lowest, self._add_poll(at, now.opener - 1))
        if turn < anew:
            for column in (self._shown[turn], self._texts[turn]):
                _strike(column, at)
            into = self._column(turn, now.shown, now.opener)
            if into is not None:
                insort(into, at)
            self._rows.pop(turn, None)
        return lowest

    def _add_poll(self, at: int, opener: int) -> int:
        """Note a poll; returns the turn that lists it."""
        insort(self._polls.setdefault(opener, []), at)
        turn = self._turn_of(opener)
        if opener in self._expanded:
            self._rows.pop(turn, None)
        return turn

    def _column(self, turn: int, shown: int, opener: int) -> array[int] | None:
        """Where an entry is listed that is so visible."""
        if shown == FOLDED:
            return self._texts[turn]
        return self._shown[turn] if shown == SHOWN and not opener else None


def _strike(rows: array[int], entry: int) -> None:
    """Take an entry out of an ascending column, if it stands there."""
    at = bisect_left(rows, entry)
    if at < len(rows) and rows[at] == entry:
        del rows[at]
