"""Facts → the finished digest: which form, how much of it, with or without secrets. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.digest.budget import ALL, SOFT, USUAL
from codexlog.digest.handoff import handoff
from codexlog.digest.issue import issue
from codexlog.digest.loop import loop_digest
from codexlog.digest.quoting import Quoter
from codexlog.digest.words import Voice
from codexlog.report.redaction import redact

if TYPE_CHECKING:
    from codexlog.digest.facts import Facts
    from codexlog.triage.loops import Loop


@dataclass(frozen=True, slots=True)
class Wish:
    """How a digest is wanted."""

    home: str = ""
    """The reader's home folder; paths below it begin with `~`."""
    redacts: bool = True
    full: bool = False
    """All of it, however long."""
    most: int | None = None
    """Bytes that a full one may have; None: any number. Others have their own bound."""

    @property
    def bound(self) -> int | None:
        """Bytes that it may have."""
        return self.most if self.full else SOFT


class Composed(NamedTuple):
    """A digest."""

    text: str
    redacted: int
    """How many secrets were left out."""


def session_text(facts: Facts, loop: Loop | None, wish: Wish, *, for_agent: bool = False) -> Composed:
    """The digest of a session: for an issue, or for the agent that goes on. `loop`: that it is a part of."""
    quoter = _quoter(wish)
    name = quoter.line(facts.summary.id or facts.summary.path, 1_000)
    where = f"codexlog digest {name}{' --handoff' if for_agent else ''} --full"
    say = Voice(quoter, ALL if wish.full else USUAL, where)
    if for_agent:
        return Composed(handoff(facts, say, wish.bound), quoter.redacted)
    return Composed(issue(facts, loop, say, wish.bound), quoter.redacted)


def loop_text(loop: Loop, offset: int | None, wish: Wish) -> Composed:
    """The digest of a loop. `offset`: of the recorder's clock."""
    quoter = _quoter(wish)
    say = Voice(quoter, ALL if wish.full else USUAL, f"codexlog digest --loop {loop.id} --full")
    text = loop_digest(loop, offset, say, wish.bound)
    return Composed(text, quoter.redacted)


def _quoter(wish: Wish) -> Quoter:
    return Quoter(partial(redact, home=wish.home) if wish.redacts else None)
