"""What a session used, request by request, on the axis of its timeline.

One point a request of the model, 28 bytes each, in columns. Repeated reports are no points, and the rows
of one Claude message are one. The meter also keeps what the usage page says beside them: where the history
was compacted, the largest outputs, the newest rate limits, and which model spent what.
"""

from __future__ import annotations

from array import array
from bisect import insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.timeline.entries import CALL, ECHO, FAILED_CODES, SHOWN
from codexlog.timeline.ledger import minus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.formats.events import Tokens, TokenTotals
    from codexlog.model.limits import RateLimits
    from codexlog.timeline.entries import Entries
    from codexlog.timeline.ledger import Basis
    from codexlog.timeline.own import OwnPart

UNRECORDED = (1 << 32) - 1
MOST_OUTPUTS = 10
_COLUMNS = ("entry", "line", "input", "cached", "output", "reasoning", "used")


class Point(NamedTuple):
    """One request."""

    entry: int
    """How many entries of the timeline stand before the report."""
    line: int
    input: int | None
    """None where the report holds cumulative figures alone."""
    cached: int | None
    output: int | None
    reasoning: int | None
    used: int | None
    """Size of the context after the request."""


class Points:
    """Append-only columns."""

    __slots__ = _COLUMNS

    def __init__(self) -> None:
        self.entry = array("I")
        self.line = array("I")
        self.input = array("I")
        self.cached = array("I")
        self.output = array("I")
        self.reasoning = array("I")
        self.used = array("I")

    def __len__(self) -> int:
        return len(self.entry)

    def __getitem__(self, index: int) -> Point:
        entry, line, *figures = (getattr(self, column)[index] for column in _COLUMNS)
        return Point(entry, line, *(None if each == UNRECORDED else each for each in figures))

    def __iter__(self) -> Iterator[Point]:
        return map(self.__getitem__, range(len(self)))

    def copy(self) -> Points:
        """The columns as they are now."""
        other = Points()
        for column in _COLUMNS:
            setattr(other, column, getattr(self, column)[:])
        return other

    def put(self, index: int, entry: int, line: int, last: TokenTotals | None, used: int | None) -> None:
        """Set a point; an index behind the last one adds it."""
        totals = last or (None, None, None, None, None)
        figures = (totals[0], totals[1], totals[3], totals[4], used)
        values = (entry, line, *(map(_stored, figures)))
        for column, value in zip(_COLUMNS, values, strict=True):
            getattr(self, column)[index : index + 1] = array("I", (value,))


class Spent(NamedTuple):
    """What one model used."""

    model: str | None
    """None for what was used before the transcript names a model."""
    totals: TokenTotals


@dataclass(frozen=True, slots=True)
class Metering:
    """What the meter found; travels with an outline."""

    points: Points
    compactions: tuple[int, ...]
    """Entries of the visible marks."""
    failures: tuple[int, ...]
    """Entries of the failing calls."""
    outputs: tuple[tuple[int, int], ...]
    """(characters, entry) of the largest outputs, largest first."""
    spent: tuple[Spent, ...]
    limits: tuple[RateLimits, ...]
    basis: Basis
    elsewhere: bool
    """Whether the inherited history stands in another file."""


class Meter:
    """Collects while rows come in."""

    def __init__(self) -> None:
        self.points = Points()
        self.compactions = array("I")
        self._outputs: list[tuple[int, int]] = []
        self._models: list[tuple[str, TokenTotals | None]] = []
        """Each change of the model, with the session's totals at that moment."""
        self._limits: dict[Any, tuple[dict[str, Any], int, str | None, int]] = {}
        self._responses: dict[str, int] = {}
        self._last_total = -1

    def tokens(self, event: Tokens, entry: int, line: int) -> None:
        """A cumulative report; one that repeats the total before, or makes it up, is no request."""
        if event.total == self._last_total or event.totals[0] + event.totals[3] == 0:
            return
        self._last_total = event.total
        if not self._responses:
            self.points.put(len(self.points), entry, line, event.last, event.last_total)

    def record(self, key: str, totals: TokenTotals, used: int | None, entry: int, line: int) -> None:
        """The figures of one response, as far as they are known, and the size of the context after it."""
        if not self._responses:  # the ledger drops the cumulative totals before the first record
            self._models = [(name, None) for name, _ in self._models[-1:]]
        index = self._responses.setdefault(key, len(self.points))
        if index < len(self.points):
            entry, line = self.points.entry[index], self.points.line[index]
        self.points.put(index, entry, line, totals, used)

    def limits(self, limits: Any, entry: int, line: int, at: str | None) -> None:
        """A rate limit state; the newest of each limit wins."""
        if isinstance(limits, dict):
            name = limits.get("limit_id")
            self._limits[name if isinstance(name, str) else None] = (limits, line, at, entry)

    def model(self, name: str, before: TokenTotals | None) -> None:
        """The model of what follows; `before` is what the session had used by then."""
        if not self._models or self._models[-1][0] != name:
            self._models.append((name, before))

    def output(self, characters: int, entry: int) -> None:
        """The length of an output."""
        largest = self._outputs
        if len(largest) < MOST_OUTPUTS or characters > largest[0][0]:
            insort(largest, (characters, entry))
            del largest[:-MOST_OUTPUTS]

    def taken(self, orphan: int, call: int) -> None:
        """An output that stood alone has found its call."""
        self._outputs = [
            (characters, call if entry == orphan else entry) for characters, entry in self._outputs
        ]

    def metering(self, own: OwnPart, *, elsewhere: bool) -> Metering:
        """What was found so far."""
        entries = own.entries
        return Metering(
            self.points.copy(),
            tuple(entry for entry in self.compactions if entries.shown[entry] == SHOWN),
            tuple(_failures(entries)),
            tuple((size, entry) for size, entry in reversed(self._outputs) if entries.shown[entry] != ECHO),
            tuple(self._spent(own.ledger.totals(), own.model or own.weak_model)),
            tuple(self._newest_limits()),
            own.ledger.basis(),
            elsewhere,
        )

    # ------------------------------------------------------------------------------------- private

    def _spent(self, totals: TokenTotals | None, fallback: str | None) -> Iterator[Spent]:
        """What each stretch of one model used, in file order."""
        if totals is None:
            return
        stretches: list[tuple[str | None, TokenTotals | None]] = [*self._models]
        if not stretches:
            stretches = [(fallback, None)]
        elif stretches[0][1] is not None:
            stretches.insert(0, (None, None))
        ends = [*(before for _, before in stretches[1:]), totals]
        for (name, before), after in zip(stretches, ends, strict=True):
            spent = after if before is None or after is None else minus(after, before)
            if spent is not None and (spent[0] or spent[3]):
                yield Spent(name, spent)

    def _newest_limits(self) -> Iterator[RateLimits]:
        from codexlog.formats.codex_items import text_or_none
        from codexlog.formats.codex_tokens import rate_windows
        from codexlog.model.limits import RateLimits

        for name, (raw, line, at, entry) in self._limits.items():
            plan, reached = (text_or_none(raw.get(key)) for key in ("plan_type", "rate_limit_reached_type"))
            yield RateLimits(name, plan, reached, rate_windows(raw), line, at, entry)


def _failures(entries: Entries) -> Iterator[int]:
    columns = zip(entries.kind, entries.status, entries.shown, strict=True)
    return (
        index
        for index, (kind, status, shown) in enumerate(columns)
        if status in FAILED_CODES and kind == CALL and shown == SHOWN
    )


def _stored(figure: int | None) -> int:
    return UNRECORDED if figure is None else max(0, min(figure, UNRECORDED - 1))
