"""`codex exec --json`, event by event → rows. Read as the reader reads a saved stream, so both say the same.

A row a block: a call is on disk before its tool ends. The rows of a turn share one message id; usage, which
Codex tells at the end of a turn, comes in a last row without content.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats import events as ev
from codexlog.formats.dialect import Decoder
from codexlog.formats.json_text import json_text
from codexlog.formats.marks import KEY as MARK
from codexlog.formats.marks import UNNAMED
from codexlog.recorder.journal import note_message
from codexlog.recorder.rows import assistant_content, new_message_id, random_id
from codexlog.timeline.ledger import Ledger, minus

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.recorder.journal import Journal

JsonObject = dict[str, Any]
FAILURES = frozenset(("failed", "denied", "timeout", "aborted"))


class CodexStream:
    """Feed it the events of one stream in order."""

    def __init__(self, journal: Journal, prompt: str | None = None) -> None:
        """`prompt`: what was submitted, which the stream does not hold."""
        self._journal = journal
        self._decoder = Decoder()
        self._ledger = Ledger()
        self._message_id = new_message_id()
        self._made_id = ""
        """Of the last call, should its result have none either."""
        self._turn: JsonObject | None = None
        """What the next row says: that a turn begins with it."""
        self._is_prompted = False
        self._handlers: dict[type, Callable[[Any], None]] = {
            ev.Meta: self._thread,
            ev.TurnStart: self._turn_start,
            ev.TurnEnd: self._turn_end,
            ev.Answer: lambda event: self._answer({"type": "text", "text": event.text}),
            ev.Thought: lambda event: self._answer({"type": "thinking", "thinking": event.summary}),
            ev.ToolCall: self._call,
            ev.ToolOutput: self._output,
            ev.Remark: lambda event: self.note(event.what, event.text),
            ev.Tokens: self._tokens,
        }
        if prompt is not None:
            self._prompt(prompt)

    def take(self, row: JsonObject) -> None:
        """One event. What no table names is kept as a note."""
        events = self._decoder.events(row)
        for event in events:
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)
            else:
                label = event.label if isinstance(event, ev.Unknown) else type(event).__name__
                self.note("unknown", f"{label}: {json_text(row)}")

    def note(self, what: str, text: str) -> None:
        """Something that is neither said nor called."""
        message, keys = note_message(what, text)
        self._row("user", message, keys.pop(MARK), **keys)

    def end(self) -> None:
        """The stream is over; a turn that it left open stays open."""

    def _prompt(self, text: str) -> None:
        self._journal.keep_prompt(text)
        self._turn = {"id": None}
        self._is_prompted = True
        self._row("user", {"role": "user", "content": text}, {"prompt": True})

    def _thread(self, event: ev.Meta) -> None:
        self.note("session", f"codex exec, thread {event.id or 'without an id'}")

    def _turn_start(self, _: ev.TurnStart) -> None:
        if not self._is_prompted:
            self._turn = {"id": None}
        self._is_prompted = False
        self._message_id = new_message_id()

    def _turn_end(self, event: ev.TurnEnd) -> None:
        message, keys = note_message("error", event.error or "")
        note = keys.pop(MARK)
        said = note if event.error else {}
        self._row("user", message, {**said, "turn_end": {}}, **keys)

    def _call(self, event: ev.ToolCall) -> None:
        self._made_id = event.call_id or f"call_{random_id()}"
        block = {"type": "tool_use", "id": self._made_id, "name": event.name, "input": event.arguments}
        self._answer(block if event.call_id is not None else {**block, MARK: {"nameless": True}})

    def _output(self, event: ev.ToolOutput) -> None:
        verdict = event.verdict or ev.Verdict("unknown")
        block: JsonObject = {"type": "tool_result", "tool_use_id": event.call_id or self._made_id}
        block["content"] = event.text
        if verdict.status in FAILURES:
            block["is_error"] = True
        block[MARK] = {"status": verdict.status, "exit_code": verdict.exit_code}
        self._row("user", {"role": "user", "content": [block]})

    def _answer(self, block: JsonObject) -> None:
        self._row("assistant", self._message(assistant_content([block]), {"usage": None}))

    def _tokens(self, event: ev.Tokens) -> None:
        before = self._ledger.totals()
        self._ledger.tokens(event)
        after = self._ledger.totals()
        spent = minus(after, before) if after and before else after
        if spent is not None and min(spent[0], spent[3]) >= 0:
            self._row("assistant", usage_message(self._message([], {"usage": list(spent), "context": None})))

    def _message(self, content: list[Any], mark: JsonObject) -> JsonObject:
        message = {"id": self._message_id, "role": "assistant", "model": self._journal.model or UNNAMED}
        return usage_message({**message, "content": content, "stop_reason": None, MARK: mark})

    def _row(self, kind: str, message: JsonObject, mark: JsonObject | None = None, **keys: Any) -> None:
        mark = dict(mark or {})
        if self._turn is not None:
            mark["turn_start"], self._turn = self._turn, None
        self._journal.append(kind, message, **keys, **({MARK: mark} if mark else {}))


def usage_message(message: JsonObject) -> JsonObject:
    """The message with the four figures that its mark's usage gives; final where there are any."""
    usage = message[MARK]["usage"]
    figures, write = usage or (0, 0, None, 0, None), (usage or (0, 0, None))[2] or 0
    message["usage"] = {
        "input_tokens": max(0, figures[0] - figures[1] - write),
        "output_tokens": figures[3],
        "cache_creation_input_tokens": write,
        "cache_read_input_tokens": figures[1],
    }
    return message
