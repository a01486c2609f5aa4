"""What a session is: plain frozen data that no agent's spelling reaches."""

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
from codexlog.model.session import Counts, Outcome, Session, Summary, Turn, Usage

__all__ = [
    "Attachment",
    "Call",
    "Counts",
    "Item",
    "Message",
    "Note",
    "OrphanOutput",
    "Outcome",
    "Reasoning",
    "Session",
    "Status",
    "Summary",
    "Turn",
    "Usage",
]
