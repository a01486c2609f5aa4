"""The recorder: keeps the chain of rows, and never stops the agent that it records."""

from __future__ import annotations

import atexit
import os
import re
import signal
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from codexlog.recorder.context import action_of, context_text
from codexlog.recorder.files import SessionFolder
from codexlog.recorder.rows import (
    assistant_content,
    clean,
    encode,
    result_blocks,
    tool_uses,
)
from codexlog.recorder.usage import SseUsage, counts_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

    from codexlog.recorder.context import Action

SESSION_ID = re.compile(
    r"\d{4}-\d\d-\d\d-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
METADATA = Path(".entire", "metadata")


class Recorder:
    """One session. Make it with `start`, use it in a `with` statement or call `close`."""

    def __init__(
        self,
        cwd: Path,
        version: str,
        model: str | None,
        clock: Callable[[], datetime],
        session_id: str | None = None,
    ) -> None:
        if not version.strip():
            raise ValueError("version is empty: rows name the program that wrote them")
        self._clock = clock
        self._started = clock()
        self.session_id = session_id or f"{self._started:%Y-%m-%d}-{uuid.uuid4()}"
        if not SESSION_ID.fullmatch(self.session_id):
            raise ValueError(f"session_id {self.session_id!r} is not a date and a UUID of version 4")
        self.directory = cwd / METADATA / self.session_id
        """Where the files go; made with the first row."""
        self._cwd = clean(os.fsencode(cwd).decode("utf-8", "replace"))
        self._version = version
        self._model = model
        self._folder = SessionFolder(self.directory)
        self._parent: str | None = None
        self._last = self._started
        self._open_calls: list[str] = []
        self._actions: list[Action] = []
        self._has_prompt = False
        self._has_warned = False
        self._closed = False
        self._before: dict[int, Any] = {}

    @classmethod
    def start(
        cls,
        *,
        cwd: Path | str | None = None,
        version: str,
        model: str | None = None,
        session_id: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Begin a session in a folder, by default the working one. Nothing is written yet.

        Raises ValueError for an empty version or a session id that is none. In the main thread SIGTERM
        will close the session before it ends the process.
        """
        recorder = cls(Path(cwd or Path.cwd()).absolute(), version, model, clock, session_id)
        recorder._listen()
        return recorder

    # ------------------------------------------------------------------------------------- recording

    def user(self, text: str) -> None:
        """What the person, or the loop, submitted. Blank text is no prompt and leaves no row."""
        text = text.strip()
        if not text:
            return
        if not self._has_prompt:
            self._has_prompt = True
            self._try(lambda: self._folder.write_once("prompt.txt", clean(text).encode()))
        self._open_calls = []
        self._append("user", {"role": "user", "content": text})

    def assistant(
        self,
        blocks: Any,
        usage: SseUsage | Mapping[str, Any] | None = None,
        *,
        message_id: str | None = None,
        model: str | None = None,
    ) -> None:
        """An answer: a list of content blocks as the API gives them, or plain text.

        Call it before the tools run, so that a kill while they run keeps their calls. A response that
        an error cut short (`usage.error`) leaves no row.
        """
        if isinstance(usage, SseUsage) and usage.error is not None:
            return
        content = assistant_content(blocks)
        calls = tool_uses(content)
        self._open_calls = [str(call.get("id")) for call in calls]
        self._actions += map(action_of, calls)
        message: dict[str, Any] = {"id": message_id or f"msg_{uuid.uuid4().hex}", "role": "assistant"}
        message |= {"model": model or self._model or "unknown", "content": content}
        figures = usage.as_object() if isinstance(usage, SseUsage) else counts_in(usage)
        message["usage"] = {**SseUsage().as_object(), **figures}
        self._append("assistant", message)

    def tool_results(self, results: Iterable[Mapping[str, Any]]) -> None:
        """What the tools answered, all of one assistant turn: `tool_use_id`, `content`, `is_error`.

        Raises ValueError for a result that answers no call of that turn.
        """
        blocks = result_blocks(results, self._open_calls)
        self._open_calls = []
        if blocks:
            self._append("user", {"role": "user", "content": blocks})

    def close(self) -> None:
        """Write `context.md`. A session without any row leaves nothing at all."""
        if self._closed:
            return
        self._closed = True
        self._unlisten()
        if self._folder.is_made:
            text = context_text(self.session_id, self._model, _stamp(self._started), self._actions)
            self._try(lambda: self._folder.write_once("context.md", clean(text).encode()))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --------------------------------------------------------------------------------------- private

    def _append(self, kind: str, message: dict[str, Any]) -> None:
        if self._closed:
            raise ValueError("the session is closed")
        self._last = max(self._last, self._clock())
        unique = str(uuid.uuid4())
        row = {
            "type": kind,
            "sessionId": self.session_id,
            "uuid": unique,
            "parentUuid": self._parent,
            "timestamp": _stamp(self._last),
            "cwd": self._cwd,
            "version": self._version,
            "message": message,
        }
        if self._try(lambda: self._folder.append("full.jsonl", encode(row))):
            self._parent = unique

    def _try(self, write: Callable[[], None]) -> bool:
        """Write; say once what went wrong, and let the agent go on."""
        try:
            write()
        except OSError as error:
            if not self._has_warned:
                self._has_warned = True
                reason = error.strerror or error
                sys.stderr.write(f"codexlog: the session is not recorded: {self.directory}: {reason}\n")
            return False
        return True

    def _listen(self) -> None:
        """Close at the end of the process, and before SIGTERM ends it."""
        atexit.register(self.close)
        try:
            self._before[signal.SIGTERM] = signal.signal(signal.SIGTERM, self._on_signal)
        except ValueError:  # not the main thread: whoever handles signals there calls close
            return

    def _unlisten(self) -> None:
        atexit.unregister(self.close)
        for number, before in self._before.items():
            if signal.getsignal(number) == self._on_signal:
                signal.signal(number, before if before is not None else signal.SIG_DFL)
        self._before.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        before = self._before.get(number)
        self.close()
        if callable(before):
            before(number, frame)
        elif before != signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)


def _stamp(moment: datetime) -> str:
    """UTC with milliseconds and `Z`."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03}Z"
