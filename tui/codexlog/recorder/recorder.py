"""The recorder of an agent loop: what it is told becomes rows, each on disk before the call returns."""

from __future__ import annotations

import atexit
import os
import re
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from codexlog.formats.marks import KEY as MARK
from codexlog.formats.marks import UNNAMED
from codexlog.recorder.files import SessionFolder
from codexlog.recorder.journal import Identity, Journal
from codexlog.recorder.rows import (
    assistant_content,
    clean,
    new_message_id,
    random_id,
    result_blocks,
    tool_uses,
)
from codexlog.recorder.usage import NO_USAGE, SseUsage, counts_in, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import FrameType

SESSION_ID = re.compile(
    r"\d{4}-\d\d-\d\d-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
METADATA = Path(".entire", "metadata")
ENDING = (signal.SIGTERM, signal.SIGHUP)
"""Signals that end a process; SIGINT raises KeyboardInterrupt."""


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
        began = clock()
        self.session_id = session_id or f"{began.astimezone(UTC):%Y-%m-%d}-{random_id()}"
        if not SESSION_ID.fullmatch(self.session_id):
            raise ValueError(f"session_id {self.session_id!r} is not a date and a UUID of version 4")
        self.directory = cwd / METADATA / self.session_id
        """Where the files go; made with the first row."""
        shown = clean(os.fsencode(cwd).decode("utf-8", "replace"))
        identity = Identity(self.session_id, shown, version, model, str(self.directory))
        self.journal = Journal(identity, SessionFolder(self.directory), clock, began=began)
        """For those who write rows of their own, of the same session."""
        self._process = os.getpid()
        self._open_calls: list[str] = []
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

        With the `session_id` of a session that is there already, that one goes on. Raises ValueError for
        an empty version or a session id that is none. In the main thread SIGTERM and SIGHUP will close the
        session before they end the process; where a handler of yours goes on instead, so does the session.
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
        self.journal.keep_prompt(text)
        self._open_calls = []
        self.journal.append("user", {"role": "user", "content": text})

    def assistant(
        self,
        blocks: Any,
        usage: SseUsage | Mapping[str, Any] | None = None,
        *,
        message_id: str | None = None,
        model: str | None = None,
        stop_reason: str | None = None,
    ) -> None:
        """An answer: a list of content blocks as the API gives them, or plain text.

        Call it before the tools run, so that a kill while they run keeps their calls. A response that
        an error cut short (`usage.error`) leaves no row. Without `usage` none is recorded: the four
        figures of the row are 0, for they must be there, and readers of codexlog's rows know it.
        """
        if isinstance(usage, SseUsage) and usage.error is not None:
            return
        content = assistant_content(blocks)
        calls = tool_uses(content)
        self._open_calls = [str(call.get("id")) for call in calls]
        message: dict[str, Any] = {"id": message_id or new_message_id(), "role": "assistant"}
        message |= {"model": model or self.journal.model or UNNAMED, "content": content}
        message |= _usage_keys(usage, stop_reason, "tool_use" if calls else "end_turn")
        self.journal.append("assistant", message)

    def tool_results(self, results: Iterable[Mapping[str, Any]]) -> None:
        """What the tools answered, all of one assistant turn.

        Each has `tool_use_id` and `content`, and may have `is_error`, `exit_code` and `duration_ms`.
        Raises ValueError for a result that answers no call of that turn.
        """
        blocks = result_blocks(results, self._open_calls)
        self._open_calls = []
        if blocks:
            self.journal.append("user", {"role": "user", "content": blocks})

    def close(self) -> None:
        """Write `context.md`. A session without any row leaves nothing at all.

        In a process that was forked off it does nothing: the session is its parent's.
        """
        self._unlisten()
        if os.getpid() == self._process:
            self.journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --------------------------------------------------------------------------------------- private

    def _listen(self) -> None:
        """Close at the end of the process, and before a signal ends it."""
        atexit.register(self.close)
        try:
            for number in ENDING:
                if signal.getsignal(number) != signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._on_signal)
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
        if callable(before):  # it may end the process, or let it finish its work
            if os.getpid() == self._process:
                self.journal.sum_up()
            before(number, frame)
            return
        self.close()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _usage_keys(
    usage: SseUsage | Mapping[str, Any] | None, stop_reason: str | None, otherwise: str
) -> dict[str, Any]:
    """`usage`, and `stop_reason` where the figures are final: that is what tells it to readers.

    `otherwise`: what the API gives as reason for such content.
    """
    if isinstance(usage, SseUsage):
        reason = stop_reason or usage.stop_reason or (otherwise if usage.complete else None)
        keys = {"stop_reason": reason, "usage": usage.as_object()}
        return keys if usage.complete else {**keys, MARK: {"usage": usage.totals(), "partial": True}}
    figures = counts_in(usage)
    is_final = "output_tokens" in figures
    keys = {"stop_reason": stop_reason or (otherwise if is_final else None), "usage": {**NO_USAGE, **figures}}
    if is_final:
        return keys
    return {
        **keys,
        MARK: {"usage": usage_of(figures).totals(), "partial": True} if figures else {"usage": None},
    }
