"""What `L`, `b` and `B` do: the pages of the loops, and going to the iterations that ended badly.

Judges for the session list as well, which folds what it hears of.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from codexlog.app.actions.covering import CoveringAction
from codexlog.app.actions.landing import Landing
from codexlog.app.actions.loop_pages import LoopPages, Place
from codexlog.app.actions.regrouping import Regrouping
from codexlog.app.commands import command_at
from codexlog.app.loading.judging import PATIENCE, Judge, Judgement, state_of
from codexlog.app.render.loops_page import LoopLink
from codexlog.triage.marks import words
from codexlog.triage.pages import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from codexlog.app.render.page import Target
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.discover import Found
    from codexlog.triage.loops import Iteration, Loop

NO_LOOPS = "No loops among these sessions."
REST, SHARE = 2.0, 20
"""Seconds between two times that the loops are judged for the list, and in how many times what it takes."""


class Loops(CoveringAction):
    """Judges on a thread; a page that stays open follows what the list notices."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._judge = Judge(screen.options, screen.tell)
        self._landing = Landing(screen)
        self._known: Judgement | None = None
        self._then: Callable[[], None] | None = None
        """What a key wanted that had to wait for the loops."""
        self._pages: LoopPages | None = None
        self._way_back: Path | None = None
        """The session that the page led to: leaving it leads back to the page."""
        self._regrouping = Regrouping(screen.options, self._ask_anew, self._say)
        self._asked: int | None = None
        """The state of the files that are being judged."""
        self._began = self._rests_until = 0.0
        self._waits = False
        """Whether the list will have the loops judged when they have rested."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """The page, and the bad iterations."""
        return {
            "loops": self._open,
            "open_loop": self._open_here,
            "first_bad": lambda: self._with_loops(lambda: self._go_to_bad(first=True)),
            "next_bad": lambda: self._with_loops(lambda: self._go_to_bad(first=False)),
        }

    def table(self) -> Mapping[str, Callable[[], object]]:
        """And what the page can do besides."""
        return {
            **super().table(),
            "matrix": lambda: self._on_page(LoopPages.matrix),
            "compare": lambda: self._on_page(LoopPages.compare),
            "first_bad": lambda: self._go_to_bad(first=True),
            "next_bad": lambda: self._go_to_bad(first=False),
            "tokens": self._usage,
            "widen": lambda: self._change(Regrouping.widen),
            "split": lambda: self._change(self._split),
            "join": lambda: self._change(self._join),
            "undo": lambda: self._change(lambda regrouping, pages, _: regrouping.undo(pages)),
        }

    def press(self, key: str) -> bool:
        """Any key calls off what waits; Esc ends the judging, or comes back to the page that led here."""
        screen, waited = self.screen, self._then is not None
        self._then = None
        self._landing.call_off()
        command = command_at(screen.front, key, screen.options.commands)
        name = command.id if command is not None else ""
        if name == "back" and waited and self._judge.is_busy and self.shown is None:
            self._stop()
            return True
        if screen.front == "sessions":
            self._way_back = None
        here = screen.timeline.found.path if screen.timeline.found is not None else None
        leaves = name == "jump_back" or (
            name == "back" and screen.front == "timeline" and not screen.is_zoomed
        )
        if self._way_back is None or here != self._way_back or not leaves:
            return False
        self._cover()
        return True

    def opened(self) -> None:
        """Go where the person wanted to, now that it can be seen."""
        self._landing.opened()

    def listed(self) -> None:
        """Judge again what has changed: at once while somebody looks at the page, else for the list."""
        if self.shown is not None:
            if not self._judge.is_busy and not self._is_fresh():
                self._ask()
        elif self.screen.options.group_loops:
            self._ask_soon()

    def close(self) -> None:
        """End the thread."""
        self._judge.close()

    def uncover(self) -> None:
        """Forget the view, and keep what it showed."""
        if self._pages is not None:
            self._pages.leave_view()
        super().uncover()

    def leave(self) -> None:
        """End the judging, go back to the page before, or to the panes."""
        if self._judge.is_busy and self._known is None:
            self._stop()
        elif self._pages is None or not self._pages.back():
            self._way_back = None
            self._pages = None
            self._then = None
            super().leave()

    def land(self) -> None:
        """Open the loop, or the session at the row."""
        link = self._pages.link() if self._pages is not None else None
        if isinstance(link, LoopLink) and self._pages is not None:
            self._pages.enter(Place("loop", link.id))
        elif isinstance(link, Link) and (loop := self._loop()) is not None:
            run = loop.iterations[link.iteration - 1]
            self._land(run, link.row if link.row is not None else _last_row(run))

    def target(self) -> Target | None:
        """The page as text."""
        return self._pages.target() if self._pages is not None else None

    def beyond(self, step: int, then: Callable[[Found], None], otherwise: str) -> None:
        """Find the next iteration (`step` 1) or the one before that has failing calls; say where it is."""
        self._with_loops(lambda: self._beyond(step, then, otherwise))

    # ------------------------------------------------------------------------------------- judging

    def _is_fresh(self) -> bool:
        return self._known is not None and self._known.state == state_of(self.screen.files())

    def _with_loops(self, then: Callable[[], None]) -> None:
        """Do something as soon as the loops are known."""
        if not self.screen.files():
            self.screen.say("Loops are looked for among the sessions of a folder.")
        elif self._is_fresh():
            then()
        else:
            self._then = then
            self._ask()

    def _ask(self, patience: float = PATIENCE) -> None:
        """Have the loops judged, unless just that is being done."""
        files = self.screen.files()
        state = state_of(files)
        if self._judge.is_busy and self._asked == state:
            return
        self._asked, self._began = state, time.monotonic()
        self._judge.loops(files, self._judged, self._progress, patience)

    def _ask_anew(self) -> None:
        """Have them judged although no file changed: the person did."""
        self._asked = None
        self._ask()

    def _ask_soon(self) -> None:
        """Have them judged for the list; after a rest, for a running session changes all the time."""
        if not self._waits:
            self._waits = True
            self.screen.set_timer(max(0.01, self._rests_until - time.monotonic()), self._ask_for_list)

    def _ask_for_list(self) -> None:
        self._waits = False
        if self._judge.is_busy:
            self._rests_until = time.monotonic() + REST
            self._ask_soon()
        elif self.screen.files() and not self._is_fresh():
            self._ask(0.0)

    def _judged(self, known: Judgement) -> None:
        self._known = known
        now = time.monotonic()
        self._rests_until = now + max(REST, SHARE * (now - self._began))
        if self.screen.options.group_loops:
            self._fold(known)
        if self._pages is not None:
            self._pages.learn(known)
        self._regrouping.judged(known)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _fold(self, known: Judgement) -> None:
        """Let the list fold the loops; the details follow where the cursor stands on other things now."""
        screen = self.screen
        screen.sessions.learn_loops(known.rows)
        if screen.front == "sessions":
            screen.show_selected()

    def _progress(self, note: str) -> None:
        if self.shown is not None and self._pages is not None:
            self._pages.tell_progress(note)
        elif self._then is not None:
            self.screen.say(f"{note} (Esc stops)")

    def _stop(self) -> None:
        self._judge.stop()
        self._then = None
        if self._pages is not None and self.shown is not None:
            self._pages.tell_progress("stopped; what was judged is kept")
        else:
            self.screen.say("Stopped; what was judged is kept.")

    # --------------------------------------------------------------------------------------- pages

    def _open(self) -> None:
        if not self.screen.files():
            self.screen.say("Loops are looked for among the sessions of a folder.")
            return
        here = self.screen.timeline.found
        if self._pages is None or here is None or here.path != self._way_back:
            self._pages = LoopPages(self.screen, self._judge, self._known, self._path_here())
        self._cover()
        if not self._is_fresh():
            self._ask()

    def _open_here(self) -> None:
        """Open the page of the loop whose row is under the cursor of the list."""
        row = self.screen.sessions.loop_here
        if row is not None:
            place = Place("loop", row.loop.id)
            self._pages = LoopPages(self.screen, self._judge, self._known, self._path_here(), place)
            self._cover()

    def _on_page(self, what: Callable[[LoopPages], None]) -> None:
        if self._pages is not None:
            what(self._pages)

    # --------------------------------------------------------------------------------- regrouping

    def _say(self, note: str) -> None:
        (self.shown.say if self.shown is not None else self.screen.say)(note)

    def _change(self, what: Callable[[Regrouping, LoopPages, Judgement], None]) -> None:
        """Change the loops, on a page that shows them."""
        pages = self._pages
        if pages is None or self._known is None:
            self._say("The loops are not judged yet.")
        elif pages.place.kind not in ("list", "loop"):
            self._say("Loops are changed on their own page and in their list.")
        else:
            what(self._regrouping, pages, self._known)

    def _split(self, regrouping: Regrouping, pages: LoopPages, known: Judgement) -> None:
        link, loop = pages.link(), pages.loop_here()
        if loop is None or not isinstance(link, Link):
            self._say("Choose the iteration that begins the new loop.")
        else:
            regrouping.split(pages, known, loop, link.iteration)

    def _join(self, regrouping: Regrouping, pages: LoopPages, known: Judgement) -> None:
        loop = pages.loop_here()
        if loop is None:
            self._say("There is no loop to join.")
        else:
            regrouping.join(pages, known, loop)

    def _cover(self) -> None:
        pages = self._pages
        if pages is not None:
            view, foot = pages.views()
            self.cover("loops", view, foot=foot)
            assert self.shown is not None
            pages.draw_on(self.shown)

    def _usage(self) -> None:
        """The usage page of the iteration under the cursor, on top of this one."""
        link = self._pages.link() if self._pages is not None else None
        loop = self._loop()
        if loop is None or not isinstance(link, Link) or self._known is None:
            return
        found = self._known.files[loop.iterations[link.iteration - 1].path]
        self._way_back = found.path
        self.screen.open_found(found)
        self.screen.actions.handler("usage")()

    def _loop(self) -> Loop | None:
        """The loop of the page."""
        place = self._pages.place if self._pages is not None else None
        return self._known.with_id(place.loop) if self._known is not None and place is not None else None

    def _land(self, run: Iteration, row: int | None) -> None:
        assert self._known is not None
        found = self._known.files[run.path]
        if self.shown is not None:
            self._way_back = found.path
            self.uncover()
        self._landing.go(found, row)

    # ---------------------------------------------------------------------------------- iterations

    def _path_here(self) -> str | None:
        """The session that the person looks at."""
        screen = self.screen
        if screen.front == "sessions":
            current = screen.sessions.current
            return str(current.found.path) if current is not None else None
        return str(screen.timeline.found.path) if screen.timeline.found is not None else None

    def _here(self) -> tuple[Loop, int] | None:
        """The loop that the person looks at, and which iteration of it, 0 for none in particular."""
        if self._known is None or not self._known.loops:
            return None
        if self.shown is not None:
            loop, link = self._loop(), self._pages.link() if self._pages is not None else None
            if isinstance(link, LoopLink):
                loop = self._known.with_id(link.id)
            return (loop, link.iteration if isinstance(link, Link) else 0) if loop is not None else None
        row = self.screen.sessions.loop_here if self.screen.front == "sessions" else None
        path = self._path_here()
        loop = self._known.of(path) if path is not None else None
        if loop is None or path is None or row is not None:
            return loop or self._known.loops[0], 0
        return loop, self._index(loop, path)

    def _index(self, loop: Loop, path: str) -> int:
        """Which iteration the cursor stands in; where a file holds several, by its row."""
        runs = [run for run in loop.iterations if run.path == path]
        timeline = self.screen.timeline
        row = timeline.view.current() if timeline.rows is not None else None
        if len(runs) == 1 or row is None or timeline.rows is None or self.screen.front == "sessions":
            return runs[0].index
        line = timeline.rows.outline.entries.line[row.entry] if row.entry >= 0 else 0
        return next((run.index for run in reversed(runs) if run.rows and run.rows[0] <= line), runs[0].index)

    def _go_to_bad(self, *, first: bool) -> None:
        here = self._here()
        if here is None:
            self._say(NO_LOOPS if self._known is not None else "The loops are not judged yet.")
            return
        loop, index = here
        run = next((run for run in loop.iterations if run.is_bad and (first or run.index > index)), None)
        if run is None:
            self._say("No iteration ended badly." if first else "No later iteration ended badly.")
            return
        self._land(run, run.cause.row if run.cause is not None else _last_row(run))
        self.screen.say(f"Iteration {run.index} of {len(loop.iterations)}: {words(run.verdict)}")

    def _beyond(self, step: int, then: Callable[[Found], None], otherwise: str) -> None:
        path, known = self._path_here(), self._known
        loop = known.of(path) if known is not None and path is not None else None
        if loop is None or path is None or known is None:
            self.screen.say(otherwise)
            return
        index = self._index(loop, path)
        runs = [run for run in loop.iterations[::step] if (run.index - index) * step > 0]
        run = next((run for run in runs if run.failed and run.path != path), None)
        if run is None:
            self.screen.say(f"{otherwise[:-1]}, nor in {'a later' if step > 0 else 'an earlier'} iteration.")
            return
        then(known.files[run.path])
        which = "first" if step > 0 else "last"
        self.screen.say(f"Iteration {run.index} of {len(loop.iterations)}, at its {which} failing call")


def _last_row(run: Iteration) -> int | None:
    return run.rows[1] if run.rows is not None else None
