"""A session and what is counted of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from codexlog.model.items import Item, Status

Outcome = Literal["completed", "failed", "interrupted", "running", "incomplete", "unknown", "empty"]
CallEnd = tuple[str, int | None, "Status"]
"""Name of a tool, exit code where there was one, status."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens. Cached input is part of input, reasoning part of output, total = input + output.

    A figure is None where the agent version does not record it.
    """

    input_tokens: int
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    output_tokens: int
    reasoning_output_tokens: int | None
    total_tokens: int
    context_window: int | None = None
    context_used: int | None = None
    """Size of the last request, for the fill of the context window."""
    complete: bool = True
    """False where the transcript's figure is known to be partial."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands in one transcript. Inherited fork history is left out of each figure but `rows`."""

    rows: int = 0
    bad_rows: int = 0
    unknown_rows: int = 0
    inherited_rows: int = 0
    turns: int = 0
    prompts: int = 0
    messages: int = 0
    calls: int = 0
    calls_failed: int = 0
    calls_unanswered: int = 0
    orphan_outputs: int = 0
    compactions: int = 0
    aborts: int = 0
    rollbacks: int = 0
    attachments: int = 0
    words_approx: int = 0
    input_words_approx: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: from a prompt (or the agent's own start mark) to its end."""

    index: int
    """Counts from 1."""
    turn_id: str | None
    started_at: str | None
    ended_at: str | None
    prompt: str | None
    """The first prompt of the turn; None where nobody typed one (compaction, goal, subagent mail)."""
    outcome: Outcome
    usage: Usage | None
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a turn was allowed to do, in the agent's own words; None where the row does not say."""

    sandbox: str | None
    """`read-only`, `workspace-write`, `danger-full-access`."""
    approval: str | None
    """`never`, `on-request`, `on-failure`, `untrusted`."""
    network: bool | None
    effort: str | None

    @property
    def words(self) -> str | None:
        """What is allowed, in words; None where nothing of it is recorded."""
        network = {True: "network", False: "no network", None: None}[self.network]
        sandbox = f"sandbox {self.sandbox}" if self.sandbox else None
        approval = f"approval {self.approval}" if self.approval else None
        return ", ".join(filter(None, (sandbox, network, approval))) or None


@dataclass(frozen=True, slots=True)
class Summary:
    """One line of the session list. Field meanings: the `--json` interface in the README."""

    id: str | None
    path: str
    format: str | None
    """`codex`, `codex-legacy`, `codex-typescript`, `codex-exec`, `claude`, `entire`; None where no row
    says what the file is."""
    title: str | None
    cwd: str | None
    branch: str | None
    model: str | None
    cli_version: str | None
    originator: str | None
    source: str | None
    started_at: str | None
    ended_at: str | None
    size_bytes: int
    outcome: Outcome
    counts: Counts
    usage: Usage | None
    loop_id: str | None = None
    """The loop of several sessions that this one is an iteration of; `codexlog.loop_ids` finds it."""
    commit: str | None = None
    """The commit that was checked out when the session began, where the agent records it."""
    forked_from: str | None = None
    parent_id: str | None = None
    archived: bool = False
    first_prompt: str | None = None
    error: str | None = None
    """Why the file could not be read to its end, in one line; None where it could."""
    copies: tuple[str, ...] = ()
    """Where else the session is, in words: paths of other copies, how many older checkpoints there are."""
    doubt: str | None = None
    """Why the file may not hold what once was written, in one line; None where nothing tells that."""
    call_ends: frozenset[CallEnd] = frozenset()
    """Each tool with each way in which a call of it ended. In JSON: `tools`, the names alone."""
    policy: str | None = None
    """What the agent was allowed to do last (sandbox, network, approval), where it records that."""
    copied_usage: Usage | None = None
    """The part of `usage` that the session from which this one was forked has as well."""

    @property
    def tools(self) -> list[str]:
        """Names of the tools that were called."""
        return sorted({name for name, _, _ in self.call_ends})

    @property
    def agent(self) -> str | None:
        """Whose session it is: `codex` in each of its formats, `claude`, `entire`."""
        return self.format.partition("-")[0] if self.format is not None else None

    @property
    def project(self) -> str | None:
        """The last part of the working folder's path, of whichever system."""
        if not self.cwd:
            return None
        return self.cwd.replace("\\", "/").rstrip("/").rpartition("/")[2] or self.cwd


@dataclass(frozen=True, slots=True)
class Session:
    """A whole session, hydrated: what `show --json` prints."""

    summary: Summary
    turns: tuple[Turn, ...]
    loose_items: tuple[Item, ...] = ()
    """What stands in a session without any turn: environment, notes, orphan outputs."""
