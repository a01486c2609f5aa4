"""The things that a turn is made of, each with the line of the file that it stands on.

`row` is the 1-based line of the file (of the item list in a TypeScript session, which is one JSON
document). `at` is the row's own time as ISO 8601 UTC, or None in eras whose rows carry none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["ok", "failed", "denied", "timeout", "aborted", "running", "unanswered", "unknown"]
FAILURES: frozenset[Status] = frozenset(("failed", "denied", "timeout"))
"""The statuses that `calls_failed` counts."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An image, or a payload over the threshold of 40 lines or 4,000 characters."""

    kind: Literal["image", "text", "patch"]
    name: str
    """Unique in its session: the row, what it is, and an extension."""
    media_type: str
    bytes: int
    """Size of the decoded content where it is in the file, else of its reference."""
    row: int


@dataclass(frozen=True, slots=True)
class Message:
    """What a person submitted or the assistant answered."""

    row: int
    at: str | None
    role: Literal["user", "assistant"]
    text: str
    phase: str | None = None
    """`commentary`, `final_answer`, … as Codex 0.104 and later write it."""
    attachments: tuple[Attachment, ...] = ()
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class Reasoning:
    """A reasoning step: its readable summary, and the size of what is encrypted."""

    row: int
    at: str | None
    summary: str
    encrypted_bytes: int
    kind: Literal["reasoning"] = "reasoning"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call with the output that its `call_id` names."""

    row: int
    at: str | None
    call_id: str | None
    name: str
    arguments: Any
    """Decoded where the row holds JSON, else the raw string."""
    output: str | None
    output_row: int | None
    status: Status
    exit_code: int | None
    duration_ms: int | None
    """As the header of the output records it; None where it does not."""
    attachments: tuple[Attachment, ...] = ()
    continues: str | None = None
    """The `call_id` of the command that this call polls."""
    kind: Literal["call"] = "call"


@dataclass(frozen=True, slots=True)
class OrphanOutput:
    """An output whose `call_id` no call of the file has."""

    row: int
    at: str | None
    call_id: str | None
    output: str
    kind: Literal["orphan_output"] = "orphan_output"


@dataclass(frozen=True, slots=True)
class Note:
    """Anything else.

    Marks (`compacted`, `aborted`, `rolled_back`, `review`, `error`, `rate_limit`), folded text that no
    person typed (`boilerplate`), and what the reader does not know (`unknown`, `bad_row`).
    """

    row: int
    at: str | None
    what: str
    text: str
    kind: Literal["note"] = "note"


Item = Message | Reasoning | Call | OrphanOutput | Note
