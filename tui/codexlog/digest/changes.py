"""Which files a session changed, where, and by how much; a line number only where a row records one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.calls import seen_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.digest.reading import EditRow, Reading
    from codexlog.model.changes import ChangeKind, RecordedChange
    from codexlog.triage.trace import Step

_DOCS = re.compile(
    r"(?i)\.(?:md|rst|adoc)$|(?:^|/)docs?/|(?:^|/)(?:README|CHANGELOG)(?:\.[^/]*)?$"
    r"|(?:^|/)(?:AGENTS|CLAUDE)\.md$"
)
_KINDS: dict[str, ChangeKind] = {"added": "added", "updated": "updated", "deleted": "deleted"}


class Place(NamedTuple):
    """A changed line of a file, as it was numbered right after that change."""

    line: int
    row: int
    """The row that records it."""


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """What a session did to one file, over all of its edits."""

    path: str
    """As it is written inside the session's folder."""
    added: int
    removed: int
    edits: int
    rows: tuple[int, ...]
    """A row an edit, in order: the one that records it, else that of the call."""
    places: tuple[Place, ...]
    """The first changed line of each edit, where its row records one."""
    what: ChangeKind | None
    """`added`, `deleted` or `updated` as the session leaves it; None where no row says."""
    moved_from: str | None = None
    uncommitted: bool = True
    """Whether it was edited after the last commit that was seen."""

    @property
    def is_doc(self) -> bool:
        """Whether it is documentation, by its name."""
        return _DOCS.search(self.path.replace("\\", "/")) is not None

    @property
    def shown(self) -> str:
        """`src/lib.rs:96`: with the line of the last edit that has one; bare where none is recorded."""
        return f"{self.path}:{self.places[-1].line}" if self.places and self.what != "deleted" else self.path


class _One(NamedTuple):
    """One edit of one file."""

    row: int
    path: str
    added: int
    removed: int
    what: ChangeKind | None = None
    line: int | None = None
    moved_from: str | None = None


def changed_files(reading: Reading) -> tuple[ChangedFile, ...]:
    """Every file that was changed, in the order of the first changes; what failed changed nothing."""
    steps = reading.trace.steps
    committed = max((step.out_row or step.row for step in steps if step.commit is not None), default=0)
    found: dict[str, list[_One]] = {}
    for one in _edits(reading, reading.trace.summary.cwd):
        before = found.pop(one.moved_from, []) if one.moved_from is not None else []
        found.setdefault(one.path, before).append(one)
    return tuple(_file(path, edits, committed) for path, edits in found.items())


def _file(path: str, edits: Sequence[_One], committed: int) -> ChangedFile:
    kinds = [each.what for each in edits]
    what = kinds[-1]
    if what == "updated" and "added" in kinds:
        what = "added"
    return ChangedFile(
        path,
        sum(each.added for each in edits),
        sum(each.removed for each in edits),
        len(edits),
        tuple(each.row for each in edits),
        tuple(Place(each.line, each.row) for each in edits if each.line is not None),
        what,
        next((each.moved_from for each in edits if each.moved_from is not None), None),
        edits[-1].row > committed,
    )


def _edits(reading: Reading, cwd: str | None) -> Iterator[_One]:
    """Each edit once, in the order of rows: as a row of its own records it, else as its call told it."""
    by_step = _recorded(reading.trace.steps, reading.edits)
    taken = {each.row for rows in by_step.values() for each in rows}
    found = [one for each in reading.edits if each.row not in taken for one in _of_row(each, cwd)]
    for step in reading.trace.steps:
        rows = by_step.get(step.row)
        found += [one for each in rows for one in _of_row(each, cwd)] if rows else _of_step(step, cwd)
    return iter(sorted(found, key=lambda one: one.row))


def _recorded(steps: Sequence[Step], edits: Iterable[EditRow]) -> dict[int, list[EditRow]]:
    """Recorded edits by the row of the call that made them.

    Inside code mode they have ids of their own: those belong to the editing call that ran at their row.
    """
    by_id = {step.call_id: step.row for step in steps if step.call_id is not None}
    found: dict[int, list[EditRow]] = {}
    for each in edits:
        row = by_id.get(each.edit.call_id or "") or next(
            (step.row for step in steps if step.edits and step.row < each.row < (step.out_row or 0)), None
        )
        if row is not None:
            found.setdefault(row, []).append(each)
    return found


def _of_row(found: EditRow, cwd: str | None) -> Iterator[_One]:
    if not found.edit.ok:
        return
    for change in found.edit.files:
        yield _of_change(found.row, change, cwd)


def _of_change(row: int, change: RecordedChange, cwd: str | None) -> _One:
    path = inside(change.path, cwd)
    if change.moved_to is None:
        return _One(row, path, change.added, change.removed, change.what, change.line)
    there = inside(change.moved_to, cwd)
    return _One(row, there, change.added, change.removed, change.what, change.line, path)


def _of_step(step: Step, cwd: str | None) -> Iterator[_One]:
    for edit in step.changed:
        moved = inside(edit.moved_from, cwd) if edit.moved_from is not None else None
        what = _KINDS.get(edit.what)
        yield _One(step.row, inside(edit.path, cwd), edit.added, edit.removed, what, None, moved)


def inside(path: str, cwd: str | None) -> str:
    """The path as it is written inside the session's folder."""
    short = seen_from(path, cwd) or path
    return short.removeprefix("./")
