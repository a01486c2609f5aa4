"""Tokens of one session: cumulative totals with repeats, resets, inherited baselines and fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from codexlog.formats.events import OWN_SIZE
from codexlog.model import Usage

if TYPE_CHECKING:
    from codexlog.formats.events import Tokens, TokenTotals, UsageRecord

_ZERO: TokenTotals = (0, 0, None, 0, 0)


def plus(left: TokenTotals, right: TokenTotals) -> TokenTotals:
    """Field by field; an unrecorded figure stays unrecorded while both are."""
    write, reasoning = _sum(left[2], right[2]), _sum(left[4], right[4])
    return left[0] + right[0], left[1] + right[1], write, left[3] + right[3], reasoning


def _sum(left: int | None, right: int | None) -> int | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right


def minus(left: TokenTotals, right: TokenTotals) -> TokenTotals:
    """Field by field; unrecorded on the left stays so."""
    write = None if left[2] is None else left[2] - (right[2] or 0)
    reasoning = None if left[4] is None else left[4] - (right[4] or 0)
    return left[0] - right[0], left[1] - right[1], write, left[3] - right[3], reasoning


class Basis(NamedTuple):
    """How the figures of a session came about."""

    rule: Literal["nothing", "records", "messages", "totals"]
    """`records`: each response's own record. `messages`: the greatest figures of each message id.
    `totals`: the newest cumulative total without what the counter held before."""
    restarts: int
    """How often the cumulative counter began again."""
    filled_up: int
    """Totals that Codex made up when the context window was exceeded."""
    unfinished: int
    """Responses of which no row holds the final output figure."""
    inherited: TokenTotals | None
    """What the counter of the copied history said last."""
    before: TokenTotals | None
    """What the counter held before the first figure of a session without copied history."""
    copied: TokenTotals | None = None
    """Own figures that rows of the session hold from which this one was forked."""


class Ledger:
    """What the session itself used, right after every row."""

    def __init__(self, inherited: Tokens | None = None) -> None:
        self._inherited = inherited
        self._last = inherited
        self._base = inherited.totals if inherited is not None else _ZERO
        self._closed: TokenTotals | None = None
        """Sum of the segments that a reset ended."""
        self._segment = False
        self._records: dict[str, TokenTotals] = {}
        self._recorded: TokenTotals | None = None
        self._copied: TokenTotals | None = None
        self._unfinished: set[str] = set()
        """Responses of which no row holds the final figures."""
        self._merges = False
        self.knows_cache = True
        """Whether the figures of cached input are recorded ones."""
        self._filled_up = 0
        self._restarts = 0
        self._before: TokenTotals | None = None
        self.window: int | None = None
        self.used: int | None = None
        self.final: Tokens | None = inherited
        """The newest usable totals: the baseline of rows that turn out to be a fork's own."""

    def tokens(self, event: Tokens) -> None:
        """One cumulative total."""
        self.window = event.window or self.window
        if event.total > 0 and event.totals[0] + event.totals[3] == 0:
            self._filled_up += 1  # Codex 0.3x+ fills the total up when the window is exceeded
            return
        if self._last is None:
            self._base = _first_base(event)
            self._before = self._base if self._base[0] or self._base[3] else None
        elif event.total < self._last.total:
            if self._segment:
                spent = minus(self._last.totals, self._base)
                self._closed = plus(self._closed, spent) if self._closed else spent
            self._base = _first_base(event)
            self._restarts += 1
        self._segment = True
        self._last = self.final = event
        if event.last_total is not None:
            self.used = event.last_total

    def record(self, event: UsageRecord) -> TokenTotals | None:
        """Usage of one response; a repeated key counts once, by maximum where the format says so.

        Returns the figures of the response as they are known now; None for a repeat that says nothing.
        """
        before = self._records.get(event.key)
        if before is not None and not event.merge:
            return None
        self._merges = event.merge
        self.knows_cache = self.knows_cache and event.cached
        after = event.totals if before is None else _maximum(before, event.totals)
        self._records[event.key] = after
        spent = after if before is None else minus(after, before)
        self._recorded = spent if self._recorded is None else plus(self._recorded, spent)
        if event.copied:
            self._copied = spent if self._copied is None else plus(self._copied, spent)
        if event.final:
            self._unfinished.discard(event.key)
        elif before is None:
            self._unfinished.add(event.key)
        self.used = after[0] + after[3] if event.context == OWN_SIZE else event.context
        return after

    def totals(self) -> TokenTotals | None:
        """Own use so far; None while nothing is recorded."""
        if self._records:
            return self._recorded
        if not self._segment or self._last is None:
            return self._closed
        spent = minus(self._last.totals, self._base)
        return plus(self._closed, spent) if self._closed else spent

    def basis(self) -> Basis:
        """The rule behind the figures, and what they leave out."""
        before = self._inherited
        counted: Literal["nothing", "totals"] = "totals" if self.totals() is not None else "nothing"
        return Basis(
            ("messages" if self._merges else "records") if self._records else counted,
            0 if self._records else self._restarts,
            self._filled_up,
            len(self._unfinished),
            before.totals if before is not None else None,
            self._before if not self._records else None,
            self._copied,
        )

    def copied(self) -> Usage | None:
        """The part of `usage` that stands in another session as well; None where none does."""
        return as_usage(self._copied) if self._copied is not None else None

    def usage(self) -> Usage | None:
        """Own use of the whole session."""
        totals = self.totals()
        if totals is None:
            return None
        complete = not (self._filled_up or self._unfinished)
        return as_usage(totals, self.window, self.used, complete=complete, knows_cache=self.knows_cache)


def as_usage(
    totals: TokenTotals,
    window: int | None = None,
    used: int | None = None,
    *,
    complete: bool = True,
    knows_cache: bool = True,
) -> Usage:
    """Totals as a caller reads them."""
    return Usage(
        input_tokens=totals[0],
        cached_input_tokens=totals[1] if knows_cache else None,
        cache_write_tokens=totals[2],
        output_tokens=totals[3],
        reasoning_output_tokens=totals[4],
        total_tokens=totals[0] + totals[3],
        context_window=window,
        context_used=used,
        complete=complete,
    )


def _first_base(event: Tokens) -> TokenTotals:
    """What stood in the counter before the first event of a segment."""
    if event.last is None:
        return _ZERO
    base = minus(event.totals, event.last)
    return _ZERO if min(base[0], base[1], base[2] or 0, base[3], base[4] or 0) < 0 else base


def _maximum(left: TokenTotals, right: TokenTotals) -> TokenTotals:
    """The greatest of each figure that a row holds: of input, that is what is neither read nor written."""
    cached, write = max(left[1], right[1]), _greatest(left[2], right[2])
    fresh = max(each[0] - each[1] - (each[2] or 0) for each in (left, right))
    return (
        fresh + cached + (write or 0),
        cached,
        write,
        max(left[3], right[3]),
        _greatest(left[4], right[4]),
    )


def _greatest(left: int | None, right: int | None) -> int | None:
    return max((each for each in (left, right) if each is not None), default=None)
