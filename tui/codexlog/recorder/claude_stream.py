"""`claude -p --output-format stream-json`, event by event → rows in Claude Code's own form.

An `assistant` event holds one block of a response and is a row; the figures that it carries are those of
the response's beginning. With `--include-partial-messages` the stream tells where a response ends and what
it used: then all its blocks are one row with final figures. A result is a row as soon as it comes, so that
a kill while another tool runs keeps it. Sub-agents' rows are marked as Claude Code marks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.formats import claude
from codexlog.formats import events as ev
from codexlog.formats.codex_fields import list_at
from codexlog.formats.json_text import json_text
from codexlog.formats.marks import KEY as MARK
from codexlog.formats.marks import UNNAMED
from codexlog.recorder.journal import note_message
from codexlog.recorder.rows import assistant_content, new_message_id
from codexlog.recorder.usage import NO_USAGE, counts_in

if TYPE_CHECKING:
    from codexlog.recorder.journal import Journal

JsonObject = dict[str, Any]
CARRIED = ("error", "isApiErrorMessage")
"""Keys of an event that mean the same in a row."""
_MOST = 1e15
"""Greater figures are none."""


class _Response:
    """A response whose end the stream will tell."""

    def __init__(self, message: JsonObject) -> None:
        self.message = message
        self.blocks: list[Any] = []
        self.figures = counts_in(message.get("usage"))
        self.stop_reason: str | None = None


class ClaudeStream:
    """Feed it the events of one stream in order, and `end` it."""

    def __init__(self, journal: Journal, prompt: str | None = None) -> None:
        """`prompt`: what was submitted, which the stream does not hold unless it replays it."""
        self._journal = journal
        self._prompt = prompt
        self._is_prompted = prompt is None
        self._has_answer = False
        """Whether the model said anything in the run that is under way."""
        self._responses: dict[str | None, _Response] = {}
        """Those under way, by the call of the sub-agent that gives them; None for the main one."""
        self._handlers = {
            "system": self._system,
            "assistant": self._assistant,
            "user": self._user,
            "result": self._result,
            "stream_event": self._stream_event,
        }

    def take(self, row: JsonObject) -> None:
        """One event. What is neither said nor called is what the reader makes of it: a note, or nothing."""
        handler = self._handlers.get(str(row.get("type")))
        if handler is not None:
            handler(row)
        else:
            self._others(row)

    def _others(self, row: JsonObject) -> None:
        known = isinstance(row.get("type"), str)
        for event in claude.row_events(row) if known else [ev.Unknown("row without type")]:
            if isinstance(event, ev.Remark):
                self.note(event.what, event.text)
            elif isinstance(event, ev.Compaction):
                self.note("compacted", event.text)
            elif isinstance(event, ev.Unknown):
                self.note("unknown", f"{event.label}: {json_text(row)}")

    def note(self, what: str, text: str) -> None:
        """Something that is neither said nor called."""
        message, keys = note_message(what, text)
        self._journal.append("user", message, **keys)

    def end(self) -> None:
        """The stream is over: write what it left half told."""
        self._begin()
        self._flush()

    def _begin(self) -> None:
        """Write the prompt, behind what the stream says before any turn."""
        if not self._is_prompted and self._prompt is not None:
            self._is_prompted = True
            self._journal.keep_prompt(self._prompt)
            message = {"role": "user", "content": self._prompt}
            self._journal.append("user", message, **{MARK: {"prompt": True}})

    def _system(self, row: JsonObject) -> None:
        if row.get("subtype") != "init":
            self._others(row)
            return
        self._journal.model = self._journal.model or _text(row.get("model"))
        version = _text(row.get("claude_code_version"))
        if version is not None:
            self._journal.identity = self._journal.identity._replace(version=version)
        name = " ".join(filter(None, ("Claude Code", version)))
        self.note("session", f"{name}, session {row.get('session_id')}")

    def _assistant(self, row: JsonObject) -> None:
        self._begin()
        message = row.get("message")
        if not isinstance(message, dict):
            self.note("unknown", f"assistant: {json_text(row)}")
            return
        content = assistant_content(message.get("content"))
        response = self._responses.get(_parent(row))
        if response is not None and response.message.get("id") == message.get("id"):
            response.message = message
            response.blocks += content
            return
        self._flush(_parent(row))
        self._answer(row, {**message, "content": content})

    def _answer(self, row: JsonObject, message: JsonObject) -> None:
        self._has_answer = self._has_answer or _parent(row) is None
        message = {**message, "role": "assistant", "model": message.get("model") or UNNAMED}
        known = counts_in(message.get("usage"))
        others = message["usage"] if isinstance(message.get("usage"), dict) else {}
        message["usage"] = {**others, **NO_USAGE, **known}
        if not known:
            message[MARK] = {"usage": None}
        carried = {key: row[key] for key in CARRIED if key in row}
        self._journal.append("assistant", message, **_place(row), **carried)

    def _user(self, row: JsonObject) -> None:
        self._flush(_parent(row))
        message = row.get("message")
        content = message.get("content") if isinstance(message, dict) else None
        if not isinstance(content, (str, list)):
            self._begin()
            self.note("unknown", f"user: {json_text(row)}")
            return
        keys: JsonObject = {**_place(row), **({"isMeta": True} if row.get("isSynthetic") is True else {})}
        typed = None if keys else _typed(content)
        if typed is not None and self._is_replay(typed):
            return
        self._begin()
        if typed is not None:
            self._journal.keep_prompt(typed)
        if row.get("tool_use_result") is not None:
            keys["toolUseResult"] = row["tool_use_result"]
        self._journal.append("user", {"role": "user", "content": content}, **keys)

    def _is_replay(self, typed: str) -> bool:
        """Whether an event repeats the prompt that was given beside the stream."""
        if self._prompt is None or typed != self._prompt.strip():
            return False
        self._begin()
        self._prompt = None
        return True

    def _result(self, row: JsonObject) -> None:
        self._begin()
        self._flush()
        ends = [each for each in claude.row_events(row) if isinstance(each, ev.TurnEnd)]
        error = next((each.error for each in ends if each.error), None)
        said = _text(row.get("result"))
        if error is None and said is not None and not self._has_answer:
            self._only_answer(row, said)
        self._has_answer = False
        message, keys = note_message("error", error) if error else note_message("result", _summary(row))
        self._journal.append("user", message, **{**keys, MARK: {**keys[MARK], "turn_end": {}}})

    def _only_answer(self, row: JsonObject, said: str) -> None:
        """An answer that no event told before the last one, and the run's tokens with it."""
        message = {"id": new_message_id(), "content": assistant_content(said), "stop_reason": "end_turn"}
        self._answer(row, {**message, "usage": row.get("usage")})

    def _stream_event(self, row: JsonObject) -> None:
        event, parent = row.get("event"), _parent(row)
        event = event if isinstance(event, dict) else {}
        kind, response = event.get("type"), self._responses.get(parent)
        if kind == "message_start" and isinstance(event.get("message"), dict):
            self._begin()
            self._flush(parent)
            self._responses[parent] = _Response(event["message"])
        elif kind == "message_delta" and response is not None:
            response.figures |= counts_in(event.get("usage"))
            delta = event.get("delta")
            reason = delta.get("stop_reason") if isinstance(delta, dict) else None
            response.stop_reason = _text(reason) or response.stop_reason
        elif kind == "message_stop":
            self._flush(parent)

    def _flush(self, *parents: str | None) -> None:
        """Write the responses under way: of some givers, else all."""
        for parent in parents or tuple(self._responses):
            response = self._responses.pop(parent, None)
            if response is None:
                continue
            usage = response.message.get("usage")
            message = {**response.message, "content": response.blocks}
            message["usage"] = {**(usage if isinstance(usage, dict) else {}), **response.figures}
            message["stop_reason"] = response.stop_reason
            self._answer({"parent_tool_use_id": parent}, message)


def _place(row: JsonObject) -> JsonObject:
    """How a row of a sub-agent is marked."""
    parent = _parent(row)
    return {} if parent is None else {"isSidechain": True, "parentToolUseID": parent}


def _parent(row: JsonObject) -> str | None:
    return _text(row.get("parent_tool_use_id"))


def _typed(content: str | list[Any]) -> str | None:
    """The text of a message that is nothing but text."""
    if isinstance(content, str):
        return content.strip() or None
    texts = [each.get("text") for each in content if isinstance(each, dict) and each.get("type") == "text"]
    if len(texts) != len(content):
        return None
    return "\n".join(each for each in texts if isinstance(each, str)).strip() or None


def _summary(row: JsonObject) -> str:
    """What the last event says of the whole run, in one line."""
    words = [str(row.get("subtype"))]
    turns, took, cost = row.get("num_turns"), row.get("duration_ms"), row.get("total_cost_usd")
    if isinstance(turns, int):
        words.append(f"{turns} turn{'s' if turns != 1 else ''}")
    if isinstance(took, (int, float)) and abs(took) < _MOST:
        words.append(f"{took / 1000:.1f} s")
    if isinstance(cost, (int, float)) and abs(cost) < _MOST:
        words.append(f"{cost:.4f} USD")
    denials = list_at(row, "permission_denials")
    names = [str(each.get("tool_name")) for each in denials if isinstance(each, dict)]
    return " · ".join([*words, *([f"denied: {', '.join(names)}"] if names else [])])


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
