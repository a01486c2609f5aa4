"""Where the rows that a fork or subagent copied from its parent end.

Copied rows carry the fork's write time but keep their turn ids, so a turn that began before the session
did is the parent's. Rules in this order: an ordinal in the meta; a foreign `session_meta` at the head;
a declared fork whose first turn is older than the session.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from codexlog.formats.events import Events, Meta, Settings, TurnStart, WorldState
from codexlog.timeline.times import seconds

if TYPE_CHECKING:
    from codexlog.formats.events import Event

PAUSE = 1.0
"""Seconds between neighbouring rows; copied rows are written in one burst."""


class Verdict(Enum):
    """What a row is, as far as is known when it comes."""

    OWN = auto()
    INHERITED = auto()
    OWN_AND_ALL_BEFORE_INHERITED = auto()
    INHERITED_AND_ALL_BEFORE = auto()


class _State(Enum):
    HEAD = auto()
    ORDINAL = auto()
    DECLARED = auto()
    COPIED = auto()
    PERHAPS_OWN = auto()
    SETTLED = auto()


class Prefix:
    """Feed it every row until `settled`; then all further rows are own."""

    def __init__(self) -> None:
        self._state = _State.HEAD
        self._own: Meta | None = None
        self._began: int | None = None
        self._last_time: float | None = None
        self._rows = 0
        self._head_rows = 0
        self._copied_from = 0
        self._repeats = 0
        """Rows among the copied ones that repeat the own `session_meta`."""
        self.inherited = 0
        self.parent: str | None = None
        """Id in the first foreign `session_meta`."""

    @property
    def settled(self) -> bool:
        """Whether nothing can change any more."""
        return self._state is _State.SETTLED

    def row(self, events: Events, at: str | None, ordinal: object) -> Verdict:
        """Judge one row."""
        self._rows += 1
        first = events[0] if events else None
        if self._state is _State.HEAD:
            return self._head(first, at)
        if self._state is _State.ORDINAL:
            return self._by_ordinal(ordinal)
        if self._state is _State.DECLARED:
            return self._declared(first, at)
        return self._copied(first, at)

    def _head(self, first: Event | None, at: str | None) -> Verdict:
        if isinstance(first, Meta):
            if self._own is None:
                self._identify(first)
                return Verdict.OWN
            if self._is_foreign(first):
                self.parent = first.id
                self._state = _State.COPIED
                self._copied_from = self._rows
                return self._inherit(at)
        if _may_precede_copies(first):
            return Verdict.OWN
        declared = self._own is not None and self._own.forked_from is not None
        if not declared:
            self._state = _State.SETTLED
            return Verdict.OWN
        self._state = _State.DECLARED
        return self._declared(first, at)

    def _identify(self, meta: Meta) -> None:
        self._own = meta
        began = seconds(meta.started_at)
        self._began = int(began) if began is not None else None
        self._head_rows = self._rows
        if meta.history_start is not None:
            self._state = _State.ORDINAL
        elif meta.referenced:
            self._state = _State.SETTLED

    def _by_ordinal(self, ordinal: object) -> Verdict:
        assert self._own is not None and self._own.history_start is not None
        if type(ordinal) is int and ordinal < self._own.history_start:
            self.inherited += 1
            return Verdict.INHERITED
        return Verdict.OWN

    def _declared(self, first: Event | None, at: str | None) -> Verdict:
        if not isinstance(first, TurnStart):
            return Verdict.OWN
        if first.started is None or self._began is None or first.started >= self._began:
            self._state = _State.SETTLED
            return Verdict.OWN
        self._state = _State.COPIED
        self._last_time = seconds(at)
        self._copied_from = self._head_rows + 1
        self.inherited = self._rows - self._head_rows
        return Verdict.INHERITED_AND_ALL_BEFORE

    def _inherit(self, at: str | None) -> Verdict:
        self._last_time = seconds(at)
        self.inherited += 1
        return Verdict.INHERITED

    def _copied(self, first: Event | None, at: str | None) -> Verdict:
        if isinstance(first, TurnStart) and self._is_own(first):
            self._state = _State.SETTLED
            self.inherited = self._rows - self._copied_from - self._repeats
            return Verdict.OWN_AND_ALL_BEFORE_INHERITED
        if isinstance(first, Meta) and not self._is_foreign(first):
            self._repeats += 1
            return Verdict.OWN
        if self._state is _State.PERHAPS_OWN:
            return Verdict.OWN
        now = seconds(at)
        if now is not None and self._last_time is not None and now - self._last_time >= PAUSE:
            self._state = _State.PERHAPS_OWN
            return Verdict.OWN
        return self._inherit(at)

    def _is_foreign(self, meta: Meta) -> bool:
        return self._own is not None and meta.id is not None and meta.id != self._own.id

    def _is_own(self, start: TurnStart) -> bool:
        return start.started is not None and self._began is not None and start.started >= self._began


def _may_precede_copies(event: Event | None) -> bool:
    if isinstance(event, Settings):
        return not event.weak
    return isinstance(event, (Meta, WorldState))
