"""Markdown → lines: headings, lists, emphasis, code, aligned tables, links with their target in sight.

A small renderer over the tokens of markdown-it. Single line breaks stay, as in chats; HTML stands as it
is written; no hyperlink of the terminal is ever made, so that nothing can hide behind a text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len

from codexlog.app.render.lines import EMPTY, fit, line_width
from codexlog.app.render.markdown_inline import inline_lines
from codexlog.app.render.markdown_table import Table
from codexlog.app.render.page import wrap
from codexlog.report.languages import language_of_fence
from codexlog.report.safe_text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from codexlog.app.render.lines import Line, Span
    from codexlog.app.render.page import PageBuilder

MOST_CHARACTERS = 200_000
"""Length of a text above which it is shown as it is written."""
BULLET, BAR, RULE = "•", "│ ", "─"
_SIGNS = re.compile(r"[*_`#\[\]<>|~]|^ *(?:[-+]|\d{1,9}[.)]) |^ {4}|^(?:---+|===+)$", re.MULTILINE)


def is_markdown(text: str) -> bool:
    """Whether rendering a text could change anything, and is worth it."""
    return len(text) <= MOST_CHARACTERS and _SIGNS.search(text) is not None


def add_markdown(page: PageBuilder, text: str) -> None:
    """Put a rendered text on a page."""
    _Renderer(page).render(_parser().parse(safe_text(text)))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True, "maxNesting": 40}).enable(["table", "strikethrough"])


class _Renderer:
    """Walks the blocks and knows what stands before their lines."""

    def __init__(self, page: PageBuilder) -> None:
        self._page = page
        self._prefix: list[Span] = []
        self._marks: dict[int, Span] = {}
        """What stands in place of a prefix before the next line alone: the bullet of an item."""
        self._numbers: list[int | None] = []
        """The next number of each list that is open; None for one with bullets."""
        self._style = ""
        self._table = Table()
        self._blocks: Mapping[str, Callable[[Token], None]] = {
            "blockquote_close": self._pop,
            "blockquote_open": lambda _: self._prefix.append((BAR, "dim")),
            "bullet_list_close": self._end_list,
            "bullet_list_open": self._begin_list,
            "code_block": self._code,
            "fence": self._code,
            "heading_close": self._end_heading,
            "heading_open": self._begin_heading,
            "hr": lambda _: self._put(((RULE * min(40, self._room), "dim"),)),
            "html_block": self._html,
            "inline": self._inline,
            "list_item_close": self._pop,
            "list_item_open": self._begin_item,
            "ordered_list_close": self._end_list,
            "ordered_list_open": self._begin_list,
            "paragraph_close": self._end_paragraph,
            "table_close": self._end_table,
            "td_open": self._table.begin_cell,
            "th_open": self._table.begin_cell,
            "tr_close": self._table.end_row,
        }

    def render(self, tokens: Sequence[Token]) -> None:
        """Put every block on the page."""
        for token in tokens:
            if (block := self._blocks.get(token.type)) is not None:
                block(token)
        while self._page.lines and self._page.lines[-1] == EMPTY:
            self._page.lines.pop()

    @property
    def _room(self) -> int:
        width = self._page.frame.width
        return max(width // 2, width - line_width(tuple(self._prefix)))

    def _put(self, line: Line, *, prose: bool = True) -> None:
        """A line behind the marks of the lists and quotes that it stands in."""
        first: Line = tuple(self._marks.get(place, span) for place, span in enumerate(self._prefix))
        self._marks.clear()
        if not self._page.frame.wrapped:
            self._page.put((*first, *line))
            return
        left = self._page.frame.width - self._room  # less than the marks want, where they are nested deeply
        for number, piece in enumerate(wrap(line, self._room, prose=prose)):
            before = fit(tuple(self._prefix) if number else first, left)
            self._page.lines.append((*before, *piece))

    # ------------------------------------------------------------------------------------- blocks

    def _inline(self, token: Token) -> None:
        lines = inline_lines(token.children or [], self._style)
        if self._table.take(lines):
            return
        for line in lines:
            self._put(line)

    def _begin_heading(self, token: Token) -> None:
        self._page.gap()
        self._style = "heading" if token.tag in ("h1", "h2") else "strong"

    def _end_heading(self, _: Token) -> None:
        self._style = ""
        self._page.gap()

    def _end_paragraph(self, token: Token) -> None:
        if not token.hidden:  # it is, in a list whose items stand close together
            self._page.gap()

    def _begin_list(self, token: Token) -> None:
        start = token.attrs.get("start", 1)
        self._numbers.append(None if token.type == "bullet_list_open" else int(start))

    def _end_list(self, _: Token) -> None:
        self._numbers.pop()
        if not self._numbers:
            self._page.gap()

    def _begin_item(self, _: Token) -> None:
        number = self._numbers[-1]
        mark = f"{BULLET} " if number is None else f"{number}. "
        if number is not None:
            self._numbers[-1] = number + 1
        self._marks[len(self._prefix)] = (mark, "accent")
        self._prefix.append((" " * cell_len(mark), ""))

    def _pop(self, _: Token) -> None:
        if len(self._prefix) - 1 in self._marks:  # an item without a text
            self._put(EMPTY)
        self._prefix.pop()

    def _html(self, token: Token) -> None:
        for line in token.content.rstrip("\n").split("\n"):
            self._put(((line, ""),))
        self._page.gap()

    def _code(self, token: Token) -> None:
        lines = token.content.rstrip("\n").split("\n")
        painted: Sequence[Line] = [((line, ""),) for line in lines]
        if language := language_of_fence(token.info):
            from codexlog.app.render.syntax import painted as paint

            painted = paint(lines, language)
        self._prefix.append(("  ", ""))
        for line in painted:
            self._put(line, prose=False)
        self._prefix.pop()
        self._page.gap()

    def _end_table(self, _: Token) -> None:
        for line in self._table.lines(self._room if self._page.frame.wrapped else None):
            self._put(line, prose=False)
        self._page.gap()
