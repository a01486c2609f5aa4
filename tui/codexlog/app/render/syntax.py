"""Lines of code → lines of styled text, with Pygments. Loaded when a page has code to show.

Only what a page shows is lexed, and no more than MOST_CHARACTERS of it: colours help where somebody
reads, and a lexer that meets a 5 MB line helps nobody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from pygments.util import ClassNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pygments.lexer import Lexer

    from codexlog.app.render.lines import Line, Span

MOST_CHARACTERS = 60_000
LONGEST_LINE = 1_000
STYLES = {
    Token.Comment: "code-comment",
    Token.Keyword: "code-keyword",
    Token.Keyword.Constant: "code-number",
    Token.Name.Attribute: "code-key",
    Token.Name.Class: "code-name",
    Token.Name.Decorator: "code-name",
    Token.Name.Function: "code-name",
    Token.Name.Tag: "code-key",
    Token.Number: "code-number",
    Token.Operator.Word: "code-keyword",
    Token.String: "code-string",
    Token.String.Doc: "code-comment",
    Token.Generic.Deleted: "remove",
    Token.Generic.Heading: "bold",
    Token.Generic.Inserted: "add",
    Token.Generic.Prompt: "accent",
    Token.Generic.Subheading: "hunk",
}
"""Kinds of tokens → names of styles; a kind that is missing looks like the one above it."""


def painted(lines: Sequence[str], language: str | None) -> list[Line]:
    """The lines in colours; plain where the language is unknown, the text long or a line very long."""
    lexer = _lexer(language) if language else None
    near = _near(lines)
    if lexer is None or not near:
        return [((line, ""),) for line in lines]
    found = list(_lines(lexer, "\n".join(lines[:near])))
    found += [()] * (near - len(found))  # the lexer drops empty lines at the end
    return [*found[:near], *(((line, ""),) for line in lines[near:])]


def _near(lines: Sequence[str]) -> int:
    """How many lines are coloured."""
    total = 0
    for number, line in enumerate(lines):
        total += len(line) + 1
        if total > MOST_CHARACTERS or len(line) > LONGEST_LINE:
            return number
    return len(lines)


def _lines(lexer: Lexer, text: str) -> Iterator[Line]:
    spans: list[Span] = []
    for kind, value in lexer.get_tokens(text):
        style = _style(kind)
        first, *rest = value.split("\n")
        if first and spans and spans[-1][1] == style:
            spans[-1] = (spans[-1][0] + first, style)
        elif first:
            spans.append((first, style))
        for part in rest:
            yield tuple(spans)
            spans = [(part, style)] if part else []
    if spans:
        yield tuple(spans)


@lru_cache(maxsize=256)
def _style(kind: object) -> str:
    while kind is not None and kind is not Token:
        if kind in STYLES:
            return STYLES[kind]
        kind = kind.parent  # type: ignore[attr-defined]
    return ""


@lru_cache(maxsize=16)
def _lexer(language: str) -> Lexer | None:
    try:
        lexer: Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:  # an older Pygments may lack it
        return None
    return lexer
