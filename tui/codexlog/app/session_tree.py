"""The session list as a tree: which members of a family have a row, and how far in each one stands.

A family shows its forks at first and hides subagents and older versions, which its row counts. Folding
goes through three states: nothing but the row, the forks, everything. Without anybody who has a parent
there is no family, and nothing here costs anything. What stands in a loop goes below the row of that
loop, see `loop_folds`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.family import FORK, Family, Kin, family
from codexlog.catalog.names import bare_id, name_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from codexlog.app.loop_folds import LoopFolds, Member
    from codexlog.app.render.loop_row import LoopRow
    from codexlog.app.render.session_row import SessionRow
    from codexlog.catalog.discover import Found

SHUT, USUAL, OPEN = 0, 1, 2
ALL = -1
"""In place of an iteration's number: the session holds every iteration of its loop."""


class Twig(NamedTuple):
    """One visible row."""

    place: int
    """Which session, by its place in the list."""
    depth: int = 0
    hidden: int = 0
    """How many sessions are folded into it."""
    loop: LoopRow | None = None
    run: int = 0
    """Which iteration of the loop stands here, from 1, or ALL; 0: the loop itself."""

    @property
    def is_loop(self) -> bool:
        """Whether the row is that of a loop; then its place is that of the last iteration."""
        return self.loop is not None and self.run == 0


class Kinship(NamedTuple):
    """What the list knows of a session's relations, for its details."""

    absent: frozenset[str] = frozenset()
    """Ids that the session names as parents and no session of the list has."""
    children: Sequence[str] = ()
    """What each session below it is: `subagent`, `fork`, `older version`."""
    is_older: bool = False
    is_copy: bool = False
    loop: LoopRow | None = None
    run: int = 0
    """Which iteration of a loop the session is, from 1, or ALL of them."""


def twigs(family: Family, folds: Mapping[int, int]) -> list[Twig]:
    """The visible rows of whole families; `folds` has the places that do not stand as they usually do."""
    rows: list[Twig] = []
    waiting = [(place, 0) for place in reversed(family.tops)]
    while waiting:
        place, depth = waiting.pop()
        if place not in family.children:
            rows.append(Twig(place, depth))
            continue
        shown = shown_children(family, place, folds.get(place, USUAL))
        hidden = sum(_members(family, each) for each in set(family.below(place)).difference(shown))
        rows.append(Twig(place, depth, hidden))
        waiting += [(each, depth + 1) for each in reversed(shown)]
    return rows


def flat(passing: Sequence[int]) -> list[Twig]:
    """The rows of a filtered list: what was asked for and nothing else, newest first."""
    return [Twig(place) for place in passing]


def shown_children(family: Family, place: int, fold: int) -> Sequence[int]:
    """The children that have a row of their own."""
    below = family.below(place)
    if fold == OPEN:
        return below
    return [each for each in below if family.kind(each) == FORK] if fold == USUAL else ()


class SessionTree:
    """What is known of the relations of a list's sessions, and what the person folded."""

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._kin: list[Kin | None] = []
        """None where the name of the file is all that is known."""
        self._replaced: Mapping[Path, bool] = {}
        self._family: Family | None = None
        """None while nobody is known to have a parent."""
        self._is_stale = False
        self._folds: dict[Path, int] = {}
        self._loops: LoopFolds | None = None
        """None as long as no loop is known."""

    def replace(self, rows: Sequence[SessionRow]) -> None:
        """Start over with other sessions; what was folded stays so."""
        self._paths = [row.found.path for row in rows]
        self._replaced = _replaced([row.found for row in rows])
        self._kin = [
            _kin(row, self._replaced) if row.summary is not None or self._replaced else None for row in rows
        ]
        self._family = None
        self._is_stale = any(kin is not None and _is_related(kin) for kin in self._kin)
        self.settle()

    def relate(self, place: int, row: SessionRow) -> None:
        """Take what the summary of a session says of its relations; `settle` makes use of it."""
        before, now = self._at(place), _kin(row, self._replaced)
        if now != before:
            self._kin[place] = now
            self._is_stale = self._is_stale or self._family is not None or _is_related(now)

    def settle(self) -> bool:
        """Make the families anew where something was learned of them; whether rows may have moved."""
        if not self._is_stale:
            return False
        self._is_stale = False
        self._family = family([self._at(place) for place in range(len(self._paths))])
        return True

    def rows(self) -> list[Twig]:
        """The visible rows of the whole list."""
        rows = self._families()
        return rows if self._loops is None else self._loops.gather(rows, self._member)

    def _families(self) -> list[Twig]:
        if self._family is None:
            return flat(range(len(self._paths)))
        places = enumerate(self._paths if self._folds else ())
        folds = {place: self._folds[path] for place, path in places if path in self._folds}
        return twigs(self._family, folds)

    # ----------------------------------------------------------------------------------------- loops

    def learn_loops(self, loops: Sequence[LoopRow]) -> None:
        """Take the loops among the sessions, the newest first."""
        if self._loops is None:
            from codexlog.app.loop_folds import LoopFolds

            self._loops = LoopFolds()
        self._loops.learn(loops)

    def fold_loop(self, name: str, *, fold: bool) -> bool:
        """Hide or show the iterations of a loop; False where they are so already."""
        return self._loops is not None and self._loops.fold(name, fold=fold)

    def loop_of(self, place: int) -> LoopRow | None:
        """The loop whose row hides a session, or would if it were folded."""
        top = [place, *self.ancestors(place)][-1]
        member = self._member(top)
        return member.loop if member is not None and member.run != ALL else None

    def iteration(self, place: int) -> tuple[LoopRow | None, int]:
        """The loop that a session is a part of, and which part: from 1, or ALL."""
        member = self._member(place)
        return (member.loop, member.run) if member is not None else (None, 0)

    def _member(self, place: int) -> Member | None:
        return self._loops.member(self._paths[place], self._at(place).id) if self._loops else None

    # ------------------------------------------------------------------------------------- relations

    def find(self, session_id: str) -> int | None:
        """The session with this id; of several files the one that is in use."""
        wanted = _known(session_id)
        for place in range(len(self._paths)):
            kin = self._at(place)
            if not kin.is_replaced and kin.id == wanted:
                return place
        return None

    def is_older(self, place: int) -> bool:
        """Whether a newer file of the same thread replaces this one."""
        return self._at(place).is_older

    def is_copy(self, place: int) -> bool:
        """Whether another file of the same session stands for this one."""
        return self._at(place).is_copy

    def ancestors(self, place: int) -> Iterator[int]:
        """Who stands above a session, nearest first."""
        return self._family.ancestors(place) if self._family is not None else iter(())

    def children(self, place: int) -> list[tuple[str, int]]:
        """Who stands directly below a session, each with what it is to it."""
        if self._family is None:
            return []
        return [(self._family.kind(each), each) for each in self._family.below(place)]

    # --------------------------------------------------------------------------------------- folding

    def unfold(self, place: int) -> bool:
        """Show more of what stands below a session; False where nothing is hidden."""
        below = self.children(place)
        if self._family is None or len(shown_children(self._family, place, self._fold(place))) == len(below):
            return False
        has_forks = any(kind == FORK for kind, _ in below)
        self._folds[self._paths[place]] = USUAL if has_forks and self._fold(place) == SHUT else OPEN
        return True

    def fold(self, place: int) -> bool:
        """Hide what stands below a session; False where nothing of it is shown."""
        if self._family is None or not shown_children(self._family, place, self._fold(place)):
            return False
        self._folds[self._paths[place]] = SHUT
        return True

    def fold_all(self, *, fold: bool) -> None:
        """Hide or show everything that stands below another session, or below a loop."""
        if self._family is not None:
            for place in self._family.children:
                self._folds[self._paths[place]] = SHUT if fold else OPEN
        if self._loops is not None:
            self._loops.fold_all(fold=fold)

    @property
    def folds(self) -> bool:
        """Whether anything stands below anything."""
        return any(twig.hidden or twig.depth or twig.is_loop for twig in self.rows())

    def reveal(self, place: int) -> None:
        """Unfold what hides a session."""
        loop = self.loop_of(place)
        if loop is not None:
            self.fold_loop(loop.loop.id, fold=False)
        for above in self.ancestors(place):
            assert self._family is not None
            if place not in shown_children(self._family, above, self._fold(above)):
                self._folds[self._paths[above]] = OPEN
            place = above

    # --------------------------------------------------------------------------------------- private

    def _at(self, place: int) -> Kin:
        kin = self._kin[place]
        if kin is None:
            kin = self._kin[place] = Kin(name_id(self._paths[place]))
        return kin

    def _fold(self, place: int) -> int:
        return self._folds.get(self._paths[place], USUAL)


def _members(family: Family, place: int) -> int:
    """How many sessions stand at and below a place."""
    total, waiting = 0, [place]
    while waiting:
        total += 1
        waiting += family.below(waiting.pop())
    return total


def _replaced(found: Sequence[Found]) -> dict[Path, bool]:
    """The files that others stand for; True for those of reverted threads, False for copies.

    Most lists tell at a glance that there are none: the name of a newer version holds a second id.
    """
    replaced: dict[Path, bool] = {}
    names = [each.path.name for each in found if each.agent == "claude"]
    if len(set(names)) < len(names) or any(each.agent == "entire" for each in found):
        from codexlog.catalog.copies import copies

        replaced.update(dict.fromkeys(copies(found), False))
    if any("_" in each.path.name for each in found):
        from codexlog.catalog.discover import superseded

        replaced.update(dict.fromkeys(superseded(found), True))
    return replaced


def _kin(row: SessionRow, replaced: Mapping[Path, bool]) -> Kin:
    path, summary = row.found.path, row.summary
    is_older = replaced.get(path)
    named = (summary.id, summary.parent_id, summary.forked_from) if summary else (None, None, None)
    own, parent, fork = map(_known, named)
    return Kin(own or row.found.session, parent, fork, is_older is True, is_older is False)


def _known(name: str | None) -> str | None:
    """An id as ids are compared."""
    return bare_id(name.lower()) if name else None


def _is_related(kin: Kin) -> bool:
    return bool(kin.is_replaced or kin.parent_id or kin.forked_from)
