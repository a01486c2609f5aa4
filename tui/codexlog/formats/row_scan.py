"""Bytes → row index, in one pass. What is promised stands in `row_index`.

Scans no faster than a plain loop over the newlines allows: the handlers see only what is not settled by a
row's first hundred bytes.
"""

from __future__ import annotations

import itertools
import re
import string
from typing import TYPE_CHECKING

import orjson

from codexlog.formats import row_kinds as rk
from codexlog.formats.codex_items import CARRIERS
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import ToolCall, ToolOutput, ToolResult, Verdict
from codexlog.formats.output_heads import TAIL_BYTES, USUAL, unusual
from codexlog.formats.row_index import UNANSWERED, RowIndex
from codexlog.formats.row_parts import SHARED, Part, share
from codexlog.formats.tool_output import by_code
from codexlog.rows.decode import Row, decode_line

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[int, int], bytes]

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
    f',"name":"{letter}'.encode()
    for letter in string.ascii_letters
    if not any(name.startswith(letter) for name in CARRIERS)
)
"""How the name of a function that surely polls nothing begins."""
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
_GROWTH = 1 << 16


def scan(read: Read, start: int = 0) -> RowIndex:
    """Index the lines from `start` on. `read(size, offset)` gives bytes, fewer only at the end."""
    return scan_part(read, start).index


def scan_part(read: Read, start: int, stop: int | None = None) -> Part:
    """Index the lines between two places where lines start."""
    scanner = _Scanner()
    return Part(scanner.run(read, start, stop), scanner.ids)


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
        self._types: dict[tuple[bytes, bytes | None], int] = {}
        self._tail, self._tail_size = b'"}}', 3
        """What followed the last call_id up to the end of its row."""
        self._id_width = 0
        self.ids: dict[bytes, int] = {}
        """call_id → row of its call, or SHARED."""
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

    def run(self, read: Read, start: int, stop: int | None) -> RowIndex:
        size = _BLOCK
        while block := read(size if stop is None else min(size, stop - start), start):
            used = self._block(block, start)
            start += used
            if used:
                size = _BLOCK
            elif len(block) == size:
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
        index, kinds, ids = self.index, self._kinds, self.ids
        answers, statuses, handlers = index.answers, index.statuses, self._handlers
        find, remembered, add_kind, add_offset = (
            block.find,
            self._memo.get,
            kinds.append,
            index.offsets.append,
        )
        short, no_digits, unseen, unsettled = _SHORT, _NO_DIGITS, rk.UNSEEN, rk.UNSETTLED
        function_call, output_text = rk.FUNCTION_CALL, rk.OUTPUT_TEXT
        match, known, by_code = USUAL.match, ids.get, self._by_code.get
        row, start, end = len(kinds), 0, find(b"\n")
        while end >= 0:
            add_offset(base + start)
            kind = remembered(block[start : start + short].translate(no_digits), unseen)
            if kind >= unsettled:
                place, kind = start + (kind >> 8), kind & 255
                if kind == function_call:
                    name = place + self._id_width
                    tail = block[end - TAIL_BYTES : end]
                    mark = tail.rfind(_ID_MARK)
                    call_id = tail[mark + 13 : -self._tail_size]
                    if (
                        mark >= 0
                        and tail.endswith(self._tail)
                        and block[name : name + 10] in _PLAIN_NAMES
                        and call_id
                        and not call_id.translate(None, _ID_BYTES)
                        and ids.setdefault(call_id, row) == row
                    ):
                        kind = rk.CALL
                elif kind == output_text:
                    found = match(block, place, end)
                    if found is not None:
                        call_id, code, process, other_code = found.groups()
                        status, call = by_code(code or other_code), known(call_id, SHARED)
                        if status is not None and 0 <= call < len(answers) and not answers[call]:
                            answers[call], statuses[call] = row + 1, status
                            kind = rk.OUTPUT
                        else:
                            kind = self._usual_output(call_id, code or other_code, process)
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
        for call in itertools.chain(self.ids.values(), open_calls):
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
        row_type, payload_type = found.groups()
        kind = self._types.get((row_type, payload_type))
        if kind is None:
            if len(self._types) > _MAX_MEMO:
                self._types.clear()
            kind = self._types[row_type, payload_type] = rk.by_head(row_type, payload_type)
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
        if self.ids.setdefault(call_id, row) != row:
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
        if found is None or found[1] in self.ids:
            return self._parsed(place, start, end)
        self.ids[found[1]] = len(self._kinds)
        return rk.CALL

    def _output(self, place: int, start: int, end: int) -> int:
        """Key order call_id, output."""
        found = USUAL.match(self.block, place, end)
        if found is not None:
            call_id, code, process, other_code = found.groups()
            return self._usual_output(call_id, code or other_code, process)
        other = unusual(self.block, place, end)
        return self._far_output(*other) if other is not None else self._parsed(place, start, end)

    def _usual_output(self, call_id: bytes, code: bytes, process: bytes | None) -> int:
        if process is not None:
            return self._far_output(call_id, Verdict("running", None, process.decode()))
        return self._far_output(call_id, by_code(int(code), ""))

    def _far_output(self, call_id: bytes, verdict: Verdict) -> int:
        """An output that is not simply the answer to the one call of its id; b"" for no id."""
        row, call = len(self._kinds), self.ids.get(call_id, SHARED)
        self._grow(row + 1)
        if call < 0 or verdict.process is not None or self.index.answers[call]:
            self._open(call_id, verdict)
            return rk.OUTPUT
        self.index.answers[call] = row + 1
        self.index.statuses[call] = self._code(verdict)
        return rk.OUTPUT

    def _open(self, call_id: bytes, what: bytes | Verdict | ToolResult | None) -> None:
        """Leave this row, and what was placed already under its id, to the whole pairing."""
        if call_id:
            share(self.index, self.ids, call_id)
        self.index.open_events.append((len(self._kinds), call_id, what))

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
        return rk.by_content(row, events)

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
        elif not call_id or call_id in self.ids or event.carries is not None:
            carries = None if event.carries is None else event.carries.encode("utf-8", "replace")
            self._open(call_id, carries)
        else:
            self.ids[call_id] = row
