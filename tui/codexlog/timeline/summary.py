"""A built timeline as the figures that every face shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexlog.formats.events import Meta, TokenTotals
from codexlog.model import Counts, Outcome, Summary
from codexlog.timeline.ledger import as_usage, minus
from codexlog.timeline.times import utc
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS

if TYPE_CHECKING:
    from codexlog.model import Usage
    from codexlog.timeline.builder import TimelineBuilder

NOTHING_USED: TokenTotals = (0, 0, None, 0, 0)
_NOBODY = Meta(None)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the edge knows of the file itself; the middle has no clock and no file system."""

    path: str
    size: int = 0
    age: float | None = None
    """Seconds since the file last changed; None where nobody can know (stdin)."""
    running_seconds: float = DEFAULT_RUNNING_SECONDS
    name_id: str | None = None
    """Id in the file name, for files whose rows hold none."""
    error: str | None = None
    copies: tuple[str, ...] = ()
    """Where else the session is, in words."""
    doubt: str | None = None
    """Why the bytes may not be those that once were written, in one line."""

    @property
    def growing(self) -> bool:
        """Whether the file changed within the running window."""
        return self.age is not None and self.age < self.running_seconds


def summarize(builder: TimelineBuilder, facts: FileFacts) -> Summary:
    """Figures of what the builder has seen so far."""
    own = builder.own
    meta = builder.identity or _claude_meta(builder, facts) or _NOBODY
    first_prompt = own.first_prompts[own.prompt_stream()]
    return Summary(
        id=meta.id or facts.name_id,
        path=facts.path,
        format=builder.decoder.format_at(facts.path),
        title=builder.title.text if builder.title is not None else title_of(first_prompt),
        cwd=meta.cwd or own.cwd,
        branch=meta.branch,
        commit=meta.commit,
        model=own.model or own.weak_model or meta.model,
        policy=own.policies[-1][0].words if own.policies else None,
        cli_version=meta.version,
        originator=meta.originator,
        source=meta.source,
        started_at=utc(meta.started_at),
        ended_at=utc(builder.ended_at) if builder.decoder.has_times else None,
        size_bytes=facts.size,
        outcome=session_outcome(builder, facts),
        counts=count(builder),
        usage=own.ledger.usage(),
        forked_from=meta.forked_from or builder.parent,
        parent_id=meta.parent_id,
        first_prompt=first_prompt,
        call_ends=own.called.ends(own.entries),
        copied_usage=own.ledger.copied(),
        error=facts.error,
        copies=facts.copies,
        doubt=facts.doubt,
    )


def _claude_meta(builder: TimelineBuilder, facts: FileFacts) -> Meta | None:
    """The identity that all rows of a Claude Code file tell together."""
    claude = builder.decoder.claude
    return claude.meta(facts.path) if claude is not None else None


def title_of(prompt: str | None, characters: int = 200) -> str | None:
    """The first line of a prompt that says anything."""
    if prompt is None:
        return None
    line = next((line.strip() for line in prompt.splitlines() if line.strip(" #*-`\t")), prompt.strip())
    return line[:characters] or None


def count(builder: TimelineBuilder) -> Counts:
    """Every count of the interface."""
    own = builder.own
    stream = own.prompt_stream()
    return Counts(
        rows=builder.rows,
        bad_rows=builder.bad_rows,
        unknown_rows=own.unknown_rows,
        inherited_rows=builder.inherited_rows,
        turns=len(own.turns.all),
        prompts=own.prompts[stream],
        messages=own.answers.count(),
        calls=own.pairing.calls,
        calls_failed=own.entries.count_status("failed", "denied", "timeout"),
        calls_unanswered=own.entries.count_status("unanswered"),
        orphan_outputs=own.pairing.orphans(),
        compactions=own.compacted(),
        aborts=own.aborts,
        rollbacks=own.rollbacks,
        attachments=own.payloads + own.images[stream],
        words_approx=own.prompt_words[stream] + own.answer_words,
        input_words_approx=own.prompt_words[stream],
    )


def session_outcome(builder: TimelineBuilder, facts: FileFacts) -> Outcome:
    """How the last turn ended; `empty` where there is none."""
    turns = builder.own.turns.all
    if not turns:
        return "empty"
    return turns[-1].outcome(growing=facts.growing)


def turn_usage(builder: TimelineBuilder, index: int) -> Usage | None:
    """Tokens between a turn's start and the next one's; None where no figure came in between."""
    turns = builder.own.turns.all
    before = turns[index].used_before
    after = turns[index + 1].used_before if index + 1 < len(turns) else builder.own.ledger.totals()
    if after is None:
        return None
    spent = minus(after, before or NOTHING_USED)
    return as_usage(spent, knows_cache=builder.own.ledger.knows_cache) if spent[0] or spent[3] else None
