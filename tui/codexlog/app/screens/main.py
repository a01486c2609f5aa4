"""The three panes: who gets the keys, who is shown, who hears what."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen

from codexlog.app.commands import all_keys, command_at, footer_of, palette_of
from codexlog.app.loading import events as ev
from codexlog.app.loading.ahead import is_single
from codexlog.app.outline_rows import SESSION
from codexlog.app.panes.details import DetailsPane
from codexlog.app.panes.filtering import Filtering
from codexlog.app.panes.sessions import SessionsPane
from codexlog.app.panes.timeline import TimelinePane
from codexlog.app.render.lines import Palette
from codexlog.app.screens.arrangement import CLASSES, PANES, Arrangement, arrange, panes_of
from codexlog.app.screens.arrangement import is_single as is_single_pane
from codexlog.app.screens.overlays import show_help, show_palette
from codexlog.app.widgets.bars import Footer, Header
from codexlog.app.widgets.moves import MOVES
from codexlog.app.widgets.session_list import SessionList
from codexlog.app.widgets.text_view import TextView
from codexlog.app.widgets.timeline_list import TimelineList
from codexlog.report.glyphs import glyphs as glyphs_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.widgets import Input

    from codexlog.app.commands import Command, Pane
    from codexlog.app.loading.shelf import Shelf
    from codexlog.app.options import Options
    from codexlog.app.screens.exporting import Exporter
    from codexlog.app.widgets.virtual_list import VirtualList
    from codexlog.catalog.transcript import Transcript

FIRST_FRAME_WAITS = 0.05


@dataclass
class Arrived(Message):
    """News from a loading thread."""

    event: ev.Event


class MainScreen(Screen[None]):
    """Sessions, timeline, details."""

    BINDINGS: ClassVar = [Binding(key, f"press('{key}')", show=False) for key in all_keys()]

    def __init__(self, options: Options, shelf: Shelf | None, transcript: Transcript | None) -> None:
        super().__init__()
        self.options = options
        self.glyphs = glyphs_for(plain=options.plain_glyphs)
        self.colours = Palette(colour=options.colour)
        self._shelf = shelf
        self._given = transcript
        self._front: Pane = "sessions"
        self._is_zoomed = False
        self._is_solo = shelf is None
        self._is_started = False
        self._wanted_failure = 0
        """1 or -1 while a session opens whose first or last failure was asked for."""
        self._arrangement: Arrangement | None = None
        self._handlers = self._table()
        self._exporter: Exporter | None = None
        self._filtering: Filtering | None = None

    # ------------------------------------------------------------------------------------- layout

    def compose(self) -> ComposeResult:
        """Make the panes, with what was read while Textual was starting, in the arrangement that fits."""
        look = (self.colours, self.glyphs)
        self._headers: dict[Pane, Header] = {pane: Header(*look) for pane in PANES}
        self._list, self._timeline_list = SessionList(*look), TimelineList(*look)
        self._text, self._footer = TextView(*look), Footer(*look)
        self._views: dict[Pane, VirtualList | TextView] = {
            "sessions": self._list,
            "timeline": self._timeline_list,
            "details": self._text,
        }
        self._boxes = {pane: Vertical(self._headers[pane], self._views[pane], id=pane) for pane in PANES}
        self._right = Container(self._boxes["timeline"], self._boxes["details"], id="right")
        self._connect()
        self._arrange()
        with Container(id="panes"):
            yield self._boxes["sessions"]
            yield self._right
        yield self._footer

    def _connect(self) -> None:
        """Wire the panes up."""
        self._details = DetailsPane(
            self._text, self._headers["details"], self.glyphs, self._tell, self.set_timer
        )
        self._timeline = TimelinePane(
            self.options, self._timeline_list, self._headers["timeline"], self._tell
        )
        self._headers["timeline"].show("Timeline")
        self._headers["details"].show("Details")
        if self._shelf is not None:
            self._sessions = SessionsPane(
                self.options, self._shelf, self._list, self._headers["sessions"], self.set_timer
            )
            self._filtering = Filtering(self._sessions, self._boxes["sessions"], self._show_selected)
            for event in self._shelf.connect(self._tell, FIRST_FRAME_WAITS):
                self._receive(event)
        elif self._given is not None:
            self._front = "timeline"
            self._timeline.take(self._given)

    def on_mount(self) -> None:
        """Read on once the first frame stands."""
        self.call_after_refresh(self._after_first_frame)

    def _after_first_frame(self) -> None:
        self._is_started = True
        if self._shelf is None:
            return
        self._sessions.count()
        current = self._sessions.current
        if self._timeline.found is None and current is not None and (self._is_solo or not self._is_single):
            self._open_current(focus=self._is_solo)

    def on_unmount(self) -> None:
        """End the threads."""
        self._timeline.close()
        self._details.close()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for this width."""
        self._arrange(event.size.width)

    @property
    def _is_single(self) -> bool:
        return is_single_pane(self.app.size.width, zoomed=self._is_zoomed)

    def _arrange(self, width: int | None = None) -> None:
        """Show the panes that fit, and give the keys to the one in front."""
        if self._is_solo and self._front == "sessions":
            self._front = "timeline"
        width = width or self.app.size.width
        wanted = arrange(width, self._front, zoomed=self._is_zoomed, solo=self._is_solo)
        if wanted != self._arrangement:
            self._arrangement = wanted
            for pane, box in self._boxes.items():
                box.display = wanted.shows(pane)
            self._right.display = wanted.timeline or wanted.details
            for name in CLASSES:
                if self.has_class(name) != (name in wanted.classes):
                    self.toggle_class(name)
        self._mark_front()

    def _mark_front(self) -> None:
        """Show where the keys go, and what they do there."""
        for pane, header in self._headers.items():
            header.mark(is_here=pane == self._front)
            self._views[pane].mark(is_here=pane == self._front)
        self._footer.offer(footer_of(self._front))

    def _go(self, pane: Pane) -> None:
        """Give the keys to a pane."""
        if pane == self._front:
            return
        self._front = pane
        if self._is_single:
            self._arrange()
        else:
            self._mark_front()
        if pane != "details":
            self._show_selected()

    def on_click(self, event: events.Click) -> None:
        """Follow a click into another pane."""
        pane = next((pane for pane, view in self._views.items() if view is event.widget), None)
        if pane is not None:
            self._go(pane)

    # --------------------------------------------------------------------------------------- news

    def _tell(self, event: ev.Event) -> None:
        self.post_message(Arrived(event))

    def on_arrived(self, message: Arrived) -> None:
        """Hand news to the pane that they concern."""
        self._receive(message.event)

    def _receive(self, event: ev.Event) -> None:
        match event:
            case ev.Listed():
                self._listed(event)
            case ev.Summarized():
                if self._sessions.summarized(event) and self._front == "sessions":
                    self._show_selected()
            case ev.Opened():
                if self._timeline.opened(event) and self._front != "sessions":
                    self._go_to_wanted_failure()
                    self._show_selected()
            case ev.NotOpened():
                self._timeline.not_opened(event)
            case ev.FileChanged():
                self._timeline.file_changed(event)
            case ev.Briefed():
                self._timeline.briefed(event)
            case ev.PageRead():
                self._details.page_read(event)

    def _listed(self, event: ev.Listed) -> None:
        self._is_solo = is_single(self.options.paths, event.found)
        self._sessions.listed(event)
        look = self._shelf.first if self._shelf is not None else None
        if self._is_solo and look is not None and look.outline is not None and not self._is_started:
            self._timeline.foretell(look.outline, look.briefs or {})
        if self._is_started:
            self._after_first_frame()
        self._arrange()

    # ------------------------------------------------------------------------------------- choosing

    def on_virtual_list_moved(self, _: VirtualList.Moved) -> None:
        """Show what the cursor came to."""
        self._show_selected()

    async def on_virtual_list_chosen(self, _: VirtualList.Chosen) -> None:
        """A second click is Enter."""
        await self.action_press("enter")

    def _show_selected(self) -> None:
        if self._front == "sessions":
            self._details.show_session(self._sessions.current)
            return
        self._timeline.update_header()
        rows, row, transcript = self._timeline.rows, self._timeline_list.current(), self._timeline.transcript
        if rows is None or row is None or transcript is None:
            self._details.show_session(None)
        elif row.entry == SESSION:
            self._details.show_outline(rows)
        elif row.entry < 0:
            if rows.outline.turns:
                self._details.show_turn(rows, row.turn)
        else:
            self._details.show_entry(transcript, rows, row.entry)

    def _open_current(self, *, focus: bool = True) -> None:
        row = self._sessions.current
        if row is None:
            return
        if self._timeline.found != row.found:
            self._sessions.model.open_path = row.found.path
            self._sessions.view.repaint()
            self._timeline.open(row.found, keep=self._is_solo and self._timeline.found is None)
        if focus:
            self._go("timeline")

    # ------------------------------------------------------------------------------------- commands

    async def action_press(self, key: str) -> None:
        """Do what a key means in the pane that has the focus."""
        self.say("")
        self._wanted_failure = 0
        if self._filtering is not None and self._filtering.press(key):
            return
        command = command_at(self._front, key)
        if command is not None:
            await self._run(command)

    async def _run(self, command: Command) -> None:
        if command.id in MOVES:
            MOVES[command.id](self._views[self._front])
        elif isawaitable(done := self._handlers[command.id]()):
            await done

    def _table(self) -> dict[str, Callable[[], object]]:
        """What each command does."""
        return {
            "open": self._open_current,
            "enter": self._enter,
            "filter": self._start_filter,
            "next_failure": lambda: self._failure(1),
            "previous_failure": lambda: self._failure(-1),
            "in": self._inwards,
            "out": self._outwards,
            "fold_all": lambda: self._timeline.fold_all(fold=True),
            "unfold_all": lambda: self._timeline.fold_all(fold=False),
            "texts": lambda: self._timeline.toggle_texts(),
            "whole": self._toggle_whole,
            "pager": lambda: self.exporter.open_in_pager(),
            "save": lambda: self.exporter.save(),
            "reload": self._reload,
            "next_pane": lambda: self._cycle(1),
            "previous_pane": lambda: self._cycle(-1),
            "back": self._back,
            "zoom": self._zoom,
            "palette": lambda: show_palette(self, palette_of(self._front), self._run),
            "help": lambda: show_help(self),
            "quit": lambda: self.app.exit(),
        }

    @property
    def exporter(self) -> Exporter:
        """Opens and saves; made when first asked for."""
        if self._exporter is None:
            from codexlog.app.screens.exporting import Exporter

            self._exporter = Exporter(self, self.options, self._details)
        return self._exporter

    def homes(self) -> list[Path]:
        """The agents' folders that sessions were found in."""
        return self._sessions.model.homes() if self._shelf is not None else []

    def say(self, note: str) -> None:
        """Put a word to the person into the footer, for a while."""
        self._footer.say(note)

    def _open_at_failure(self, step: int) -> None:
        """Open the session under the cursor at its first or last failure."""
        self._wanted_failure = step
        self._open_current()
        self._go_to_wanted_failure()
        self._show_selected()

    def _go_to_wanted_failure(self) -> None:
        if self._wanted_failure and self._timeline.is_whole:
            if not self._timeline.jump_to_end_failure(self._wanted_failure):
                self.say("No failing call in this session.")
            self._wanted_failure = 0

    def _failure(self, step: int) -> None:
        if self._front == "sessions":
            self._open_at_failure(step)
            return
        if self._timeline.rows is None:
            return
        if not self._timeline.jump_to_failure(step):
            self.say("No failing call further down." if step > 0 else "No failing call further up.")
        elif self._front == "details":
            row, rows, transcript = (
                self._timeline_list.current(),
                self._timeline.rows,
                self._timeline.transcript,
            )
            if row is not None and transcript is not None and row.entry >= 0:
                self._details.show_entry(transcript, rows, row.entry)

    def _enter(self) -> None:
        if not self._timeline.enter():
            self._go("details")

    def _toggle_whole(self) -> None:
        if not self._details.toggle_whole():
            self.say("All of it is shown.")

    def _inwards(self) -> None:
        if self._front == "sessions":
            self._open_current()
        elif self._front == "timeline" and not self._timeline.unfold():
            self._go("details")

    def _outwards(self) -> None:
        if self._front == "details":
            self._go("timeline")
        elif self._front == "timeline" and not self._timeline.fold() and not self._is_solo:
            self._go("sessions")

    def _cycle(self, step: int) -> None:
        panes = panes_of(solo=self._is_solo)
        self._go(panes[(panes.index(self._front) + step) % len(panes)])

    def _back(self) -> None:
        if self._is_zoomed:
            self._zoom()
        elif self._front == "details":
            self._go("timeline")
        elif self._front == "timeline" and not self._is_solo:
            self._go("sessions")
        elif self._front == "sessions" and self._sessions.filter_text:
            self._sessions.filter("")
            self._show_selected()

    def _zoom(self) -> None:
        if not self._is_zoomed and self._is_single:
            self.say("One pane has the whole screen already.")
            return
        self._is_zoomed = not self._is_zoomed
        self._arrange()

    def _reload(self) -> None:
        if self._front == "sessions":
            self._sessions.reload()
        else:
            self._timeline.reload()

    # -------------------------------------------------------------------------------------- filter

    async def _start_filter(self) -> None:
        if self._filtering is not None:
            await self._filtering.start()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while the person types."""
        if self._filtering is not None:
            self._filtering.typed(event.value)

    def on_input_submitted(self) -> None:
        """Keep the filter and go on in the list."""
        if self._filtering is not None:
            self._filtering.end()
