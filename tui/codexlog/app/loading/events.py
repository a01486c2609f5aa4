"""What the loading threads tell the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.brief import Brief
    from codexlog.app.render.page import Page
    from codexlog.catalog.discover import Found
    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Summary
    from codexlog.timeline.growth import Patch


class Listed(NamedTuple):
    """The sessions that were found, newest first."""

    round: int
    """Counts how often the folders were read; news of an earlier round are stale."""
    found: tuple[Found, ...]
    problem: str | None = None
    """Why there is nothing, in one line."""


class Summarized(NamedTuple):
    """Lines of the session list, by the index of the session."""

    round: int
    summaries: Mapping[int, Summary]
    whole: bool
    """Whether every figure is known, not the identity alone."""


class Noticed(NamedTuple):
    """Sessions that are new or have changed, by index; None for those that are gone."""

    round: int
    changes: Mapping[int, Found | None]


class Said(NamedTuple):
    """A word to the person."""

    note: str


class Opened(NamedTuple):
    """A session that can be shown, first its end, then the whole."""

    number: int
    """Counts the sessions that were opened; news of an earlier one are stale."""
    transcript: Transcript
    rows: OutlineRows


class Grown(NamedTuple):
    """What the open session has gained."""

    number: int
    patch: Patch


class NotOpened(NamedTuple):
    """A session that cannot be shown, or not any further."""

    number: int
    cause: str


class FileChanged(NamedTuple):
    """What became of the file of the open session."""

    number: int
    what: str


class Briefed(NamedTuple):
    """Lines of the timeline, by entry."""

    rows: OutlineRows
    briefs: Mapping[int, Brief]
    version: int = 0
    """How often the rows had grown when the reading began."""


class PageRead(NamedTuple):
    """The details of what is selected."""

    ticket: int
    page: Page


class Done(NamedTuple):
    """Work of an action that is done; `then` shows it, on the screen's own thread."""

    then: Callable[[], None]


Event = (
    Listed
    | Summarized
    | Noticed
    | Said
    | Opened
    | Grown
    | NotOpened
    | FileChanged
    | Briefed
    | PageRead
    | Done
)
