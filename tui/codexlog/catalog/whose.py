"""Whether a session is one agent's: by its place, else by what its first rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from codexlog.catalog.discover import Found
    from codexlog.paths import Agent


def only(found: Iterable[Found], agent: Agent | None) -> list[Found]:
    """The sessions of one agent; all of them where none is named."""
    return [each for each in found if belongs(each, agent)]


def belongs(found: Found, agent: Agent | None) -> bool:
    """Whether a session is this agent's. A file is opened only where its place does not tell."""
    return agent is None or (found.agent or _asked(found)) == agent


def _asked(found: Found) -> str | None:
    from codexlog.catalog.listing import facts_of, head_summary

    return head_summary(facts_of(found, found.mtime), found.path).agent if found.error is None else None
