"""Controls the details: reads what is selected, in full or its ends, and knows what can be opened."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import PageRead
from codexlog.app.widgets.text_view import MARGINS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from codexlog.app.loading.events import Event
    from codexlog.app.options import Options
    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.render.page import Aim, Frame, Page
    from codexlog.app.render.session_row import SessionRow
    from codexlog.app.session_tree import Kinship
    from codexlog.app.widgets.bars import Header
    from codexlog.app.widgets.text_view import TextView
    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.transcript import Transcript
    from codexlog.report.glyphs import Glyphs
    from codexlog.triage.loops import Loop

QUIET = 0.06
"""Seconds between two keys below which the details wait until the keys rest."""
PATIENCE = 0.012
UNSEEN = (80, 24)
"""Size of a page that no pane shows; it can be opened and saved all the same."""


class DetailsPane:
    """The thing under the cursor."""

    def __init__(
        self,
        options: Options,
        view: TextView,
        header: Header,
        glyphs: Glyphs,
        tell: Callable[[Event], None],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self.view = view
        self.header = header
        self.page: Page | None = None
        self.finding = ""
        """How far a search is, where no other pane says so."""
        self._glyphs = glyphs
        self._later = later
        self._desk: Desk[PageRead] = Desk("details", tell)
        self._read: Callable[[Frame], Page] | None = None
        self._read_raw: Callable[[Frame], Page] | None = None
        self._thing: tuple[object, ...] = ()
        self._whole = False
        self._needle: Needle | None = None
        self._aim: Aim | None = None
        self._next_aim: Aim | None = None
        """For the page that is shown next."""
        self._match = 0
        """Which of the page's matches was gone to last."""
        self._rendered = options.markdown
        self.is_raw = False
        self.is_wrapped = options.wrap
        self._kept_top: int | None = None
        """The line to show first when the same thing is shown in another way."""
        self._ticket = 0
        self._last_key = 0.0
        view.on_scrolled = self.update_header
        view.on_laid_out = self._ask

    # ------------------------------------------------------------------------------ what is shown

    def show_entry(self, transcript: Transcript, rows: OutlineRows, entry: int) -> None:
        """Show an item of the timeline."""
        from codexlog.app.loading.briefs import is_large
        from codexlog.app.loading.reading import read_page

        waiting = "reading…" if is_large(transcript, rows, entry) else ""
        one = rows.outline.entries[entry]
        self._show(
            ("entry", transcript.facts.path, one.offset, one.kind, one.part),
            lambda frame: read_page(transcript, rows, entry, frame),
            lambda frame: _raw().raw_entry(transcript, rows, entry, frame),
            waiting,
        )

    def show_turn(self, transcript: Transcript, rows: OutlineRows, turn: int) -> None:
        """Show a turn's figures."""
        from codexlog.app.render.facts_page import turn_page

        outline = rows.outline
        head = outline.turns[turn]
        self._show(
            ("turn", transcript.facts.path, turn),
            lambda frame: turn_page(head, outline.summary, frame, partial=outline.is_tail),
            lambda frame: _raw().raw_turn(transcript, rows, turn, frame),
        )

    def show_outline(self, transcript: Transcript, rows: OutlineRows, kin: Kinship | None = None) -> None:
        """Show the figures of the open session."""
        from codexlog.app.render.facts_page import session_page

        outline = rows.outline
        error = outline.turns[-1].error if outline.turns else None
        self._show(
            ("session", transcript.facts.path),
            partial(session_page, outline.summary, counted=not outline.is_tail, error=error, kin=kin),
            lambda frame: _raw().raw_session(transcript, frame),
        )

    def show_session(self, row: SessionRow | None, kin: Kinship | None = None) -> None:
        """Show what the list knows of a session."""
        if row is None or row.summary is None:
            self._show((), None, None)
            return
        from codexlog.app.render.facts_page import session_page

        found = row.found
        self._show(
            ("listed", found.path),
            partial(session_page, row.summary, counted=row.counted, kin=kin),
            lambda frame: _raw().raw_file(found.path, frame),
        )

    def show_loop(self, loop: Loop) -> None:
        """Show the iterations and findings of a loop."""
        from codexlog.app.render.loops_page import loop_details

        read = partial(loop_details, loop)
        self._show(("loop", loop.id), read, read)

    def page_read(self, event: PageRead) -> None:
        """Take a page that came late."""
        if event.ticket == self._ticket:
            self._take(event.page)

    def highlight(self, needle: Needle | None) -> None:
        """Set off what is searched for, on this page and those to come."""
        if needle is not self._needle:
            self._needle, self._aim = needle, None
            self._kept_top = self.view.top
            self._ask()

    def aim(self, *, at_output: bool) -> None:
        """Open the next page at its first match, and show all of it."""
        from codexlog.app.render.page import Aim

        self._next_aim = Aim(at_output)

    def step(self, step: int) -> bool:
        """Scroll to the next or previous match of the page; False where there is none."""
        matches = self.page.matches if self.page is not None else ()
        at = self._match + step
        if not 0 <= at < len(matches):
            return False
        self._match = at
        self.view.move_to(matches[at] - self.view.size.height // 3)
        return True

    def toggle_whole(self) -> bool:
        """Show all of a long text, or its ends; False where the page is no longer than this.

        The first line of the screen stays where it is, so that what was hidden opens under the mark.
        """
        if not self._whole and not (self.page is not None and self.page.is_cut):
            return False
        self._whole = not self._whole
        self._kept_top = self.view.top
        self._ask()
        return True

    def toggle_raw(self) -> bool:
        """Show the rows of the file, or what they mean; returns whether the rows are shown now."""
        self.is_raw = not self.is_raw
        self._whole = False
        self.view.left = 0
        self._ask()
        return self.is_raw

    def toggle_rendered(self) -> bool:
        """Show Markdown as it is meant, or as it is written; returns whether it is rendered now."""
        self._rendered = not self._rendered
        self._kept_top = self.view.top
        self._ask()
        return self._rendered

    def toggle_wrapped(self) -> bool:
        """Wrap long lines, or let the view scroll sideways; returns whether they are wrapped now."""
        self.is_wrapped = not self.is_wrapped
        self.view.left = 0
        self._kept_top = self.view.top
        self._ask()
        return self.is_wrapped

    def close(self) -> None:
        """End the reading thread."""
        self._desk.close()

    def text(self) -> str:
        """The whole page as text, for the pager."""
        from codexlog.app.render.page import Frame

        read = self._reader
        if read is None:
            return ""
        page = read(Frame(100_000, 1_000, self._glyphs, whole=True, rendered=self._rendered))
        return "\n".join("".join(text for text, _ in line) for line in page.lines) + "\n"

    def update_header(self) -> None:
        """Name the page and say which part of it stands on the screen."""
        total, height = len(self.view.lines), self.view.size.height
        last = min(total, self.view.top + height)
        facts = f"{self.view.top + 1}-{last} of {total:,}" if total > height > 0 else ""
        if not self.is_wrapped:
            facts = f"col {self.view.left + 1}  {facts}".rstrip()
        title = self.page.title if self.page is not None else "details"
        self.header.show(title, "  ".join(each for each in (self.finding, facts) if each))

    # ------------------------------------------------------------------------------------- private

    @property
    def _reader(self) -> Callable[[Frame], Page] | None:
        return self._read_raw if self.is_raw else self._read

    def _show(
        self,
        thing: tuple[object, ...],
        read: Callable[[Frame], Page] | None,
        raw: Callable[[Frame], Page] | None,
        waiting: str = "",
    ) -> None:
        """Show a thing. One that is shown already, of which more is known now, stays as it is scrolled."""
        self._read, self._read_raw = read, raw
        aim, self._next_aim = self._next_aim, None
        if aim is not None:
            self._thing, self._whole, self._kept_top, self._aim = thing, False, None, aim
        elif thing == self._thing:
            self._kept_top, waiting = self.view.top, ""
        else:
            self._thing, self._whole, self._kept_top, self._aim = thing, False, None, None
            self.view.left = 0
        self._ticket += 1
        now = time.monotonic()
        is_repeat = now - self._last_key < QUIET
        self._last_key = now
        if waiting:
            self._wait(waiting)
        if is_repeat:
            self._later(QUIET, partial(self._ask_unless_newer, self._ticket))
        else:
            self._ask()

    def _ask_unless_newer(self, ticket: int) -> None:
        if ticket == self._ticket:
            self._ask()

    def _ask(self) -> None:
        from codexlog.app.render.page import Frame

        read, ticket = self._reader, self._ticket
        if read is None:
            self._take(None)
            return
        width, height = self.view.size if self.view.size.width else UNSEEN
        frame = Frame(
            width - MARGINS,
            height,
            self._glyphs,
            whole=self._whole or self._aim is not None,
            wrapped=self.is_wrapped,
            rendered=self._rendered,
            needle=self._needle,
            aim=self._aim,
        )
        found = self._desk.ask(lambda: PageRead(ticket, read(frame)), PATIENCE)
        if found is not None:
            self._take(found.page)

    def _wait(self, words: str) -> None:
        from codexlog.app.render.page import Page

        self._take(Page("details", (((words, "dim"),),)))

    def _take(self, page: Page | None) -> None:
        self.page = page
        top = page.start if page is not None else 0
        if self._kept_top is not None:
            top, self._kept_top = self._kept_top, None
        matches = page.matches if page is not None else ()
        self._match = next((at for at, line in enumerate(matches) if line >= top), 0)
        self.view.show(page.lines if page is not None else (), top)
        self.update_header()


def _raw() -> ModuleType:
    """What reads rows as they are; loaded when somebody asks for one."""
    from codexlog.app.loading import raw_reading

    return raw_reading
