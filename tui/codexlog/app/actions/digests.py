"""What `y` and `Y` do: copy a digest, and show on a page what was copied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.covering import CoveringAction
from codexlog.app.actions.landing import Landing, entry_at
from codexlog.app.commands import command_at
from codexlog.app.loading.digesting import Digester, Errand, Subject
from codexlog.app.render.digest_page import RowLink, digest_lines
from codexlog.app.render.hints import key_of
from codexlog.app.render.page import Target
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.text_view import MARGINS
from codexlog.report.words import count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.loading.digesting import Made
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary
    from codexlog.triage.loops import Iteration, Loop

COMMANDS = ("digest", "handoff")
TITLES = ("Digest", "Handoff")
"""Of a digest for people, and of one for an agent."""
NOTHING = "There is no session here."


class Copied(NamedTuple):
    """The digest that was copied last."""

    subject: Subject
    for_agent: bool
    made: Made
    said: str
    """What became of it."""

    @property
    def title(self) -> str:
        """Which form it has."""
        return TITLES[self.for_agent]


class Digests(CoveringAction):
    """One key copies, the same key again shows what was copied."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._digester = Digester(screen.options, screen.tell)
        self._copied: Copied | None = None
        self._is_fresh = False
        """Whether no other key was pressed since it was copied."""
        self._view: LinkView | None = None
        self._landing = Landing(screen)

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """The two forms."""
        return {
            "digest": lambda: self._of_here(for_agent=False),
            "handoff": lambda: self._of_here(for_agent=True),
        }

    def table(self) -> Mapping[str, Callable[[], object]]:
        """On the page, the same keys copy the other form, or this one again."""
        return {
            **super().table(),
            "digest": lambda: self._again(for_agent=False),
            "handoff": lambda: self._again(for_agent=True),
        }

    def press(self, key: str) -> bool:
        """Esc stops the reading; any other key means that the next `y` copies."""
        self._landing.call_off()
        command = command_at(self.screen.front, key, self.screen.options.commands)
        name = command.id if command is not None else ""
        if name == "back" and self.stop():
            return True
        self._is_fresh = self._is_fresh and name in COMMANDS
        return False

    def stop(self) -> bool:
        """Stop what is being made; False where nothing is."""
        if not self._digester.is_busy:
            return False
        self._digester.stop()
        self._say("Stopped; nothing was copied.")
        return True

    def close(self) -> None:
        """End the thread."""
        self._digester.close()

    def uncover(self) -> None:
        """Forget the page: the next key copies."""
        self._view = None
        self._is_fresh = False
        super().uncover()

    def leave(self) -> None:
        """Stop what is being made, or close the page."""
        if not self.stop():
            super().leave()

    def opened(self) -> None:
        """Go where the person wanted to, now that it can be seen."""
        self._landing.opened()

    def land(self) -> None:
        """Go to the row that a line names."""
        link = self._view.link() if self._view is not None else None
        if self._copied is None or not isinstance(link, RowLink):
            return
        subject, rows = self._copied.subject, self.screen.timeline.rows
        found = self._file_of(subject, link)
        if subject.transcript is not None and rows is not None:
            self.go_to(entry_at(rows.outline.entries, link.row))
            return
        if found is None:
            self._say("The row cannot be shown: its session is not in the list.")
            return
        for action in self.screen.actions:
            if isinstance(action, CoveringAction) and action.shown is not None:
                action.uncover()  # the page may stand upon another one
        self._landing.go(found, link.row)

    def target(self) -> Target | None:
        """What was copied, as a file."""
        copied = self._copied
        if copied is None:
            return None
        name = f"{copied.title.lower()}-{copied.subject.name}.md"
        return Target(name, "text/markdown", 0, lambda: copied.made.text)

    def of_loop(self, loop: Loop) -> None:
        """Copy the digest of a loop; asked for once more, show it."""
        self._copy(Subject(loop.id, loop.id, loop=loop), for_agent=False)

    def of_iteration(self, loop: Loop, run: Iteration) -> None:
        """Copy the handoff of an iteration."""
        found = next((each for each in self.screen.files() if str(each.path) == run.path), None)
        if found is not None:
            name = run.session_id or found.path.stem
            self._copy(Subject(run.path, name, found, loop=loop, is_judged=True), for_agent=True)

    # ------------------------------------------------------------------------------------- private

    def _file_of(self, subject: Subject, link: RowLink) -> Found | None:
        """The session that a row stands in."""
        if subject.found is not None or subject.loop is None:
            return subject.found
        run = next((each for each in subject.loop.iterations if each.index == link.iteration), None)
        files = self.screen.files()
        return next((each for each in files if run is not None and str(each.path) == run.path), None)

    def _of_here(self, *, for_agent: bool) -> None:
        screen = self.screen
        loop = screen.sessions.loop_here if screen.front == "sessions" else None
        subject = self._subject()
        if loop is not None and not for_agent:
            self.of_loop(loop.loop)
        elif subject is None:
            screen.say(NOTHING)
        else:
            self._copy(subject, for_agent=for_agent)

    def _subject(self) -> Subject | None:
        """The session under the cursor of the list, else the open one."""
        screen = self.screen
        if screen.front == "sessions":
            row = screen.sessions.current
            if row is None:
                return None
            return _of_file(row.found, row.summary)
        rows, found = screen.timeline.rows, screen.timeline.found
        summary = rows.outline.summary if rows is not None else None
        if found is not None:
            return _of_file(found, summary)
        transcript, name = (
            screen.timeline.transcript,
            (summary.id if summary is not None else "") or "session",
        )
        return Subject("-", name, transcript=transcript) if transcript is not None else None

    def _again(self, *, for_agent: bool) -> None:
        if self._copied is not None:
            self._start(self._copied.subject, for_agent=for_agent)

    def _copy(self, subject: Subject, *, for_agent: bool) -> None:
        last = self._copied if self._is_fresh else None
        if last is not None and last.subject.key == subject.key and last.for_agent == for_agent:
            self._show()
        else:
            self._start(subject, for_agent=for_agent)

    def _start(self, subject: Subject, *, for_agent: bool) -> None:
        then = partial(self._take, subject, for_agent=for_agent)
        big = f" of {size(subject.found.size)}" if subject.found is not None else ""
        self._say(f"reading the session{big} for its {TITLES[for_agent].lower()}… (Esc stops)")
        self._digester.make(Errand(subject, for_agent, self.screen.files(), then, self._say))

    def _take(self, subject: Subject, made: Made, *, for_agent: bool) -> None:
        from codexlog.app.app import ExplorerApp

        if made.sent.sequence:
            assert isinstance(self.screen.app, ExplorerApp)
            self.screen.app.write_to_terminal(made.sent.sequence)
        said = made.sent.sentence(self.screen.options.home)
        self._copied = Copied(subject, for_agent, made, said)
        self._is_fresh = True
        if self.shown is not None:
            self._draw()
            self._say(said)
        else:
            self._say(self._told(made, for_agent=for_agent))

    def _told(self, made: Made, *, for_agent: bool) -> str:
        """What became of a copy, on the line at the foot; on a narrow screen the path before all else."""
        title, shows = TITLES[for_agent], f" ({key_of(COMMANDS[for_agent])} shows it)"
        home, room = self.screen.options.home, self.screen.size.width - MARGINS
        wide = f"{title}{shows}: {made.sent.sentence(home)}"
        brief = f"{title}: {made.sent._replace(left_out=0).sentence(home)}"
        if len(wide) <= room or len(brief) > room:
            return wide
        number = made.sent.left_out
        left_out = f"; {count(number, 'secret')} left out" if number else ""
        return brief + left_out + shows

    def _say(self, note: str) -> None:
        """Say something where the person looks."""
        from codexlog.app.screens.covering import CoveringScreen

        top = self.screen.app.screen
        (top if isinstance(top, CoveringScreen) else self.screen).say(note)

    # ----------------------------------------------------------------------------------------- page

    def _show(self) -> None:
        self._view = LinkView(self.screen.colours, self.screen.glyphs)
        self._view.on_laid_out = self._draw
        self.cover("digest", self._view)

    def _draw(self) -> None:
        view, copied = self._view, self._copied
        if view is None or copied is None or self.shown is None or not view.size.width:
            return
        self.shown.name_it(copied.title, f"{size(len(copied.made.text.encode()))}  {copied.subject.name}")
        width = view.size.width - MARGINS
        view.show(digest_lines(copied.made.text, width, is_loop=copied.subject.is_loop))


def _of_file(found: Found, summary: Summary | None) -> Subject:
    name = (summary.id if summary is not None else None) or found.path.stem
    return Subject(str(found.path), name, found)
