"""The session's own rows: entries, turns, pairing, tokens and the counters of each event kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats import events as ev
from codexlog.timeline import entries as en
from codexlog.timeline.echoes import Answers
from codexlog.timeline.entries import ECHO, FOLDED, SHOWN, Entries
from codexlog.timeline.ledger import Ledger
from codexlog.timeline.pairing import Pairing
from codexlog.timeline.payloads import is_oversized
from codexlog.timeline.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.formats.events import Events


class OwnPart:
    """Accumulates what is not inherited; replaced by its `successor` when it proves to be inherited."""

    def __init__(
        self,
        entries: Entries,
        foreign_ids: set[str] | None = None,
        inherited: ev.Tokens | None = None,
    ) -> None:
        self.foreign_ids = foreign_ids if foreign_ids is not None else set()
        self.entries = entries
        self.turns = Turns()
        self.pairing = Pairing(self.entries, self.foreign_ids)
        self.ledger = Ledger(inherited)
        self.answers = Answers()
        self.model: str | None = None
        self.weak_model: str | None = None
        self.cwd: str | None = None
        self.own_id: str | None = None
        self.unknown_rows = 0
        self.prompts = [0, 0, 0]
        self.prompt_words = [0, 0, 0]
        self.first_prompts: list[str | None] = [None, None, None]
        self.answer_words = 0
        self.compactions = [0, 0, 0]
        self.aborts = 0
        self.rollbacks = 0
        self.images = [0, 0, 0]
        """Images of prompts, a figure a stream."""
        self.payloads = 0
        """Images of outputs, and oversized outputs and arguments."""
        self.lone_answers: list[int] = []
        """Entries of echoes that were made visible, for no item stands for them."""
        self.thoughts_written = 0
        self._line = 0
        self._offset = 0
        self._row = 0
        self._at: str | None = None
        self._part = 0
        self._handlers: dict[type, Callable[[Any], None]] = {
            ev.Meta: self._meta,
            ev.Settings: self._settings,
            ev.WorldState: self._nothing,
            ev.TurnStart: self._turn_start,
            ev.TurnEnd: self._turn_end,
            ev.TurnAbort: self._turn_abort,
            ev.Prompt: self._prompt,
            ev.Answer: self._answer,
            ev.Thought: self._thought,
            ev.ToolCall: self._call,
            ev.ToolOutput: self._output,
            ev.ToolResult: self.pairing.result,
            ev.Tokens: self.ledger.tokens,
            ev.UsageRecord: self._usage,
            ev.Compaction: self._compaction,
            ev.Rollback: self._rollback,
            ev.Title: self._nothing,
            ev.Remark: self._remark,
            ev.Unknown: self._unknown,
        }

    def successor(self) -> OwnPart:
        """An empty part that knows what this one saw as inherited: call ids and the token baseline."""
        known = self.foreign_ids | self.pairing.call_ids()
        after = OwnPart(type(self.entries)(), known, self.ledger.final)
        after.own_id = self.own_id
        return after

    def inherit_tokens(self, event: ev.Tokens) -> None:
        """A token total of an inherited row: the baseline of the own ones."""
        if event.total > 0 and event.totals[0] + event.totals[3] == 0:
            return
        self.ledger = Ledger(event)
        self._handlers[ev.Tokens] = self.ledger.tokens

    def row(self, events: Events, row: int, line: int, offset: int, at: str | None) -> None:
        """Take the events of one own row; `row` counts the file's rows from 1."""
        self._row, self._line, self._offset, self._at = row, line, offset, at
        handlers = self._handlers
        if len(events) == 1:
            event = events[0]
            self._part = 0
            handlers[type(event)](event)
            return
        parts: dict[type, int] = {}
        for event in events:
            kind = type(event)
            self._part = parts.get(kind, 0)
            parts[kind] = self._part + 1
            handlers[kind](event)

    def add(self, kind: int, line: int, offset: int, part: int, shown: int = SHOWN) -> int:
        """Append an entry to the current turn."""
        return self.entries.append(kind, line, offset, part, self.turns.index, shown)

    def prompt_stream(self) -> int:
        """The stream that tells this file's prompts: the first one that yields anything."""
        return next((stream for stream in range(3) if self.prompts[stream]), 0)

    def _add(self, kind: int, shown: int = SHOWN) -> int:
        return self.entries.append(kind, self._line, self._offset, self._part, self.turns.index, shown)

    def _nothing(self, _: Any) -> None:
        """Rows that only the prefix or the identity cares for."""

    def _meta(self, event: ev.Meta) -> None:
        self.own_id = self.own_id or event.id

    def _settings(self, event: ev.Settings) -> None:
        if event.model:
            if event.weak:
                self.weak_model = event.model
            else:
                self.model = event.model
        self.cwd = event.cwd or self.cwd

    def _turn_start(self, event: ev.TurnStart) -> None:
        self.ledger.window = event.window or self.ledger.window
        self.turns.start(event, self._at, len(self.entries), self.ledger.totals())

    def _turn_end(self, event: ev.TurnEnd) -> None:
        self.turns.end(event, self._at)
        if event.error:
            self._add(en.NOTE)

    def _turn_abort(self, event: ev.TurnAbort) -> None:
        self.aborts += 1
        self.turns.abort(event, self._at)
        self._add(en.NOTE)

    def _prompt(self, event: ev.Prompt) -> None:
        stream = event.stream
        self.turns.prompt(event, self._at, len(self.entries), self.ledger.totals())
        self.prompts[stream] += 1
        self.prompt_words[stream] += len(event.text.split())
        self.images[stream] += len(event.images)
        if self.first_prompts[stream] is None:
            self.first_prompts[stream] = event.text
        better = stream == ev.USER_EVENT or not any(self.prompts[:stream])
        if better and stream < ev.USER_MESSAGE and self.prompts[stream] == 1:
            self._hide_prompts()
        self._add(en.PROMPT, SHOWN if better else ECHO)

    def _hide_prompts(self) -> None:
        """A better stream has begun to tell the prompts: those of the other ones are its echoes."""
        for index, kind in enumerate(self.entries.kind):
            if kind == en.PROMPT:
                self.entries.shown[index] = ECHO

    def _answer(self, event: ev.Answer) -> None:
        item = event.stream == ev.ANSWER_ITEM
        if item:
            self.turns.content(self._at, len(self.entries), self.ledger.totals(), answer=True)
            self.answer_words += len(event.text.split())
        entry = self._add(en.ANSWER, SHOWN if item else ECHO)
        self.answers.add(event.stream, self._row, event.text, entry)

    def _thought(self, event: ev.Thought) -> None:
        self.thoughts_written += not event.echo
        self._add(en.THOUGHT, ECHO if event.echo else SHOWN)

    def _call(self, event: ev.ToolCall) -> None:
        self.turns.content(self._at, len(self.entries), self.ledger.totals(), answer=False)
        entry = self._add(en.CALL)
        taken = self.pairing.call(event, entry)
        if taken is not None:
            self.entries.shown[taken] = ECHO
        if event.result is not None or is_oversized(event.arguments):
            self.payloads += 1

    def _output(self, event: ev.ToolOutput) -> None:
        self.payloads += len(event.images)
        if is_oversized(event.text):
            self.payloads += 1
        if not self.pairing.output(event, self._line, self._offset):
            known = self.pairing.is_known(event.call_id)
            self.pairing.leave_free(
                event, self._line, self._offset, self._add(en.NOTE if known else en.ORPHAN)
            )

    def _usage(self, event: ev.UsageRecord) -> None:
        if event.thread_id is None or self.own_id is None or event.thread_id == self.own_id:
            self.ledger.record(event)

    def _compaction(self, event: ev.Compaction) -> None:
        self.compactions[event.stream] += 1
        best = max(range(3), key=self.compactions.__getitem__)
        self._add(en.NOTE, SHOWN if best == event.stream else ECHO)

    def _rollback(self, _: ev.Rollback) -> None:
        self.rollbacks += 1
        self._add(en.NOTE)

    def _remark(self, event: ev.Remark) -> None:
        if event.what == "error":
            self.turns.error(event.text)
        self._add(en.NOTE, FOLDED if event.what == "boilerplate" else SHOWN)

    def _unknown(self, _: ev.Unknown) -> None:
        self.unknown_rows += 1
        self._add(en.NOTE)
