"""What a session is: plain frozen data that no agent's spelling reaches.

Names are loaded when first asked for: a list of sessions needs none of the items.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from codexlog.model.items import (
        Attachment,
        Call,
        Item,
        Message,
        Note,
        OrphanOutput,
        Reasoning,
        Status,
    )
    from codexlog.model.session import Counts, Outcome, Policy, Session, Summary, Turn, Usage

__all__ = [
    "Attachment",
    "Call",
    "Counts",
    "Item",
    "Message",
    "Note",
    "OrphanOutput",
    "Outcome",
    "Policy",
    "Reasoning",
    "Session",
    "Status",
    "Summary",
    "Turn",
    "Usage",
]
_OF_SESSION = frozenset(("Counts", "Outcome", "Policy", "Session", "Summary", "Turn", "Usage"))


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = "session" if name in _OF_SESSION else "items"
    return getattr(import_module(f"{__name__}.{home}"), name)
