"""Where a needle stands in a session: candidates in the bytes, each decoded to see whether it is one."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.find.item_texts import KINDS, OUTPUT, answer_to
from codexlog.catalog.find.scan import places
from codexlog.catalog.find.texts import outputs_in, own_texts
from codexlog.timeline import entries as en
from codexlog.timeline.hydrate import time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.transcript import JsonObject, Transcript
    from codexlog.timeline.outline import Outline

FIRST_LINE = 1
_NOWHERE = 1 << 62
_STEP = 1 << 20
"""Bytes between two reports where every row is decoded."""


class Match(NamedTuple):
    """One place of an item that holds the needle: its own row, or the row of a call's output."""

    entry: int
    """Index in the outline."""
    kind: str
    """`prompt answer reasoning call output note orphan_output`."""
    row: int
    """1-based line; 0 where only the end of the file has been read and nobody knows."""
    text: str
    """The first text that matches."""
    at: str | None


class Progress(NamedTuple):
    """What one step brought."""

    share: float
    """How much has been searched, 0 to 1."""
    matches: list[Match]


class Finder:
    """Searches one session by way of an outline of it.

    Echoes of other rows and inherited history are no matches: no entry that is shown stands for them.
    """

    def __init__(self, transcript: Transcript, outline: Outline, needle: Needle) -> None:
        self._transcript = transcript
        self._entries = outline.entries
        self._needle = needle
        self._answers = _answers(outline)
        self._answer_offsets = array("Q", map(outline.entries.out_offset.__getitem__, self._answers))

    def run(self, begin: int = 0, start: int = 0) -> Iterator[Progress]:
        """Search everything from the offset `start` on, first what stands at or behind `begin`.

        Yields often, whether there is news or not, so that it can be stopped.
        """
        end = len(self._entries) and max(self._transcript.source.size, 1)
        begin = min(max(begin, start), end)
        total = max(1, end - start)
        for first, last, before in ((begin, end, 0), (start, begin, end - begin)):
            for reached, matches in self._part(first, last):
                yield Progress((before + reached - first) / total, matches)

    # ------------------------------------------------------------------------------------- private

    def _part(self, first: int, last: int) -> Iterator[tuple[int, list[Match]]]:
        if self._transcript.is_document or not self._needle.anchors:
            yield from self._every_row(first, last)
            return
        read = self._transcript.source.pread
        needle = self._needle
        done = -1
        scanned = places(read, first, last, needle.anchors, uncased=needle.uncased, after=self._next_row)
        for reached, place in scanned:
            if place is None:
                yield reached, []
                continue
            row = self._row_of(place)
            if row != done:
                done = row
                yield place, self._at(row)

    def _every_row(self, first: int, last: int) -> Iterator[tuple[int, list[Match]]]:
        row, reported = self._next_row(first - 1), first
        while row < last:
            matches = self._at(row)
            if matches or row - reported > _STEP or self._transcript.is_document:
                reported = row
                yield row, matches
            row = self._next_row(row)
        yield last, []

    def _row_of(self, place: int) -> int:
        """Offset of the row that a place in the file belongs to; -1 before the first one that is known."""
        own = bisect_right(self._entries.offset, place) - 1
        answer = bisect_right(self._answer_offsets, place) - 1
        return max(
            self._entries.offset[own] if own >= 0 else -1,
            self._answer_offsets[answer] if answer >= 0 else -1,
        )

    def _next_row(self, place: int) -> int:
        """Offset of the first row behind a place."""
        offsets, answers = self._entries.offset, self._answer_offsets
        own, answer = bisect_right(offsets, place), bisect_right(answers, place)
        return min(
            offsets[own] if own < len(offsets) else _NOWHERE,
            answers[answer] if answer < len(answers) else _NOWHERE,
        )

    def _at(self, offset: int) -> list[Match]:
        """The matches in the row at an offset."""
        if offset < 0:
            return []
        offsets = self._entries.offset
        own = range(bisect_left(offsets, offset), bisect_right(offsets, offset))
        own_shown = [each for each in own if self._entries.shown[each] != en.ECHO]
        answers = self._answers_at(offset)
        if not own_shown and not answers:
            return []
        row = self._transcript.row(offset, self._next_row(offset) - offset)
        matches = [match for each in own_shown if (match := self._own_match(each, row)) is not None]
        if answers and row is not None:
            matches += self._output_matches(answers, row)
        return matches

    def _answers_at(self, offset: int) -> list[int]:
        found = self._answer_offsets
        calls = self._answers[bisect_left(found, offset) : bisect_right(found, offset)]
        return [each for each in calls if self._entries.shown[each] != en.ECHO]

    def _own_match(self, index: int, row: JsonObject | None) -> Match | None:
        entry = self._entries[index]
        if row is None or entry.kind == en.BAD:
            texts, at = [self._transcript.bad_text(entry)], None
        else:
            texts, at = own_texts(entry, row), time_of(row)
        text = self._matching(texts)
        return Match(index, KINDS[entry.kind], entry.line, text, at) if text is not None else None

    def _output_matches(self, calls: list[int], row: JsonObject) -> list[Match]:
        outputs = outputs_in(row)
        matches = []
        for call in calls:
            answers = [answer_to(self._transcript, self._entries[call], outputs)] if outputs else []
            text = self._matching(answers)
            if text is not None:
                matches.append(Match(call, OUTPUT, self._entries.out_line[call], text, time_of(row)))
        return matches

    def _matching(self, texts: list[str]) -> str | None:
        return next((text for text in texts if self._needle.matches(text)), None)


def _answers(outline: Outline) -> list[int]:
    """The calls with an output row, in the order of these rows."""
    entries = outline.entries
    calls = list(compress(range(len(entries)), entries.out_offset))
    if FIRST_LINE in entries.out_line:  # an output whose call comes later, at offset 0
        calls += (index for index, line in enumerate(entries.out_line) if line == FIRST_LINE)
    calls.sort(key=entries.out_offset.__getitem__)
    return calls
