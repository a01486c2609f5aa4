"""What triage says: findings, causes, verdicts. The names are those of the `--json` interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
Verdict = Literal[
    "completed",
    "converged",
    "context_overflow",
    "usage_limit",
    "auth_error",
    "stream_error",
    "aborted",
    "cut_off",
    "question",
    "blocked",
    "no_op",
    "failed",
    "running",
    "not_recorded",
]
Kind = Literal[
    "repeated_failing_command",
    "repeated_call",
    "failing_across_iterations",
    "no_change",
    "bookkeeping_only",
    "denied",
    "network_blocked",
    "command_timeout",
    "context_overflow",
    "compaction_spiral",
    "usage_limit",
    "stream_error",
    "aborted",
    "cut_off",
    "patch_failures",
    "oscillating_edits",
    "early_stop",
    "promise_problem",
    "prompt_not_followed",
    "question",
    "blocked",
    "token_burn",
    "instruction_bloat",
    "restart",
    "wrong_place",
    "unreadable",
]
EVIDENCE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an iteration ended as it did, and the row that says so."""

    text: str
    session_id: str | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a person should look at, with the rows that it rests on."""

    kind: Kind
    severity: Severity
    session_id: str | None
    iteration: int | None
    """Counts from 1; None outside of a loop."""
    turn: int | None
    rows: tuple[int, ...]
    """Every row that it rests on, in order."""
    call_id: str | None
    evidence: str
    """Text that stands in those rows, short."""
    explanation: str
    """One sentence that claims no more than the rows show."""


def quote(text: str, start: int = 0) -> str:
    """A short piece of a text as it stands, cut at a line's end: evidence can be found again at its row."""
    line = text[start:].lstrip("\n").split("\n", 1)[0]
    return line[:EVIDENCE_CHARACTERS].rstrip()


def line_at(text: str, place: int) -> str:
    """The start of the line of a text in which a place lies; from the place on, where that is far off."""
    start = text.rfind("\n", 0, place) + 1
    return quote(text, start if place - start < EVIDENCE_CHARACTERS // 2 else place)
