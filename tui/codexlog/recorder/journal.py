"""The chain of rows of one session, its first prompt and what it did; never stops the agent it records."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from codexlog.formats.marks import KEY as MARK
from codexlog.recorder.context import action_line, context_text
from codexlog.recorder.rows import clean, encode, random_id, tool_uses

if TYPE_CHECKING:
    from collections.abc import Callable


JsonObject = dict[str, Any]
ROWS, PROMPT_TEXT, CONTEXT = "full.jsonl", "prompt.txt", "context.md"
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Sink(Protocol):
    """Where the files of a session go."""

    is_made: bool

    def read(self, name: str) -> bytes | None:
        """What is there from earlier."""

    def news(self, name: str) -> bytes:
        """What others added to a file since the last look or append. Raises OSError."""

    def append(self, name: str, line: Callable[[bytes], bytes]) -> None:
        """Add a line, made of what others added since the last look or append. Raises OSError."""

    def write_once(self, name: str, data: bytes) -> None:
        """Write a whole file. Raises OSError."""


class Identity(NamedTuple):
    """What every row says of its session."""

    session_id: str
    cwd: str
    version: str
    """Of the program whose conversation it is; not empty."""
    model: str | None
    """None where only the answers tell it."""
    place: str
    """The folder, for the warning."""


class Journal:
    """Appends rows, each with the one before it as parent; call `close` at the end.

    A row that cannot be written is left out of the chain; the first time this is said on stderr. Threads may
    share a journal, and a forked process may go on with its copy: rows of others become parents, too.
    """

    def __init__(
        self,
        identity: Identity,
        sink: Sink,
        clock: Callable[[], datetime],
        unique: Callable[[], str] = random_id,
        extra: JsonObject | None = None,
        began: datetime | None = None,
    ) -> None:
        """`unique` makes the ids of rows; `extra` stands in every row; `began`: when, if not now."""
        self.identity = identity
        self.model = identity.model
        self.is_closed = False
        self._sink = sink
        self._clock = clock
        self._unique = unique
        self._extra = extra or {}
        self._started = self._last = stamp(began or clock())
        self._parent: str | None = None
        self._actions: list[str] = []
        self._first_prompt: str | None = None
        self._has_prompt = False
        """Whether `prompt.txt` is written."""
        self._is_resumed = False
        self._process, self._lock = os.getpid(), threading.RLock()
        self.has_warned = False
        """Whether something could not be written."""

    def append(self, kind: str, message: JsonObject, **more: Any) -> bool:
        """Write a row of type `user` or `assistant`; `more` are further keys. Whether it is on disk.

        Raises ValueError when the session is closed.
        """
        with self._alone():
            return self._append(kind, message, more)

    def _append(self, kind: str, message: JsonObject, more: JsonObject) -> bool:
        if self.is_closed:
            raise ValueError("the session is closed")
        unique = self._unique()
        written = self._is_resumed or self._try(self._catch_up)
        if written:
            written = self._try(
                lambda: self._sink.append(ROWS, lambda news: self._line(news, kind, unique, message, more))
            )
        if written:
            self._parent = unique
        self._actions += map(action_line, tool_uses(message["content"]))
        return written

    def _line(self, news: bytes, kind: str, unique: str, message: JsonObject, more: JsonObject) -> bytes:
        """The row, behind what others wrote meanwhile."""
        if news:
            self._take_up(news)
        self._last = max(self._last, stamp(self._clock()))
        row = {
            "type": kind,
            "sessionId": self.identity.session_id,
            "uuid": unique,
            "parentUuid": self._parent,
            "timestamp": self._last,
            "cwd": self.identity.cwd,
            "version": self.identity.version,
            **self._extra,
            "message": message,
            **more,
        }
        return encode(row)

    def keep_prompt(self, text: str) -> None:
        """Write `prompt.txt`, unless an earlier prompt stands there."""
        with self._alone():
            first = self._first_prompt = self._first_prompt or text
            if not self._has_prompt and self._try(self._catch_up) and not self._has_prompt:
                data = clean(first).encode()
                self._has_prompt = self._try(lambda: self._sink.write_once(PROMPT_TEXT, data))

    def close(self) -> None:
        """Write `context.md`. A session without any row leaves nothing at all."""
        with self._alone():
            if self.is_closed:
                return
            self.is_closed = True
            self.sum_up()

    def sum_up(self) -> None:
        """Write `context.md` of what there is, if there is anything; rows may follow."""
        with self._alone():
            if self._sink.is_made:
                self._try(self._catch_up)
                text = context_text(self.identity.session_id, self.model, self._started, self._actions)
                self._try(lambda: self._sink.write_once(CONTEXT, clean(text).encode()))

    def _alone(self) -> threading.RLock:
        """Keeps other threads out; not the signal handler that closes, which runs in the same one.

        A process that was forked off has none of the threads that may hold the lock: it takes a new one.
        """
        if self._process != os.getpid():
            self._process, self._lock = os.getpid(), threading.RLock()
        return self._lock

    def _catch_up(self) -> None:
        """Take up the chain where others left it: an earlier recorder, or a fork. Raises OSError."""
        self._take_up(self._sink.news(ROWS))

    def _take_up(self, data: bytes) -> None:
        rows = _rows_in(data) if data else []
        first, self._is_resumed = not self._is_resumed, True
        if not rows:
            return
        self._has_prompt = self._has_prompt or self._sink.read(PROMPT_TEXT) is not None
        self._parent = rows[-1]["uuid"]
        stamps = [each["timestamp"] for each in rows if _STAMP.fullmatch(str(each.get("timestamp")))]
        self._last = max([*stamps, self._last])
        if first and stamps:
            self._started = stamps[0]
        at = 0 if first else len(self._actions)
        self._actions[at:at] = _actions_in(rows)

    def _try(self, write: Callable[[], None]) -> bool:
        """Write; say once what went wrong, and let the agent go on."""
        try:
            write()
        except OSError as error:
            if not self.has_warned:
                self.has_warned = True
                warn(f"the session is not recorded: {self.identity.place}: {_reason(error)}")
            return False
        return True


def stamp(moment: datetime) -> str:
    """UTC with milliseconds and `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def note_message(what: str, text: str) -> tuple[JsonObject, JsonObject]:
    """A message without content, and the mark of its row: something that is neither prompt nor result."""
    return {"role": "user", "content": []}, {"isMeta": True, MARK: {"note": {"what": what, "text": text}}}


def _rows_in(data: bytes) -> list[JsonObject]:
    rows = []
    for line in data.split(b"\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue  # blank, or torn by a kill: readers report it
        if isinstance(row, dict) and isinstance(row.get("uuid"), str) and "message" in row:
            rows.append(row)
    return rows


def _actions_in(rows: list[JsonObject]) -> list[str]:
    messages = [row["message"] for row in rows if isinstance(row["message"], dict)]
    contents = [each.get("content") for each in messages]
    return [action_line(call) for each in contents if isinstance(each, list) for call in tool_uses(each)]


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def warn(text: str) -> None:
    """One line on stderr; where nobody reads that, the recording goes on all the same."""
    from codexlog.report.safe_text import safe_line

    try:
        sys.stderr.write(f"codexlog: {safe_line(text)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return
