"""Text search through many sessions, one after the other in the order that they come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.find.hits import Finder, Match
from codexlog.catalog.find.scan import places
from codexlog.catalog.listing import facts_of
from codexlog.catalog.transcript import Transcript
from codexlog.rows.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.catalog.discover import Found
    from codexlog.catalog.find.needle import Needle
    from codexlog.rows.source import Source
    from codexlog.timeline.outline import Outline

    KeepSession = Callable[[Outline, Found | None], bool]
    KeepMatch = Callable[[Outline, Match], bool]


class SessionMatch(NamedTuple):
    """A match and the session that it was found in."""

    found: Found | None
    """None for a session that is no file: stdin."""
    outline: Outline
    match: Match

    @property
    def turn(self) -> int | None:
        """Number of the turn, from 1; None in a session without any."""
        outline = self.outline
        return min(outline.entries.turn[self.match.entry], len(outline.turns) - 1) + 1 or None


def search(
    sessions: Iterable[Found],
    needle: Needle,
    now: float,
    *,
    keep_session: KeepSession | None = None,
    keep_match: KeepMatch | None = None,
    unreadable: Callable[[Found, str], None],
) -> Iterator[SessionMatch]:
    """Every match, as soon as it is known; `now` is Unix time.

    A session whose bytes cannot hold the needle is not read any further. Of the others, `keep_session` and
    `keep_match` say which count. `unreadable` hears of files that are no sessions, and why.
    """
    for found in sessions:
        if found.error is not None:
            unreadable(found, found.error)
            continue
        try:
            with Transcript.open(found.path, facts_of(found, now)) as transcript:
                yield from search_one(transcript, needle, found, keep_session, keep_match)
        except SourceError as error:
            unreadable(found, error.cause)


def search_one(
    transcript: Transcript,
    needle: Needle,
    found: Found | None = None,
    keep_session: KeepSession | None = None,
    keep_match: KeepMatch | None = None,
) -> Iterator[SessionMatch]:
    """The matches in one session."""
    if not may_hold(transcript.source, needle):
        return
    outline = transcript.outline()
    if keep_session is not None and not keep_session(outline, found):
        return
    for step in Finder(transcript, outline, needle).run():
        for match in step.matches:
            if keep_match is None or keep_match(outline, match):
                yield SessionMatch(found, outline, match)


def may_hold(source: Source, needle: Needle) -> bool:
    """Whether a needle may stand in a file, by its bytes alone."""
    if not needle.anchors:
        return True
    scanned = places(source.pread, 0, source.size, needle.anchors, uncased=needle.uncased)
    return any(place is not None for _, place in scanned)
