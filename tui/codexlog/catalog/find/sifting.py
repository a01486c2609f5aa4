"""The places of a session that a search wants: found by one needle, or item by item without any."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from codexlog.catalog.find.hits import Finder, Match
from codexlog.catalog.find.item_texts import KINDS, OUTPUT, Place, output_place, own_place
from codexlog.timeline import entries as en

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.catalog.transcript import Transcript
    from codexlog.catalog.wanted import Wanted
    from codexlog.formats.events import ToolCall
    from codexlog.model import Status
    from codexlog.timeline.entries import Entry
    from codexlog.timeline.outline import Outline


class Sifter:
    """Goes through one session. `describe` words a call that is shown for itself, not for a text in it."""

    def __init__(
        self, transcript: Transcript, outline: Outline, wanted: Wanted, describe: Callable[[ToolCall], str]
    ) -> None:
        self._transcript = transcript
        self._outline = outline
        self._wanted = wanted
        self._describe = describe
        self._takes = {kind: wanted.takes_kind(kind) for kind in (*KINDS.values(), OUTPUT)}

    def run(self) -> Iterator[Match]:
        """Every place; of several words those that hold any of them, in an item that holds them all."""
        if self._wanted.is_plain:
            yield from self._found()
            return
        for index in self._indexes():
            yield from self._at(index)

    def _found(self) -> Iterator[Match]:
        for step in Finder(self._transcript, self._outline, self._wanted.rarest).run():
            yield from step.matches

    def _indexes(self) -> Iterable[int]:
        """The items to look at, each once."""
        if not self._wanted.needles:
            shown = self._outline.entries.shown
            return (index for index in range(len(shown)) if shown[index] != en.ECHO)
        return _once(match.entry for match in self._found())

    def _at(self, index: int) -> Iterator[Match]:
        entry = self._outline.entries[index]
        if not self._may_take(entry):
            return
        own = own_place(self._transcript, entry)
        if not self._takes_call(entry, own.call):
            return
        places = [own, output_place(self._transcript, entry) if self._looks_at_output else None]
        looked_at = [place for place in places if place is not None and self._takes[place.kind]]
        if not self._wanted.takes_texts([text for place in looked_at for text in place.texts]):
            return
        for place in looked_at:
            text = self._shown(place)
            if text is not None:
                yield Match(index, place.kind, place.row, text, place.at)

    @property
    def _looks_at_output(self) -> bool:
        wanted = self._wanted
        return bool(self._takes[OUTPUT] and (wanted.needles or wanted.absent or wanted.kinds))

    def _may_take(self, entry: Entry) -> bool:
        """Whether an item may be wanted, as far as its columns tell."""
        if entry.kind != en.CALL:
            return not self._wanted.needs_call and self._takes[KINDS[entry.kind]]
        if not (self._takes["call"] or self._takes[OUTPUT]):
            return False
        return self._wanted.takes_call(_end("", entry), "exit", "status")

    def _takes_call(self, entry: Entry, call: ToolCall | None) -> bool:
        if entry.kind != en.CALL:
            return True
        return call is not None and self._wanted.takes_call(_end(call.name, entry))

    def _shown(self, place: Place) -> str | None:
        """The text that stands for a place: with the most of the needles; None where none is in it."""
        needles = self._wanted.needles
        if needles:
            counted = [sum(needle.matches(text) for _, needle in needles) for text in place.texts]
            most = max(counted, default=0)
            return place.texts[counted.index(most)] if most else None
        if place.kind == OUTPUT and not self._wanted.kinds:
            return None  # looked at for what must not be in it; the call is shown
        return self._describe(place.call) if place.call is not None else next(iter(place.texts), "")


def _end(tool: str, entry: Entry) -> tuple[str, int | None, Status]:
    code = None if entry.exit_code == en.NO_CODE else entry.exit_code
    return tool, code, cast("Status", en.STATUSES[entry.status])


def _once(indexes: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for index in indexes:
        if index not in seen:
            seen.add(index)
            yield index
