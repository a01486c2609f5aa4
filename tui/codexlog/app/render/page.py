"""A page: what the details pane shows of one thing, wrapped to its width."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.cells import cell_len, chop_cells

from codexlog.app.render.hints import key_of
from codexlog.app.render.lines import EMPTY, Line, Span
from codexlog.report.safe_text import safe_line, safe_text
from codexlog.report.words import NOT_RECORDED, count, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.report.glyphs import Glyphs

KEY_WIDTH = 13
LEAST_WIDTH = 8
"""Width below which the further pieces of a line are not indented."""
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


class Frame(NamedTuple):
    """Where a page is shown, and how much of it was asked for."""

    width: int
    height: int
    glyphs: Glyphs
    whole: bool = False


class PageBuilder:
    """Collects wrapped lines."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.lines: list[Line] = []
        self.is_cut = False
        self.start = 0

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
        for number, line in enumerate(safe_text(text).split("\n")):
            if number >= MOST_LINES:
                self.cut_mark(f"more lines; {'o'} opens all of it in the pager")
                return
            self.lines += wrap(((line, style),), self.frame.width, prose=prose)

    def head_of(self, lines: list[str], limit: int, paint: Callable[[str], Line] | None = None) -> None:
        """The first lines of a text, and how many are missing."""
        paint = paint or _plain
        limit = MOST_LINES if self.frame.whole else limit
        for line in lines[:limit] if len(lines) > limit + 1 else lines:
            self.lines += wrap(paint(line), self.frame.width)
        if len(lines) > limit + 1:
            self.cut_mark(f"{count(len(lines) - limit, 'line')} below")

    def tail_of(self, lines: list[str], limit: int) -> None:
        """The end of a text, at most `limit` lines of the page, for that is where the error stands."""
        most = MOST_LINES if self.frame.whole else limit
        wrapped: list[Line] = []
        left = len(lines)
        while left and len(wrapped) < most + 1:
            left -= 1
            wrapped[:0] = wrap(_plain(lines[left]), self.frame.width)
        if left or len(wrapped) > most + 1:
            self.cut_mark(f"{count(left, 'line')} above" if left else "more above")
            wrapped = wrapped[-most:]
        self.lines += wrapped

    def cut_mark(self, what: str) -> None:
        """Say that something is left out, and the key that shows it."""
        self.is_cut = True
        self.add(
            (f"{self.frame.glyphs.more} {what} {self.frame.glyphs.dot} {key_of('whole')} shows all", "accent")
        )

    def listing(self, targets: Iterable[Target]) -> None:
        """The attachments, a line each."""
        for number, target in enumerate(targets):
            name = "attached" if number == 0 else ""
            keys = f"  {key_of('pager')} opens, {key_of('save')} saves" if number == 0 else ""
            facts = f"  {target.media_type}  {size(target.size)}{keys}"
            self.add((f"{name:<{KEY_WIDTH}}", "dim"), (target.name, ""), (facts, "dim"), indent=KEY_WIDTH)

    def page(self, title: str, targets: Iterable[Target] = ()) -> Page:
        """What was collected."""
        return Page(title, tuple(self.lines), tuple(targets), self.is_cut, self.start)


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
