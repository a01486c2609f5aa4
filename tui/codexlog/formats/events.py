"""What the dialects say and the timeline hears: one small set of events for every agent.

Events are plain slotted records; texts in them are references into the parsed row, never copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from codexlog.model import Policy

TokenTotals = tuple[int, int, int | None, int, int | None]
"""input, cached input, cache write, output, reasoning output; None where not recorded."""


class Payload(NamedTuple):
    """An image or other binary that a row carries or points to."""

    kind: Literal["image", "patch"]
    media_type: str
    source: str
    """A data URL, web URL or path."""


@dataclass(slots=True)
class Meta:
    """Identity of a session (`session_meta`, the bare first row, the TypeScript header)."""

    id: str | None
    started_at: str | None = None
    cwd: str | None = None
    version: str | None = None
    originator: str | None = None
    source: str | None = None
    branch: str | None = None
    commit: str | None = None
    """The commit that was checked out when the session began."""
    model: str | None = None
    forked_from: str | None = None
    parent_id: str | None = None
    history_start: int | None = None
    """`subagent_history_start_ordinal`: rows with a smaller ordinal are inherited."""
    referenced: bool = False
    """`history_base`: the inherited rows stand in another file."""


@dataclass(slots=True)
class Settings:
    """A settings snapshot: model, working directory, branch of what follows."""

    model: str | None
    cwd: str | None
    branch: str | None = None
    weak: bool = False
    """`thread_settings_applied`: counts only where no `turn_context` names a model."""
    policy: Policy | None = None


@dataclass(slots=True)
class WorldState:
    """Context baseline; shown nowhere, but it may stand before an inherited prefix."""


@dataclass(slots=True)
class TurnStart:
    """The agent's own mark that a turn begins."""

    turn_id: str | None
    started: int | None
    """Unix seconds, from the row or the time inside a UUIDv7 turn id."""
    window: int | None = None


@dataclass(slots=True)
class TurnEnd:
    """The agent's own mark that a turn is complete."""

    turn_id: str | None
    error: str | None = None


@dataclass(slots=True)
class TurnAbort:
    """A turn that was interrupted, replaced or cut short by a budget."""

    turn_id: str | None
    reason: str


@dataclass(slots=True)
class Prompt:
    """Something a person submitted, as one of several parallel streams tells it."""

    stream: int
    """USER_EVENT, USER_ITEM_COMPLETED or USER_MESSAGE; the first that yields anything is used."""
    text: str
    images: tuple[Payload, ...] = ()
    is_command: bool = False
    """A slash command: no prompt if its local output comes before any answer."""
    is_queued: bool = False
    """Typed while the model was busy: no prompt of its own if a typed row has the same text."""


USER_EVENT, USER_ITEM_COMPLETED, USER_MESSAGE = range(3)


@dataclass(slots=True)
class Answer:
    """Assistant text, as item or as its echo in another stream."""

    stream: int
    """0 the item itself, 1 an `agent_message` event, 2 an `AgentMessage` item."""
    text: str
    phase: str | None = None
    message_id: str | None = None


ANSWER_ITEM, ANSWER_EVENT, ANSWER_ITEM_COMPLETED = range(3)


@dataclass(slots=True)
class Thought:
    """A reasoning step; `echo` marks the event twin of an item."""

    summary: str
    encrypted_bytes: int
    echo: bool = False


@dataclass(slots=True)
class ToolCall:
    """A tool call of any kind."""

    call_id: str | None
    name: str
    arguments: Any
    """A JSON string, a raw string or a decoded object, as the row holds it."""
    carries: str | None = None
    """The process or cell that this call polls."""
    own_status: str | None = None
    """Status of a call that never has an output row; such a call is never unanswered."""
    result: Any = None
    is_unique: bool = False
    """Another call with this id is a copy of this one."""


@dataclass(slots=True)
class ToolOutput:
    """What a tool answered to the call of the same id."""

    call_id: str | None
    text: str
    images: tuple[Payload, ...] = ()
    verdict: Verdict | None = None
    duration_ms: int | None = None
    """Where the row records it beside the text."""
    is_spilled: bool = False
    """The text is only how it begins: the whole stands in a file of its own."""


class Verdict(NamedTuple):
    """What an output says of its call."""

    status: str
    exit_code: int | None = None
    process: str | None = None
    """Process or cell that goes on running; status is then `running`."""
    ends: bool = False
    """Whether a process that this call carries on is over: exit code, or cell completed or failed."""


@dataclass(slots=True)
class ToolResult:
    """Structured result of a call in an event of its own."""

    call_id: str
    status: str
    exit_code: int | None = None
    duration_ms: int | None = None
    ends: bool = False
    """It is the end of the process itself (`exec_command_end`)."""


@dataclass(slots=True)
class Tokens:
    """Cumulative token totals (`token_count`)."""

    totals: TokenTotals
    total: int
    last: TokenTotals | None
    last_total: int | None
    window: int | None
    limits: Any = None
    """The row's `rate_limits` object, unread: most readers never ask."""


@dataclass(slots=True)
class Limits:
    """A rate limit state that stands in a row without any token figure; unread, as in `Tokens`."""

    limits: Any


OWN_SIZE = -1


@dataclass(slots=True)
class UsageRecord:
    """Exact usage of one model response, counted once per `key`."""

    key: str
    thread_id: str | None
    totals: TokenTotals
    context: int | None = OWN_SIZE
    """Size of the context after it; OWN_SIZE: its input and output together. None: not recorded."""
    merge: bool = False
    """Several rows repeat the figures of one response: take each field's maximum."""
    final: bool = True
    cached: bool = True
    """Whether the row can tell what came from a cache; else the cached figure means nothing."""
    copied: bool = False
    """The row was copied from the session that this one was forked from, which has it too."""


@dataclass(slots=True)
class Compaction:
    """The history was replaced by a summary."""

    stream: int
    """0 `compacted` rows, 1 `context_compacted` events, 2 `ContextCompaction` items: echoes.
    LAST_RESORT: summaries, which count only where none of the others is in the file."""
    text: str = ""


LAST_RESORT = 3


@dataclass(slots=True)
class Rollback:
    """Turns were taken back; their rows stay in the file."""

    turns: int


@dataclass(slots=True)
class Title:
    """A name that the session was given."""

    text: str
    weight: int = 0
    """Later titles win over earlier ones of the same or a smaller weight."""
    leaf: str | None = None
    """The row that ends what is named so: a title of another session where that is not in the file."""


@dataclass(slots=True)
class Remark:
    """A visible note, named by `what`: `error`, `review`, `boilerplate`, `rate_limit` and so on."""

    what: str
    text: str


@dataclass(slots=True)
class Unknown:
    """A row of a kind that no table names; kept, counted, shown as a note."""

    label: str


Event = (
    Meta
    | Settings
    | WorldState
    | TurnStart
    | TurnEnd
    | TurnAbort
    | Prompt
    | Answer
    | Thought
    | ToolCall
    | ToolOutput
    | ToolResult
    | Tokens
    | Limits
    | UsageRecord
    | Compaction
    | Rollback
    | Title
    | Remark
    | Unknown
)
Events = tuple[Event, ...] | list[Event]
NOTHING: Events = ()
NOTES = frozenset((Remark, Compaction, Rollback, TurnAbort, TurnEnd, Unknown, ToolOutput, Prompt))
"""What can become a note: an output that no call takes and a prompt that was none, too."""
