"""Search through many sessions, one after the other in the order that they come in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.find.scan import places
from codexlog.catalog.find.sifting import Sifter
from codexlog.catalog.listing import facts_of, head_summary
from codexlog.catalog.query.match import Facts, is_cheap, matches
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.catalog.discover import Found
    from codexlog.catalog.find.hits import Match
    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.wanted import Wanted
    from codexlog.formats.events import ToolCall
    from codexlog.model import Summary
    from codexlog.rows.source import Source
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts


class SessionMatch(NamedTuple):
    """A match and the session that it was found in."""

    summary: Summary
    outline: Outline
    match: Match

    @property
    def turn(self) -> int | None:
        """Number of the turn, from 1; None in a session without any."""
        outline = self.outline
        return min(outline.entries.turn[self.match.entry], len(outline.turns) - 1) + 1 or None


class Search:
    """Looks for what is wanted; the cheapest question about a session is asked first.

    `describe` words a call that is shown for itself. `unreadable` hears of files that are no
    sessions, and why.
    """

    def __init__(
        self,
        wanted: Wanted,
        describe: Callable[[ToolCall], str],
        shelf: SideShelf,
        unreadable: Callable[[Found, str], None],
    ) -> None:
        self._wanted = wanted
        self._describe = describe
        self._shelf = shelf
        self._unreadable = unreadable
        self.ruled_out = 0
        """Sessions that do not meet the conditions for sessions."""
        self.looked_at = 0

    def each(self, sessions: Iterable[Found], now: float, running_seconds: float) -> Iterator[SessionMatch]:
        """Every match, as soon as it is known; `now` is Unix time."""
        for found in sessions:
            if found.error is not None:
                self._unreadable(found, found.error)
                continue
            self.looked_at += 1
            facts = facts_of(found, now, running_seconds)
            if not self._may_meet(found, facts):
                self.ruled_out += 1
                continue
            try:
                with Transcript.open(found.path, facts) as transcript:
                    yield from self._in(transcript, found)
            except SourceError as error:
                self._unreadable(found, error.cause)

    def one(self, transcript: Transcript) -> Iterator[SessionMatch]:
        """The matches in a session that is no file of the list."""
        self.looked_at += 1
        return self._in(transcript, None)

    # ------------------------------------------------------------------------------------- private

    def _may_meet(self, found: Found, facts: FileFacts) -> bool:
        """Whether the ends of the file leave it open that the session meets the conditions."""
        if not is_cheap(self._wanted.sessions):
            return True
        head = self._shelf.complete(head_summary(facts, found.path), found)
        return matches(self._wanted.sessions, Facts(head, is_whole=False)) is not False

    def _in(self, transcript: Transcript, found: Found | None) -> Iterator[SessionMatch]:
        if not all(may_hold(transcript.source, needle) for _, needle in self._wanted.needles):
            return
        outline = transcript.outline()
        summary, damage = outline.summary, transcript.source.damage
        if damage:
            summary = replace(summary, error=damage)
        if found is not None:
            summary = self._shelf.complete(summary, found)
        if not matches(self._wanted.sessions, Facts(summary, is_whole=True)):
            self.ruled_out += 1
            return
        if self._wanted.needs_call and not any(map(self._wanted.takes_call, summary.call_ends)):
            return
        for match in Sifter(transcript, outline, self._wanted, self._describe).run():
            yield SessionMatch(summary, outline, match)


def may_hold(source: Source, needle: Needle) -> bool:
    """Whether a needle may stand in a file, by its bytes alone."""
    if not needle.anchors:
        return True
    scanned = places(source.pread, 0, source.size, needle.anchors, uncased=needle.uncased)
    return any(place is not None for _, place in scanned)
