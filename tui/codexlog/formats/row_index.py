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

import itertools
import re
import string
from array import array
from typing import TYPE_CHECKING, Any

import orjson

from codexlog.formats import row_kinds as rk
from codexlog.formats.codex_items import CARRIERS
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import ToolCall, ToolOutput, ToolResult, Verdict
from codexlog.formats.output_heads import TAIL_BYTES, USUAL, unusual
from codexlog.formats.tool_output import by_code
from codexlog.rows.decode import Row, decode_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.formats.events import Events

    Read = Callable[[int, int], bytes]

NO_CALL, UNANSWERED = 0, 1
"""Indices into `RowIndex.verdicts` that no output gave."""

_TYPES = re.compile(
    rb'\{"timestamp":"[^"\\\n]*",(?:"ordinal":[0-9]+,)?'
    rb'"type":"([^"\\\n]*)","payload":\{(?:"type":"([^"\\\n]*)")?'
)
_SHORT, _LONG = 103, 160
"""How much of a row's head is compared: up to the end of most types, and of nearly all."""
_NO_DIGITS = bytes(48 if 48 <= byte < 58 else byte for byte in range(256))
"""Makes the heads of all rows of a kind equal: times and ordinals are digits."""
_CUSTOM_ID = re.compile(rb'(?:,"id":"[^"\\]*")?(?:,"status":"[^"\\]*")?,"call_id":"([^"\\]+)"')
_PLAIN_NAMES = frozenset(
    b',"name":"%c' % letter for letter in string.ascii_letters.encode() if letter != ord("w")
)
"""How the name of a function that surely polls nothing begins: see `CARRIERS`."""
_POLL = re.compile(
    rb'(?:,"id":"[^"\\]*")?,"name":"write_stdin","arguments":"\{\\"session_id\\":([0-9]+)(?![0-9.eE])'
)
_AFTER_ID = re.compile(rb'"(?:,"[a-z_]+":\{"turn_id":"[^"\\]*"\})?\}\}\r?\Z')
_ROLE = re.compile(rb'(?:,"id":"[^"\\]*")?,"role":"([a-z]+)"')
_ROLES = {b"user": rk.USER, b"developer": rk.INSTRUCTIONS}
_ANSWER = re.compile(
    rb'(?:,"id":"[^"\\]*")?,"role":"assistant","content":\[\{"type":"output_text","text":"'
    rb'(?:\\[nrt]| )*+(?:[!#-\[\]-~]|\\["\\]|\\u001b)'
)
"""An assistant message with a text that is not blank."""
_AFTER_PAYLOAD = 400
_ID_ROOM = 120
_ID_MARK = b'","call_id":"'
_ID_BYTES = (string.ascii_letters + string.digits + "_-.:/+=|").encode()
"""What call ids are made of; others are left to a parse."""
_BLOCK = 1 << 20
_MAX_MEMO = 4096
_MAX_VERDICTS = 60_000
_GROWTH = 1 << 16
_CARRIERS = frozenset(name.encode() for name in CARRIERS)
_SHARED = -1
"""In the id table: more than one call or output, or a process, hangs on this id."""


OpenEvent = tuple[int, bytes, "bytes | int | Verdict | ToolResult | None"]
"""(row, call_id or b"", what): None a call, bytes a call that carries on the process of that name, a verdict
or its index an output, or a structured result."""


class RowIndex:
    """The rows of a file from some offset on, in columns: 15 bytes a row."""

    __slots__ = ("answers", "end", "kinds", "offsets", "open_events", "statuses", "verdicts")

    def __init__(self) -> None:
        self.offsets = array("Q")
        """Offset of each line's first byte."""
        self.kinds = bytearray()
        """See `row_kinds`; rows count from 0 here."""
        self.answers = array("I")
        """For a call: 1 + row of its output; 0 for none, and for all other rows."""
        self.statuses = array("H")
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


def scan(read: Read, start: int = 0) -> RowIndex:
    """Index the lines from `start` on. `read(size, offset)` gives bytes, fewer only at the end."""
    return _Scanner().run(read, start)


class _Scanner:
    """One pass over the bytes. A handler takes (place behind the payload's type, row start, row end)."""

    def __init__(self) -> None:
        self.block = b""
        self.index = RowIndex()
        self._kinds = self.index.kinds
        self._memo: dict[bytes, int] = {}
        """First _SHORT bytes of a row → kind; to an unsettled one, the width of the head is added."""
        self._long: dict[bytes, int] = {}
        """The same for _LONG bytes, where the type does not end within _SHORT."""
        self._tail, self._tail_size = b'"}}', 3
        """What followed the last call_id up to the end of its row."""
        self._id_width = 0
        self._ids: dict[bytes, int] = {}
        """call_id → row of its call, or _SHARED."""
        self._codes = {verdict: code for code, verdict in enumerate(self.index.verdicts)}
        self._by_code = {b"%d" % code: self._code(by_code(code, "")) for code in range(256)}
        self._decoder = Decoder()
        self._handlers: dict[int, Callable[[int, int, int], int]] = {
            rk.MESSAGE: self._message,
            rk.FUNCTION_CALL: self._function_call,
            rk.CUSTOM_CALL: self._custom_call,
            rk.OUTPUT_TEXT: self._output,
            rk.PARSED: self._parsed,
            rk.LONGER: self._longer,
            rk.UNSEEN: self._unseen,
        }

    def run(self, read: Read, start: int) -> RowIndex:
        size = _BLOCK
        while block := read(size, start):
            used = self._block(block, start)
            start += used
            if used:
                size = _BLOCK
            elif read(1, start + len(block)):
                size *= 2  # a row larger than the block
            else:
                self._last_line(block, start)
                start += len(block) + 1
                break
        return self._finish(start)

    def _block(self, block: bytes, base: int) -> int:
        """Take the whole lines of a block; returns how many bytes they are.

        Ordinary calls and outputs are dealt with in place: a function call for each would cost a tenth.
        """
        self.block = block
        index, kinds, ids = self.index, self._kinds, self._ids
        answers, statuses, handlers = index.answers, index.statuses, self._handlers
        find, remembered, add_kind, add_offset = (
            block.find,
            self._memo.get,
            kinds.append,
            index.offsets.append,
        )
        short, no_digits, unseen, unsettled = _SHORT, _NO_DIGITS, rk.UNSEEN, rk.UNSETTLED
        match, known, by_code = USUAL.match, ids.get, self._by_code.get
        row, start, end = len(kinds), 0, find(b"\n")
        while end >= 0:
            add_offset(base + start)
            kind = remembered(block[start : start + short].translate(no_digits), unseen)
            if kind >= unsettled:
                place, kind = start + (kind >> 8), kind & 255
                if kind == rk.FUNCTION_CALL:
                    name = place + self._id_width
                    tail = block[end - TAIL_BYTES : end]
                    mark = tail.rfind(_ID_MARK)
                    call_id = tail[mark + 13 : -self._tail_size]
                    if (
                        mark >= 0
                        and tail.endswith(self._tail)
                        and call_id
                        and not call_id.translate(None, _ID_BYTES)
                        and block[name : name + 10] in _PLAIN_NAMES
                        and ids.setdefault(call_id, row) == row
                    ):
                        kind = rk.CALL
                elif kind == rk.OUTPUT_TEXT:
                    found = match(block, place, end)
                    if found is not None:
                        call_id, code, _ = found.groups()
                        status, call = by_code(code), known(call_id, _SHARED)
                        if status is not None and 0 <= call < len(answers) and not answers[call]:
                            answers[call], statuses[call] = row + 1, status
                            kind = rk.OUTPUT
                if kind >= unsettled:
                    kind = handlers[kind](place, start, end)
            add_kind(kind)
            row += 1
            start = end + 1
            end = find(b"\n", start)
        return start

    def _last_line(self, block: bytes, base: int) -> None:
        """A line without newline may be whole or torn; only a parse tells."""
        self.block = block
        self.index.offsets.append(base)
        self._kinds.append(self._parsed(0, 0, len(block)))

    def _finish(self, end: int) -> RowIndex:
        index = self.index
        index.end = end
        self._grow(len(index) + 1)
        del index.answers[len(index) :], index.statuses[len(index) :]
        open_calls = (row for row, _, what in index.open_events if what is None or type(what) is bytes)
        for call in itertools.chain(self._ids.values(), open_calls):
            if call >= 0 and not index.answers[call]:
                index.statuses[call] = UNANSWERED
        return index

    # ---------------------------------------------------------------------------- kinds, by the head

    def _longer(self, _: int, start: int, end: int) -> int:
        kind = self._long.get(self.block[start : start + _LONG].translate(_NO_DIGITS), rk.UNSEEN)
        if kind < rk.UNSETTLED:
            return kind
        return self._handlers[kind & 255](start + (kind >> 8), start, end)

    def _unseen(self, _: int, start: int, end: int) -> int:
        """A head for the first time, or one of a form that is not worth remembering."""
        found = _TYPES.match(self.block, start, end)
        if found is None:
            return self._parsed(start, start, end)
        row_type, payload_type = found[1].decode("utf-8", "replace"), found[2]
        if payload_type is None and row_type in ("response_item", "event_msg"):
            return self._parsed(start, start, end)
        kind = rk.by_type(row_type, None if payload_type is None else payload_type.decode("utf-8", "replace"))
        if kind != rk.RARE and payload_type is not None:
            self._remember(kind, start, found.end() - start)
        return kind if kind < rk.UNSETTLED else self._handlers[kind](found.end(), start, end)

    def _remember(self, kind: int, start: int, width: int) -> None:
        """Keep a head that fixes the kind: the types of known kinds hold no digits."""
        if len(self._memo) + len(self._long) > _MAX_MEMO:
            self._memo.clear()
            self._long.clear()
        if kind >= rk.UNSETTLED:
            kind += width << 8
        short = self.block[start : start + _SHORT].translate(_NO_DIGITS)
        if width <= _SHORT:
            self._memo[short] = kind
        elif width <= _LONG:
            self._memo[short] = rk.LONGER
            self._long[self.block[start : start + _LONG].translate(_NO_DIGITS)] = kind

    def _message(self, place: int, start: int, end: int) -> int:
        if _ANSWER.match(self.block, place, end) is not None:
            hidden = b'"compaction_output"' in self.block[max(start, end - _AFTER_PAYLOAD) : end]
            return self._parsed(place, start, end) if hidden else rk.ANSWER
        role = _ROLE.match(self.block, place, end)
        kind = _ROLES.get(role[1]) if role is not None else None
        return kind if kind is not None else self._parsed(place, start, end)

    # ----------------------------------------------------------------------------- calls and outputs

    def _function_call(self, place: int, start: int, end: int) -> int:
        """Key order [id,] name, arguments, call_id: the id stands near the row's end.

        Where the name starts, and what follows the id, is the same for many rows on end.
        """
        block, row = self.block, len(self._kinds)
        tail = block[end - TAIL_BYTES : end]
        if not tail.endswith(self._tail):
            tail = block[max(place, end - TAIL_BYTES) : end]
            if not self._learn_tail(tail):
                return self._parsed(place, start, end)
        mark = tail.rfind(b'","call_id":"')
        call_id = tail[mark + 13 : -self._tail_size]
        if mark < 0 or not call_id or call_id.translate(None, _ID_BYTES):
            return self._parsed(place, start, end)
        name = place + self._id_width
        if block[name : name + 10] not in _PLAIN_NAMES and not self._learn_name(place):
            return self._poll(call_id, place, start, end)
        if self._ids.setdefault(call_id, row) != row:
            return self._parsed(place, start, end)
        return rk.CALL

    def _learn_tail(self, tail: bytes) -> bool:
        """Find what follows a call_id up to the end of the row: nothing, or a turn id."""
        mark = tail.rfind(b'","call_id":"') + 13
        rest = tail[tail.find(b'"', mark) :]
        if mark < 13 or _AFTER_ID.match(rest) is None:
            return False
        self._tail, self._tail_size = rest, len(rest)
        return True

    def _learn_name(self, place: int) -> bool:
        """Find out how long the id before the name is; returns whether it is the name of no poll."""
        head = self.block[place : place + _ID_ROOM]
        width = head.find(b'"', 7) + 1 if head.startswith(b',"id":"') else 0
        if head[width : width + 10] not in _PLAIN_NAMES:
            return False
        self._id_width = width
        return True

    def _poll(self, call_id: bytes, place: int, start: int, end: int) -> int:
        """Perhaps a call that carries a process on; its arguments name the process first."""
        found = _POLL.match(self.block, place, end)
        if found is None:
            return self._parsed(place, start, end)
        self._open(call_id, found[1])
        return rk.CALL

    def _custom_call(self, place: int, start: int, end: int) -> int:
        """Key order [id,] [status,] call_id, name, input."""
        found = _CUSTOM_ID.match(self.block, place, end)
        if found is None or found[1] in self._ids:
            return self._parsed(place, start, end)
        self._ids[found[1]] = len(self._kinds)
        return rk.CALL

    def _output(self, place: int, start: int, end: int) -> int:
        """Key order call_id, output; nearly all outputs end here, the others go a longer way."""
        found = USUAL.match(self.block, place, end)
        if found is None:
            other = unusual(self.block, place, end)
            return self._far_output(*other) if other is not None else self._parsed(place, start, end)
        call_id, exit_code, process = found.groups()
        call = self._ids.get(call_id, _SHARED)
        status = self._by_code.get(exit_code)
        answers, row = self.index.answers, len(self._kinds)
        if row >= len(answers):
            self._grow(row + _GROWTH)
        if status is None or call < 0 or answers[call]:
            if process is not None:
                return self._far_output(call_id, Verdict("running", None, process.decode()))
            return self._far_output(call_id, by_code(int(exit_code), ""))
        answers[call] = row + 1
        self.index.statuses[call] = status
        return rk.OUTPUT

    def _far_output(self, call_id: bytes, verdict: Verdict) -> int:
        """An output that is not simply the answer to the one call of its id; b"" for no id."""
        row, call = len(self._kinds), self._ids.get(call_id, _SHARED)
        many = len(self.index.verdicts) >= _MAX_VERDICTS
        self._grow(row + 1)
        if call < 0 or verdict.process is not None or many or self.index.answers[call]:
            self._open(call_id, verdict)
            return rk.OUTPUT
        self.index.answers[call] = row + 1
        self.index.statuses[call] = self._code(verdict)
        return rk.OUTPUT

    def _open(self, call_id: bytes, what: bytes | Verdict | ToolResult | None) -> None:
        """Leave this row, and what was placed already under its id, to the whole pairing."""
        index = self.index
        call = self._ids.get(call_id, _SHARED)
        if call >= 0:
            self._grow(call + 1)
            index.open_events.append((call, call_id, None))
            if index.answers[call]:
                index.open_events.append((index.answers[call] - 1, call_id, index.statuses[call]))
                index.answers[call] = 0
        if call_id:
            self._ids[call_id] = _SHARED
        index.open_events.append((len(self._kinds), call_id, what))

    def _grow(self, rows: int) -> None:
        if rows <= len(self.index.answers):
            return
        rows += _GROWTH
        for column in (self.index.answers, self.index.statuses):
            column.frombytes(bytes(column.itemsize * max(0, rows - len(column))))

    def _code(self, verdict: Verdict) -> int:
        code = self._codes.get(verdict)
        if code is None:
            code = self._codes[verdict] = len(self.index.verdicts)
            self.index.verdicts.append(verdict)
        return code

    # ------------------------------------------------------------------------------- what is parsed

    def _parsed(self, _: int, start: int, end: int) -> int:
        """The kind of a row by a whole parse; its call, output or result goes the long way."""
        raw = self.block[start:end]
        try:
            row = orjson.loads(raw)
        except ValueError:
            row = None
        if type(row) is not dict:
            pieces = decode_line(raw, 0, start, is_whole_row)
            if len(pieces) != 1 or type(pieces[0]) is not Row:
                return rk.DAMAGED if pieces else rk.BLANK
            row = pieces[0].data
        events = self._decoder.events(row)
        for event in events:
            if isinstance(event, (ToolCall, ToolOutput, ToolResult)):
                return self._linked(event)
        return _unlinked_kind(row, events)

    def _linked(self, event: ToolCall | ToolOutput | ToolResult) -> int:
        call_id = (event.call_id or "").encode("utf-8", "replace")
        if type(event) is ToolCall:
            self._parsed_call(call_id, event)
            return rk.CALL
        if type(event) is ToolOutput:
            return self._far_output(call_id, event.verdict or Verdict("unknown"))
        assert type(event) is ToolResult
        self._open(call_id, event)
        return rk.RESULT

    def _parsed_call(self, call_id: bytes, event: ToolCall) -> None:
        row = len(self._kinds)
        if event.own_status is not None:
            self._grow(row + 1)
            self.index.statuses[row] = self._code(Verdict(event.own_status))
        elif not call_id or call_id in self._ids or event.carries is not None:
            carries = None if event.carries is None else event.carries.encode("utf-8", "replace")
            self._open(call_id, carries)
        else:
            self._ids[call_id] = row


def _unlinked_kind(row: dict[str, Any], events: Events) -> int:
    payload = row.get("payload")
    if type(payload) is not dict:
        return rk.RARE
    row_type, payload_type = row.get("type"), payload.get("type")
    kind = rk.by_type(str(row_type), payload_type if isinstance(payload_type, str) else None)
    if kind == rk.MESSAGE:
        return _message_kind(payload.get("role"), events)
    if kind < rk.UNSETTLED:
        return kind
    return rk.RARE if events else rk.SILENT


def _message_kind(role: object, events: Events) -> int:
    if role == "user":
        return rk.USER
    if role == "assistant":
        return rk.ANSWER if events else rk.SILENT
    return rk.INSTRUCTIONS
