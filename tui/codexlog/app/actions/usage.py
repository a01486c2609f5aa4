"""What `$` does: the usage page of the open session, or of the one under the cursor of the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.covering import CoveringAction
from codexlog.app.loading.desk import Desk
from codexlog.app.loading.events import Done
from codexlog.app.render.lines import LinkedLine
from codexlog.app.render.page import Target
from codexlog.app.render.usage_page import usage_page, usage_text
from codexlog.app.widgets.link_view import LinkView
from codexlog.app.widgets.text_view import MARGINS
from codexlog.report.prices import load
from codexlog.report.usage import gather
from codexlog.report.usage_lines import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


class UsagePage(CoveringAction):
    """Gathers and draws off the screen's thread; a page that stays open follows the session."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._desk: Desk[Drawn] = Desk("usage", self._late)
        self._view: LinkView | None = None
        self._facts: UsageFacts | None = None

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open it."""
        return {"usage": self._open}

    def opened(self) -> None:
        """Say what is known by now."""
        if self.shown is not None:
            self._draw()

    def uncover(self) -> None:
        """Forget the page and what is being made ready for it."""
        self._view = None
        self._desk.drop()
        super().uncover()

    def close(self) -> None:
        """End the thread."""
        self._desk.close()

    def land(self) -> None:
        """Go to the row or the turn of the line."""
        link = self._view.link() if self._view is not None else None
        if isinstance(link, Link):
            self.go_to(link.entry, link.turn)

    def target(self) -> Target | None:
        """The page as text."""
        if self._facts is None:
            return None
        name = f"usage-{self._facts.outline.summary.id or 'session'}.txt"
        return Target(name, "text/plain", 0, partial(usage_text, self._facts, PAPER, self.screen.glyphs))

    # ------------------------------------------------------------------------------------- private

    def _open(self) -> None:
        if not self.has_session():
            return
        self._facts = None
        self._view = LinkView(self.screen.colours, self.screen.glyphs)
        self._view.on_laid_out = self._draw
        self.cover("usage", self._view)

    def _draw(self) -> None:
        """Bring the page to what the timeline holds."""
        view, timeline = self._view, self.screen.timeline
        if view is None or self.shown is None or not view.size.width:
            return
        rows, transcript = timeline.rows, timeline.transcript
        summary = rows.outline.summary if rows is not None else None
        title = (summary.title or summary.first_prompt or "(no prompt)") if summary is not None else ""
        self.shown.name_it("Usage", f"{title}"[: max(8, view.size.width - 12)])
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
