"""Every row of a huge Codex rollout: where it starts, what it is, which row answers which call.

Reads what stands at known places: the head of a row up to `payload.type`, the `call_id`, the header of an
output. A prefix of valid JSON fixes those fields, so what they say is certain, and where a row has another
form (other key order, spaces, another length of time stamp, an escape in an id) it is parsed instead.

Promised for a healthy file, and equal to what the whole timeline says: offset and kind of every row, the
output row of every call, status and exit code of every call whose end its own output states. Left open, as
`open_events`, are the calls that need more than their own output: repeated ids, outputs before their calls,
processes that outlive their call, structured results. `timeline.row_pairs` settles them.
Not noticed: damage behind the head of a line. Only the whole timeline finds that out.
"""

from __future__ import annotations

from array import array

from codexlog.formats.events import ToolResult, Verdict

NO_CALL, UNANSWERED = 0, 1
"""Indices into `RowIndex.verdicts` that no output gave."""

OpenEvent = tuple[int, bytes, "bytes | int | Verdict | ToolResult | None"]
"""(row, call_id or b"", what): None a call, bytes a call that carries on the process of that name, a verdict
or its index an output, or a structured result."""


class RowIndex:
    """The rows of a file from some offset on, in columns: 17 bytes a row."""

    __slots__ = ("answers", "end", "kinds", "offsets", "open_events", "statuses", "verdicts")

    def __init__(self) -> None:
        self.offsets = array("Q")
        """Offset of each line's first byte."""
        self.kinds = bytearray()
        """See `row_kinds`; rows count from 0 here."""
        self.answers = array("I")
        """For a call: 1 + row of its output; 0 for none, and for all other rows."""
        self.statuses = array("I")
        """For a call: index into `verdicts`; NO_CALL for all other rows."""
        self.verdicts = [Verdict(""), Verdict("unanswered")]
        self.open_events: list[OpenEvent] = []
        self.end = 0
        """Where the next line will start: behind the last newline, be it there or still to come."""

    def __len__(self) -> int:
        return len(self.kinds)

    def span(self, row: int) -> tuple[int, int]:
        """Where a row starts and where it ends, its newline left out."""
        after = self.end if row + 1 == len(self.kinds) else self.offsets[row + 1]
        return self.offsets[row], after - 1

    def verdict(self, row: int) -> Verdict:
        """What is known of a call's end."""
        return self.verdicts[self.statuses[row]]

    def failed(self, row: int) -> bool:
        """The failure flag of a call."""
        return self.verdict(row).status in ("failed", "denied", "timeout")

    def set_verdicts(self, found: dict[int, Verdict]) -> None:
        """Enter what is known of the ends of some calls, by row."""
        codes = {each: code for code, each in enumerate(self.verdicts)}
        for row, verdict in found.items():
            code = codes.setdefault(verdict, len(self.verdicts))
            if code == len(self.verdicts):
                self.verdicts.append(verdict)
            self.statuses[row] = code
