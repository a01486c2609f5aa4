"""The whole timeline of a huge rollout, provisionally, from its row index.

Turns, prompts, answers, calls with outputs and statuses, marks: the visible entries are those of the whole
timeline, in a fraction of its time, for only the few rows that begin and end turns are parsed. Left to the
whole timeline are echoes, damage behind the head of a line, notes on rate limits, answers that only an
event tells (shown if no item stands within five rows), attachments, word counts, and tokens: those are
taken at the turns' starts and marked partial.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import replace
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, Any

import orjson

from codexlog.formats import row_kinds as rk
from codexlog.formats.dialect import Decoder, is_whole_row
from codexlog.formats.events import Compaction, ToolCall, ToolOutput
from codexlog.formats.row_scan import scan
from codexlog.rows.decode import BadPiece, decode_line
from codexlog.timeline import entries as en
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.echoes import REACH
from codexlog.timeline.entries import COLUMNS, NO_CODE, STATUS_CODES, Entries
from codexlog.timeline.outline import outline
from codexlog.timeline.row_pairs import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.formats.row_index import RowIndex
    from codexlog.formats.row_scan import Read
    from codexlog.timeline.outline import Outline
    from codexlog.timeline.row_pairs import Links
    from codexlog.timeline.summary import FileFacts

ALWAYS = (
    rk.USER,
    rk.INSTRUCTIONS,
    rk.USER_EVENT,
    rk.TURN_START,
    rk.TURN_END,
    rk.COMPACTED,
    rk.RARE,
    rk.DAMAGED,
)
"""Kinds of rows that matter to turns; all are parsed but COMPACTED."""
MAX_TOKEN_ROWS = 2000
"""Token figures that are all read; of more, only those at the turns' starts."""
_ENTRY_KINDS = {rk.REASONING: en.THOUGHT, rk.ANSWER: en.ANSWER, rk.CALL: en.CALL}
_NO_ENTRY = 255
_IS_ENTRY = bytes(kind != _NO_ENTRY for kind in range(256))
_COLUMNS = tuple(name for name in COLUMNS if name != "turn")
_MAX_HEAD = 256
_NO_FIGURE = b'"info":null'
_TIME = b'{"timestamp":"'


def quick_outline(
    read: Read, facts: FileFacts, index_from: Callable[[int], RowIndex] | None = None
) -> Outline | None:
    """A provisional outline; None where only the whole timeline will do.

    That is so for rows that are not wrapped, and for forks whose own rows begin nowhere for sure.
    `read(size, offset)` gives bytes, fewer than `size` only at the end. `index_from` makes the index of
    the lines from an offset on, where somebody can do that faster than one pass over them.
    """
    make = index_from or partial(scan, read)
    index = make(0)
    builder = TimelineBuilder()
    head = _feed_head(builder, index, read)
    if head is None or builder.decoder.format != "codex" or builder.own.pairing.calls:
        return None
    line = head + 1
    if builder.inherited_rows:  # their calls pair with nothing of ours
        index = make(index.offsets[head] if head < len(index) else index.end)
        head = 0
    links = settle(index, builder.own.foreign_ids)
    return _Quick(builder, index, links, read, head, line - head).run(facts)


def _feed_head(builder: TimelineBuilder, index: RowIndex, read: Read) -> int | None:
    """Read rows until it is known which are inherited; returns how many lines that took."""
    for row in range(len(index)):
        if row >= _MAX_HEAD and not builder.inherited_rows:
            return None
        data = _row(read, index, row)
        if data is None:
            return None
        builder.feed_row(row + 1, index.offsets[row], data)
        if builder.is_settled:
            return row + 1
    return None


def _row(read: Read, index: RowIndex, row: int) -> dict[str, Any] | None:
    start, end = index.span(row)
    try:
        data = orjson.loads(read(end - start, start))
    except ValueError:
        return None
    return data if type(data) is dict else None


class _Quick:
    """Walks over the rows that matter to turns; those between them come over in columns."""

    def __init__(
        self, builder: TimelineBuilder, index: RowIndex, links: Links, read: Read, first: int, line: int
    ) -> None:
        self._builder = builder
        self._own = builder.own
        self._index = index
        self._links = links
        self._read = read
        self._first = first
        """The first row that the builder has not seen."""
        self._line = line
        """Number of the line that row 0 of the index stands on."""
        self._rows = array("I")
        """Rows of the entries in `_columns`."""
        self._columns = self._bulk()
        self._next = 0
        self._pieces = 0
        """Rows found on damaged lines."""
        self._damaged_times: dict[int, str | None] = {}

    def run(self, facts: FileFacts) -> Outline:
        builder, kinds = self._builder, self._index.kinds
        rows = builder.rows + len(kinds) - self._first
        tokens = list(self._rows_of(rk.TOKENS))
        sampled = self._token_samples(tokens) if len(tokens) > MAX_TOKEN_ROWS else tokens
        for row in self._stops(sampled):
            self._catch_up(row)
            self._stop_at(row)
        self._catch_up(len(kinds))
        not_whole = kinds.count(rk.DAMAGED, self._first) + kinds.count(rk.BLANK, self._first)
        builder.rows = rows - not_whole + self._pieces
        builder.ended_at = self._last_time() or builder.ended_at
        self._own.thoughts_written += self._columns.kind.count(en.THOUGHT)
        self._link_polls()
        self._own.entries.recount()
        return self._completed(outline(builder, facts), len(sampled) < len(tokens))

    # ------------------------------------------------------------------------------------ in columns

    def _bulk(self) -> Entries:
        """The entries that need no parse, without their turns."""
        index, columns = self._index, Entries()
        kinds = index.kinds.translate(self._entry_table())
        kinds[: self._first] = bytes((_NO_ENTRY,)) * self._first
        rows = self._rows = array("I", compress(range(len(kinds)), kinds.translate(_IS_ENTRY)))
        codes = array("I", map(index.statuses.__getitem__, rows))
        answers = array("I", map(index.answers.__getitem__, rows))
        status = bytes(STATUS_CODES[each.status] for each in index.verdicts)
        code = [NO_CODE if each.exit_code is None else each.exit_code for each in index.verdicts]
        columns.kind = kinds.translate(None, bytes((_NO_ENTRY,)))
        columns.line = array("I", map(self._line.__add__, rows))
        columns.offset = array("Q", map(index.offsets.__getitem__, rows))
        columns.part, columns.shown = bytearray(len(rows)), bytearray(len(rows))
        columns.status = bytearray(map(status.__getitem__, codes))
        columns.exit_code = array("i", map(code.__getitem__, codes))
        columns.out_line = array("I", [row and row - 1 + self._line for row in answers])
        columns.out_offset = array("Q", [row and index.offsets[row - 1] for row in answers])
        columns.opener = array("I", bytes(4 * len(rows)))
        return columns

    def _entry_table(self) -> bytes:
        table = bytearray((_NO_ENTRY,)) * 256
        for kind, entry in _ENTRY_KINDS.items():
            table[kind] = entry
        if self._index.kinds.find(rk.REASONING) < 0:
            table[rk.REASONING_EVENT] = en.THOUGHT  # some releases keep reasoning in events alone
        return bytes(table)

    def _catch_up(self, row: int) -> None:
        """Take over the entries before a row."""
        start, stop = self._next, bisect_left(self._rows, row, self._next)
        if start == stop:
            return
        self._next = stop
        self._content(start, stop)
        entries, columns = self._own.entries, self._columns
        for name in _COLUMNS:
            getattr(entries, name).extend(getattr(columns, name)[start:stop])
        entries.turn.extend(array("I", (self._own.turns.index,)) * (stop - start))

    def _content(self, start: int, stop: int) -> None:
        """Tell the turn of the calls and answers among some entries."""
        kinds, turns = self._columns.kind, self._own.turns
        calls, answers = kinds.count(en.CALL, start, stop), kinds.count(en.ANSWER, start, stop)
        last = max(kinds.rfind(en.CALL, start, stop), kinds.rfind(en.ANSWER, start, stop))
        if last >= 0:
            answer = kinds[last] == en.ANSWER
            if not turns.all:
                first = next(each for each in range(start, stop) if kinds[each] in (en.CALL, en.ANSWER))
                turns.content(self._time(self._rows[first]), len(self._own.entries), None, answer=answer)
                turns.all[-1].calls = turns.all[-1].answers = 0
            at = None if turns.all[-1].explicit else self._time(self._rows[last])
            turns.content(at, 0, None, answer=answer)
            turns.all[-1].calls += calls - (not answer)
            turns.all[-1].answers += answers - answer
        if self._index.kinds[self._rows[stop - 1]] == rk.REASONING:
            turns.thought()

    def _link_polls(self) -> None:
        entries = self._own.entries
        for poll, opener in self._links.openers.items():
            entries.open_by(
                bisect_left(entries.line, poll + self._line), bisect_left(entries.line, opener + self._line)
            )

    # ------------------------------------------------------------------------------------ row by row

    def _rows_of(self, *kinds: int) -> Iterable[int]:
        """The rows of some kinds that the builder has not seen."""
        wanted = bytes(kind in kinds for kind in range(256))
        first = self._first
        return compress(range(first, len(self._index)), self._index.kinds[first:].translate(wanted))

    def _stops(self, tokens: Iterable[int]) -> list[int]:
        settings = list(self._rows_of(rk.SETTINGS))
        stops = {*self._rows_of(*ALWAYS), *tokens, *settings[:1], *settings[-1:], *self._links.loose}
        stops.update(row for row in self._rows_of(rk.ANSWER_EVENT) if not self._is_echo(row))
        return sorted(row for row in stops if row >= self._first)

    def _stop_at(self, row: int) -> None:
        kind, line, offset = self._index.kinds[row], row + self._line, self._index.offsets[row]
        if kind == rk.OUTPUT:
            self._own.add(self._links.loose[row], line, offset, 0)
        elif kind == rk.COMPACTED:
            self._own.row((Compaction(0),), line, line, offset, None)
        else:
            data = _row(self._read, self._index, row)
            if data is None:
                self._damaged(row, line)
            elif not (_is_completed_answer(data) and self._is_echo(row)):
                self._builder.feed_row(line, offset, data)

    def _damaged(self, row: int, line: int) -> None:
        """A line that is not one JSON object; calls and outputs in it wait for the whole timeline."""
        self._index.kinds[row] = rk.DAMAGED
        start, end = self._index.span(row)
        for piece in decode_line(self._read(end - start, start), line, start, is_whole_row):
            if isinstance(piece, BadPiece):
                self._builder.feed(piece)
            elif not _is_tool_row(piece.data):
                self._builder.feed(piece)
                self._pieces += 1
                self._damaged_times[row] = self._builder.ended_at

    def _is_echo(self, row: int) -> bool:
        """Whether an assistant message stands within reach of an event that tells one."""
        return self._index.kinds.find(rk.ANSWER, max(0, row - REACH), row + REACH + 1) >= 0

    def _token_samples(self, tokens: list[int]) -> set[int]:
        """The first and last token figure, and the last one before each turn."""
        samples = {self._figure(tokens, 0, 1), self._figure(tokens, len(tokens) - 1, -1)}
        for row in self._rows_of(rk.TURN_START, rk.USER_EVENT):
            before = bisect_left(tokens, row) - 1
            if before >= 0:
                samples.add(self._figure(tokens, before, -1))
        return samples

    def _figure(self, tokens: list[int], at: int, step: int) -> int:
        """The next token row from `at` on that has a figure, within reach."""
        for place in range(at, max(-1, min(len(tokens), at + step * REACH)), step):
            if _NO_FIGURE not in self._read(160, self._index.offsets[tokens[place]]):
                return tokens[place]
        return tokens[at]

    def _time(self, row: int) -> str | None:
        head = self._read(80, self._index.offsets[row])
        if head.startswith(_TIME):
            return head[len(_TIME) : head.find(b'"', len(_TIME))].decode("utf-8", "replace")
        data = _row(self._read, self._index, row)
        at = data.get("timestamp") if data is not None else None
        return at if isinstance(at, str) else None

    def _last_time(self) -> str | None:
        for row in range(len(self._index) - 1, self._first - 1, -1):
            at = self._damaged_times.get(row) if self._index.kinds[row] == rk.DAMAGED else self._time(row)
            if at is not None:
                return at
        return None

    def _completed(self, found: Outline, partial: bool) -> Outline:
        """Put in what is counted in columns; names of tools stand in no column."""
        counts = replace(
            found.summary.counts,
            messages=self._own.answers.count() + self._columns.kind.count(en.ANSWER),
            calls=found.entries.kind.count(en.CALL),
            orphan_outputs=self._links.orphans,
        )
        usage = found.summary.usage
        if usage is not None and partial:
            usage = replace(usage, complete=False)
        summary = replace(found.summary, counts=counts, usage=usage, call_ends=frozenset())
        return replace(found, summary=summary, provisional=True)


def _is_tool_row(data: dict[str, Any]) -> bool:
    events = Decoder().events(data)
    return bool(events) and isinstance(events[0], (ToolCall, ToolOutput))


def _is_completed_answer(data: dict[str, Any]) -> bool:
    item = data["payload"].get("item") if isinstance(data.get("payload"), dict) else None
    return isinstance(item, dict) and item.get("type") == "AgentMessage"
