"""What the person changes about the loops: longer pauses, a loop parted in two, two made one; and back.

Each change is written down first and judged by what comes of it: one that changes nothing is taken back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.loop_pages import LIST, Place
from codexlog.app.commands import page_commands
from codexlog.app.render.loops_page import LoopLink, pause_words, short_path
from codexlog.report.words import count
from codexlog.triage.wishes import join_at, load_wishes, save_wishes, split_at, widened

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.app.actions.loop_pages import LoopPages, View
    from codexlog.app.loading.judging import Judgement
    from codexlog.app.options import Options
    from codexlog.triage.grouping import Wishes
    from codexlog.triage.loops import Loop

MOST_STEPS = 100
"""Changes that can be taken back one after the other."""


class Change(NamedTuple):
    """A change on its way, or one that can be taken back."""

    before: Wishes
    view: View
    """Where the person stood."""
    tell: Callable[[Judgement], str]
    """Goes to what has become of it and says so; "" where the loops are what they were."""
    nothing: str
    """What to say then."""


class Regrouping:
    """Remembers in a file of the state folder; `judge` has the loops made anew, `say` tells the person."""

    def __init__(self, options: Options, judge: Callable[[], None], say: Callable[[str], None]) -> None:
        self._options = options
        self._judge = judge
        self._say = say
        self._steps: list[Change] = []
        self._change: Change | None = None

    def widen(self, pages: LoopPages, known: Judgement) -> None:
        """Let longer pauses stand between iterations."""

        def tell(now: Judgement) -> str:
            pause, number = pause_words(now.wishes.gap), len(known.loops)
            return f"Pauses of up to {pause}: {count(len(now.loops), 'loop')}, {number} before"

        self._begin(pages, widened, tell, "")

    def split(self, pages: LoopPages, known: Judgement, loop: Loop, index: int) -> None:
        """Begin a new loop at an iteration; at one that begins a loop so, take that back."""
        run = loop.iterations[index - 1]
        session = run.session_id
        is_back = index == 1 and session in known.wishes.splits
        if session is None or run.rows is not None:
            self._say("These iterations are one session, which cannot be parted.")
        elif index == 1 and not is_back:
            self._say("The loop begins here already; choose a later iteration.")
        else:

            def tell(now: Judgement) -> str:
                after = now.of(run.path)
                if is_back:
                    _go_to(pages, now, after)
                    return "" if groups_of(now) == groups_of(known) else "Parted no longer"
                pages.go((LIST,), LoopLink(after.id) if after is not None else None)
                rest = f"{len(after.iterations)}" if after is not None else "one session"
                return f"Parted before #{index}: {index - 1} and {rest}"

            self._begin(pages, lambda wishes: split_at(wishes, session), tell, "It begins here all the same.")

    def join(self, pages: LoopPages, known: Judgement, loop: Loop) -> None:
        """Let a loop carry on the one before it in its folder."""
        first = loop.iterations[0]
        session = first.session_id
        if session is None:
            self._say("The first iteration has no session id to remember it by.")
            return

        def wanted(wishes: Wishes) -> Wishes:
            return wishes if session in wishes.joins else join_at(wishes, session)

        def tell(now: Judgement) -> str:
            after = now.of(first.path)
            if after is None or groups_of(now) == groups_of(known):
                return ""
            _go_to(pages, now, after)
            return f"Joined: {count(len(after.iterations), 'iteration')}"

        self._begin(pages, wanted, tell, "No loop ran before this one in its folder.")

    def undo(self, pages: LoopPages) -> None:
        """Take the last change back."""
        if not self._steps:
            keys = ", ".join(map(self._key, ("widen", "split", "join")))
            self._say(f"Nothing to take back; {keys} change loops.")
            return
        step = self._steps[-1]
        if self._write(step.before):
            self._steps.pop()

            def tell(_: Judgement) -> str:
                pages.return_to(step.view)
                return "Taken back"

            self._change = step._replace(tell=tell)
            self._judge()

    def judged(self, now: Judgement) -> None:
        """Say what has become of the change that is on its way."""
        change, self._change = self._change, None
        if change is None or self._options.wishes is None:
            return
        said = change.tell(now)
        if said:
            can_undo = f"; {self._key('undo')} undoes" if self._steps else ""
            where = short_path(self._options.wishes, self._options.home)
            self._say(f"{said}{can_undo}. Kept in {where}")
        elif self._write(change.before):
            self._steps.pop()
            self._say(change.nothing)
            self._judge()

    # ------------------------------------------------------------------------------------- private

    def _begin(
        self,
        pages: LoopPages,
        change: Callable[[Wishes], Wishes],
        tell: Callable[[Judgement], str],
        nothing: str,
    ) -> None:
        path = self._options.wishes
        if path is None:
            self._say("There is no folder to remember it in.")
            return
        before = load_wishes(path)
        if self._write(change(before)):
            self._change = Change(before, pages.view_here(), tell, nothing)
            self._steps = [*self._steps[1 - MOST_STEPS :], self._change]
            self._judge()

    def _write(self, wishes: Wishes) -> bool:
        """Write the wishes down; False, and said, where that cannot be done."""
        path = self._options.wishes
        assert path is not None
        try:
            save_wishes(path, wishes)
        except OSError as error:
            where = short_path(path, self._options.home)
            self._say(f"It cannot be remembered in {where}: {error.strerror or error}")
            return False
        return True

    def _key(self, name: str) -> str:
        commands = page_commands("loops", self._options.commands)
        return next(each.shown_keys for each in commands if each.id == name)


def groups_of(known: Judgement) -> set[tuple[str, ...]]:
    """The loops by the files of their iterations."""
    return {tuple(run.path for run in loop.iterations) for loop in known.loops}


def _go_to(pages: LoopPages, known: Judgement, loop: Loop | None) -> None:
    """Show the page of a loop; the way back leads to the list, if there is another one."""
    if loop is not None:
        place = Place("loop", loop.id)
        pages.go((place,) if len(known.loops) == 1 else (LIST, place))
