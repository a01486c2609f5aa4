"""What `D` does: the digest of the day of a session, on a page; from there to the days around it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from codexlog.app.actions.covering import CoveringAction
from codexlog.app.actions.landing import Landing
from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import Done
from codexlog.app.render.day_page import SessionLink, day_lines
from codexlog.app.render.lines import LinkedLine
from codexlog.app.render.page import Target
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.text_view import MARGINS
from codexlog.catalog.discover import name_time
from codexlog.catalog.listing import SideShelf
from codexlog.catalog.transcript import Stopped
from codexlog.clipboard import send
from codexlog.digest.calendar import UTC_CLOCK, day_of
from codexlog.digest.chosen_files import Days
from codexlog.digest.day import day_digest
from codexlog.digest.day_reading import Wanted, gather
from codexlog.digest.quoting import Quoter
from codexlog.report.redaction import redact
from codexlog.report.words import count
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.discover import Found
    from codexlog.clipboard import Sent
    from codexlog.digest.day import DayDigest
    from codexlog.model import Summary

PATIENCE = 0.05
NOTHING = "There is no session here."
NO_DAY = "The day of this session is not recorded."


class DayPage(CoveringAction):
    """Makes digests off the screen's thread; the page says what it waits for."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._desk: Desk[Callable[[], None]] = Desk("day", lambda then: screen.tell(Done(then)))
        self._job = 0
        self._view: LinkView | None = None
        self._day: date | None = None
        self._made: DayDigest | None = None
        self._landing = Landing(screen)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open it."""
        return {"day": self._open}

    def table(self) -> Mapping[str, Callable[[], object]]:
        """Copy it, or go to another day."""
        return {
            **super().table(),
            "digest": self._copy,
            "day_before": lambda: self._step(-1),
            "day_after": lambda: self._step(1),
        }

    def close(self) -> None:
        """End the thread."""
        self._stop()
        self._desk.close()

    def uncover(self) -> None:
        """Forget the page and what is being made ready for it."""
        self._stop()
        self._view = None
        super().uncover()

    def press(self, key: str) -> bool:  # noqa: ARG002 - any key
        """Stay where the person goes, whatever is still being opened."""
        self._landing.call_off()
        return False

    def opened(self) -> None:
        """Go to the row, if one is still to be gone to."""
        self._landing.opened()

    def land(self) -> None:
        """Open the session of the line, at the row that it names."""
        link = self._view.link() if self._view is not None else None
        if not isinstance(link, SessionLink) or self._made is None:
            return
        path = self._made.files[link.session - 1]
        found = next((each for each in self.screen.files() if str(each.path) == path), None)
        if found is None:
            self._say("This session is no longer in the list.")
            return
        self.uncover()
        self._landing.go(found, link.row)

    def target(self) -> Target | None:
        """The digest as a file."""
        made = self._made
        if made is None or not made.text:
            return None
        return Target(f"{made.day}-summary.md", "text/markdown", 0, lambda: made.text)

    # ------------------------------------------------------------------------------------- private

    def _open(self) -> None:
        found, summary = self._session()
        day = _day(found, summary) if found is not None else None
        if day is None:
            self.screen.say(NO_DAY if found is not None else NOTHING)
            return
        self._view = LinkView(self.screen.colours, self.screen.glyphs)
        self._view.on_laid_out = self._draw
        self.cover("day", self._view)
        self._make(day)

    def _session(self) -> tuple[Found | None, Summary | None]:
        """The one under the cursor of the list, else the open one."""
        screen = self.screen
        if screen.front == "sessions":
            row = screen.sessions.current
            return (row.found, row.summary) if row is not None else (None, None)
        rows = screen.timeline.rows
        return screen.timeline.found, rows.outline.summary if rows is not None else None

    def _step(self, by: int) -> None:
        """Go to the next day before or after on which a session began."""
        here = self._day
        if here is None:
            return
        known = self.screen.sessions.model.days(_day)
        days = sorted((day for day in known if (day > here) == (by > 0) and day != here), reverse=by < 0)
        if days:
            self._make(days[0])
        else:
            self._say("No session began on a later day." if by > 0 else "No session began on an earlier day.")

    def _make(self, day: date) -> None:
        self._stop()
        self._day, self._made = day, None
        job, files = self._job, self.screen.files()
        done = self._desk.ask(lambda: self._work(job, day, files), PATIENCE)
        if done is not None:
            done()
        else:
            self._draw()

    def _stop(self) -> None:
        """Let what is being made come to nothing."""
        self._job += 1
        self._desk.drop()

    def _work(self, job: int, day: date, files: Sequence[Found]) -> Callable[[], None]:
        """Runs on the desk's thread."""
        options = self.screen.options
        running = DEFAULT_RUNNING_SECONDS if options.running_seconds is None else options.running_seconds
        wanted, shelf = Wanted(Days(day, day)), SideShelf(options.sqlite_home)
        try:
            gathered = gather(files, wanted, options.clock(), running, shelf, lambda: job != self._job)
            quoter = Quoter(partial(redact, home=str(options.home)) if options.redact else None)
            limits = options.thresholds or Thresholds()
            made = day_digest(day, gathered.subjects, quoter, limits, timeless=gathered.timeless)
        except Stopped:
            return _silent
        except Exception as error:  # noqa: BLE001 - the files may have changed in any way
            return partial(self._say, f"No digest of {day}: {error}")
        return partial(self._take, job, made)

    def _take(self, job: int, made: DayDigest) -> None:
        if job == self._job:
            self._made = made
            self._draw()

    def _copy(self) -> None:
        made, options = self._made, self.screen.options
        if made is None or not made.text:
            self._say("There is nothing to copy yet.")
            return
        job = self._job
        self._say("copying…")

        def work() -> Callable[[], None]:
            sent = send(
                made.text, options.env, options.state, redacts=options.redact, limit=options.osc52_limit
            )
            return partial(self._sent, job, sent._replace(left_out=sent.left_out + made.redacted))

        done = self._desk.ask(work, PATIENCE)
        if done is not None:
            done()

    def _sent(self, job: int, sent: Sent) -> None:
        from codexlog.app.app import ExplorerApp

        if sent.sequence:
            assert isinstance(self.screen.app, ExplorerApp)
            self.screen.app.write_to_terminal(sent.sequence)
        if job == self._job:
            self._say(sent.sentence(self.screen.options.home))

    def _say(self, note: str) -> None:
        """Say something on the page."""
        if self.shown is not None:
            self.shown.say(note)

    # ----------------------------------------------------------------------------------------- page

    def _draw(self) -> None:
        view, made, day = self._view, self._made, self._day
        if view is None or self.shown is None or not view.size.width:
            return
        if made is None:
            self.shown.name_it(f"Day {day}")
            view.show([LinkedLine((("reading the sessions of the day…", "dim"),))])
            return
        self.shown.name_it(f"Day {day}", count(made.sessions, "session"))
        view.show(day_lines(made.text or f"Nothing was done on {day}.", view.size.width - MARGINS))


def _silent() -> None:
    """What comes of a job that nobody waits for any longer."""


def _day(found: Found, summary: Summary | None) -> date | None:
    """The day on which a session began: that in its name, else that of its first row."""
    named = day_of(name_time(found.path) or "")
    return named or (UTC_CLOCK.day(summary.started_at) if summary is not None else None)
