"""The session list as data: what was found, what is known of each, which rows that makes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.render.session_row import SessionRow
from codexlog.app.session_tree import Kinship, SessionTree, Twig, flat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from codexlog.app.render.loop_row import LoopRow
    from codexlog.app.sieve import Sieve
    from codexlog.catalog.discover import Found
    from codexlog.catalog.query.parse import Query
    from codexlog.model import Summary


class Spot(NamedTuple):
    """What a row stands for, wherever that row may be later."""

    found: Found
    """The session; of a loop the last iteration."""
    loop: LoopRow | None = None
    """Set where it is the row of a loop."""


class SessionRows:
    """Rows in the order of the list; `model[row]` is the row-th visible one.

    Without a query they are a tree of families, see `session_tree`; with one they are what meets it.
    """

    def __init__(self) -> None:
        self._all: list[SessionRow] = []
        self._rows: list[Twig] = []
        self._places: dict[Path, int] = {}
        self._numbers: list[int] = []
        """By place: the number under which the reader of the list knows a session."""
        self._place_of: dict[int, int] = {}
        self._uncounted: set[int] = set()
        self._live: set[int] = set()
        self.tree = SessionTree()
        self.sieve: Sieve | None = None
        """What leaves rows out; None where all are shown."""
        self.open_path: Path | None = None
        self._agents: set[str] = set()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: int) -> SessionRow:
        return self._all[self._rows[row].place]

    def twig(self, row: int) -> Twig:
        """Where a row stands in its family."""
        return self._rows[row]

    @property
    def total(self) -> int:
        """How many sessions there are, whatever the query says."""
        return len(self._all)

    @property
    def counted(self) -> int:
        """Of how many every figure is known."""
        return len(self._all) - len(self._uncounted)

    @property
    def live(self) -> frozenset[int]:
        """Numbers of the sessions that are being written: a turn has not ended and rows came lately."""
        return frozenset(self._live)

    @property
    def pending(self) -> int:
        """Of how many it is not known yet whether they meet the query; they are not shown."""
        return len(self.sieve.open) if self.sieve is not None else 0

    @property
    def is_mixed(self) -> bool:
        """Whether there are sessions of more than one agent."""
        return len(self._agents) > 1

    def files(self) -> list[Found]:
        """Every session, whatever the query says."""
        return [row.found for row in self._all]

    def homes(self) -> list[Path]:
        """The agents' folders that the sessions stand in."""
        return sorted({row.found.home for row in self._all if row.found.home is not None})

    def summaries(self) -> Iterable[Summary]:
        """What is known of the sessions so far."""
        return (row.summary for row in self._all if row.summary is not None)

    def index(self, row: int) -> int:
        """The number of a visible row, by which its reader knows it."""
        return self._numbers[self._rows[row].place]

    def index_of(self, path: Path) -> int | None:
        """The number of a file."""
        place = self._places.get(path)
        return self._numbers[place] if place is not None else None

    def with_title(self, index: int, summary: Summary) -> Summary:
        """Figures with the title that the list has, which may come from elsewhere than the file."""
        known = self._all[self._place_of[index]].summary
        return summary if known is None else replace(summary, title=known.title, archived=known.archived)

    def row_of(self, found: Found) -> int | None:
        """The visible row of a file."""
        place = self._places.get(found.path)
        rows = enumerate(self._rows)
        return next((row for row, twig in rows if twig.place == place and not twig.is_loop), None)

    def row_near(self, found: Found) -> int | None:
        """The visible row of a file, or of the family member or loop that it is folded into."""
        row, place = self.row_of(found), self._places.get(found.path)
        if row is not None or place is None:
            return row
        rows = {twig.place: row for row, twig in enumerate(self._rows) if not twig.is_loop}
        near = next((rows[each] for each in self.tree.ancestors(place) if each in rows), None)
        return near if near is not None else self._row_of_loop(self.tree.loop_of(place))

    def spot(self, row: int) -> Spot:
        """What stands at a row, to find it again."""
        twig = self._rows[row]
        return Spot(self._all[twig.place].found, twig.loop if twig.is_loop else None)

    def row_at(self, spot: Spot) -> int | None:
        """Where that stands now, or what it is folded into."""
        row = self._row_of_loop(spot.loop)
        return row if row is not None else self.row_near(spot.found)

    def _row_of_loop(self, loop: LoopRow | None) -> int | None:
        if loop is None:
            return None
        name, rows = loop.loop.id, enumerate(self._rows)
        return next(
            (row for row, twig in rows if twig.is_loop and twig.loop and twig.loop.loop.id == name), None
        )

    def is_open(self, row: int) -> bool:
        """Whether the session of a row stands in the timeline, or one that a loop's row hides."""
        twig = self._rows[row]
        if twig.loop is not None and twig.is_loop:
            return twig.hidden > 0 and str(self.open_path) in twig.loop.paths
        return self._all[twig.place].found.path == self.open_path

    def replace(self, found: Sequence[Found]) -> None:
        """Start over with other files; what is known of files that stay is kept."""
        known = {row.found.path: row for row in self._all}
        self._all = [
            known[each.path]._replace(found=each, counted=False) if each.path in known else SessionRow(each)
            for each in found
        ]
        self._numbers = list(range(len(self._all)))
        self._uncounted.clear()
        self._live.clear()
        self._place_all()
        for index in self._numbers:
            self._mark(index)

    def change(self, changes: Mapping[int, Found | None]) -> None:
        """Take sessions that have changed; only where some came or went, the list is laid out anew."""
        gone = {self._place_of[index] for index in changes if index in self._place_of and not changes[index]}
        new = [(index, found) for index, found in sorted(changes.items()) if found is not None]
        came = [(index, found) for index, found in new if index not in self._place_of]
        for index, found in new:
            if index in self._place_of:
                place = self._place_of[index]
                self._all[place] = self._all[place]._replace(found=found)
        if came or gone:
            self._come_and_go(came, gone)

    def _come_and_go(self, came: Sequence[tuple[int, Found]], gone: set[int]) -> None:
        from codexlog.catalog.discover import age_of

        for place in sorted(gone, reverse=True):
            self._uncounted.discard(self._numbers[place])
            self._live.discard(self._numbers[place])
            del self._all[place], self._numbers[place]
        for index, found in came:
            age, place = age_of(found), 0
            while place < len(self._all) and age_of(self._all[place].found) > age:
                place += 1
            self._all.insert(place, SessionRow(found))
            self._numbers.insert(place, index)
        self._place_all()
        for index, _ in came:
            self._mark(index)

    def _place_all(self) -> None:
        self._places = {row.found.path: place for place, row in enumerate(self._all)}
        self._agents = {agent for row in self._all if (agent := _agent(row))}
        self._place_of = {number: place for place, number in enumerate(self._numbers)}
        self.tree.replace(self._all)
        self._sift()

    def fall_quiet(self, index: int) -> None:
        """Nothing has been written for a while: a turn that has not ended is left as it is."""
        place = self._place_of[index]
        row = self._all[place]
        if row.summary is not None and row.summary.outcome == "running":
            self._all[place] = row._replace(summary=replace(row.summary, outcome="incomplete"))
        self._live.discard(index)

    def changed_at(self, index: int) -> float:
        """When the file of a session last changed, in Unix seconds."""
        return self._all[self._place_of[index]].found.mtime

    def _mark(self, index: int) -> None:
        """Keep count of what is known of a session."""
        row = self._all[self._place_of[index]]
        known = row.counted or row.found.error is not None
        (self._uncounted.discard if known else self._uncounted.add)(index)
        is_running = row.summary is not None and row.counted and row.summary.outcome == "running"
        (self._live.add if is_running else self._live.discard)(index)

    def learn(self, summaries: Mapping[int, Summary], *, whole: bool) -> None:
        """Take what has been read. The ends of a file never replace its figures."""
        for number, summary in summaries.items():
            index = self._place_of.get(number)
            if index is None:
                continue  # it went meanwhile
            row = self._all[index]
            if row.counted and not whole and row.summary is not None:
                summary = replace(row.summary, title=summary.title, archived=summary.archived)
            counted = whole or row.counted or summary.counts.rows > 0
            self._all[index] = SessionRow(row.found, summary, counted)
            if summary.agent is not None:
                self._agents.add(summary.agent)
            self._mark(number)
            self.tree.relate(index, self._all[index])
            if self.sieve is not None:
                self.sieve.sift_one(index, self._all[index])
        if self.sieve is not None:
            self._rows = self._passing(self.sieve)

    def filter(self, sieve: Sieve | None) -> None:
        """Show the sessions that a sieve lets through; without one all of them."""
        self.sieve = sieve
        self._sift()

    def explain(self) -> tuple[str, ...]:
        """Why no session meets the query."""
        return self.sieve.explain(self._all) if self.sieve is not None else ()

    def may_match(self, sieve: Sieve, query: Query) -> bool:
        """Whether any session meets, or may yet meet, a query."""
        return bool(sieve.tally(query, self._all))

    # ------------------------------------------------------------------------------------- families

    def settle(self) -> bool:
        """Let the families be as far as they are known; whether rows may have moved."""
        if not self.tree.settle():
            return False
        if self.sieve is None:
            self._rows = self.tree.rows()
        return True

    def session(self, session_id: str) -> SessionRow | None:
        """The session with this id."""
        place = self.tree.find(session_id)
        return self._all[place] if place is not None else None

    def parent(self, found: Found) -> SessionRow | None:
        """The session above another one."""
        place = self._places.get(found.path)
        above = next(self.tree.ancestors(place), None) if place is not None else None
        return self._all[above] if above is not None else None

    def kinship(self, found: Found, summary: Summary) -> Kinship:
        """What is known of a session's relations."""
        place = self._places.get(found.path)
        if place is None:
            return Kinship()
        named = [each for each in (summary.parent_id, summary.forked_from) if each]
        absent = frozenset(each for each in named if self.tree.find(each) is None)
        kinds = [kind for kind, _ in self.tree.children(place)]
        replaced = self.tree.is_older(place), self.tree.is_copy(place)
        return Kinship(absent, kinds, *replaced, *self.tree.iteration(place))

    def learn_loops(self, loops: Sequence[LoopRow]) -> None:
        """Take the loops among the sessions, the newest first."""
        self.tree.learn_loops(loops)
        if self.sieve is None:
            self._lay()

    def unfold(self, row: int) -> bool:
        """Show more of what stands below a row; False where nothing is hidden."""
        return self._fold(row, fold=False)

    def fold(self, row: int) -> bool:
        """Hide what stands below a row; False where nothing of it is shown."""
        return self._fold(row, fold=True)

    def above(self, row: int) -> int | None:
        """The row below which another one stands: a loop's, or that of the session that it came from."""
        twig = self._rows[row]
        if twig.run > 0 and twig.depth == 1:
            return self._row_of_loop(twig.loop)
        parent = self.parent(self._all[twig.place].found)
        return self.row_of(parent.found) if parent is not None else None

    def fold_all(self, *, fold: bool) -> bool:
        """Hide or show everything that stands below another session; False where nothing does."""
        if self.sieve is not None or not self.tree.folds:
            return False
        self.tree.fold_all(fold=fold)
        return self._lay()

    def reveal(self, found: Found) -> int | None:
        """Unfold what hides a session; returns its row, None where the filter hides it."""
        place = self._places.get(found.path)
        if place is not None and self.sieve is None and self.row_of(found) is None:
            self.tree.reveal(place)
            self._lay()
        return self.row_of(found)

    # --------------------------------------------------------------------------------------- private

    def _passing(self, sieve: Sieve) -> list[Twig]:
        """What a sieve lets through, each session once: in a tree copies stand below what they are of."""
        return flat([index for index in sieve.shown if not self.tree.is_copy(index)])

    def _fold(self, row: int, *, fold: bool) -> bool:
        twig = self._rows[row]
        if self.sieve is not None:
            return False
        if twig.loop is not None and twig.is_loop:
            return self.tree.fold_loop(twig.loop.loop.id, fold=fold) and self._lay()
        return (self.tree.fold if fold else self.tree.unfold)(twig.place) and self._lay()

    def _lay(self) -> bool:
        self._rows = self.tree.rows()
        return True

    def _sift(self) -> None:
        if self.sieve is None:
            self._lay()
            return
        self.sieve.sift(self._all)
        self._rows = self._passing(self.sieve)


def _agent(row: SessionRow) -> str | None:
    return row.summary.agent if row.summary is not None else row.found.agent
