"""Controls the session list: what was found, counted and filtered."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from codexlog.app.render.hints import key_of
from codexlog.app.session_rows import SessionRows
from codexlog.report.words import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from codexlog.app.commands import Command
    from codexlog.app.loading.events import Listed, Noticed, Summarized
    from codexlog.app.loading.shelf import Shelf
    from codexlog.app.options import Options
    from codexlog.app.panes.timeline import TimelinePane
    from codexlog.app.render.lines import Line, Span
    from codexlog.app.render.loop_row import LoopRow
    from codexlog.app.render.session_row import SessionRow
    from codexlog.app.session_rows import Spot
    from codexlog.app.session_tree import Kinship
    from codexlog.app.sieve import Sieve
    from codexlog.app.widgets.bars import Header
    from codexlog.app.widgets.session_list import SessionList
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary

REPAINT_AFTER = 0.1
"""Seconds that news may wait: figures arrive by the hundred, and bytes are latency."""


MANY, REST = 1_000, 0.5
"""Sessions from which their families are made anew no more often than every so many seconds."""


class SessionsPane:
    """The session list and its header."""

    def __init__(
        self,
        options: Options,
        shelf: Shelf,
        view: SessionList,
        header: Header,
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self.model = SessionRows()
        self.view = view
        self.header = header
        self.filter_text = ""
        self._options = options
        self._shelf = shelf
        self._later = later
        self._round = 0
        self._is_reading = True
        self._problem: str | None = None
        self._repaint_waits = False
        self._quiet_waits = False
        self._settling_rests = False
        view.model = self.model
        view.clock = options.clock
        view.want = self._want

    @property
    def current(self) -> SessionRow | None:
        """The session under the cursor; of a loop the last iteration."""
        return self.model[self.view.cursor] if len(self.model) else None

    @property
    def loop_here(self) -> LoopRow | None:
        """The loop whose row is under the cursor."""
        spot = self._spot()
        return spot.loop if spot is not None else None

    def kinship_here(self) -> Kinship | None:
        """The relations of the session under the cursor."""
        row = self.current
        return self.model.kinship(row.found, row.summary) if row is not None and row.summary else None

    def kinship_of(self, timeline: TimelinePane) -> Kinship | None:
        """The relations of the open session."""
        if timeline.found is None or timeline.rows is None:
            return None
        return self.model.kinship(timeline.found, timeline.rows.outline.summary)

    def listed(self, event: Listed) -> None:
        """Take the files that were found."""
        kept = self._spot()
        self._round, self._is_reading = event.round, False
        self._problem = event.problem
        self.model.replace(event.found)
        self._keep(kept)
        self.repaint()

    def summarized(self, event: Summarized) -> bool:
        """Take what was read of some sessions; whether the one under the cursor is among them."""
        if event.round != self._round:
            return False
        kept = self._spot()
        self.model.learn(event.summaries, whole=event.whole)
        if self.model.sieve is not None:
            self._keep(kept)
        if not self.view.size:  # the first frame shows the families that are known by then
            self._settle()
        self._repaint_soon()
        self._expect_quiet()
        at = self.view.cursor
        return bool(len(self.model)) and self.model.index(min(at, len(self.model) - 1)) in event.summaries

    def noticed(self, event: Noticed) -> bool:
        """Take what became of sessions; the cursor stays on its session. Whether that is another one now."""
        if event.round != self._round:
            return False
        view, kept = self.view, self._spot()
        self.model.change(event.changes)
        row = self.model.row_at(kept) if kept is not None else None
        if row is not None and row != view.cursor:
            view.top = max(0, view.top + row - view.cursor) if view.top else 0
            view.cursor = row
        self._repaint_soon()
        self._expect_quiet()
        return row is None

    def tell_open(self, path: Path, summary: Summary) -> None:
        """Take the figures of the open session from whoever follows it."""
        index = self.model.index_of(path)
        if index is not None:
            self.model.learn({index: self.model.with_title(index, summary)}, whole=True)
            self._repaint_soon()
            self._expect_quiet()

    def count(self) -> None:
        """Begin to read every figure, those on the screen first; not here, for it begins with imports."""
        rows = range(self.view.top, min(len(self.model), self.view.top + self.view.page_rows()))
        first = [self.model.index(row) for row in rows]
        threading.Thread(target=self._shelf.count, args=(first,), name="counter", daemon=True).start()

    def reload(self) -> None:
        """Look for sessions once more; times such as 2d count from now."""
        if self.model.sieve is not None:
            from codexlog.catalog.query.parse import parse

            self.model.sieve.use(parse(self.filter_text, self._options.clock()))
        self._is_reading = True
        self._shelf.start()
        self.update_header()

    def filter(self, text: str, sieve: Sieve | None) -> None:
        """Show the sessions that a sieve lets through; `text` is the query as it is written."""
        kept = self._spot()
        self.filter_text = text
        self.model.filter(sieve)
        self._keep(kept)
        self.repaint()

    def unfold(self) -> bool:
        """Show what is folded into the session under the cursor; False where there is nothing."""
        if not len(self.model) or not self.model.unfold(self.view.cursor):
            return False
        self.repaint()
        return True

    def fold(self) -> bool:
        """Fold the session under the cursor, or go to its parent; False where it is alone."""
        if not len(self.model):
            return False
        if self.model.fold(self.view.cursor):
            self.repaint()
            return True
        row = self.model.above(self.view.cursor)
        if row is not None:
            self.view.move_to(row)
        return row is not None

    def fold_all(self, *, fold: bool) -> bool:
        """Fold or unfold every family and loop; False where there is none."""
        kept = self._spot()
        if not self.model.fold_all(fold=fold):
            return False
        self._keep(kept)
        self.repaint()
        return True

    def learn_loops(self, loops: Sequence[LoopRow]) -> None:
        """Fold the iterations of loops. What is under the cursor keeps its line.

        A session that the person went to is not folded away: then its loop shows its iterations.
        """
        kept, top, line = self._spot(), self.view.top, self.view.cursor - self.view.top
        self.model.learn_loops(loops)
        if kept is not None and kept.loop is None and self.view.cursor > 0:
            self.model.reveal(kept.found)
        self._keep(kept)
        self.view.top = max(0, self.view.cursor - line) if top else 0
        self.repaint()

    def mark_open(self, found: Found) -> None:
        """Mark the session that is open and put the cursor on it, unfolding what hides it."""
        self.model.open_path = found.path
        here = self._spot()
        stays = here is not None and here.loop is not None and here.found.path == found.path
        row = None if stays else self.model.reveal(found)
        if row is not None:
            self.view.cursor = row
        self.view.repaint()

    def works(self, command: Command, *, zoomed: bool) -> bool:
        """Whether a command has anything to work on here and now."""
        match command.id:
            case "open" | "next_failure" | "previous_failure" | "follow" | "copy" | "resume":
                return self.current is not None
            case "filter":
                return self.model.total > 0
            case "back":
                return zoomed or self.model.sieve is not None
        return True

    def repaint(self) -> None:
        """Draw the list and its header."""
        self._repaint_waits = False
        self._settle()
        if not len(self.model):
            self.view.advice = self._advice()
        self.view.repaint()
        self.update_header()

    def update_header(self) -> None:
        """Say how many there are and how far the counting is."""
        shown, total, pending = len(self.model), self.model.total, self.model.pending
        is_filtered = self.model.sieve is not None
        number = f"{shown} of {total}" if is_filtered else f"{total:,}" if total else ""
        facts = [f"{number}, {pending} being counted" if pending else number]
        if is_filtered:
            facts.append(f"/{self.filter_text}")
        if self._is_reading:
            facts.append("looking…")
        elif not pending and self.model.counted < total:
            facts.append("counting…")
        self.header.show("Sessions", "  ".join(fact for fact in facts if fact))

    # ------------------------------------------------------------------------------------- private

    def _want(self, rows: range) -> None:
        missing = [
            index for row in rows if self.model[row].summary is None for index in (self.model.index(row),)
        ]
        if missing:
            self._shelf.want(missing)

    def _spot(self) -> Spot | None:
        """What the cursor stands on."""
        return self.model.spot(self.view.cursor) if self.view.cursor < len(self.model) else None

    def _keep(self, kept: Spot | None) -> None:
        row = self.model.row_at(kept) if kept is not None else None
        self.view.cursor = row if row is not None else 0

    def _expect_quiet(self) -> None:
        """Look again when the first running session may have fallen quiet; never while none runs."""
        live = self.model.live
        if not live or self._quiet_waits:
            return
        self._quiet_waits = True
        first = min(self.model.changed_at(each) for each in live)
        self._later(max(1.0, first + self._window() - self._options.clock()), self._fall_quiet)

    def _fall_quiet(self) -> None:
        self._quiet_waits = False
        now, window = self._options.clock(), self._window()
        for index in self.model.live:
            if now - self.model.changed_at(index) >= window:
                self.model.fall_quiet(index)
                self._repaint_soon()
        self._expect_quiet()

    def _window(self) -> float:
        """Seconds without a row after which a session is not being written any longer."""
        from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS

        given = self._options.running_seconds
        return DEFAULT_RUNNING_SECONDS if given is None else given

    def _settle(self) -> None:
        """Take what was learned of families; the session under the cursor keeps its line on the screen."""
        kept, line = self._spot(), self.view.cursor - self.view.top
        if self._settling_rests or not self.model.settle():
            return
        self._keep(kept)
        self.view.top = max(0, self.view.cursor - line)
        if self.model.total > MANY:
            self._settling_rests = True
            self._later(REST, self._rested)

    def _rested(self) -> None:
        self._settling_rests = False
        self.repaint()

    def _repaint_soon(self) -> None:
        if not self._repaint_waits:
            self._repaint_waits = True
            self._later(REPAINT_AFTER, self.repaint)

    def _advice(self) -> tuple[Line, ...]:
        said = self._why_nothing_matches() if self.model.sieve is not None else self._why_nothing_is_here()
        from codexlog.app.render.page import wrap

        width = max(20, self.view.size.width or 34)
        return tuple(
            line for text, style in said for line in wrap(((f"  {text}", style),), width, 2, prose=True)
        )

    def _why_nothing_matches(self) -> list[Span]:
        if self.model.pending:
            return [("", ""), (f"Nothing so far; {count(self.model.pending, 'session')} to be counted.", "")]
        lines = self.model.explain()
        said: list[Span] = [("", ""), *((_sentence(line), "") for line in lines), ("", "")]
        return [*said, (f"{key_of('filter')} changes the query, {key_of('back')} ends it.", "dim")]

    def _why_nothing_is_here(self) -> list[Span]:
        if self.model.total:
            return []
        return [
            ("", ""),
            (self._problem or "No sessions here.", "warn"),
            ("", ""),
            ("Looked in:", ""),
            *((str(path), "bold") for path in self._options.paths),
            ("", ""),
            ("Another place:  codexlog PATH", ""),
            ("or set CODEX_HOME.", ""),
            ("Sample sessions:", ""),
            ("codexlog --demo", "bold"),
            ("", ""),
            (f"{key_of('reload')} looks again, {key_of('quit')} leaves.", "dim"),
        ]


def _sentence(line: str) -> str:
    return f"{line[:1].upper()}{line[1:]}."
