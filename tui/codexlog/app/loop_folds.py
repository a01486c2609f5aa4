"""Loops in the session list: their iterations stand below one row, folded away at first.

Loaded when loops are known, which is after the first frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.app.session_tree import ALL, Twig
from codexlog.catalog.names import bare_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from codexlog.app.render.loop_row import LoopRow


class Member(NamedTuple):
    """What a session is to a loop."""

    loop: LoopRow
    run: int
    """Which iteration, from 1; ALL where the session holds every one of them."""


class LoopFolds:
    """Which sessions are iterations of which loop, and which loops the person unfolded."""

    def __init__(self) -> None:
        self._by_path: dict[str, Member] = {}
        self._by_id: dict[str, Member] = {}
        self._unfolded: set[str] = set()

    def learn(self, loops: Iterable[LoopRow]) -> None:
        """Take the loops as they were judged last; what was unfolded stays so."""
        self._by_path.clear()
        self._by_id.clear()
        for row in loops:
            for run in row.loop.iterations:
                member = Member(row, ALL if row.is_alone else run.index)
                self._by_path[run.path] = member
                if run.session_id:
                    self._by_id[bare_id(run.session_id.lower())] = member

    def member(self, path: Path, session_id: str | None) -> Member | None:
        """What a session is to a loop; a copy of an iteration is the same to it."""
        return self._by_path.get(str(path)) or (self._by_id.get(session_id) if session_id else None)

    def gather(self, twigs: Sequence[Twig], member: Callable[[int], Member | None]) -> list[Twig]:
        """Put the members of each loop below one row, which stands where the first of them would."""
        rows: list[Twig] = []
        parts: dict[str, list[list[Twig]]] = {}
        part = rows
        for twig in twigs:
            if twig.depth == 0:
                of = member(twig.place)
                part = rows
                if of is not None:
                    twig = twig._replace(loop=of.loop, run=of.run)
                if of is not None and of.run != ALL:
                    name = of.loop.loop.id
                    if name not in parts:
                        rows.append(Twig(twig.place, loop=of.loop))
                    part = []
                    parts.setdefault(name, []).append(part)
            part.append(twig if part is rows else twig._replace(depth=twig.depth + 1))
        return [each for row in rows for each in self._rows_of(row, parts)]

    def _rows_of(self, row: Twig, parts: dict[str, list[list[Twig]]]) -> list[Twig]:
        """A row, or a loop's row with those below it, the last iteration first."""
        if row.loop is None or not row.is_loop:
            return [row]
        members = sorted(parts[row.loop.loop.id], key=lambda part: -part[0].run)
        head = row._replace(place=members[0][0].place)
        if row.loop.loop.id in self._unfolded:
            return [head, *(twig for part in members for twig in part)]
        return [head._replace(hidden=sum(1 + twig.hidden for part in members for twig in part))]

    def fold(self, name: str, *, fold: bool) -> bool:
        """Hide or show the iterations of a loop; False where they are so already."""
        if (name in self._unfolded) != fold:
            return False
        (self._unfolded.discard if fold else self._unfolded.add)(name)
        return True

    def fold_all(self, *, fold: bool) -> None:
        """The same for every loop."""
        names = {of.loop.loop.id for of in self._by_path.values() if of.run != ALL}
        self._unfolded = self._unfolded - names if fold else self._unfolded | names
