"""A page: what the details pane shows of one thing, wrapped to its width."""

from __future__ import annotations

import json
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len, chop_cells

from codexlog.app.render.lines import EMPTY, MATCH, Line, Span, fit, set_off
from codexlog.report.safe_text import safe_line, safe_text
from codexlog.report.words import NOT_RECORDED, count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from codexlog.catalog.find.needle import Needle
    from codexlog.report.glyphs import Glyphs

KEY_WIDTH = 13
LEAST_WIDTH = 8
"""Width below which the further pieces of a line are not indented."""
CONTEXT = 3
"""Lines before a match that are shown where the lines above are left out."""
MOST_LINES = 20_000
"""Lines of one text that a page holds even when all of it is asked for; the pager has no such limit."""


class Target(NamedTuple):
    """Something that can be opened or saved."""

    name: str
    media_type: str
    size: int
    load: Callable[[], str | bytes]


class Page(NamedTuple):
    """Lines ready to draw, and what can be done with them."""

    title: str
    lines: tuple[Line, ...]
    targets: tuple[Target, ...] = ()
    is_cut: bool = False
    """Whether a text is longer than what stands here."""
    start: int = 0
    """The line to show first."""
    matches: tuple[int, ...] = ()
    """Lines that hold a match of what is searched for."""


class Aim(NamedTuple):
    """The match that a page is opened at."""

    at_output: bool
    """Whether it stands in the output of a call; else in what it was told."""


class Frame(NamedTuple):
    """Where a page is shown, how much of it was asked for, and what is searched for."""

    width: int
    height: int
    glyphs: Glyphs
    whole: bool = False
    needle: Needle | None = None
    aim: Aim | None = None
    """None where the page is not opened for a match: its texts are shortened as ever."""


class PageBuilder:
    """Collects wrapped lines."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.lines: list[Line] = []
        self.is_cut = False
        self.start = 0
        self.output_at = 0
        """The line that the output begins at."""

    def add(self, *spans: Span, indent: int = 0) -> None:
        """A line; what does not fit continues below, indented."""
        self.lines += wrap(spans, self.frame.width, indent, prose=True)

    def gap(self) -> None:
        """An empty line, unless there is one already or nothing above."""
        if self.lines and self.lines[-1] != EMPTY:
            self.lines.append(EMPTY)

    def heading(self, title: str, *facts: str) -> None:
        """The name of a part, with quiet facts behind it."""
        self.gap()
        self.add((title, "title"), *((f"  {fact}", "dim") for fact in facts if fact))

    def fact(self, key: str, value: str | None, style: str = "") -> None:
        """A name and a value; a missing value is said to be missing."""
        shown = (value, style) if value else (NOT_RECORDED, "dim")
        self.add((f"{key:<{KEY_WIDTH}}", "dim"), shown, indent=KEY_WIDTH)

    def text(self, text: str, style: str = "", *, prose: bool = True) -> None:
        """A text of any number of lines."""
        lines = safe_text(text).split("\n")
        ranges = self._ranges(lines)
        first, last = self._aimed(ranges, 0, MOST_LINES) if len(lines) > MOST_LINES else (0, len(lines))
        if first:
            self.cut_mark(f"{count(first, 'line')} above", "in the pager: o")
        for number in range(first, min(last, len(lines))):
            line = set_off(((lines[number], style),), ranges.get(number, ()))
            self.lines += wrap(line, self.frame.width, prose=prose)
        if last < len(lines):
            self.cut_mark("more lines", "o opens all of it in the pager")

    def head_of(self, lines: list[str], limit: int, paint: Callable[[str], Line] | None = None) -> None:
        """The first lines of a text, and how many are missing."""
        paint = paint or _plain
        ranges = self._ranges(lines)
        limit = MOST_LINES if self.frame.whole else limit
        first, last = (0, limit) if len(lines) > limit + 1 else (0, len(lines))
        if ranges and self.frame.aim is not None and not self.frame.aim.at_output:
            first, last = self._aimed(ranges, first, last)
        if first:
            self.cut_mark(f"{count(first, 'line')} above")
        for number in range(first, min(last, len(lines))):
            self.lines += wrap(set_off(paint(lines[number]), ranges.get(number, ())), self.frame.width)
        if last < len(lines):
            self.cut_mark(f"{count(len(lines) - last, 'line')} below")

    def tail_of(self, lines: list[str], limit: int) -> None:
        """The end of a text, at most `limit` lines of the page, for that is where the error stands."""
        ranges = self._ranges(lines)
        if ranges and self.frame.aim is not None and self.frame.aim.at_output:
            self._from_match(lines, ranges, limit)
            return
        most = MOST_LINES if self.frame.whole else limit
        wrapped: list[Line] = []
        left = len(lines)
        while left and len(wrapped) < most + 1:
            left -= 1
            wrapped[:0] = wrap(set_off(_plain(lines[left]), ranges.get(left, ())), self.frame.width)
        if left or len(wrapped) > most + 1:
            self.cut_mark(f"{count(left, 'line')} above" if left else "more above")
            wrapped = wrapped[-most:]
        self.lines += wrapped

    def words(self, text: str, style: str, limit: int) -> None:
        """A text on one line, cut at a limit unless the match stands behind it."""
        ranges = list(self.frame.needle.spans(text)) if self.frame.needle is not None else []
        is_aimed = self.frame.aim is not None and ranges and ranges[0][1] > limit
        line = set_off(((text, style),), ranges)
        self.lines += wrap(line if is_aimed else fit(tuple(line), limit), self.frame.width, prose=True)

    def cut_mark(self, what: str, how: str = "a shows all") -> None:
        """Say that something is left out, and the key that shows it."""
        self.is_cut = True
        self.add((f"{self.frame.glyphs.more} {what} {self.frame.glyphs.dot} {how}", "accent"))

    def listing(self, targets: Iterable[Target]) -> None:
        """The attachments, a line each."""
        for number, target in enumerate(targets):
            name = "attached" if number == 0 else ""
            keys = "  o opens, s saves" if number == 0 else ""
            facts = f"  {target.media_type}  {size(target.size)}{keys}"
            self.add((f"{name:<{KEY_WIDTH}}", "dim"), (target.name, ""), (facts, "dim"), indent=KEY_WIDTH)

    def page(self, title: str, targets: Iterable[Target] = ()) -> Page:
        """What was collected."""
        matches: tuple[int, ...] = ()
        if self.frame.needle is not None:
            found = (any(style == MATCH for _, style in line) for line in self.lines)
            matches = tuple(compress(range(len(self.lines)), found))
        if self.frame.aim is not None and matches:
            first = self.output_at if self.frame.aim.at_output else 0
            at = next((each for each in matches if each >= first), matches[0])
            self.start = max(0, at - self.frame.height // 3)
        return Page(title, tuple(self.lines), tuple(targets), self.is_cut, self.start, matches)

    # ------------------------------------------------------------------------------------- private

    def _ranges(self, lines: list[str]) -> dict[int, list[tuple[int, int]]]:
        """Where matches stand, by line; one that goes over a line's end stands on both."""
        found: dict[int, list[tuple[int, int]]] = {}
        if self.frame.needle is None:
            return found
        number, base = 0, 0
        for start, end in self.frame.needle.spans("\n".join(lines)):
            while start > base + len(lines[number]):
                base += len(lines[number]) + 1
                number += 1
            at, place = base, number
            while at < end:
                found.setdefault(place, []).append((max(0, start - at), end - at))
                at += len(lines[place]) + 1
                place += 1
        return found

    def _aimed(self, ranges: Mapping[int, object], first: int, last: int) -> tuple[int, int]:
        """The lines to show instead of some, so that the first match is among them."""
        if self.frame.aim is None or not ranges or min(ranges) < last:
            return first, last
        wanted = max(ranges) + CONTEXT
        if wanted <= MOST_LINES:
            return first, wanted
        start = max(0, min(ranges) - CONTEXT)
        return start, start + MOST_LINES

    def _from_match(self, lines: list[str], ranges: Mapping[int, list[tuple[int, int]]], limit: int) -> None:
        """The end of a text, but from its first match on, however far up that stands."""
        first = max(0, min(min(ranges) - CONTEXT, len(lines) - limit))
        if self.frame.whole and len(lines) <= MOST_LINES:
            first = 0
        last = min(len(lines), first + MOST_LINES)
        if first:
            self.cut_mark(f"{count(first, 'line')} above")
        for number in range(first, last):
            self.lines += wrap(set_off(_plain(lines[number]), ranges.get(number, ())), self.frame.width)
        if last < len(lines):
            self.cut_mark(f"{count(len(lines) - last, 'line')} below", "o opens all of it in the pager")


def wrap(line: Line | Iterable[Span], width: int, indent: int = 0, *, prose: bool = False) -> list[Line]:
    """A line in pieces of at most `width` cells; further pieces start after `indent` blanks."""
    spans = [(safe_line(text), style) for text, style in line]
    indent = indent if width - indent >= LEAST_WIDTH else 0
    if sum(cell_len(text) for text, _ in spans) <= width:
        return [tuple(spans)]
    pieces: list[Line] = []
    current: list[Span] = []
    room = max(1, width)
    for text, style in spans:
        for part in _parts(text, room, max(1, width - indent), prose=prose):
            if part is None:
                pieces.append(tuple(current))
                current, room = ([(" " * indent, "")] if indent else []), max(1, width - indent)
            else:
                current.append((part, style))
                room -= cell_len(part)
    return [*pieces, tuple(current)]


def _parts(text: str, room: int, width: int, *, prose: bool) -> Iterator[str | None]:
    """Pieces of a text; None between them stands for a line break."""
    while cell_len(text) > room:
        if room < 2 <= width:
            yield None
            room = width
            continue
        head = text[:room] if text.isascii() else _first_cells(text, room)
        if prose and len(head) < len(text) and text[len(head)] != " ":
            space = head.rfind(" ")
            head = head[: space + 1] if space > room // 3 else head
        yield head
        yield None
        text = text[len(head) :].lstrip(" ") if prose else text[len(head) :]
        room = width
    if text:
        yield text


def _first_cells(text: str, room: int) -> str:
    """What fits of a text, but at least a character: one of two cells would else never fit into one."""
    return chop_cells(text[: room + 1], room)[0] or text[0]


def body_lines(text: str) -> list[str]:
    """The lines of an output, without the empty ones at its ends."""
    return safe_text(text).strip("\n").split("\n")


def readable(value: Any, level: int = 0) -> list[str]:
    """JSON as people write it: a key a line, texts as they read."""
    blank = "  " * level
    if isinstance(value, dict) and value:
        lines: list[str] = []
        for key, inner in value.items():
            lines += _entry(f"{blank}{key}:", inner, level)
        return lines
    if isinstance(value, list) and value:
        return [line for inner in value for line in _entry(f"{blank}-", inner, level)]
    if isinstance(value, str):
        return [blank + line for line in safe_text(value).split("\n")]
    return [blank + json.dumps(value, ensure_ascii=False, default=str)]


def _entry(start: str, inner: Any, level: int) -> list[str]:
    below = readable(inner, level + 1)
    if isinstance(inner, (dict, list)) and inner:
        return [start, *below]
    return [f"{start} {below[0].strip()}"] if len(below) == 1 else [start, *below]


def _plain(line: str) -> Line:
    return ((line, ""),)
