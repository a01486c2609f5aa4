"""Calls and their outputs, by `call_id`, in any order; processes that outlive the call that began them.

A call takes the first output with its id that is still free. A call whose output says that the process
runs on opens it; later calls that name the process carry it on. The carrying call whose own output has
an exit code ends it, and gives the opening call the same status and exit code.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from codexlog.formats.events import ToolCall, ToolOutput, ToolResult, Verdict

if TYPE_CHECKING:
    from codexlog.timeline.entries import Entries

_UNSAID = Verdict("unknown")


class _Call:
    __slots__ = ("carried", "carries", "entry", "result", "verdict")

    def __init__(self, entry: int, carries: str | None) -> None:
        self.entry = entry
        self.carries = carries
        self.carried: _Process | None = None
        self.verdict: Verdict | None = None
        self.result: ToolResult | None = None


class _Process:
    __slots__ = ("carriers", "opener")

    def __init__(self, opener: _Call | None) -> None:
        self.opener = opener
        self.carriers: list[_Call] = []
        """Those whose own output says that it still runs."""


class _Free:
    """An output that waits for its call."""

    __slots__ = ("entry", "line", "offset", "verdict")

    def __init__(self, verdict: Verdict, line: int, offset: int, entry: int) -> None:
        self.verdict = verdict
        self.line = line
        self.offset = offset
        self.entry = entry


class Pairing:
    """Pairs while rows come in; statuses in the entry table are right after every row."""

    def __init__(self, entries: Entries, foreign_ids: set[str]) -> None:
        self._entries = entries
        self._foreign = foreign_ids
        self.calls = 0
        self._ids: dict[str, _Call] = {}
        """The newest call of each id."""
        self._waiting: dict[str, deque[_Call]] = {}
        """Earlier calls of an id that came again before its first output."""
        self._free: dict[str, deque[_Free]] = {}
        self._nameless_orphans = 0
        self._results: dict[str, ToolResult] = {}
        self._open: dict[str, _Process] = {}

    def call_ids(self) -> set[str]:
        """Ids of all calls so far."""
        return set(self._ids)

    def call(self, event: ToolCall, entry: int) -> int | None:
        """A call row. Returns the entry of the free output that it takes, which is no orphan any more."""
        self.calls += 1
        if event.own_status is not None:
            self._entries.settle(entry, event.own_status, None)
            return None
        call = _Call(entry, event.carries)
        self._entries.settle(entry, "unanswered", None)
        if event.carries is not None:
            call.carried = self._open.get(event.carries)
            if call.carried is not None and call.carried.opener is not None:
                self._entries.open_by(entry, call.carried.opener.entry)
        if event.call_id is None:
            return None
        call.result = self._results.pop(event.call_id, None)
        free = self._free.get(event.call_id)
        if free:
            taken = free.popleft()
            self._ids.setdefault(event.call_id, call)
            self._answer(call, taken.verdict, taken.line, taken.offset)
            return taken.entry
        before = self._ids.get(event.call_id)
        if before is not None and before.verdict is None:
            self._waiting.setdefault(event.call_id, deque()).append(before)
        self._ids[event.call_id] = call
        return None

    def output(self, event: ToolOutput, line: int, offset: int) -> int | None:
        """An output row. Returns the entry of the call that took it; None where none did."""
        verdict = event.verdict or _UNSAID
        call = self._ids.get(event.call_id) if event.call_id is not None else None
        if call is not None:
            waiting = self._waiting.get(event.call_id or "")
            if waiting:
                call = waiting.popleft()
            if call.verdict is None:
                self._answer(call, verdict, line, offset)
                return call.entry
        return None

    def leave_free(self, event: ToolOutput, line: int, offset: int, entry: int) -> None:
        """Keep an output that no call took, with the entry that shows it."""
        if event.call_id is None:
            self._nameless_orphans += 1
            return
        free = _Free(event.verdict or _UNSAID, line, offset, entry)
        self._free.setdefault(event.call_id, deque()).append(free)

    def orphans(self) -> int:
        """Outputs whose id no call of the whole file has."""
        known, foreign = self._ids, self._foreign
        left = sum(len(free) for key, free in self._free.items() if key not in known and key not in foreign)
        return left + self._nameless_orphans

    def is_known(self, call_id: str | None) -> bool:
        """Whether some call of the file, inherited ones included, has this id."""
        return call_id is not None and (call_id in self._ids or call_id in self._foreign)

    def has_call(self, call_id: str | None) -> bool:
        """Whether a call with this id came already."""
        return call_id is not None and call_id in self._ids

    def result(self, event: ToolResult) -> None:
        """A structured result; it may come before or after the output, or belong to no call at all."""
        call = self._ids.get(event.call_id)
        if call is None:
            self._results[event.call_id] = event
            return
        call.result = event
        if call.verdict is not None:
            self._settle(call)

    def _answer(self, call: _Call, verdict: Verdict, line: int, offset: int) -> None:
        call.verdict = verdict
        self._entries.answer(call.entry, line, offset)
        if call.carries is not None:
            self._carry(call, verdict)
        elif verdict.process is not None:
            self._open[verdict.process] = call.carried = _Process(call)
        self._settle(call)

    def _carry(self, call: _Call, verdict: Verdict) -> None:
        name = call.carries
        assert name is not None
        process = call.carried or self._open.get(name)
        if verdict.ends:
            if process is not None:
                self._end(process, verdict.status, verdict.exit_code)
        elif verdict.process is not None:
            if process is None:
                process = self._open[name] = _Process(None)
            call.carried = process
            process.carriers.append(call)

    def _end(self, process: _Process, status: str, exit_code: int | None) -> None:
        if process.opener is not None:
            self._entries.settle(process.opener.entry, status, exit_code)
            process.opener.verdict = Verdict(status, exit_code, None, True)
        for carrier in process.carriers:
            self._entries.settle(carrier.entry, "ok", None)
            carrier.verdict = Verdict("ok")
        process.carriers.clear()
        for name, opened in list(self._open.items()):
            if opened is process:
                del self._open[name]

    def _settle(self, call: _Call) -> None:
        verdict, result = call.verdict, call.result
        assert verdict is not None
        if result is not None and _says_more(verdict, result):
            if call.carries is None and call.carried is not None and result.ends:
                self._end(call.carried, result.status, result.exit_code)
            self._entries.settle(call.entry, result.status, result.exit_code)
            return
        self._entries.settle(call.entry, verdict.status, verdict.exit_code)


def _says_more(verdict: Verdict, result: ToolResult) -> bool:
    """Whether a structured result is used: text unknown or running, or ok without a code against it."""
    if result.status == "unknown":
        return False
    if verdict.status in ("unknown", "running"):
        return True
    return verdict.status == "ok" and verdict.exit_code is None and result.status != "ok"
