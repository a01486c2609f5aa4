"""What `$` does: the usage page of the open session, or of the one under the cursor of the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.action import Action
from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import Done
from codexlog.app.render.lines import LinkedLine
from codexlog.app.render.page import Target
from codexlog.app.render.usage_page import usage_page, usage_text
from codexlog.app.screens.covering import CoveringScreen
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.text_view import MARGINS
from codexlog.report.prices import load
from codexlog.report.usage import gather
from codexlog.report.usage_lines import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.actions.exporting import Exporter
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.transcript import Transcript
    from codexlog.report.usage import UsageFacts
    from codexlog.timeline.outline import Outline

PATIENCE = 0.05
PAPER = 140
"""Width of the page as text."""


class Drawn(NamedTuple):
    """A page that was made ready."""

    facts: UsageFacts | None
    lines: list[LinkedLine]


class UsagePage(Action):
    """Gathers and draws off the screen's thread; a page that stays open follows the session."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._desk: Desk[Drawn] = Desk("usage", self._late)
        self._shown: CoveringScreen | None = None
        self._view: LinkView | None = None
        self._facts: UsageFacts | None = None

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open it."""
        return {"usage": self._open}

    def opened(self) -> None:
        """Say what is known by now."""
        if self._shown is not None:
            self._draw()

    # ------------------------------------------------------------------------------------- private

    def _open(self) -> None:
        screen = self.screen
        if screen.front == "sessions":
            screen.open_current(focus=False)
        if screen.timeline.rows is None and not screen.timeline.state:
            screen.say("There is no session to show the usage of.")
            return
        self._facts = None
        self._view = LinkView(screen.colours, screen.glyphs)
        self._view.on_laid_out = self._draw
        self._shown = CoveringScreen("usage", self._view, self._table(), screen.colours, screen.glyphs)
        screen.app.push_screen(self._shown)

    def _table(self) -> Mapping[str, Callable[[], object]]:
        return {
            "land": self._land,
            "close": self._close,
            "pager": lambda: self._take(lambda exporter: exporter.open_target),
            "edit": lambda: self._take(lambda exporter: exporter.edit_target),
            "save": lambda: self._take(lambda exporter: exporter.save_target),
            "help": self.screen.actions.handler("help"),
            "quit": self.screen.app.exit,
        }

    def _close(self) -> None:
        self._shown = self._view = None
        self._desk.drop()
        self.screen.app.pop_screen()

    def _land(self) -> None:
        link = self._view.link() if self._view is not None else None
        if not isinstance(link, Link):
            return
        self._close()
        self.screen.go("timeline")
        self.screen.timeline.land(link.entry, link.turn)

    def _take(self, what: Callable[[Exporter], Callable[[Target], None]]) -> None:
        """Hand the page to the pager, the editor or a file."""
        from codexlog.app.actions.exporting import Exporter

        facts, exporter = self._facts, self.screen.actions.of("save")
        assert isinstance(exporter, Exporter)
        if facts is None:
            exporter.say("There is nothing to take yet.")
            return
        name = f"usage-{facts.outline.summary.id or 'session'}.txt"
        text = partial(usage_text, facts, PAPER, self.screen.glyphs)
        what(exporter)(Target(name, "text/plain", 0, text))

    def _draw(self) -> None:
        """Bring the page to what the timeline holds."""
        view, timeline = self._view, self.screen.timeline
        if view is None or self._shown is None or not view.size.width:
            return
        rows, transcript = timeline.rows, timeline.transcript
        summary = rows.outline.summary if rows is not None else None
        title = (summary.title or summary.first_prompt or "(no title)") if summary is not None else ""
        self._shown.name_it("Usage", f"{title}"[: max(8, view.size.width - 12)])
        if rows is None or transcript is None:
            view.show([LinkedLine(((timeline.state, "dim"),))])
            return
        width = view.size.width - MARGINS
        drawn = self._desk.ask(partial(self._make, rows.outline, transcript, width), PATIENCE)
        if drawn is not None:
            self._show(drawn)

    def _make(self, outline: Outline, transcript: Transcript, width: int) -> Drawn:
        """Runs on the desk's thread."""
        try:
            if outline.metering is None:
                return Drawn(None, [LinkedLine((("not recorded", "dim"),))])
            facts = self._facts
            if facts is None or facts.outline is not outline:
                prices, problem = load(self._price_table)
                read = partial(transcript.item, outline)
                facts = gather(outline, outline.metering, read, prices, problem)
            return Drawn(facts, usage_page(facts, width, self.screen.glyphs))
        except Exception as error:  # noqa: BLE001 - the file may have changed in any way
            return Drawn(None, [LinkedLine(((f"The usage cannot be shown: {error}", "warn"),))])

    def _price_table(self) -> str:
        path = self.screen.options.prices
        if path is None:
            raise FileNotFoundError
        return path.read_text(encoding="utf-8")

    def _late(self, drawn: Drawn) -> None:
        self.screen.tell(Done(partial(self._show, drawn)))

    def _show(self, drawn: Drawn) -> None:
        if self._view is not None:
            self._facts = drawn.facts
            self._view.show(drawn.lines)
