"""An open transcript → all that a digest is made of. One pass over the rows, then the items one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.catalog.listing import head_summary
from codexlog.digest.when import offset_of
from codexlog.formats.recorded import edit_of, settings_of
from codexlog.model.changes import RecordedEdit, TurnSettings
from codexlog.timeline.entries import ANSWER
from codexlog.timeline.outline import outline
from codexlog.timeline.summary import FileFacts
from codexlog.triage.reading import trace_in
from codexlog.triage.tracing import STOP_EVERY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from codexlog.catalog.transcript import Transcript
    from codexlog.timeline.outline import Outline
    from codexlog.triage.trace import Said, Trace


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
    last_message: Said | None
    """The last thing that the agent said, all of it."""


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


def offset_at(path: Path) -> int | None:
    """Minutes of the recorder's offset, as the name and the first rows of a file tell; None for unknown."""
    return offset_of(path.name, head_summary(FileFacts(str(path)), path).started_at)


def read(
    transcript: Transcript,
    stop: Callable[[], bool] = lambda: False,
    heed: Callable[[int, int], None] = lambda done, of: None,  # noqa: ARG005
) -> Reading:
    """Read a session. Raises SourceError where that fails, Stopped when `stop` says so.

    `heed` hears now and then how many items are read, and of how many.
    """
    aside = _Aside()
    found = outline(transcript.build(stop, also=aside.take), transcript.facts)
    every, done = len(found.entries), -STOP_EVERY

    def paced() -> bool:
        nonlocal done
        done += STOP_EVERY
        heed(min(done, every), every)
        return stop()

    trace = trace_in(transcript, found, paced)
    first = min(found.entries.line, default=0)  # what stands before the first own entry may be inherited
    _, settings = next(reversed(aside.settings), (0, TurnSettings()))
    edits = tuple(each for each in aside.edits if each.row > first)
    return Reading(trace, edits, settings, _last_message(transcript, found, trace))


def _last_message(transcript: Transcript, found: Outline, trace: Trace) -> Said | None:
    """The trace keeps the end of an answer alone."""
    last = trace.last_answer
    if last is None:
        return None
    entries = found.entries
    own = (at for at, line in enumerate(entries.line) if line == last.row and entries.kind[at] == ANSWER)
    item = transcript.item(found, max(own))
    return last._replace(text=item.text) if item.kind == "message" else last
