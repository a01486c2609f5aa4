"""What a row index leaves open: calls that more than one output, or a process, hangs on."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from codexlog.formats.events import ToolCall, ToolOutput, ToolResult, Verdict
from codexlog.timeline.entries import CALL, ECHO, NOTE, ORPHAN, SHOWN, Entries
from codexlog.timeline.pairing import Pairing

if TYPE_CHECKING:
    from codexlog.formats.row_index import RowIndex


@dataclass(slots=True)
class Links:
    """What the pairing found besides outputs and statuses, which it enters into the index."""

    openers: dict[int, int] = field(default_factory=dict)
    """Row of a polling call → row of the call that began the process."""
    loose: dict[int, int] = field(default_factory=dict)
    """Row of an output that no call took → entry kind, ORPHAN or NOTE."""
    orphans: int = 0


def settle(index: RowIndex, foreign_ids: set[str] | None = None) -> Links:
    """Pair the open events of an index, and complete it. `foreign_ids`: calls in inherited rows."""
    return _Settling(index, foreign_ids or set()).run()


class _Settling:
    """The ordinary pairing over a few rows; an entry here is one of these rows."""

    def __init__(self, index: RowIndex, foreign_ids: set[str]) -> None:
        self._index = index
        self._entries = Entries()
        self._pairing = Pairing(self._entries, foreign_ids)

    def run(self) -> Links:
        for row, call_id, what in sorted(self._index.open_events, key=itemgetter(0)):
            name = call_id.decode("utf-8", "replace") or None
            if isinstance(what, ToolResult):
                self._pairing.result(what)
            elif what is None or isinstance(what, bytes):
                carries = None if what is None else what.decode("utf-8", "replace")
                self._call(row, ToolCall(name, "", None, carries))
            else:
                verdict = what if isinstance(what, Verdict) else self._index.verdicts[what]
                self._output(row, ToolOutput(name, "", (), verdict))
        self._enter()
        return self._links()

    def _call(self, row: int, event: ToolCall) -> None:
        taken = self._pairing.call(event, self._add(CALL, row))
        if taken is not None:
            self._entries.show(taken, ECHO)

    def _output(self, row: int, event: ToolOutput) -> None:
        if self._pairing.output(event, row + 1, 0) is None:
            kind = NOTE if self._pairing.is_known(event.call_id) else ORPHAN
            self._pairing.leave_free(event, row + 1, 0, self._add(kind, row))

    def _add(self, kind: int, row: int) -> int:
        return self._entries.append(kind, row, 0, 0, 0, SHOWN)

    def _enter(self) -> None:
        """Write outputs, statuses and exit codes of the calls into the index."""
        entries, ends = self._entries, {}
        for entry, kind in enumerate(entries.kind):
            if kind == CALL:
                row = entries.line[entry]
                ends[row] = Verdict(entries.status_name(entry), entries.code(entry))
                self._index.answers[row] = entries.out_line[entry]
        self._index.set_verdicts(ends)

    def _links(self) -> Links:
        entries = self._entries
        links = Links(orphans=self._pairing.orphans())
        for entry, (kind, row, shown) in enumerate(
            zip(entries.kind, entries.line, entries.shown, strict=True)
        ):
            if kind == CALL and entries.opener[entry]:
                links.openers[row] = entries.line[entries.opener[entry] - 1]
            elif kind != CALL and shown == SHOWN:
                links.loose[row] = kind
        return links
