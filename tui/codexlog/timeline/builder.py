"""Rows → outline and counts, row by row.

One builder serves a finished file, a file that grows and the tail of a huge one: after every piece its
figures are right for what it has seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats.dialect import Decoder, time_in
from codexlog.formats.events import Events, Meta, Title, Tokens, ToolCall
from codexlog.rows.decode import BadPiece
from codexlog.timeline.entries import BAD, NOTE, WENT_BACK, Entries, Tally
from codexlog.timeline.own import OwnPart
from codexlog.timeline.prefix import Prefix, Verdict

if TYPE_CHECKING:
    from codexlog.rows.decode import Piece


class TimelineBuilder:
    """Feed it pieces in file order; read `own`, `identity` and the counters at any time.

    With `figures_only` it keeps no outline: a third faster, for lists of many sessions.
    """

    def __init__(self, *, document: bool = False, figures_only: bool = False) -> None:
        self.decoder = Decoder(document=document)
        self.rows = 0
        self.bad_rows = 0
        self.identity: Meta | None = None
        self._title: Title | None = None
        self._summaries: dict[str, Title] = {}
        """Titles by the row that ends what they name, which may be another session."""
        self.ended_at: str | None = None
        self.own = OwnPart(Tally() if figures_only else Entries())
        self._prefix: Prefix | None = Prefix()
        self._inherited_rows = 0
        self.parent: str | None = None
        """Id of the session whose rows were copied to the head of this file."""

    @property
    def inherited_rows(self) -> int:
        """Rows copied from a parent session."""
        return self._prefix.inherited if self._prefix is not None else self._inherited_rows

    @property
    def title(self) -> Title | None:
        """The name that the session was given; not one that was given to a part of another session."""
        claude = self.decoder.claude
        if self._title is not None or claude is None:
            return self._title
        alone = not claude.has_ids  # nothing but summaries
        own = (each for leaf, each in reversed(self._summaries.items()) if alone or claude.has(leaf))
        return next(own, None)

    @property
    def is_settled(self) -> bool:
        """Whether all further rows are the session's own, whatever they say."""
        return self._prefix is None

    @property
    def is_referenced(self) -> bool:
        """Whether the inherited rows stand in another file."""
        return self.identity is not None and self.identity.referenced

    def feed(self, piece: Piece) -> None:
        """Take one row or bad piece."""
        if isinstance(piece, BadPiece):
            self.bad_rows += 1
            self.own.add(BAD, piece.line, piece.offset, 0)
            return
        self.feed_row(piece.line, piece.offset, piece.data)

    def feed_row(self, line: int, offset: int, row: dict[str, Any]) -> None:
        """Take one row."""
        self.rows += 1
        at = row.get("timestamp")
        if type(at) is not str:  # asked here first, for it is so a million times
            at = time_in(row)
        if at is not None:
            self.ended_at = at
        decoder = self.decoder
        events = decoder.events(row)
        if decoder.claude is not None and decoder.claude.main_rows:
            self.own.main_rows = True
        if self._prefix is not None and not self._judge(events, at, row):
            return
        if decoder.claude is not None and decoder.claude.goes_back:
            self.own.add(NOTE, line, offset, WENT_BACK)
        if events:
            self.own.row(events, self.rows, line, offset, at)
            if self.identity is None or type(events[0]) in _IDENTITY:
                self._identify(events)

    def _identify(self, events: Events) -> None:
        for event in events:
            if type(event) is Meta and self.identity is None:
                self.identity = event
            elif type(event) is not Title:
                continue
            elif event.leaf is not None:
                self._summaries.pop(event.leaf, None)
                self._summaries[event.leaf] = event
            elif self._title is None or event.weight >= self._title.weight:
                self._title = event

    def _judge(self, events: Events, at: str | None, row: dict[str, Any]) -> bool:
        """Whether the row is the session's own; may throw away what turns out to be inherited."""
        prefix = self._prefix
        assert prefix is not None
        verdict = prefix.row(events, at, row.get("ordinal"))
        self.parent = prefix.parent
        if prefix.settled:
            self._inherited_rows = prefix.inherited
            self._prefix = None
        if verdict is Verdict.OWN:
            return True
        if verdict is Verdict.INHERITED:
            self.own.begin_copies()
            self._inherit(events)
            return False
        self.own = self.own.successor()
        if verdict is Verdict.INHERITED_AND_ALL_BEFORE:
            self._inherit(events)
            return False
        return True

    def _inherit(self, events: Events) -> None:
        for event in events:
            if type(event) is ToolCall and event.call_id is not None:
                self.own.foreign_ids.add(event.call_id)
            elif type(event) is Tokens:
                self.own.inherit_tokens(event)


_IDENTITY = frozenset((Meta, Title))
