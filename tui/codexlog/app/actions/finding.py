"""Search in the open session: the field, the hits, the way from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.actions.action import Action
from codexlog.app.actions.hit_list import HitList
from codexlog.app.loading.seeking import News, Seeker, Task
from codexlog.app.render.hints import key_of
from codexlog.catalog.find.needle import BadNeedle, needle_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.timer import Timer
    from textual.widgets import Input

    from codexlog.app.commands import Command
    from codexlog.app.outline_rows import OutlineRows
    from codexlog.app.screens.main import MainScreen
    from codexlog.catalog.find.needle import Needle
    from codexlog.timeline.growth import Patch

REST = 0.15
"""Seconds without a key after which what stands in the field is searched."""
SHOWN = 20
"""Characters of the query that the header names."""


class Finding(Action):
    """What is searched for, and what was found so far."""

    def __init__(self, screen: MainScreen) -> None:
        super().__init__(screen)
        self._timeline = screen.timeline
        self._seeker = Seeker(screen.tell, self._take)
        self._field: Input | None = None
        self._rest: Timer | None = None
        self._history: list[str] = []
        self._recalled = 0
        """How far back in the history the field is; 0 for what is being typed."""
        self._draft = ""
        self._offered: str | None = None
        """What stands in the field before anything is typed; it waits for Enter."""
        self._needle: Needle | None = None
        self._complaint = ""
        self._hits = HitList()
        self._rows: OutlineRows | None = None
        """What the hits are hits of."""
        self._share = 1.0
        self._grown_from: int | None = None
        """Offset from which rows came while an earlier search was still running."""
        self._reached = 0
        """Offset of the last row that a growing session brought."""
        self._current: int | None = None
        """The hit that was gone to last."""
        self._wanted = 0
        """Direction of the hit to go to as soon as it is found."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Open the field; go on from hit to hit."""
        return {
            "find": self.start,
            "next_hit": lambda: self._step(1),
            "previous_hit": lambda: self._step(-1),
        }

    @property
    def adds(self) -> Sequence[Command]:
        """The way from hit to hit, while there is a search."""
        if self._needle is None or self.screen.front == "sessions":
            return ()
        commands = self.screen.options.commands
        return [each for each in commands if each.id in ("next_hit", "previous_hit") and each.keys]

    # -------------------------------------------------------------------------------------- field

    async def start(self) -> None:
        """Open the field with the last query in it, selected."""
        if self._field is not None:
            return
        if self._timeline.rows is None and not self._timeline.is_awaited:
            self.screen.say("There is nothing to search.")
            return
        from textual.widgets import Input

        self._recalled = 0
        self._offered = self._history[-1] if self._history else ""
        self._field = field = Input(
            self._offered,
            placeholder="text to find, or re:pattern",
            select_on_focus=True,
            id="find",
        )
        field.cursor_blink = False
        boxes = self.screen.boxes
        await boxes["timeline" if boxes["timeline"].display else "details"].mount(field)
        field.screen.set_focus(field)
        self.screen.say("Enter goes to the first hit  ↑ ↓ earlier searches  Esc ends")

    def typed(self, field: Input, text: str) -> None:
        """Search once the keys rest."""
        if field is not self._field:
            return
        self._drop_timer()
        if text == self._offered:
            return
        self._offered = None
        self._rest = self.screen.set_timer(REST, lambda: self._search(text))

    def submitted(self, field: Input) -> None:
        """Go to the first hit at or below the cursor."""
        if field is not self._field:
            return
        query = field.value
        self._search(query)
        if query and self._needle is None:  # the pattern is still there to be mended
            self.screen.say(self._complaint)
            return
        self._end()
        if not query:
            return
        self._history = [*(each for each in self._history if each != query), query]
        self._current, self._wanted = None, 1
        self._go_to_wanted(at_cursor=True)

    def press(self, key: str) -> bool:
        """Esc ends the field, then the search; in the field the arrows walk through earlier queries."""
        self._wanted = 0
        if self._field is None:
            if key != "escape" or self.screen.front == "sessions" or not self._is_on:
                return False
            self._clear()
            return True
        if key == "ctrl+c":
            return False
        if key in ("up", "down"):
            self._recall(1 if key == "up" else -1)
        elif key in ("escape", "tab"):
            self._end()
        return True

    def _recall(self, step: int) -> None:
        assert self._field is not None
        if self._recalled == 0:
            self._draft = self._field.value
        first = step > 0 and self._recalled == 0 and self._history[-1:] == [self._draft]
        self._recalled = max(0, min(self._recalled + step + first, len(self._history)))
        self._field.value = self._history[-self._recalled] if self._recalled else self._draft
        self._field.cursor_position = len(self._field.value)

    def _end(self) -> None:
        self._drop_timer()
        if self._field is not None:
            self._field.remove()
            self._field = None

    def _drop_timer(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None

    # ------------------------------------------------------------------------------------- search

    @property
    def _is_on(self) -> bool:
        return self._needle is not None or bool(self._complaint)

    @property
    def _is_running(self) -> bool:
        """Whether more may be found: the search goes on, or will once (the head of) the session is read."""
        is_tail = self._rows is not None and self._rows.outline.is_tail
        return self._share < 1.0 or is_tail or self._timeline.is_awaited

    def _search(self, query: str) -> None:
        """Begin to search, unless this is being searched already."""
        if self._needle is not None and self._needle.query == query:
            return
        self._clear()
        if not query:
            return
        try:
            self._needle = needle_of(query)
        except BadNeedle as error:
            self._complaint = f"Cannot search: {error}"
            self._tell_header()
            return
        self.screen.details.highlight(self._needle)
        self._restart()

    def _restart(self) -> None:
        """Search everything that is open, from the row under the cursor on."""
        rows, transcript = self._timeline.rows, self._timeline.transcript
        self._hits, self._rows = HitList(), rows if transcript is not None else None
        self._current = self._grown_from = None
        self._reached = 0
        if rows is None or transcript is None or self._needle is None:
            self._seeker.stop()
            self._share = 1.0
        else:
            self._share = 0.0
            begin = rows.place(self._timeline.view.cursor).offset if len(rows) else 0
            self._seeker.start(Task(transcript, rows.outline, self._needle, begin))
        self._show()

    def _clear(self) -> None:
        """Forget the search and its highlights."""
        self._seeker.stop()
        self._needle, self._complaint, self._wanted = None, "", 0
        self._hits, self._current, self._share, self._grown_from = HitList(), None, 1.0, None
        self._show()
        self.screen.details.highlight(None)

    def opened(self) -> None:
        """Search what is new: the rows that were appended, or another session."""
        before, now, transcript = self._rows, self._timeline.rows, self._timeline.transcript
        if self._needle is None or now is before or now is None or transcript is None:
            return
        since = now.appended_to(before) if before is not None else None
        if since is None:
            self._restart()
            return
        self._rows = now
        self._search_also(since)

    def grown(self, patch: Patch) -> None:
        """Search the rows that a patch brought; outputs of earlier calls are among them."""
        if self._needle is None or self._rows is not self._timeline.rows:
            return
        brought = (*patch.new.offset, *(each.out_offset for each in patch.changed.values()))
        fresh = [offset for offset in brought if offset > self._reached]
        if fresh:
            self._reached = max(fresh)
            self._search_also(min(fresh))

    def _search_also(self, offset: int) -> None:
        """Search from an offset on, now or when the search that runs is over."""
        if self._share < 1.0:
            self._grown_from = offset if self._grown_from is None else min(offset, self._grown_from)
        else:
            self._search_since(offset)

    def _search_since(self, offset: int) -> None:
        transcript = self._timeline.transcript
        assert self._rows is not None and self._needle is not None and transcript is not None
        self._share, self._grown_from = 0.0, None
        self._seeker.start(Task(transcript, self._rows.outline, self._needle, offset, offset))

    def _take(self, news: News) -> None:
        """Take what was found."""
        if self._rows is not self._timeline.rows:
            return
        self._hits.add(news.hits)
        is_seen = any(map(self._seen().__contains__, news.hits))
        self._share = 1.0 if news.is_over else min(news.share, 0.99)
        if news.problem:
            self.screen.say(news.problem)
        if news.is_over and self._grown_from is not None:
            self._search_since(self._grown_from)
        self._tell_header()
        if is_seen or news.is_over:
            self._timeline.view.repaint()
        if self._wanted:
            self._go_to_wanted(at_cursor=self._current is None)

    def _seen(self) -> range:
        """The keys that a row on the screen may show; folded rows are brought up to date in the end."""
        rows, view = self._timeline.rows, self._timeline.view
        if rows is None or not len(rows):
            return range(0)
        last = min(len(rows), view.top + view.page_rows()) - 1
        return range(2 * rows.around(view.top)[0], 2 * rows.around(last)[1] + 2)

    # -------------------------------------------------------------------------------------- moving

    def _step(self, step: int) -> None:
        """Go to the next or previous hit; in the details first through the matches of the page."""
        if self._needle is None:
            self.screen.say(
                self._complaint or f"Nothing is being searched for; {key_of('find')} begins a search."
            )
            return
        if self.screen.front == "details" and self.screen.details.step(step):
            self._tell_header()
            return
        if self.screen.front == "details" and self._current is not None:
            self._current = self._current | 1 if step > 0 else self._current & ~1
        self._wanted = step
        self._go_to_wanted()

    def _go_to_wanted(self, *, at_cursor: bool = False) -> None:
        step, key = self._wanted, None
        if self._timeline.rows is not None:
            key = self._hits.beyond(self._position(step, at_cursor=at_cursor), step)
        if key is None and self._is_running:
            self.screen.say("searching…")
            return
        self._wanted = 0
        is_first = at_cursor and key is not None
        keys = f"{key_of('next_hit')} next hit  {key_of('previous_hit')} previous  Esc ends the search"
        self.screen.say(keys if is_first else "")
        if key is None:
            key = self._hits.end(step)
            if key is None:
                self.screen.say(f"Nothing matches {self._query}.")
                return
            self.screen.say("from the top again" if step > 0 else "from the end again")
        self._go(key)

    def _position(self, step: int, *, at_cursor: bool) -> int:
        """The key that the next hit lies beyond; with `at_cursor` a hit under the cursor is the next one."""
        rows, view = self._timeline.rows, self._timeline.view
        assert rows is not None
        current = view.current()
        entry = current.entry if current is not None else -1
        if entry >= 0 and self._current is not None and self._current >> 1 == entry:
            return self._current
        if entry >= 0:
            return 2 * entry - 1 if at_cursor or step < 0 else 2 * entry + 1
        before, after = rows.around(view.cursor)
        return 2 * before + 1 if step > 0 else 2 * after

    def _go(self, key: int) -> None:
        self._current = key
        self._timeline.go_to(key >> 1)
        self.screen.details.aim(at_output=bool(key & 1))
        self.screen.show_selected()
        self._show()

    # ------------------------------------------------------------------------------------- showing

    @property
    def _query(self) -> str:
        query = self._needle.query if self._needle is not None else ""
        return "/" + (query if len(query) <= SHOWN else query[: SHOWN - 1] + "…")

    def _show(self) -> None:
        """Mark rows and matches, and say in the header how far the search is."""
        view = self._timeline.view
        view.needle, view.hits = self._needle, self._hits if self._needle is not None else None
        self._tell_header()
        self.screen.offer_keys()
        view.repaint()

    def _tell_header(self) -> None:
        facts, details = self._facts(), self.screen.details
        self._timeline.finding = facts
        self._timeline.update_header()
        details.finding = "" if self.screen.boxes["timeline"].display else facts
        details.update_header()

    def _facts(self) -> str:
        if self._needle is None:
            return "bad pattern" if self._complaint else ""
        place, total = self._hits.place(self._current), len(self._hits)
        if place is not None:
            found = f"{place:,}/{total:,}"
        else:
            found = f"{total:,} hit{'' if total == 1 else 's'}" if total or not self._is_running else ""
        running = "searching…" if self._is_running else ""
        if self._share < 1.0:
            running = f"searching {self._share:.0%}…"
        return " ".join(word for word in (self._query, found, running) if word)
