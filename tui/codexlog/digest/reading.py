"""An open transcript → all that a digest is made of. One pass over the rows, then the items one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.formats.recorded import edit_of, settings_of
from codexlog.model.changes import RecordedEdit, TurnSettings
from codexlog.timeline.outline import outline
from codexlog.triage.reading import trace_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from codexlog.catalog.transcript import Transcript
    from codexlog.triage.trace import Trace


class EditRow(NamedTuple):
    """A recorded edit, and the row that it stands in."""

    row: int
    edit: RecordedEdit


@dataclass(frozen=True, slots=True)
class Reading:
    """A session, read."""

    trace: Trace
    edits: tuple[EditRow, ...]
    """Those of the session itself, without what it inherited."""
    settings: TurnSettings
    """What held at its end."""
    settings_row: int | None


@dataclass(slots=True)
class _Aside:
    """Collects what stands beside the items."""

    edits: list[EditRow] = field(default_factory=list)
    settings: list[tuple[int, TurnSettings]] = field(default_factory=list)

    def take(self, line: int, row: dict[str, Any]) -> None:
        edit = edit_of(row)
        if edit is not None:
            self.edits.append(EditRow(line, edit))
            return
        found = settings_of(row)
        if found is not None and (not self.settings or self.settings[-1][1] != found):
            self.settings.append((line, found))


def read(transcript: Transcript, stop: Callable[[], bool] = lambda: False) -> Reading:
    """Read a session. Raises SourceError where that fails, Stopped when `stop` says so."""
    aside = _Aside()
    found = outline(transcript.build(stop, also=aside.take), transcript.facts)
    trace = trace_in(transcript, found, stop)
    first = min(found.entries.line, default=0)  # what stands before the first own entry may be inherited
    row, settings = next(reversed(aside.settings), (None, TurnSettings()))
    return Reading(trace, tuple(each for each in aside.edits if each.row > first), settings, row)
