"""What triage remembers of a session: its steps, what was said, and its marks. Small, and without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from codexlog.model import Outcome, Policy, Status, Summary, Usage
    from codexlog.triage.commands import Purpose
    from codexlog.triage.signatures import Failure, Reading


class Hunk(NamedTuple):
    """A change of some lines, told by hashes: an exact revert swaps them."""

    minus: int
    plus: int
    lines: int
    """How many lines it removes and adds."""
    is_debug: bool
    """Whether every changed line prints something: such lines come and go."""


class Edit(NamedTuple):
    """What a step changed in a file."""

    path: str
    added: int
    removed: int
    hunks: tuple[Hunk, ...] = ()
    ticked: tuple[str, ...] = ()
    """Items of a list that it ticked."""
    what: str = ""
    """`added`, `updated`, `deleted`, or `written` where nobody says whether there was such a file."""
    moved_from: str | None = None


class Request(NamedTuple):
    """A request to the model, and the row that reports it."""

    row: int
    turn: int
    input: int | None
    """Tokens of its input; None where the row holds sums of several requests alone."""
    used: int | None
    """Size of the context after it."""
    text: str
    """A figure of it, as the row writes it."""


class Commit(NamedTuple):
    """A commit that a step made."""

    sha: str | None
    subject: str
    place: int | None = None
    """The row that names the subject."""


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call; the calls that poll its process are part of it."""

    row: int
    out_row: int | None
    """The row of the output that ended it: of the last poll, where there were some."""
    turn: int
    """Counts from 1."""
    at: str | None
    call_id: str | None
    name: str
    purpose: Purpose | None
    """Of shell commands; `edit` of patches and edit tools, `read` of reading ones; None for the rest."""
    command: str
    """The command line, or what the tool was told in short."""
    told: str
    """Part of what the tool was told, as its row has it."""
    key: str
    """Equal for two calls of the same: tool and masked command."""
    status: Status
    exit_code: int | None
    duration_ms: int | None
    head: str
    """The first characters of the output."""
    tail: str
    """The last ones."""
    output_key: int
    """Equal for two outputs that say the same."""
    edits: tuple[Edit, ...] = ()
    """What it set out to change; see `changed`."""
    commit: Commit | None = None
    reading: Reading | None = None
    """What its output says of checks; None where it was none."""
    plan: tuple[tuple[str, str], ...] = ()
    """(item, state) where it sets a plan."""
    writes: bool = False
    """Whether it may have changed files without saying which."""
    boxes: int | None = None
    """Open boxes of the list of tasks that it read; None where it read none."""

    @property
    def is_failed(self) -> bool:
        """Whether it failed, by status; a search that found nothing has not."""
        return self.status in ("failed", "denied", "timeout")

    @property
    def changed(self) -> tuple[Edit, ...]:
        """What it did change, as far as its output says."""
        return self.edits if self.status in ("ok", "unknown") else ()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The failing things that its output names."""
        return self.reading.failures if self.reading is not None else ()


class Said(NamedTuple):
    """A prompt or an answer."""

    row: int
    turn: int
    at: str | None
    text: str


class Mark(NamedTuple):
    """A note that the transcript holds: `compacted`, `aborted`, `error`, `rate_limit` and so on."""

    row: int
    turn: int
    at: str | None
    what: str
    text: str


class TurnFacts(NamedTuple):
    """How a turn began and ended."""

    number: int
    """Counts from 1."""
    started_at: str | None
    ended_at: str | None
    outcome: Outcome
    error: str | None
    prompt: str | None
    usage: Usage | None


@dataclass(frozen=True, slots=True)
class Trace:
    """A session, or the part of it that is one iteration."""

    summary: Summary
    turns: tuple[TurnFacts, ...]
    prompts: tuple[Said, ...]
    answers: tuple[Said, ...]
    steps: tuple[Step, ...]
    marks: tuple[Mark, ...]
    last_row: int
    """The last row that an item stands on."""
    last_kind: str
    """Kind of the last item: `message`, `reasoning`, `call`, `note`, …; empty where there is none."""
    requests: tuple[Request, ...] = ()
    hooks: tuple[Said, ...] = ()
    """What hooks said to go on with when the agent wanted to stop."""
    policies: tuple[tuple[Policy, int], ...] = ()
    """What it was allowed to do, each time that it changed, with the row that says so."""

    @property
    def last_answer(self) -> Said | None:
        """The last thing that the agent said."""
        return self.answers[-1] if self.answers else None

    def marks_of(self, what: str) -> list[Mark]:
        """Every mark of a kind."""
        return [mark for mark in self.marks if mark.what == what]

    def policy_at(self, row: int) -> tuple[Policy, int] | None:
        """What held at a row."""
        return next((each for each in reversed(self.policies) if each[1] <= row), None)

    def part(self, first: int, last: int, turns: tuple[TurnFacts, ...]) -> Trace:
        """What stands on some rows: one iteration, where several share a file; `turns` are its turns."""
        steps = tuple(each for each in self.steps if first <= each.row <= last)
        answers = tuple(each for each in self.answers if first <= each.row <= last)
        marks = tuple(each for each in self.marks if first <= each.row <= last)
        rows = [each.row for each in steps] + [each.row for each in answers] + [each.row for each in marks]
        return Trace(
            self.summary,
            turns,
            tuple(sorted(each for each in (*self.prompts, *self.hooks) if first <= each.row <= last)),
            answers,
            steps,
            marks,
            max(rows, default=0),
            self.last_kind if last >= self.last_row else "",
            tuple(each for each in self.requests if first <= each.row <= last),
            policies=tuple(each for each in self.policies if each[1] <= last),
        )
