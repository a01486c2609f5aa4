"""The session's own rows: entries, turns, pairing, tokens and the counters of each event kind."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from codexlog.formats import events as ev
from codexlog.timeline import entries as en
from codexlog.timeline.called import Called
from codexlog.timeline.echoes import Answers
from codexlog.timeline.entries import ECHO, FOLDED, SHOWN, Entries, Tally
from codexlog.timeline.ledger import Ledger
from codexlog.timeline.pairing import Pairing
from codexlog.timeline.payloads import is_oversized
from codexlog.timeline.turns import Turns
from codexlog.timeline.typed import Given, Typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.formats.events import Events
    from codexlog.model import Policy
    from codexlog.timeline.meter import Meter


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
        self.called = Called()
        self.ledger = Ledger(inherited)
        self.meter = None if isinstance(entries, Tally) else _meter()
        """None for a reader that wants figures alone."""
        self.answers = Answers()
        self.model: str | None = None
        self.weak_model: str | None = None
        self.cwd: str | None = None
        self.own_id: str | None = None
        self.before_copies: tuple[str | None, str | None] | None = None
        """Model and directory of the own rows that stand before the inherited ones."""
        self.unknown_rows = 0
        self.prompts = [0, 0, 0]
        self.prompt_words = [0, 0, 0]
        self.first_prompts: list[str | None] = [None, None, None]
        self.answer_words = 0
        self.compactions = [0, 0, 0, 0]
        self.aborts = 0
        self.rollbacks = 0
        self.images = [0, 0, 0]
        """Images of prompts, a figure a stream."""
        self.payloads = 0
        """Images of outputs, and oversized outputs and arguments."""
        self.attached = array("I")
        """Entries with attachments, some of them more than once."""
        self._loose: set[int] = set()
        """Those of outputs without a call."""
        self.thoughts_written = 0
        self.thought_echoes: list[int] = []
        """Entries of reasoning that events tell."""
        self.thoughts_shown = 0
        """How many of these, from the first one on, were made visible, for no item tells any."""
        self._line = 0
        self._offset = 0
        self._row = 0
        self._at: str | None = None
        self._part = 0
        self._note_part = 0
        self._message_ids: set[int] = set()
        self.policies: list[tuple[Policy, int]] = []
        """What turns were allowed to do, each time that it changed, with the line that says so."""
        self.typed = Typed()
        self._side = Typed()
        """The same for the prompts of other streams: of sub-agents, in Claude Code."""
        self.main_rows = False
        """Claude Code: sub-agents' prompts in a file with rows of the main thread do not count."""
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
            ev.Tokens: self.ledger.tokens if self.meter is None else self._tokens,
            ev.Limits: self._limits,
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
        after.before_copies = self.before_copies
        after.model, after.cwd = self.before_copies or (None, None)
        if after.meter is not None and after.model is not None:
            after.meter.model(after.model, None)
        return after

    def begin_copies(self) -> None:
        """The next row is inherited: what the session's own head said of itself stays true."""
        if self.before_copies is None:
            self.before_copies = (self.model, self.cwd)

    def inherit_tokens(self, event: ev.Tokens) -> None:
        """A token total of an inherited row: the baseline of the own ones."""
        if event.total > 0 and event.totals[0] + event.totals[3] == 0:
            return
        self.ledger = Ledger(event)
        if self.meter is None:
            self._handlers[ev.Tokens] = self.ledger.tokens

    def row(self, events: Events, row: int, line: int, offset: int, at: str | None) -> None:
        """Take the events of one own row; `row` counts the file's rows from 1."""
        self._row, self._line, self._offset, self._at = row, line, offset, at
        handlers = self._handlers
        if len(events) == 1:
            event = events[0]
            self._part = self._note_part = 0
            handlers[type(event)](event)
            return
        parts: dict[type, int] = {}
        self._note_part = 0
        for event in events:
            kind = type(event)
            self._part = parts.get(kind, 0)
            parts[kind] = self._part + 1
            handlers[kind](event)
            self._note_part += kind in ev.NOTES

    def add(self, kind: int, line: int, offset: int, part: int, shown: int = SHOWN) -> int:
        """Append an entry to the current turn."""
        return self.entries.append(kind, line, offset, part, self.turns.index, shown)

    def prompt_stream(self) -> int:
        """The stream that tells this file's prompts: the first one that yields anything."""
        streams = 1 if self.main_rows else 3
        return next((stream for stream in range(streams) if self.prompts[stream]), 0)

    def compacted(self) -> int:
        """How often the history was replaced: the streams echo each other, the last one is a last resort."""
        return max(self.compactions[: ev.LAST_RESORT]) or self.compactions[ev.LAST_RESORT]

    def _add(self, kind: int, shown: int = SHOWN) -> int:
        part = min(self._note_part, en.WENT_BACK - 1) if kind == en.NOTE else self._part
        return self.entries.append(kind, self._line, self._offset, part, self.turns.index, shown)

    def _nothing(self, _: Any) -> None:
        """Rows that only the prefix or the identity cares for."""

    def _meta(self, event: ev.Meta) -> None:
        self.own_id = self.own_id or event.id

    def _settings(self, event: ev.Settings) -> None:
        self._answered()
        if event.model:
            if event.weak:
                self.weak_model = event.model
            else:
                if self.meter is not None and self.model != event.model:
                    self.meter.model(event.model, self.ledger.totals())
                self.model = event.model
        self.cwd = self.cwd or event.cwd
        if event.policy is not None and (not self.policies or self.policies[-1][0] != event.policy):
            self.policies.append((event.policy, self._line))

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
        typed = self.typed if stream == ev.USER_EVENT else self._side
        if event.is_queued and typed.is_typed(event):
            self._add(en.PROMPT, ECHO)
            return
        for queued in typed.twins(event):
            self._take_back(queued, typed)
            self.entries.show(queued.entry, ECHO)
        turn = self.turns.prompt(event, self._at, len(self.entries), self.ledger.totals())
        self.prompts[stream] += 1
        self.prompt_words[stream] += len(event.text.split())
        self.images[stream] += len(event.images)
        if self.first_prompts[stream] is None:
            self.first_prompts[stream] = event.text
        better = stream == ev.USER_EVENT or not any(self.prompts[:stream])
        if better and stream < ev.USER_MESSAGE and self.prompts[stream] == 1:
            self._hide_prompts()
        if self.main_rows and stream == ev.USER_MESSAGE:
            self._add(en.NOTE, FOLDED)
            return
        entry = self._add(en.PROMPT, SHOWN if better else ECHO)
        if event.images:
            self.attached.append(entry)
        typed.add(Given(entry, self._note_part, turn, event))

    def _take_back(self, given: Given, typed: Typed) -> None:
        """A later row shows that this was no prompt, or not one of its own."""
        event = given.event
        self.prompts[event.stream] -= 1
        self.prompt_words[event.stream] -= len(event.text.split())
        self.images[event.stream] -= len(event.images)
        typed.remove(given)
        self.first_prompts[event.stream] = typed.first
        if given.turn is not None and self.turns.take_back(given.turn):
            self.entries.move(given.entry, self.turns.index)

    def _handled_locally(self) -> None:
        for typed in (self.typed, self._side):
            given = typed.local_output()
            if given is not None:
                self._take_back(given, typed)
                self.entries.become_note(given.entry, given.note_part)

    def _answered(self) -> None:
        self.typed.answered()
        self._side.answered()

    def _hide_prompts(self) -> None:
        """A better stream has begun to tell the prompts: those of the other ones are its echoes."""
        for index, kind in enumerate(self.entries.kind):
            if kind == en.PROMPT:
                self.entries.show(index, ECHO)

    def _answer(self, event: ev.Answer) -> None:
        item = event.stream == ev.ANSWER_ITEM
        self.turns.content(self._at, len(self.entries), self.ledger.totals(), answer=True)
        self._answered()
        if item:
            self.answer_words += len(event.text.split())
        entry = self._add(en.ANSWER, SHOWN if item else ECHO)
        if event.message_id is not None and not self._is_new_message(event.message_id):
            return
        self.answers.add(event.stream, self._row, event.text, entry)

    def _is_new_message(self, message_id: str) -> bool:
        """Whether no earlier row was a part of the same message; without any id, a row is a message."""
        before = len(self._message_ids)
        self._message_ids.add(hash(message_id or self._row))
        return len(self._message_ids) > before

    def _thought(self, event: ev.Thought) -> None:
        if not event.echo:
            self.thoughts_written += 1
            self.turns.thought()
            self._answered()
        entry = self._add(en.THOUGHT, ECHO if event.echo else SHOWN)
        if event.echo:
            self.thought_echoes.append(entry)

    def _call(self, event: ev.ToolCall) -> None:
        if event.is_unique and self.pairing.has_call(event.call_id):
            return
        self.turns.content(self._at, len(self.entries), self.ledger.totals(), answer=False)
        self._answered()
        entry = self._add(en.CALL)
        self.called.add(entry, event.name)
        taken = self.pairing.call(event, entry)
        if taken is not None:
            self.entries.show(taken, ECHO)
            self._given_away(taken, entry)
        if event.result is not None or is_oversized(event.arguments):
            self.payloads += 1
            self.attached.append(entry)

    def _given_away(self, orphan: int, call: int) -> None:
        """An output that stood alone belongs to a call that came later."""
        if self.meter is not None:
            self.meter.taken(orphan, call)
        if orphan in self._loose:
            self.attached.append(call)

    def _output(self, event: ev.ToolOutput) -> None:
        self.payloads += len(event.images)
        oversized = event.is_spilled or is_oversized(event.text)
        if oversized:
            self.payloads += 1
        entry = self.pairing.output(event, self._line, self._offset)
        if entry is None:
            known = self.pairing.is_known(event.call_id)
            entry = self._add(en.NOTE if known else en.ORPHAN)
            self.pairing.leave_free(event, self._line, self._offset, entry)
            if oversized or event.images:
                self._loose.add(entry)
        elif oversized or event.images:
            self.attached.append(entry)
        if self.meter is not None:
            self.meter.output(len(event.text), entry)

    def _tokens(self, event: ev.Tokens) -> None:
        assert self.meter is not None
        self.ledger.tokens(event)
        self.meter.tokens(event, len(self.entries), self._line)
        self.meter.limits(event.limits, len(self.entries), self._line, self._at)

    def _limits(self, event: ev.Limits) -> None:
        if self.meter is not None:
            self.meter.limits(event.limits, len(self.entries), self._line, self._at)

    def _usage(self, event: ev.UsageRecord) -> None:
        if event.thread_id is None or self.own_id is None or event.thread_id == self.own_id:
            event.key = event.key or f"row {self._row}"
            known = self.ledger.record(event)
            if known is not None and self.meter is not None:
                self.meter.record(event.key, known, self.ledger.used, len(self.entries), self._line)

    def _compaction(self, event: ev.Compaction) -> None:
        self.compactions[event.stream] += 1
        if self.meter is not None:
            self.meter.compactions.append(len(self.entries))
        if event.stream == ev.LAST_RESORT:
            self._add(en.NOTE, FOLDED if any(self.compactions[: ev.LAST_RESORT]) else SHOWN)
            return
        best = max(range(ev.LAST_RESORT), key=self.compactions.__getitem__)
        self._add(en.NOTE, SHOWN if best == event.stream else ECHO)

    def _rollback(self, _: ev.Rollback) -> None:
        self.rollbacks += 1
        self._add(en.NOTE)

    def _remark(self, event: ev.Remark) -> None:
        if event.what == "error":
            self.turns.error(event.text)
        elif event.what == "command":
            self._answered()
        elif event.what == "command_output":
            self._handled_locally()
        self._add(en.NOTE, FOLDED if event.what == "boilerplate" else SHOWN)

    def _unknown(self, _: ev.Unknown) -> None:
        self.unknown_rows += 1
        self._add(en.NOTE)


def _meter() -> Meter:
    """Loaded by those who keep one: the list of sessions needs none."""
    from codexlog.timeline.meter import Meter

    return Meter()
