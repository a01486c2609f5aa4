"""A page: what the details pane shows of one thing, wrapped to its width."""

from __future__ import annotations

import json
from itertools import compress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from rich.cells import cell_len

from codexlog.app.render.hints import key_of
from codexlog.app.render.lines import EMPTY, MATCH, Line, Span, set_off
from codexlog.report.safe_text import safe_line, safe_text
from codexlog.report.words import NOT_RECORDED, count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.catalog.find.needle import Needle
    from codexlog.report.glyphs import Glyphs

T = TypeVar("T")

KEY_WIDTH = 13
LEAST_WIDTH = 8
"""Width below which the further pieces of a line are not indented."""
MOST_LINES = 20_000
"""Lines of one text that a page holds even when all of it is asked for; the pager has no such limit."""
HEAD_LINES = 3
"""Lines of a long output that are shown before its end: what was begun is said there."""
CONTEXT = 200
"""Lines above the shown end of a text that are painted with it, for a string may begin there."""
LONGEST_LINE = 20_000
"""Characters of one line that a page holds where lines are not wrapped."""
LONGEST_WRAPPED = 200_000
"""Characters of one line that a page holds where they are."""


class Target(NamedTuple):
    """Something that can be opened or saved."""

    name: str
    media_type: str
    size: int
    load: Callable[[], str | bytes]
    is_raw: bool = False
    """Whether it is part of the transcript, which a person who saves it gets to the byte."""


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
    wrapped: bool = True
    """Whether long lines go on below; else the view scrolls sideways."""
    rendered: bool = True
    """Whether Markdown is shown as it is meant, not as it is written."""
    needle: Needle | None = None
    aim: Aim | None = None
    """None where the page is not opened for a match."""


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
        """A line of the page's own; what does not fit continues below, indented."""
        self.lines += self._pieces(spans, indent, prose=True)

    def put(self, line: Line | Iterable[Span], indent: int = 0, *, prose: bool = False) -> None:
        """A line of a text, wrapped if lines are; further pieces start after `indent` blanks."""
        self.lines += self._pieces(self._marked(line), indent, prose=prose)

    def _marked(self, line: Line | Iterable[Span]) -> Line:
        """A line with what is searched for set off."""
        spans = tuple((safe_line(text), style) for text, style in line)
        needle = self.frame.needle
        return tuple(set_off(spans, needle.spans("".join(text for text, _ in spans)))) if needle else spans

    def _pieces(self, line: Line | Iterable[Span], indent: int = 0, *, prose: bool = False) -> list[Line]:
        if self.frame.wrapped:
            return wrap(_shortened(line, LONGEST_WRAPPED), self.frame.width, indent, prose=prose)
        return [_shortened([(safe_line(text), style) for text, style in line], LONGEST_LINE)]

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
        for line in lines[:MOST_LINES]:
            self.put(((line, style),), prose=prose)
        if len(lines) > MOST_LINES:
            self.add((f"{self.frame.glyphs.more} {count(len(lines) - MOST_LINES, 'line')} below", "accent"))

    def head_of(self, lines: Sequence[T], limit: int, paint: Callable[[Sequence[T]], Sequence[Line]]) -> None:
        """The first lines of a text, and how many are missing."""
        limit = MOST_LINES if self.frame.whole else limit
        is_long = len(lines) > limit + 1
        for line in paint(lines[:limit] if is_long else lines):
            self.put(line)
        if is_long:
            self.cut_mark(f"{count(len(lines) - limit, 'line')} below")

    def ends_of(
        self, lines: Sequence[str], limit: int, paint: Callable[[Sequence[str]], Sequence[Line]]
    ) -> None:
        """A text on at most `limit` lines of the page: how it begins, and its end, where the error stands."""
        most = MOST_LINES if self.frame.whole else limit
        longest = min(LONGEST_WRAPPED, self.frame.width * (most + 2))
        is_long = self.frame.wrapped and any(len(line) > longest for line in lines)
        if not is_long and self._tail(lines, most + 1, longest)[0] <= most:
            for line in paint(lines):
                self.put(line)
            return
        head = most // 2 if self.frame.whole else min(HEAD_LINES, max(1, most // 6))
        begin = [line[:longest] for line in lines[:head]]
        self.lines += [piece for line in paint(begin) for piece in self._pieces(self._marked(line))][:head]
        room = max(1, most - head - 1)
        _, start = self._tail(lines, room, longest)
        hidden = start - head
        self.cut_mark(f"{count(hidden, 'line')} hidden" if hidden > 0 else "more hidden")
        before = max(0, start - CONTEXT)
        end = [line[-longest:] for line in lines[before:]]
        shown = map(self._marked, paint(end)[start - before :])
        painted = [piece for line in shown for piece in self._pieces(line)]
        self.lines += painted[-room:]

    def _tail(self, lines: Sequence[str], wanted: int, longest: int) -> tuple[int, int]:
        """How many pieces the last lines give, `wanted` or more of them, and the first of those lines."""
        pieces, start = 0, len(lines)
        while start and pieces < wanted:
            start -= 1
            pieces += len(self._pieces(((lines[start][-longest:], ""),)))
        return pieces, start

    def cut_mark(self, what: str) -> None:
        """Say that something is left out, and the key that shows it."""
        self.is_cut = self.is_cut or not self.frame.whole
        whole = self.frame.whole
        key = f"{key_of('pager')} opens all in the pager" if whole else f"{key_of('whole')} shows all"
        self.add((f"{self.frame.glyphs.more} {what} {self.frame.glyphs.dot} {key}", "accent"))

    def listing(self, targets: Iterable[Target]) -> None:
        """The attachments, a line each."""
        for number, target in enumerate(targets):
            name = "attached" if number == 0 else ""
            keys = f"  {key_of('pager')} opens, {key_of('save')} saves" if number == 0 else ""
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


def wrap(line: Line | Iterable[Span], width: int, indent: int = 0, *, prose: bool = False) -> list[Line]:
    """A line in pieces of at most `width` cells; further pieces start after `indent` blanks.

    Prose is broken at blanks, whatever the styles around them; anything else at the edge.
    """
    spans = [(safe_line(text), style) for text, style in line]
    indent = indent if width - indent >= LEAST_WIDTH else 0
    text = "".join(text for text, _ in spans)
    if _fits(text, 0, width):
        return [tuple(spans)]
    margin: Line = ((" " * indent, ""),) if indent else ()
    pieces = [_cut(spans, start, end) for start, end in _ranges(text, width, indent, prose=prose)]
    return [(*margin, *piece) if number else piece for number, piece in enumerate(pieces)]


def _ranges(text: str, width: int, indent: int, *, prose: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each piece of a text."""
    at, room, is_narrow = 0, max(1, width), text.isascii()
    while not _fits(text, at, room):
        end = at + room if is_narrow else _end_of_cells(text, at, room)
        if prose and end < len(text) and text[end] != " ":
            space = text.rfind(" ", at, end)
            end = space + 1 if space - at > room // 3 else end
        yield at, end
        at, room = end, max(1, width - indent)
        while prose and text[at : at + 1] == " ":
            at += 1
    if at < len(text):
        yield at, len(text)


def _cut(spans: Iterable[Span], start: int, end: int) -> Line:
    """The characters of a line from `start` to `end`."""
    found: list[Span] = []
    for text, style in spans:
        part = text[max(0, start) : max(0, end)]
        if part:
            found.append((part, style))
        start -= len(text)
        end -= len(text)
        if end <= 0:
            break
    return tuple(found)


def _fits(text: str, at: int, room: int) -> bool:
    """Whether the rest of a text fits into some cells."""
    rest = len(text) - at
    if rest <= room // 2:  # no character takes more than two cells
        return True
    return rest <= room * 8 and cell_len(text[at:]) <= room


def _end_of_cells(text: str, at: int, room: int) -> int:
    """Where the part ends that fits; at least a character: one of two cells would else never fit into one."""
    end, cells = at, 0
    while end < len(text) and end - at < room * 8:
        cells += cell_len(text[end])
        if cells > room and end > at:
            break
        end += 1
    return end


def _shortened(line: Iterable[Span], longest: int) -> Line:
    """A line of at most so many characters, and how many are missing."""
    line = tuple(line)
    left_out = sum(len(text) for text, _ in line) - longest
    if left_out <= 0:
        return line
    return (*_cut(line, 0, longest), (f" ⋯ {count(left_out, 'character')} more", "accent"))


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
