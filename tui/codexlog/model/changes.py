"""What a transcript records of itself beside its items: changes that were made, settings that held."""

from __future__ import annotations

from typing import Literal, NamedTuple

ChangeKind = Literal["added", "updated", "deleted"]


class RecordedChange(NamedTuple):
    """One file, as the agent noted after it had changed it."""

    path: str
    what: ChangeKind
    added: int
    removed: int
    line: int | None = None
    """The first changed line, counted in the new file; None where none is recorded."""
    moved_to: str | None = None


class RecordedEdit(NamedTuple):
    """A row that says what became of an edit."""

    call_id: str | None
    ok: bool
    files: tuple[RecordedChange, ...]


class TurnSettings(NamedTuple):
    """What held for a turn; None where the row does not say."""

    model: str | None = None
    effort: str | None = None
    sandbox: str | None = None
    approval: str | None = None
    timezone: str | None = None
    """Its IANA name."""
