"""The pages of the loops, one upon the other: list, iterations, matrix, comparison; and what each shows."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from codexlog.app.render.lines import LinkedLine, crop
from codexlog.app.render.loops_page import LoopLink, as_text, grouping_lines, linked, loop_list
from codexlog.app.render.page import Target
from codexlog.app.widgets.bars import Foot
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.text_view import MARGINS
from codexlog.report.words import count
from codexlog.triage.marks import words
from codexlog.triage.pages import Link, compare_page, last_words, loop_page, matrix_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.app.loading.judging import Judge, Judgement
    from codexlog.app.screens.covering import CoveringScreen
    from codexlog.app.screens.main import MainScreen
    from codexlog.triage.compare import Comparison
    from codexlog.triage.loops import Loop

PAPER = 140
"""Width of a page as text."""


class Place(NamedTuple):
    """One page."""

    kind: Literal["list", "loop", "matrix", "compare"]
    loop: str = ""
    iteration: int = 0
    """Of a comparison: the first of the two."""


class View(NamedTuple):
    """What a person sees."""

    trail: tuple[Place, ...]
    cursor: int
    top: int


LIST = Place("list")
CHANGES = frozenset(("widen", "split", "join", "undo"))
WITHOUT = {
    "list": frozenset(("compare", "tokens", "split")),
    "loop": frozenset[str](),
    "matrix": frozenset(("matrix", "compare", *CHANGES)),
    "compare": frozenset(("compare", *CHANGES)),
}
"""What each page cannot do."""


class LoopPages:
    """Which page is shown, the way to it, and where the cursor stood on each."""

    def __init__(
        self,
        screen: MainScreen,
        judge: Judge,
        known: Judgement | None,
        path: str | None,
        first: Place = LIST,
    ) -> None:
        self._screen = screen
        self._judge = judge
        self._known = known
        self._path = path
        """The session that the person looked at: the list begins at its loop."""
        self._trail = [first]
        self._left: dict[Place, tuple[int, int]] = {}
        """Cursor and first line of pages that were left."""
        self._wanted: object | None = None
        """The link that the cursor begins at when the next page is drawn."""
        self._compared: dict[Place, Comparison | str] = {}
        self._note = ""
        self._drawn: Place | None = None
        """What the view shows."""
        self._view: LinkView | None = None
        self._foot: Foot | None = None
        self._page: CoveringScreen | None = None
        self._enter_only_loop()

    @property
    def place(self) -> Place:
        """The page that is shown."""
        return self._trail[-1]

    def link(self) -> object | None:
        """What the cursor stands on."""
        return self._view.link() if self._view is not None else None

    # --------------------------------------------------------------------------------------- views

    def views(self) -> tuple[LinkView, Foot]:
        """Make the widgets for a screen."""
        screen = self._screen
        self._view, self._foot = LinkView(screen.colours, screen.glyphs), Foot(screen.colours, screen.glyphs)
        self._view.on_laid_out = self._draw
        self._view.on_moved = self._show_end
        self._drawn = None
        return self._view, self._foot

    def draw_on(self, page: CoveringScreen) -> None:
        """Show the page on a screen."""
        self._page = page
        self._draw()

    def leave_view(self) -> None:
        """Remember where the cursor stands; the widgets go."""
        self._remember()
        self._view = self._foot = self._page = None

    def learn(self, known: Judgement) -> None:
        """Take what was judged."""
        is_first = self._known is None
        self._known = known
        self._compared.clear()
        self._note = ""
        if is_first:
            self._enter_only_loop()
        loop = self._loop()
        if self.place.loop and loop is None:
            self._trail = [LIST]
        if self.place.kind == "compare" and loop is not None:
            if self.place.iteration < len(loop.iterations):
                self._read(self.place)
            else:
                self._trail.pop()
        self._draw()

    def tell_progress(self, note: str) -> None:
        """Say how far the judging is."""
        self._note = note
        self._draw()

    # --------------------------------------------------------------------------------------- going

    def enter(self, place: Place) -> None:
        """Show another page upon this one."""
        self._remember()
        self._trail.append(place)
        self._draw()

    def back(self) -> bool:
        """Show the page before; False where there is none."""
        if len(self._trail) == 1:
            return False
        self._left.pop(self._trail.pop(), None)
        self._draw()
        return True

    def go(self, trail: Sequence[Place], link: object | None = None) -> None:
        """Show another page, with the cursor on a link of it."""
        self._trail = list(trail)
        self._left.clear()
        self._wanted, self._drawn = link, None
        self._draw()

    def view_here(self) -> View:
        """What the person sees, to come back to it."""
        view = self._view
        return View(tuple(self._trail), view.cursor if view else -1, view.top if view else 0)

    def return_to(self, view: View) -> None:
        """Show what the person saw."""
        self.go(view.trail)
        if self._view is not None and view.cursor >= 0:
            self._view.top = view.top
            self._view.move_to(view.cursor)

    def loop_here(self) -> Loop | None:
        """The loop of the page, or under the cursor of the list."""
        link = self.link()
        if isinstance(link, LoopLink) and self._known is not None:
            return self._known.with_id(link.id)
        return self._loop()

    def matrix(self) -> None:
        """Show which checks fail where."""
        link = self.link()
        loop = link.id if isinstance(link, LoopLink) else self.place.loop
        if loop and self.place.kind != "matrix":
            self.enter(Place("matrix", loop))

    def compare(self) -> None:
        """Compare the iteration under the cursor with the next one; the last one with the one before."""
        link, loop = self.link(), self._loop()
        if self.place.kind != "loop" or loop is None or not isinstance(link, Link):
            self._say("Choose an iteration first.")
        elif len(loop.iterations) < 2:
            self._say("There is no other iteration.")
        else:
            place = Place("compare", loop.id, min(link.iteration, len(loop.iterations) - 1))
            self.enter(place)
            self._read(place)

    def target(self) -> Target | None:
        """The page as text."""
        if self._known is None:
            return None
        name = f"{self.place.loop or 'loops'}{'' if self.place.kind == 'loop' else '-' + self.place.kind}.txt"
        return Target(name, "text/plain", 0, partial(self._text, self.place))

    # ------------------------------------------------------------------------------------- private

    def _say(self, note: str) -> None:
        if self._page is not None:
            self._page.say(note)

    def _loop(self) -> Loop | None:
        return self._known.with_id(self.place.loop) if self._known is not None else None

    def _enter_only_loop(self) -> None:
        if self._known is not None and len(self._known.loops) == 1 and self._trail == [LIST]:
            self._trail = [Place("loop", self._known.loops[0].id)]

    def _remember(self) -> None:
        view = self._view
        if view is not None and view.lines and self._known is not None:
            self._left[self.place] = (view.cursor, view.top)

    def _draw(self) -> None:
        """Bring the view to the page."""
        view, page = self._view, self._page
        if view is None or page is None or not view.size.width:
            return
        page.name_it(*self._title())
        page.offer(WITHOUT[self.place.kind])
        lines = self._lines(self.place, view.size.width - MARGINS)
        if self._drawn == self.place:
            view.show(lines)
        else:
            self._begin(view, lines)
        self._show_end()

    def _begin(self, view: LinkView, lines: Sequence[LinkedLine]) -> None:
        """Show another page, with the cursor where it was when that was left."""
        self._drawn = self.place if self._known is not None else None
        cursor, top = self._left.get(self.place, (self._first_cursor(lines), 0))
        view.cursor, view.top = -1, top
        view.show(lines)
        if cursor > 0:
            view.move_to(cursor)

    def _first_cursor(self, lines: Sequence[LinkedLine]) -> int:
        """Where the cursor of a page begins: the list at the loop that the person comes from."""
        if self.place != LIST or self._known is None:
            return -1
        wanted, self._wanted = self._wanted, None
        if wanted is None and self._path is not None:
            loop = self._known.of(self._path)
            wanted = LoopLink(loop.id) if loop is not None else None
        return next((at for at, line in enumerate(lines) if wanted is not None and line.link == wanted), -1)

    def _title(self) -> tuple[str, str]:
        loop, place = self._loop(), self.place
        note = self._note
        if loop is None:
            loops = count(len(self._known.loops), "loop") if self._known is not None else ""
            return "Loops", "  ".join(each for each in (loops, note) if each)
        titles = {"loop": f"Loop  {words(loop.verdict)}", "matrix": "Failing checks", "compare": "Compare"}
        return titles[place.kind], "  ".join(each for each in (loop.id, note) if each)

    def _lines(self, place: Place, width: int) -> list[LinkedLine]:
        known, plain = self._known, self._screen.options.plain_glyphs
        if known is None:
            note = self._note or "looking for loops…"
            return [LinkedLine(((f"{note}  (Esc stops)" if self._judge.is_busy else note, "dim"),))]
        loop = known.with_id(place.loop)
        if loop is None:
            lines = loop_list(known.loops, width, self._screen.options.clock(), plain=plain)
            return [*lines, *self._rules(known, width)]
        if place.kind == "matrix":
            return linked(matrix_page(loop, width, plain=plain))
        if place.kind == "compare":
            return self._comparison(loop, place, width, plain=plain)
        return [*linked(loop_page(loop, width, plain=plain)), *self._rules(known, width)]

    def _rules(self, known: Judgement, width: int) -> list[LinkedLine]:
        """What makes sessions a loop, and what of that is the person's wish."""
        return grouping_lines(known.wishes, self._screen.options.wishes, self._screen.options.home, width)

    def _comparison(self, loop: Loop, place: Place, width: int, *, plain: bool) -> list[LinkedLine]:
        before, after = loop.iterations[place.iteration - 1], loop.iterations[place.iteration]
        found = self._compared.get(place, "reading both iterations…")
        if isinstance(found, str):
            return [LinkedLine(((found, "dim"),))]
        return linked(compare_page(before, after, found, width, plain=plain))

    def _read(self, place: Place) -> None:
        """Have two iterations compared."""
        loop = self._loop()
        if self._known is not None and loop is not None and place not in self._compared:
            before, after = loop.iterations[place.iteration - 1 : place.iteration + 1]
            self._judge.compare((before, after), self._known.files, partial(self._take, place))

    def _take(self, place: Place, found: Comparison | str) -> None:
        self._compared[place] = found
        if self.place == place:
            self._draw()

    def _show_end(self) -> None:
        """Say below how the iteration under the cursor ended, and what it said last."""
        link, loop, foot = self.link(), self._loop(), self._foot
        if foot is None:
            return
        listed = self.loop_here() if isinstance(link, LoopLink) else None
        if listed is not None:
            foot.show([((crop(listed.why, max(8, foot.size.width - MARGINS)), "dim"),), ()])
            return
        if loop is None or not isinstance(link, Link):
            foot.show(())
            return
        run = loop.iterations[link.iteration - 1]
        foot.show([line.spans for line in last_words(run, max(8, foot.size.width - MARGINS))])

    def _text(self, place: Place) -> str:
        return as_text(self._lines(place, PAPER))
