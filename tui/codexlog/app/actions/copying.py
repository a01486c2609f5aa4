"""Copies what is selected, and says where it went."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.loading.events import Done
from codexlog.app.outline_rows import FOLDS, HEAD, SESSION
from codexlog.clipboard import send
from codexlog.report.copied import Copied, copied
from codexlog.timeline.entries import PROMPT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.outline_rows import OutlineRows, Row
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.transcript import Transcript
    from codexlog.clipboard import Sent

NOTHING = "There is nothing to copy here."


class Copying(Action):
    """The clipboard."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Copy."""
        return {"copy": self._copy}

    def _copy(self) -> None:
        load = self._of_list() if self.screen.front == "sessions" else self._of_timeline()
        if load is None:
            self.screen.say(NOTHING)
        else:
            hand_over(self.screen, load)

    def _of_list(self) -> Callable[[], Copied] | None:
        session = self.screen.sessions.current
        return (lambda: Copied(str(session.found.path), runs=True)) if session is not None else None

    def _of_timeline(self) -> Callable[[], Copied] | None:
        timeline = self.screen.timeline
        rows, row, transcript = timeline.rows, timeline.view.current(), timeline.transcript
        if rows is None or row is None or transcript is None or row.entry == FOLDS:
            return None
        if row.entry == SESSION:
            summary = rows.outline.summary
            return lambda: Copied(summary.id or summary.path, runs=True)
        entry = _prompt_of(rows, row) if row.entry == HEAD else row.entry
        return _text_of(transcript, rows, entry) if entry is not None else None


def hand_over(screen: MainScreen, load: Callable[[], Copied]) -> None:
    """Copy a text on a thread of its own: reading it may take long, and a program may hang."""
    options = screen.options

    def work() -> None:
        try:
            text, runs = load()
        except Exception as error:  # noqa: BLE001 - the file may have changed in any way
            problem = f"This cannot be read: {error}"
            screen.tell(Done(lambda: screen.say(problem)))
            return
        if not text.strip():
            screen.tell(Done(lambda: screen.say(NOTHING)))
            return
        sent = send(
            text,
            options.env,
            options.state,
            redacts=options.redact,
            runs=runs,
            limit=options.osc52_limit,
        )
        screen.tell(Done(lambda: _finish(screen, sent)))

    screen.say("copying…")
    threading.Thread(target=work, name="clipboard", daemon=True).start()


def _finish(screen: MainScreen, sent: Sent) -> None:
    from codexlog.app.app import ExplorerApp

    if sent.sequence:
        assert isinstance(screen.app, ExplorerApp)
        screen.app.write_to_terminal(sent.sequence)
    screen.say(sent.sentence(screen.options.home))


def _prompt_of(rows: OutlineRows, row: Row) -> int | None:
    """The entry of a turn's first prompt."""
    entries = rows.outline.entries
    of_turn = (at for at, turn in enumerate(entries.turn) if turn == row.turn)
    return next((at for at in of_turn if entries.kind[at] == PROMPT), None)


def _text_of(transcript: Transcript, rows: OutlineRows, entry: int) -> Callable[[], Copied]:
    def load() -> Copied:
        return copied(transcript.item(rows.outline, entry))

    return load
