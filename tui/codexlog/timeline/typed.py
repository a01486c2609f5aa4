"""Prompts that a later row can take back.

A slash command counts until its local output shows that it never reached the model; a prompt that was
queued while the model was busy counts until, or unless, a typed row has the same text. So the figures are
right after every row for what has been read, in whatever pieces it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.formats.events import Prompt
    from codexlog.timeline.turns import TurnState


@dataclass(slots=True)
class Given:
    """A prompt as it was counted."""

    entry: int
    note_part: int
    """Which of the row's notes it becomes if it was none."""
    turn: TurnState | None
    """The turn that it began."""
    event: Prompt


class Typed:
    """Remembers what can still be taken back, and the first prompt that cannot."""

    def __init__(self) -> None:
        self._typed: set[int] = set()
        self._queued: dict[int, list[Given]] = {}
        self._command: Given | None = None
        self._first: list[Given] = []
        """From the first prompt on, up to one that stays."""

    @property
    def first(self) -> str | None:
        """The first prompt that has not been taken back."""
        return self._first[0].event.text if self._first else None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that follows can take the first prompt back."""
        return not self._first or not (self._first[0] is self._command or self._first[0].event.is_queued)

    def is_typed(self, event: Prompt) -> bool:
        """Whether a typed row had the text of this queued prompt already."""
        return event.is_queued and _key(event) in self._typed

    def twins(self, event: Prompt) -> list[Given]:
        """The queued prompts that a typed one makes superfluous."""
        return [] if event.is_queued else self._queued.pop(_key(event), [])

    def add(self, given: Given) -> None:
        """Take a prompt."""
        event, key = given.event, _key(given.event)
        if not self._first or _may_go(self._first[-1].event):
            self._first.append(given)
        if event.is_queued:
            self._queued.setdefault(key, []).append(given)
            return
        self._typed.add(key)
        self._command = given if event.is_command else None

    def answered(self) -> None:
        """The model has said something, or another command was typed: the last one stays."""
        self._command = None

    def local_output(self) -> Given | None:
        """A command was handled locally; returns it if it had been counted."""
        command, self._command = self._command, None
        return command

    def remove(self, given: Given) -> None:
        """It is no prompt any more."""
        self._first = [each for each in self._first if each is not given]


def _key(event: Prompt) -> int:
    return hash(event.text.strip())


def _may_go(event: Prompt) -> bool:
    return event.is_command or event.is_queued
