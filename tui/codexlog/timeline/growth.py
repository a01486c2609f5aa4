"""The outline of a session that grows: after each look, only what is new or has changed.

A patch costs what was appended. Headings of untouched turns are not made again, and the columns of
entries that stay are not read: what changed is noted while the rows are taken in.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codexlog.timeline.entries import CALL, FAILED_CODES, Entries
from codexlog.timeline.outline import Outline, TurnHead, calls_per_turn, show_lone_echoes, turn_head
from codexlog.timeline.summary import summarize
from codexlog.timeline.turns import NAMED_BACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codexlog.model import Summary
    from codexlog.timeline.builder import TimelineBuilder
    from codexlog.timeline.entries import Before, Entry
    from codexlog.timeline.meter import Metering
    from codexlog.timeline.summary import FileFacts


METERED_AGAIN = 64
"""Part of its entries by which a session must grow before its metering, which costs all of them, is told."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What turns the last outline of a session into the present one."""

    summary: Summary
    turns: int
    """How many there are now; fewer than before where a turn was taken back."""
    heads: Mapping[int, TurnHead]
    """New and changed headings, by index."""
    first: int
    """How many entries there were."""
    new: Entries
    """Those behind them."""
    changed: Mapping[int, Entry]
    """Earlier ones that are not what they were."""
    attached: tuple[int, ...] = ()
    """Further entries that have attachments."""
    metering: Metering | None = None
    """Told anew when the session has grown by a part of itself or ended; None: as it was."""


def patched(found: Outline, patch: Patch) -> Outline:
    """The outline with a patch put in; takes over its entries, and its headings where they are a list."""
    heads = found.turns if isinstance(found.turns, list) else list(found.turns)
    del heads[patch.turns :]
    for index in sorted(patch.heads):
        if index < len(heads):
            heads[index] = patch.heads[index]
        else:
            heads.append(patch.heads[index])
    for at, entry in patch.changed.items():
        found.entries.put(at, entry)
    found.entries.extend(patch.new)
    attached = found.attached if isinstance(found.attached, list) else list(found.attached)
    for number in patch.attached:
        at = bisect_left(attached, number)
        if attached[at : at + 1] != [number]:
            attached.insert(at, number)
    metering = patch.metering or found.metering
    return replace(found, summary=patch.summary, turns=heads, attached=attached, metering=metering)


class GrowingOutline:
    """Tells what changed in the outline of a builder that goes on being fed."""

    def __init__(self, builder: TimelineBuilder) -> None:
        self._builder = builder
        self._entries = Entries()
        """Those of the last look: a builder that finds its rows inherited begins with others."""
        self._size = 0
        self._heads: list[TurnHead] = []
        self._calls: list[int] = []
        self._failed: list[int] = []
        self._attached = 0
        self._metered = 0
        """How many entries there were when the metering was last told."""
        self._outcome = ""

    def whole(self, facts: FileFacts) -> Outline:
        """The outline as it is; later patches start from here. Its entries are the builder's own."""
        show_lone_echoes(self._builder)
        own = self._builder.own
        turns = len(own.turns.all)
        self._calls, self._failed = calls_per_turn(own.entries, turns)
        self._heads = [self._head(facts, index) for index in range(turns)]
        self._settle()
        summary = summarize(self._builder, facts)
        return Outline(
            summary,
            tuple(self._heads),
            own.entries,
            metering=self._metering(summary.outcome),
            attached=tuple(sorted(set(self._newly_attached()))),
        )

    def patch(self, facts: FileFacts) -> Patch | None:
        """What changed since the last look; None where only the whole outline says it."""
        own = self._builder.own
        if own.entries is not self._entries:
            return None
        show_lone_echoes(self._builder)
        entries, first = own.entries, self._size
        changed = {at: before for at, before in (entries.changed or {}).items() if at < first}
        turns = len(own.turns.all)
        touched = self._recent_turns(turns)
        self._resize(turns)
        touched.update(self._recount(changed, first))
        heads = self._changed_heads(facts, touched)
        summary = summarize(self._builder, facts)  # while it is noted what has changed
        self._settle()
        now = {at: entries[at] for at in changed}
        is_due = len(entries) - self._metered >= len(entries) // METERED_AGAIN
        metering = self._metering(summary.outcome) if is_due or summary.outcome != self._outcome else None
        new, attached = entries.behind(first), self._newly_attached()
        return Patch(summary, turns, heads, first, new, now, attached, metering)

    def _metering(self, outcome: str) -> Metering | None:
        own = self._builder.own
        self._metered, self._outcome = len(own.entries), outcome
        return own.meter.metering(own, elsewhere=self._builder.is_referenced) if own.meter else None

    def _newly_attached(self) -> tuple[int, ...]:
        attached = self._builder.own.attached
        first, self._attached = self._attached, len(attached)
        return tuple(attached[first:])

    def _recent_turns(self, turns: int) -> set[int]:
        """Turns that rows may have changed: the last ones, for an end mark may name one of several."""
        start = min(self._builder.own.turns.fewest, len(self._heads), turns) - NAMED_BACK - 1
        return set(range(max(0, start), turns))

    def _resize(self, turns: int) -> None:
        for figures in (self._calls, self._failed):
            figures.extend([0] * (turns - len(figures)))

    def _recount(self, changed: Mapping[int, Before], first: int) -> set[int]:
        """Bring the turns' figures up to date; returns the turns that these entries stand in."""
        entries, touched = self._entries, set()
        for at, (kind, turn, status) in changed.items():
            self._count(kind, turn, status, -1)
            self._count(entries.kind[at], entries.turn[at], entries.status[at], 1)
            touched.add(entries.turn[at])
        for at in range(first, len(entries)):
            self._count(entries.kind[at], entries.turn[at], entries.status[at], 1)
            touched.add(entries.turn[at])
        return touched

    def _count(self, kind: int, turn: int, status: int, step: int) -> None:
        if kind == CALL:
            self._calls[turn] += step
            if status in FAILED_CODES:
                self._failed[turn] += step

    def _changed_heads(self, facts: FileFacts, touched: set[int]) -> dict[int, TurnHead]:
        turns = len(self._builder.own.turns.all)
        for figures in (self._calls, self._failed, self._heads):
            del figures[turns:]
        heads: dict[int, TurnHead] = {}
        for index in sorted(each for each in touched if each < turns):
            head = self._head(facts, index)
            if index == len(self._heads):
                self._heads.append(head)
            elif head == self._heads[index]:
                continue
            self._heads[index] = heads[index] = head
        return heads

    def _head(self, facts: FileFacts, index: int) -> TurnHead:
        return turn_head(self._builder, facts, index, self._calls[index], self._failed[index])

    def _settle(self) -> None:
        own = self._builder.own
        self._entries, self._size = own.entries, len(own.entries)
        own.entries.changed = {}
        own.turns.fewest = len(own.turns.all)
