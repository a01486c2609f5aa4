"""The outline of a session: one small record a thing that a screen can show, in columns.

No text is kept: an entry knows where its row starts, and `hydrate` reads it again when somebody looks.
38 bytes an entry, so that a session of any size fits, and cheap to send between processes.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

NO_CODE = -(1 << 31)

(
    PROMPT,
    ANSWER,
    THOUGHT,
    CALL,
    ORPHAN,
    NOTE,
    BAD,
) = range(7)
"""Entry kinds."""
WENT_BACK = 255
"""The part of a note that no event of its row tells: the prompt there takes the place of an earlier one."""

STATUSES = ("", "ok", "failed", "denied", "timeout", "aborted", "running", "unanswered", "unknown")
STATUS_CODES = {name: code for code, name in enumerate(STATUSES)}
FAILED_CODES = frozenset(STATUS_CODES[name] for name in ("failed", "denied", "timeout"))

SHOWN, ECHO, FOLDED = range(3)
"""`shown` states: visible; the echo of another row; boilerplate, visible on demand."""


class Entry(NamedTuple):
    """One entry, taken out of its columns."""

    kind: int
    line: int
    offset: int
    part: int
    """Which of the row's events of this kind it is."""
    turn: int
    """Index into the turn list; turns count from 0 here."""
    shown: int
    status: int
    exit_code: int
    out_line: int
    """0 where the call has no output row."""
    out_offset: int
    opener: int
    """1 + index of the call that opened the process which this call carries on; 0 for none."""


COLUMNS = (
    "kind",
    "line",
    "offset",
    "part",
    "turn",
    "shown",
    "status",
    "exit_code",
    "out_line",
    "out_offset",
    "opener",
)
"""Names of the columns, in the order of the fields of `Entry`."""

Before = tuple[int, int, int]
"""Kind, turn and status of an entry before it changed."""


class Entries:
    """Append-only columns; status, output place and visibility of an entry may change later."""

    __slots__ = (*COLUMNS, "by_status", "changed")

    def __init__(self) -> None:
        self.kind = bytearray()
        self.line = array("I")
        self.offset = array("Q")
        self.part = bytearray()
        self.turn = array("I")
        self.shown = bytearray()
        self.status = bytearray()
        self.exit_code = array("i")
        self.out_line = array("I")
        self.out_offset = array("Q")
        self.opener = array("I")
        self.by_status = [0] * len(STATUSES)
        """How many entries got each status; the first figure, of those without any, is not kept."""
        self.changed: dict[int, Before] | None = None
        """What the entries that changed were before; None while nobody wants to know."""

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, index: int) -> Entry:
        return Entry(
            self.kind[index],
            self.line[index],
            self.offset[index],
            self.part[index],
            self.turn[index],
            self.shown[index],
            self.status[index],
            self.exit_code[index],
            self.out_line[index],
            self.out_offset[index],
            self.opener[index],
        )

    def append(self, kind: int, line: int, offset: int, part: int, turn: int, shown: int) -> int:
        """Add an entry; returns its index."""
        index = len(self.kind)
        self.kind.append(kind)
        self.line.append(line)
        self.offset.append(offset)
        self.part.append(min(part, WENT_BACK))
        self.turn.append(turn)
        self.shown.append(shown)
        self.status.append(0)
        self.exit_code.append(NO_CODE)
        self.out_line.append(0)
        self.out_offset.append(0)
        self.opener.append(0)
        return index

    def settle(self, index: int, status: str, exit_code: int | None) -> None:
        """Set what is known of a call's end."""
        if self.changed is not None:
            self._note(index)
        self._count(index, STATUS_CODES[status])
        self.exit_code[index] = NO_CODE if exit_code is None or abs(exit_code) > 1 << 30 else exit_code

    def answer(self, index: int, line: int, offset: int) -> None:
        """Set where a call's output stands."""
        if self.changed is not None:
            self._note(index)
        self.out_line[index] = line
        self.out_offset[index] = offset

    def behind(self, first: int) -> Entries:
        """A copy of the entries from `first` on."""
        other = Entries()
        for column in COLUMNS:
            setattr(other, column, getattr(self, column)[first:])
        return other

    def extend(self, other: Entries) -> None:
        """Append the entries of another table, whose openers and turns count as here."""
        for column in COLUMNS:
            getattr(self, column).extend(getattr(other, column))

    def put(self, index: int, entry: Entry) -> None:
        """Replace an entry."""
        for column, value in zip(COLUMNS, entry, strict=True):
            getattr(self, column)[index] = value

    def show(self, index: int, shown: int) -> None:
        """Set whether an entry is visible."""
        if self.changed is not None:
            self._note(index)
        self.shown[index] = shown

    def open_by(self, index: int, opener: int) -> None:
        """Set which call opened the process that a call carries on."""
        if self.changed is not None:
            self._note(index)
        self.opener[index] = opener + 1

    def become_note(self, index: int, part: int) -> None:
        """Turn a prompt that proved to be none into a note."""
        if self.changed is not None:
            self._note(index)
        self.kind[index] = NOTE
        self.part[index] = min(part, WENT_BACK - 1)

    def move(self, first: int, turn: int) -> None:
        """Put the entries from `first` on into a turn."""
        for index in range(first, len(self.turn)):
            if self.changed is not None:
                self._note(index)
            self.turn[index] = turn

    def count_status(self, *names: str) -> int:
        """How many calls have one of these statuses."""
        return sum(self.by_status[STATUS_CODES[name]] for name in names)

    def recount(self) -> None:
        """Count the statuses anew, after the columns were filled from elsewhere."""
        self.by_status = [self.status.count(code) for code in range(len(STATUSES))]

    def status_name(self, index: int) -> str:
        """Status of a call entry."""
        return STATUSES[self.status[index]]

    def code(self, index: int) -> int | None:
        """Exit code of a call entry."""
        code = self.exit_code[index]
        return None if code == NO_CODE else code

    def _note(self, index: int) -> None:
        """Keep what an entry is, before its first change."""
        assert self.changed is not None
        if index not in self.changed:
            self.changed[index] = (self.kind[index], self.turn[index], self.status[index])

    def _count(self, index: int, code: int) -> None:
        self.by_status[self.status[index]] -= 1
        self.by_status[code] += 1
        self.status[index] = code


class Tally(Entries):
    """Entries of a reader that wants figures alone: keeps statuses, codes and visibility, drops places."""

    __slots__ = ()

    def append(self, kind: int, line: int, offset: int, part: int, turn: int, shown: int) -> int:  # noqa: ARG002
        """Count an entry; returns its index."""
        index = len(self.kind)
        self.kind.append(kind)
        self.shown.append(shown)
        self.status.append(0)
        self.exit_code.append(NO_CODE)
        return index

    def _note(self, index: int) -> None:
        assert self.changed is not None
        self.changed.setdefault(index, (self.kind[index], 0, self.status[index]))

    def become_note(self, index: int, part: int) -> None:  # noqa: ARG002
        """Change the kind."""
        self.kind[index] = NOTE

    def answer(self, index: int, line: int, offset: int) -> None:
        """Nobody will look for the output."""

    def open_by(self, index: int, opener: int) -> None:
        """Nobody will look for the opener."""
