"""Controls the timeline: opens sessions, keeps the cursor's place, folds, finds failures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.loading.desk import Desk
from codexlog.app.outline_rows import FOLDS, HEAD, SESSION, OutlineRows, Row
from codexlog.app.panes import folding
from codexlog.app.render.hints import key_of
from codexlog.report.words import short_time
from codexlog.timeline.entries import FOLDED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from codexlog.app.loading.events import Briefed, Event, FileChanged, Grown, NotOpened, Opened
    from codexlog.app.loading.opening import Opener
    from codexlog.app.options import Options
    from codexlog.app.render.brief import Brief
    from codexlog.app.widgets.bars import Header
    from codexlog.app.widgets.timeline_list import TimelineList
    from codexlog.catalog.discover import Found
    from codexlog.catalog.transcript import Transcript
    from codexlog.timeline.growth import Patch
    from codexlog.timeline.outline import Outline


class Visit(NamedTuple):
    """Where somebody was: enough to show it again at once."""

    found: Found
    rows: OutlineRows
    transcript: Transcript
    cursor: int
    top: int


READING = "reading…"
"""The state of a session that was asked for, until it is open."""
PATIENCE = 0.012
"""Seconds that a repaint waits for the texts of its rows before it draws marks in their place."""


class TimelinePane:
    """The open session."""

    def __init__(
        self, options: Options, view: TimelineList, header: Header, tell: Callable[[Event], None]
    ) -> None:
        self.view = view
        self.header = header
        self.transcript: Transcript | None = None
        self.found: Found | None = None
        self._options = options
        self._tell = tell
        self._opened: Opener | None = None
        self._clock = options.clock
        self._desk: Desk[Briefed] = Desk("briefs", tell)
        self._number = 0
        self._state = ""
        self._is_asked = False
        """Whether the person asked to follow: then the header says so of a quiet session, too."""
        self.finding = ""
        """How far a search is, for the header."""
        view.read = self._read
        view.on_laid_out = self.update_header

    @property
    def _opener(self) -> Opener:
        """Opens sessions; made with the first one, which the first frame does not wait for."""
        if self._opened is None:
            from codexlog.app.loading.opening import Opener

            self._opened = Opener(self._options, self._tell)
        return self._opened

    @property
    def rows(self) -> OutlineRows | None:
        """The outline that is shown."""
        return self.view.rows

    def open(self, found: Found, *, keep: bool = False) -> None:
        """Show another session; `keep` leaves what is shown until it is open."""
        if not keep:
            self._forget()
        self.found = found
        self._state = READING
        self.view.advice = (((f"  {READING}", "dim"),),)
        self._number = self._opener.open(found)
        self.update_header()

    def foretell(self, outline: Outline, briefs: Mapping[int, Brief]) -> None:
        """Show rows that were read ahead, until the session itself is open."""
        rows = OutlineRows(outline)
        self.view.show(rows)
        self.view.learn(briefs)
        self.view.show_around(len(rows) - 1, self.view.size.height - 1)
        self.update_header()

    def take(self, transcript: Transcript) -> None:
        """Show a session that is open already."""
        self._forget()
        self._state = READING
        self._number = self._opener.take(transcript)
        self.update_header()

    def reload(self) -> None:
        """Read the open session once more, and stay at the same row."""
        if self.found is not None:
            self._state = "reading again…"
            self._number = self._opener.open(self.found)
            self.update_header()

    @property
    def links(self) -> tuple[str, ...]:
        """Ids of the sessions that the row under the cursor leads to: subagents of a call, or the parent."""
        row = self.view.current()
        if self.rows is None or row is None or row.entry != SESSION:
            return self.view.agents()
        summary = self.rows.outline.summary
        return tuple(each for each in (summary.parent_id or summary.forked_from,) if each)

    def visit(self) -> Visit | None:
        """Take down where the person is; None where there is nothing to come back to."""
        if self.found is None or self.rows is None or self.transcript is None:
            return None
        return Visit(self.found, self.rows, self.transcript, self.view.cursor, self.view.top)

    def come_back(self, visit: Visit) -> None:
        """Show a session as it was left, and read what was written since."""
        self._forget()
        self.found, self.transcript = visit.found, visit.transcript
        self.view.show(visit.rows)
        self.view.show_around(visit.cursor, visit.cursor - visit.top)
        self.reload()

    def show_call(self, entry: int) -> None:
        """Put the cursor on an entry, unfolding what hides it."""
        if self.rows is not None:
            at = self.rows.reveal(entry)
            self.view.cursor = min(self.view.cursor, len(self.rows) - 1)
            self.view.move_to(at)
            self.update_header()

    def opened(self, event: Opened) -> bool:
        """Take an outline: the first goes to its end, later ones keep the row under the cursor."""
        if event.number != self._number:
            return False
        before, view = self.view.rows, self.view
        if before is not None and event.rows.outline.is_tail and not before.outline.is_tail:
            return True  # read once more: the end alone would lose the place, all of it is on its way
        place = before.place(view.cursor) if before is not None and len(before) else None
        at_end = before is not None and view.cursor == len(before) - 1
        line = view.cursor - view.top
        if before is not None and len(before):
            event.rows.adopt(before)
        view.show(event.rows)
        self.transcript = event.transcript
        self._state = _reading(event.rows.outline)
        if place is None or before is None or at_end:
            view.show_around(len(event.rows) - 1, view.size.height - 1)
            view.is_following = True
        else:
            view.show_around(event.rows.find(place), line)
        self.update_header()
        return True

    def grown(self, event: Grown, *, hold: bool) -> bool:
        """Take what the session has gained; whether what the cursor stands on is other than before.

        The cursor goes along to the last row if it was there, but not on `hold`: somebody reads its details.
        """
        from codexlog.app.growing_rows import GrowingRows

        rows, view = self.rows, self.view
        if event.number != self._number or not isinstance(rows, GrowingRows):
            return False
        place, row = rows.place(view.cursor), rows.row(view.cursor)
        rows.grow(event.patch)
        view.forget(event.patch.changed)
        if view.is_following and not hold:
            view.go_to_end()
        else:
            self._stay(rows.find(place))
        self.update_header()
        return rows.row(view.cursor) != row or _concerns(event.patch, row)

    def catch_up(self) -> None:
        """Go to what came while the cursor had to stay."""
        if self.view.is_following and not self.view.is_at_end:
            self.view.go_to_end()

    def follow(self) -> None:
        """Go to the last row and stay with it."""
        self.view.move_to(self.view.row_count() - 1)
        self._is_asked = True
        self.update_header()

    def unfollow(self) -> None:
        """Stay here, whatever comes."""
        self.view.is_following = self._is_asked = False
        self.update_header()

    @property
    def is_live(self) -> bool:
        """Whether the open session is being written: its last turn has not ended and rows came lately."""
        return self.rows is not None and self.rows.outline.summary.outcome == "running"

    @property
    def is_following(self) -> bool:
        """Whether new rows take the cursor along."""
        return self.view.is_following

    def not_opened(self, event: NotOpened) -> None:
        """Say why there is nothing (more) to see."""
        if event.number == self._number:
            self._state = event.cause
            self.view.advice = ((), ((f"  {event.cause}", "warn"),))
            self.view.repaint()
            self.update_header()

    def file_changed(self, event: FileChanged) -> None:
        """Say what became of the file."""
        if event.number == self._number:
            from codexlog.app.loading.opening import READABLE_AGAIN

            again = f" ({key_of('reload')} reads it again)" if event.what in READABLE_AGAIN else ""
            self._state = event.what + again
            self.update_header()

    def briefed(self, event: Briefed) -> None:
        """Take texts that came late."""
        if event.rows is not self.view.rows:
            return
        if event.version == event.rows.version:
            self.view.learn(event.briefs)
        else:  # the session grew meanwhile; what is still missing is asked for again
            self.view.repaint()

    def close(self) -> None:
        """Let go of threads and files."""
        if self._opened is not None:
            self._opened.close()
        self._desk.close()

    # ------------------------------------------------------------------------------------- folding

    def enter(self) -> bool:
        """Fold or unfold what the cursor stands on; False where it is nothing that folds."""
        return self._does(folding.toggle)

    def unfold(self) -> bool:
        """Unfold the turn or the polls under the cursor; False where nothing is folded."""
        return self._does(folding.unfold)

    def fold(self) -> bool:
        """Fold what is unfolded here, else go to the turn's heading; False at a folded one."""
        rows, row = self.rows, self.view.current()
        if rows is None or row is None or row.entry == SESSION or not rows.outline.turns:
            return False
        if self._does(folding.fold):
            return True
        if row.entry == HEAD:
            return False
        self.view.move_to(rows.index(Row(row.turn, HEAD)))
        return True

    def fold_all(self, *, fold: bool) -> None:
        """Fold or unfold every turn."""
        rows, row = self.rows, self.view.current()
        if rows is not None and row is not None:
            rows.fold_all(fold=fold)
            self._refold(row)

    def toggle_texts(self) -> None:
        """Show or hide what nobody typed in the turn under the cursor."""
        rows, row = self.rows, self.view.current()
        if rows is None or row is None or row.turn < 0:
            return
        rows.toggle_texts(row.turn)
        hidden = row.entry >= 0 and rows.outline.entries.shown[row.entry] == FOLDED
        self._refold(Row(row.turn, FOLDS) if hidden else row)

    def jump_to_failure(self, step: int) -> bool:
        """Go to the next or previous failing call; False where there is none."""
        rows = self.rows
        entry = rows.failure(self.view.cursor, step) if rows is not None and len(rows) else None
        if rows is None or entry is None:
            return False
        self.show_call(entry)
        return True

    def jump_to_end_failure(self, step: int) -> bool:
        """Go to the first failing call, or to the last one where `step` is backwards."""
        rows = self.rows
        failures = list(rows.failures()) if rows is not None else []
        if rows is None or not failures:
            return False
        self.view.cursor = 0
        self.view.move_to(rows.reveal(failures[0 if step > 0 else -1]))
        self.update_header()
        return True

    def go_to(self, entry: int) -> None:
        """Put the cursor on an entry, and unfold what hides it."""
        rows = self.rows
        if rows is not None:
            at = rows.reveal(entry)
            self.view.cursor = min(self.view.cursor, len(rows) - 1)
            self.view.move_to(at, tell=False)
            self.update_header()

    def land(self, entry: int, turn: int = -1) -> None:
        """Put the cursor on an entry, unfolding what hides it; without one, on a turn's heading."""
        rows = self.rows
        if rows is None or entry >= len(rows.outline.entries) or turn >= len(rows.outline.turns):
            return
        at = rows.reveal(entry) if entry >= 0 else rows.index(Row(turn, HEAD))
        self.view.cursor = min(self.view.cursor, len(rows) - 1)
        self.view.move_to(at)
        self.update_header()

    @property
    def is_awaited(self) -> bool:
        """Whether a session was asked for that is not open yet; its end may be shown already."""
        return self.transcript is None and self._state == READING

    @property
    def state(self) -> str:
        """What is still to come, or why nothing will."""
        return self._state

    @property
    def is_whole(self) -> bool:
        """Whether the open session has been read to its head."""
        return self.rows is not None and self.transcript is not None and not self.rows.outline.is_tail

    def update_header(self) -> None:
        """Name the session and say what is the matter with it."""
        rows = self.rows
        summary = rows.outline.summary if rows is not None else None
        title = (summary.title or summary.first_prompt) if summary is not None else None
        facts = [self.finding, self._state or self._following()]
        if rows is not None and not rows.outline.is_tail:
            facts.append(f"{self.view.cursor + 1:,}/{len(rows):,}")
        room = max(16, self.view.size.width - sum(len(fact) + 2 for fact in facts if fact) - 4)
        shown = title or ("Timeline" if summary is None else "(no prompt)")
        if summary is not None and self.found is not None and summary.started_at:
            shown = f"{short_time(summary.started_at, self._clock())}  {shown}"
        self.header.show(shown[:room], "  ".join(fact for fact in facts if fact))

    # ------------------------------------------------------------------------------------- private

    def _following(self) -> str:
        """Whether new rows are followed, where some may come."""
        if not self.is_live and not self._is_asked:
            return ""
        return "following" if self.view.is_following else f"not following ({key_of('follow')} does)"

    def _stay(self, row: int) -> None:
        """Keep the thing under the cursor on its line, wherever its row is now."""
        view = self.view
        if row != view.cursor:
            view.show_around(row, view.cursor - view.top)
        else:
            view.repaint()

    def _forget(self) -> None:
        self._desk.drop()
        self.transcript = None
        self._is_asked = False
        self.view.show(None)
        self.view.cursor = self.view.top = 0

    def _does(self, fold: Callable[[OutlineRows, Row], bool]) -> bool:
        """Fold something at the row under the cursor; whether anything folds there."""
        rows, row = self.rows, self.view.current()
        if rows is None or row is None or not fold(rows, row):
            return False
        self._refold(row)
        return True

    def _refold(self, row: Row) -> None:
        assert self.rows is not None
        self.view.cursor = self.rows.index(row)
        self.view.is_following = self.view.is_at_end
        self.view.repaint()
        self.update_header()

    def _read(self, entries: Sequence[int]) -> Mapping[int, Brief]:
        from codexlog.app.loading.briefs import read_briefs

        transcript, rows = self.transcript, self.rows
        if transcript is None or rows is None:
            return {}
        found = self._desk.ask(lambda: read_briefs(transcript, rows, entries), PATIENCE)
        return found.briefs if found is not None and found.rows is rows else {}


def _concerns(patch: Patch, row: Row) -> bool:
    """Whether what stands at a row has changed."""
    if row.entry == SESSION:
        return True
    return row.turn in patch.heads if row.entry < 0 else row.entry in patch.changed


def _reading(outline: Outline) -> str:
    """What is still to come."""
    if outline.is_tail:
        return "end of the file, reading the rest…"
    return "counting…" if outline.provisional else ""
