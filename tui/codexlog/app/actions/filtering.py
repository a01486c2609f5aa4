"""Controls the field in which a query for the session list is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.actions.action import Action
from codexlog.app.commands import Command
from codexlog.app.sieve import Sieve
from codexlog.app.widgets.query_field import Hint, QueryField
from codexlog.catalog.query.complete import Completion, complete, occurring
from codexlog.catalog.query.parse import Query, QueryError, begins_field, draft, starred

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.timer import Timer
    from textual.widgets import Input

    from codexlog.app.screens.main import MainScreen

LEFT_TO_THE_LIST = ("up", "down", "pageup", "pagedown", "ctrl+c")
DEBOUNCE = 0.05
"""Seconds without a key after which the list follows the text."""
MOST_REMEMBERED = 50
FIELD_KEYS = (
    Command("", ("tab",), "complete", "", footer=10),
    Command("", ("right",), "accept", "", footer=20),
    Command("", ("enter",), "keep", "", footer=30),
    Command("", ("escape",), "clear", "", footer=40),
)
"""What the footer names while the field is open."""


class _Round(NamedTuple):
    """Ways to go on that are being gone round."""

    base: str
    """The text before the first of them was put in."""
    found: Completion
    number: int
    text: str
    """The text with the one that is in."""


class Filtering(Action):
    """The query while the person types; the field exists only then."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._sessions = screen.sessions
        self._box = screen.boxes["sessions"]
        self._field: QueryField | None = None
        self._hint: Hint | None = None
        self._timer: Timer | None = None
        self._round: _Round | None = None
        self._kept: list[str] = []
        """Queries that were kept, the newest last."""
        self._recalled = 0

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Start it."""
        return {"filter": self.start}

    @property
    def offers(self) -> Sequence[Command]:
        """The keys of the field."""
        return FIELD_KEYS if self._field is not None else ()

    async def start(self) -> None:
        """Open the field below the list; the next key goes into it, however fast it comes."""
        if self._field is not None:
            return
        screen = self.screen
        self._recalled = len(self._kept)
        self._hint = Hint(screen.colours, screen.glyphs)
        self._field = field = QueryField(self._sessions.filter_text, screen.colours, self._accept, "filter")
        await self._box.mount(field, self._hint)
        screen.set_focus(field)
        screen.offer_keys()
        screen.call_after_refresh(self._show_hint, ())

    # ---------------------------------------------------------------------------------------- keys

    def press(self, key: str) -> bool:
        """Take a key that the field leaves to us; False for those that work as anywhere else."""
        if self._field is None:
            return False
        if key == "up" and self._recall():
            return True
        if key in LEFT_TO_THE_LIST:
            return False
        if key == "escape":
            self._end()
            self._sessions.filter("", None)
            self._changed()
        elif key == "enter":
            self._keep()
        elif key in ("tab", "shift+tab"):
            self._go_round(1 if key == "tab" else -1)
        return True

    def typed(self, field: Input, text: str) -> None:
        """Follow the text once the person pauses."""
        if field is not self._field:
            return
        if self._round is not None and self._round.text != text:
            self._round = None
        self._stop()
        self._timer = self.screen.set_timer(DEBOUNCE, self._follow)

    def submitted(self, field: Input) -> None:
        """Keep the query and go on in the list, if nothing is wrong with it."""
        if field is self._field:
            self._keep()

    # ------------------------------------------------------------------------------------- private

    def _changed(self) -> None:
        self.screen.show_selected()
        self.screen.offer_keys()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _follow(self) -> None:
        """Filter by what can be understood, and say how to go on or what is wrong."""
        if self._field is None:
            return
        self._show_hint(self._filter(self._field.value, self._field.cursor_position))
        self._changed()

    def _filter(self, text: str, cursor: int) -> tuple[QueryError, ...]:
        """Show what meets the text; returns what is wrong with it but for the word at the cursor.

        Of a name that is being typed and that no session has, its beginning will do: a `*` is added. A
        word that no session has is left out as long as it may become the name of a field.
        """
        now, model = self.screen.options.clock(), self._sessions.model
        sieve, read = model.sieve or Sieve(), draft(text, cursor, now)
        query, touched = read.query, read.unfinished
        if touched is not None and not model.may_match(sieve, Query((touched,))):
            longer = starred(text, touched)
            if longer is not None:
                text, query = longer, draft(longer, cursor + 1, now).query
            elif begins_field(touched):
                query = query.without(touched)
        sieve.use(query)
        self._sessions.filter(text, sieve if query.terms else None)
        return read.errors

    def _keep(self) -> None:
        """Close the field and keep the query; stay where a word is wrong."""
        assert self._field is not None
        self._stop()
        self._filter(self._field.value, self._field.cursor_position)
        text = self._sessions.filter_text.strip()
        errors = self._filter(text, -1)
        if errors:
            self._field.set_text(text, errors[0].end)
            self._show_hint(errors)
            return
        if text and text not in self._kept[-1:]:
            self._kept = [*self._kept, text][-MOST_REMEMBERED:]
        self._end()
        self._changed()

    def _end(self) -> None:
        self._stop()
        self._round = None
        for widget in (self._field, self._hint):
            if widget is not None:
                widget.remove()
        self._field = self._hint = None

    def _recall(self) -> bool:
        """Put an earlier query into the empty field, or one before it; False where there is none."""
        assert self._field is not None
        earlier = self._kept[self._recalled : self._recalled + 1]
        if self._field.value and [self._field.value] != earlier:
            return False
        if self._recalled:
            self._recalled -= 1
            text = self._kept[self._recalled]
            self._field.set_text(text, len(text))
        return bool(self._kept)

    # ---------------------------------------------------------------------------------- completion

    def _ways(self) -> Completion:
        assert self._field is not None
        summaries = self._sessions.model.summaries
        return complete(
            self._field.value, self._field.cursor_position, lambda field: occurring(field, summaries())
        )

    def _go_round(self, step: int) -> None:
        """Put the next way to go on into the text, or the one before."""
        assert self._field is not None
        turn = self._round
        if turn is None:
            found = self._ways()
            if not found.options:
                return
            turn = _Round(self._field.value, found, -1 if step > 0 else 0, "")
        number = (turn.number + step) % len(turn.found.options)
        option = turn.found.options[number]
        text = turn.base[: turn.found.start] + option.text + turn.base[turn.found.end :]
        alone = len(turn.found.options) == 1
        self._round = None if alone else turn._replace(number=number, text=text)
        self._field.set_text(text, turn.found.start + len(option.text))

    def _accept(self) -> bool:
        """Take the first way to go on, or be done with going round; False where there is nothing to take."""
        if self._round is None:
            self._go_round(1)
        was_offered = self._round is not None
        self._round = None
        self._follow()
        return was_offered

    def _show_hint(self, errors: Sequence[QueryError]) -> None:
        if self._field is None or self._hint is None:
            return
        self._field.point_at([(error.start, error.end) for error in errors])
        if errors:
            self._hint.show(((str(errors[0]), "warn"),))
        elif self._round is not None:
            self._hint.offer([each.label for each in self._round.found.options], self._round.number)
        elif (ways := self._ways()).options or ways.field is None:
            self._hint.offer([each.label for each in ways.options], None)
        else:
            self._hint.show(((ways.field.help, "dim"),))
