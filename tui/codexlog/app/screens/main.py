"""The three panes: who gets the keys, who is shown, who hears what."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.message import Message
from textual.screen import Screen

from codexlog.app.actions.action import Actions
from codexlog.app.commands import all_keys, command_at, footer_of, panes_of_key
from codexlog.app.key_names import key_name
from codexlog.app.loading import events as ev
from codexlog.app.loading.ahead import is_single
from codexlog.app.options import problem_note, theme_of
from codexlog.app.outline_rows import SESSION
from codexlog.app.panes.details import DetailsPane
from codexlog.app.panes.sessions import SessionsPane
from codexlog.app.panes.timeline import TimelinePane
from codexlog.app.render.hints import name_keys
from codexlog.app.render.lines import Palette
from codexlog.app.screens.arrangement import CLASSES, PANES, Arrangement, arrange
from codexlog.app.screens.arrangement import is_single as is_single_pane
from codexlog.app.screens.growth import Growth
from codexlog.app.screens.proportions import Proportions
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
    from codexlog.app.render.session_row import SessionRow
    from codexlog.app.widgets.virtual_list import VirtualList
    from codexlog.catalog.discover import Found
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
        self.colours = Palette(colour=options.colour, theme=theme_of(options))
        for key in set(all_keys(options.commands)).difference(all_keys()):  # those of the key map
            self._bindings.bind(key, f"press('{key}')", show=False)
        name_keys(options.commands)
        self._shelf = shelf
        self._given = transcript
        self.front: Pane = "sessions"
        self.is_zoomed = False
        self.is_solo = shelf is None
        self._is_started = False
        self._growth = Growth(self, has_list=shelf is not None)
        self._arrangement: Arrangement | None = None
        self.actions = Actions(self)

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
        self.boxes = {pane: Vertical(self._headers[pane], self._views[pane], id=pane) for pane in PANES}
        self._right = Container(self.boxes["timeline"], self.boxes["details"], id="right")
        self.proportions = Proportions(self.options.remembered.shares, self.boxes, self._right)
        self._connect()
        self.arrange_panes()
        with Container(id="panes"):
            yield self.boxes["sessions"]
            yield self._right
        yield self._footer

    def _connect(self) -> None:
        """Wire the panes up."""
        self.details = DetailsPane(
            self.options, self._text, self._headers["details"], self.glyphs, self.tell, self.set_timer
        )
        self.timeline = TimelinePane(self.options, self._timeline_list, self._headers["timeline"], self.tell)
        self._hearers = self._news()
        self._headers["timeline"].show("Timeline")
        self._headers["details"].show("Details")
        if self._shelf is not None:
            self.sessions = SessionsPane(
                self.options, self._shelf, self._list, self._headers["sessions"], self.set_timer
            )
            for event in self._shelf.connect(self.tell, FIRST_FRAME_WAITS):
                self._receive(event)
        elif self._given is not None:
            self.front = "timeline"
            self.timeline.take(self._given)

    def on_mount(self) -> None:
        """Read on once the first frame stands."""
        self.call_after_refresh(self._after_first_frame)
        self.call_after_refresh(self.say, problem_note(self.options))

    def _after_first_frame(self) -> None:
        self._is_started = True
        if not self.options.wrap:
            self.actions.of("wrap")  # it takes the arrows while lines go on to the right
        if self._shelf is None:
            return
        self.sessions.count()
        self._fill_timeline()
        if self.options.group_loops and not self.is_solo:
            threading.Thread(target=self._load_loops, name="loops", daemon=True).start()

    def _load_loops(self) -> None:
        """Have the loops judged, for the list; on a thread, for it begins with imports."""
        self.actions.load("loops")
        self.tell(ev.Done(lambda: self.actions.of("loops").listed()))

    def _fill_timeline(self) -> None:
        """Open the session under the cursor where its pane would stand empty beside the list."""
        current = self.sessions.current
        if self.timeline.found is None and current is not None and (self.is_solo or not self.is_single):
            self.open_current(focus=self.is_solo)

    def on_unmount(self) -> None:
        """End the threads."""
        if self._shelf is not None:
            self._shelf.close()
        self.timeline.close()
        self.details.close()
        for action in self.actions:
            action.close()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the arrangement for this width."""
        self.arrange_panes(event.size.width)
        if self._is_started and self._shelf is not None:
            self._fill_timeline()

    @property
    def is_single(self) -> bool:
        """Whether one pane has the whole screen."""
        return is_single_pane(self.app.size.width, zoomed=self.is_zoomed)

    def arrange_panes(self, width: int | None = None) -> None:
        """Show the panes that fit, and give the keys to the one in front."""
        if self.is_solo and self.front == "sessions":
            self.front = "timeline"
        width = width or self.app.size.width
        wanted = arrange(width, self.front, zoomed=self.is_zoomed, solo=self.is_solo)
        self.proportions.apply(wanted, width)
        if wanted != self._arrangement:
            self._arrangement = wanted
            for pane, box in self.boxes.items():
                box.display = wanted.shows(pane)
            self._right.display = wanted.timeline or wanted.details
            for name in CLASSES:
                if self.has_class(name) != (name in wanted.classes):
                    self.toggle_class(name)
        self._mark_front()

    def _mark_front(self) -> None:
        """Show where the keys go, and what they do there."""
        for pane, header in self._headers.items():
            header.mark(is_here=pane == self.front)
            self._views[pane].mark(is_here=pane == self.front)
        self.offer_keys()

    def offer_keys(self) -> None:
        """Name in the footer what works here and now."""
        own = next((action.offers for action in self.actions if action.offers), None)
        first = [each for action in self.actions for each in action.adds]
        offered = [*first, *footer_of(self.front, self.options.commands)]
        self._footer.offer(own or [each for each in offered if self._works(each, is_open=bool(first))])

    def _works(self, command: Command, *, is_open: bool) -> bool:
        """Whether a command has anything to work on here and now; `is_open`: there is a search to end."""
        if self.front == "sessions":
            return self.sessions.works(command, zoomed=self.is_zoomed)
        alone = self.is_solo and self.front == "timeline" and not self.is_zoomed
        return is_open or not (alone and command.id == "back")

    def go(self, pane: Pane) -> None:
        """Give the keys to a pane."""
        if pane == self.front:
            return
        self.front = pane
        if self.is_single:
            self.arrange_panes()
        else:
            self._mark_front()
        if pane != "details":
            self.timeline.catch_up()
            self.show_selected()

    def on_click(self, event: events.Click) -> None:
        """Follow a click into another pane."""
        pane = next((pane for pane, view in self._views.items() if view is event.widget), None)
        if pane is not None:
            self.go(pane)

    # --------------------------------------------------------------------------------------- news

    def tell(self, event: ev.Event) -> None:
        """Take news from any thread."""
        self.post_message(Arrived(event))

    def on_arrived(self, message: Arrived) -> None:
        """Hand news to the pane that they concern."""
        self._receive(message.event)

    def _receive(self, event: ev.Event) -> None:
        self._hearers[type(event)](event)

    def _news(self) -> dict[type[ev.Event], Callable[[Any], object]]:
        """Who hears of what."""
        return {
            ev.Listed: self._listed,
            ev.Summarized: self._growth.summarized,
            ev.Noticed: self._growth.noticed,
            ev.Said: lambda event: self.say(event.note),
            ev.Opened: self._opened,
            ev.Grown: self._growth.grown,
            ev.NotOpened: self._not_opened,
            ev.FileChanged: self.timeline.file_changed,
            ev.Briefed: self.timeline.briefed,
            ev.PageRead: self.details.page_read,
            ev.Done: lambda event: event.then(),
        }

    def _opened(self, event: ev.Opened) -> None:
        if self.timeline.opened(event):
            for action in self.actions:
                action.opened()
            if self.front != "sessions":
                self.show_selected()

    def _not_opened(self, event: ev.NotOpened) -> None:
        self.timeline.not_opened(event)
        for action in self.actions:
            action.opened()

    def _listed(self, event: ev.Listed) -> None:
        self.is_solo = is_single(self.options.paths, event.found)
        self.sessions.listed(event)
        look = self._shelf.first if self._shelf is not None else None
        if self.is_solo and look is not None and look.outline is not None and not self._is_started:
            self.timeline.foretell(look.outline, look.briefs or {})
        for action in self.actions:
            action.listed()
        if self._is_started:
            self._after_first_frame()
        self.arrange_panes()

    # ------------------------------------------------------------------------------------- choosing

    def on_virtual_list_moved(self, _: VirtualList.Moved) -> None:
        """Show what the cursor came to."""
        self.show_selected()

    async def on_virtual_list_chosen(self, _: VirtualList.Chosen) -> None:
        """A second click is Enter."""
        wanted = "open" if self.front == "sessions" else "enter"
        await self.run_command(next(each for each in self.options.commands if each.id == wanted))

    def show_selected(self) -> None:
        """Bring the details to what the cursor stands on."""
        if self.front == "sessions":
            loop = self.sessions.loop_here
            if loop is not None:
                self.details.show_loop(loop.loop)
            else:
                self.details.show_session(self.sessions.current, self.sessions.kinship_here())
            return
        self.timeline.update_header()
        rows, row, transcript = self.timeline.rows, self._timeline_list.current(), self.timeline.transcript
        if rows is None or row is None or transcript is None:
            self.details.show_session(None)
        elif row.entry == SESSION:
            kin = self.sessions.kinship_of(self.timeline) if self._shelf is not None else None
            self.details.show_outline(transcript, rows, kin)
        elif row.entry < 0:
            if rows.outline.turns:
                self.details.show_turn(transcript, rows, row.turn)
        else:
            self.details.show_entry(transcript, rows, row.entry)

    def open_current(self, *, focus: bool = True) -> None:
        """Open the session under the cursor of the list."""
        if self.sessions.current is not None:
            self.open_found(self.sessions.current.found, focus=focus)

    def open_found(self, found: Found, *, focus: bool = True) -> None:
        """Open a session, wherever the cursor of the list is."""
        if self._shelf is not None:
            self.sessions.mark_open(found)
            self._shelf.open_path = found.path
        if self.timeline.found is None or self.timeline.found.path != found.path:
            self.timeline.open(found, keep=self.is_solo and self.timeline.found is None)
        if focus:
            self.go("timeline")

    # ------------------------------------------------------------------------------------- commands

    async def action_press(self, key: str) -> None:
        """Do what a key means in the pane that has the focus."""
        self.say("")
        if any(action.press(key) for action in self.actions):
            return
        command = command_at(self.front, key, self.options.commands)
        if command is not None:
            await self.run_command(command)
        elif panes := panes_of_key(key, self.options.commands):
            self.say(f"{key_name(key)} does nothing here; it works in the {' and the '.join(panes)}.")

    async def run_command(self, command: Command) -> None:
        """Do what a command says, here or in the action that knows it."""
        if command.id in MOVES:
            MOVES[command.id](self._views[self.front])
            return
        if isawaitable(done := self.actions.handler(command.id)()):
            await done

    def homes(self) -> list[Path]:
        """The agents' folders that sessions were found in."""
        return self.sessions.model.homes() if self._shelf is not None else []

    def files(self) -> list[Found]:
        """The sessions of the list."""
        return self.sessions.model.files() if self._shelf is not None else []

    def session_with(self, session_id: str) -> SessionRow | None:
        """The session of the list that has an id."""
        return self.sessions.model.session(session_id) if self._shelf is not None else None

    def say(self, note: str) -> None:
        """Put a word to the person into the footer, for a while."""
        self._footer.say(note)

    def zoom(self) -> None:
        """Give the pane in front the whole screen, or share it again."""
        if not self.is_zoomed and self.is_single:
            self.say("One pane has the whole screen already.")
            return
        self.is_zoomed = not self.is_zoomed
        self.arrange_panes()

    # -------------------------------------------------------------------------------------- fields

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell those who have a field open."""
        for action in self.actions:
            action.typed(event.input, event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Tell those who have a field open."""
        for action in self.actions:
            action.submitted(event.input)
