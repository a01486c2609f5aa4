"""Sessions that grow, kept open: after the first look each one reads what was appended, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.listing import full_summary, unreadable
from codexlog.formats.dialect import is_whole_row
from codexlog.formats.documents import may_be_document
from codexlog.rows.follow import Follower
from codexlog.rows.source import SourceError, open_source
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.growth import GrowingOutline
from codexlog.timeline.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codexlog.model import Summary
    from codexlog.rows.decode import JsonObject, Piece
    from codexlog.timeline.growth import Patch
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.summary import FileFacts

MOST_KEPT = 48
"""Sessions of which the figures are kept up to date; beyond, the one asked for longest ago is let go."""


def _is_appended_to(path: Path) -> bool:
    """Whether new rows come behind the old ones: a document is written anew. Raises SourceError."""
    with open_source(path) as source:
        return not (source.is_settled or path.suffix == ".json" or may_be_document(source.pread(64, 0)))


class News(NamedTuple):
    """What a look at a growing session found."""

    whole: Outline | None = None
    """At the first look, and wherever a patch cannot say what changed."""
    patch: Patch | None = None
    pending: int = 0
    """Bytes of a last row that is still being written."""
    restarted: bool = False
    """The file holds other bytes than before; `whole` tells them."""
    gone: bool = False


class _Feed:
    """Where the rows go: a builder, and a new one when the file starts over."""

    builder: TimelineBuilder
    feed_row: Callable[[int, int, JsonObject], None]
    feed: Callable[[Piece], None]

    def __init__(self, *, figures_only: bool) -> None:
        self._figures_only = figures_only
        self.begin()

    def begin(self) -> None:
        """Start over."""
        self.builder = TimelineBuilder(figures_only=self._figures_only)
        self.feed_row, self.feed = self.builder.feed_row, self.builder.feed


class Growing:
    """The outline of one session while it is being written."""

    def __init__(self, path: Path) -> None:
        self._follower = Follower(path, is_whole_row)
        self._feed = _Feed(figures_only=False)
        self._outline: GrowingOutline | None = None

    def look(self, facts: FileFacts) -> News:
        """Read what is new. Raises SourceError if the file cannot be opened at first."""
        growth = self._follower.poll(self._feed)
        if growth.gone:
            return News(pending=growth.pending, gone=True)
        patch = None
        if self._outline is not None and not growth.restarted:
            patch = self._outline.patch(facts)
        if patch is not None:
            return News(patch=patch, pending=growth.pending)
        self._outline = GrowingOutline(self._feed.builder)
        return News(self._outline.whole(facts), None, growth.pending, growth.restarted)

    def close(self) -> None:
        """Let go of the file."""
        self._follower.close()


class _Figures:
    """The figures of one session while it is being written."""

    def __init__(self, path: Path) -> None:
        self._follower = Follower(path, is_whole_row)
        self._feed = _Feed(figures_only=True)

    def look(self, facts: FileFacts) -> Summary:
        """Figures of all whole rows. Raises SourceError where there is nothing to read."""
        if self._follower.poll(self._feed).gone:
            raise SourceError(facts.path, "no such file")
        summary = summarize(self._feed.builder, facts)
        self._feed.builder.own.entries.changed = {}
        return summary

    def close(self) -> None:
        """Let go of the file."""
        self._follower.close()


class Kept:
    """The growing sessions of a process: of some the outline, of more the figures alone."""

    def __init__(self) -> None:
        self._outlines: dict[Path, Growing] = {}
        self._figures: dict[Path, _Figures] = {}
        """The one asked for last stands last."""

    def outline(self, facts: FileFacts, path: Path) -> News:
        """What is new in a session. Raises SourceError."""
        if path not in self._outlines:
            self._outlines[path] = Growing(path)
        return self._outlines[path].look(facts)

    def figures(self, facts: FileFacts, path: Path) -> Summary:
        """The figures of a session as they are now; a file that is none becomes a line that says so."""
        try:
            if path not in self._figures and not _is_appended_to(path):
                return full_summary(facts, path)
            kept = self._figures.pop(path, None) or _Figures(path)
        except SourceError as error:
            return unreadable(facts, error.cause)
        try:
            summary = kept.look(facts)
        except SourceError as error:
            kept.close()
            return unreadable(facts, error.cause)
        self._figures[path] = kept
        if len(self._figures) > MOST_KEPT:
            self._figures.pop(next(iter(self._figures))).close()
        return summary
