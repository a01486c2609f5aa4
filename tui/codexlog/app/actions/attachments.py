"""What `A` does: every attachment of the open session, each a key away from its row, the pager or a file.

The outline knows which entries have attachments. Their rows are read on a thread, for names and sizes;
contents are read again when somebody asks for one.
"""

from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.covering import CoveringAction
from codexlog.app.loading.events import Done
from codexlog.app.loading.reading import target_of
from codexlog.app.widgets.virtual_list import VirtualList
from codexlog.report.words import count, size
from codexlog.timeline.entries import ECHO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.lines import Line
    from codexlog.app.render.page import Target
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.transcript import Transcript
    from codexlog.model import Attachment

TELL_EVERY = 0.1
"""Seconds between two deliveries."""
NEEDS_ONE = frozenset(("land", "pager", "edit", "save"))
"""Commands of the page that do nothing without an attachment."""
COLUMNS = f"{'size':>8} {'row':>8} {'turn':>5}  {'kind':<6} name"


class Found(NamedTuple):
    """One attachment."""

    attachment: Attachment
    entry: int
    turn: int
    """Counts from 1; 0 in a session without turns."""


class AttachmentList(VirtualList):
    """A line an attachment; figures first, so that no name can shift them."""

    found: list[Found]

    def row_count(self) -> int:
        """How many were found so far."""
        return len(self.found)

    def row_lines(self, row: int, width: int) -> tuple[Line, ...]:  # noqa: ARG002 - cut by the palette
        """The line of one."""
        attachment, _, turn = self.found[row]
        figures = f" {size(attachment.bytes):>9} {attachment.row:>8} {turn or '-':>5}  "
        facts = f"  {attachment.media_type}"
        return (((figures, ""), (f"{attachment.kind:<6} ", "accent"), (attachment.name, ""), (facts, "dim")),)


class Attachments(CoveringAction):
    """Reads while the page is open; Esc stops the reading, and Esc once more closes the page."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._list: AttachmentList | None = None
        self._round = 0
        self._seen: set[int] = set()
        self._reading = False
        self._is_stopped = False

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open it."""
        return {"attachments": self._open}

    def opened(self) -> None:
        """Read what the session has got in the meantime."""
        if self.shown is not None and not self._reading and not self._is_stopped:
            self._read()

    def leave(self) -> None:
        """Stop the reading; close the page where nothing is being read."""
        if not self._reading:
            self.uncover()
            return
        self._round += 1
        self._reading, self._is_stopped = False, True
        self._title("stopped; Esc closes")

    def uncover(self) -> None:
        """Forget the page and what is being read for it."""
        self._round += 1
        self._list = None
        self._reading = False
        super().uncover()

    def land(self) -> None:
        """Go to the row of the attachment."""
        found = self._current()
        if found is not None:
            self.go_to(found.entry)

    def target(self) -> Target | None:
        """The attachment under the cursor."""
        found, timeline = self._current(), self.screen.timeline
        if found is None or timeline.rows is None or timeline.transcript is None:
            return None
        return target_of(timeline.transcript, timeline.rows, found.entry, found.attachment)

    # ------------------------------------------------------------------------------------- private

    def _open(self) -> None:
        if not self.has_session():
            return
        self._seen, self._is_stopped = set(), False
        self._list = AttachmentList(self.screen.colours, self.screen.glyphs)
        self._list.found = []
        self.cover("attachments", self._list, COLUMNS)
        self._read()

    def _current(self) -> Found | None:
        shown = self._list
        return shown.found[shown.cursor] if shown is not None and shown.found else None

    def _read(self) -> None:
        """Begin to read the rows that were not read yet."""
        timeline, shown = self.screen.timeline, self._list
        rows, transcript = timeline.rows, timeline.transcript
        assert shown is not None
        if rows is None or transcript is None or not timeline.is_whole or rows.outline.provisional:
            shown.advice = (((f"  {timeline.state or 'reading…'}", "dim"),),)
            shown.repaint()
            self._title(timeline.state)
            return
        entries = rows.outline.entries
        wanted = [
            entry
            for entry in rows.outline.attached
            if entry not in self._seen and entries.shown[entry] != ECHO
        ]
        self._seen.update(wanted)
        if not wanted:
            self._finished()
            return
        self._round += 1
        self._reading = True
        self._title(f"reading 0 of {len(wanted)}, Esc stops")
        job = partial(self._work, self._round, transcript, rows, wanted)
        threading.Thread(target=job, name="attachments", daemon=True).start()

    def _work(self, round_: int, transcript: Transcript, rows: OutlineRows, wanted: list[int]) -> None:
        """Runs on a thread of its own."""
        try:
            self._deliver(round_, transcript, rows, wanted)
        except Exception as error:  # noqa: BLE001 - the file may have changed in any way
            self.screen.tell(Done(partial(self._failed, round_, str(error))))

    def _deliver(self, round_: int, transcript: Transcript, rows: OutlineRows, wanted: list[int]) -> None:
        batch: list[Found] = []
        said = time.monotonic()
        for number, entry in enumerate(wanted, 1):
            if round_ != self._round:
                return
            batch += _attachments(transcript, rows, entry)
            last = number == len(wanted)
            if last or time.monotonic() - said > TELL_EVERY:
                news = partial(self._learn, round_, batch, number, len(wanted))
                self.screen.tell(Done(news))
                batch, said = [], time.monotonic()

    def _learn(self, round_: int, batch: list[Found], number: int, of: int) -> None:
        if round_ != self._round or self._list is None:
            return
        self._list.found += batch
        self._list.repaint()
        if number < of:
            self._title(f"reading {number:,} of {of:,}, Esc stops")
        else:
            self._reading = False
            self._finished()

    def _failed(self, round_: int, cause: str) -> None:
        if round_ == self._round:
            self._reading, self._is_stopped = False, True
            self._title(f"cannot be read any further: {cause}")

    def _finished(self) -> None:
        shown = self._list
        assert shown is not None
        if not shown.found:
            shown.advice = ((("  No attachments in this session.", "dim"),),)
        shown.repaint()
        self._title("")

    def _title(self, facts: str) -> None:
        shown, page = self._list, self.shown
        if shown is not None and page is not None:
            number = len(shown.found)
            page.offer(NEEDS_ONE if not number else frozenset())
            page.name_it(count(number, "attachment") if number else "Attachments", facts)


def _attachments(transcript: Transcript, rows: OutlineRows, entry: int) -> list[Found]:
    """Those of one entry; none where its row cannot be read any more, which its own page will say."""
    outline = rows.outline
    turn = outline.entries.turn[entry] + 1 if outline.turns else 0
    return [Found(each.attachment, entry, turn) for each in transcript.attachments(outline, entry)]
