"""What an agent's last message holds: its first paragraph, its list, what it says of next steps. Pure.

Only the form of the text is looked at: paragraphs, lists, headings with one of a few words. A line in bold
and a line that ends with a colon are headings too, for agents write them so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

INSIGHTS = re.compile(
    r"(?i)(?:key )?(?:insights?|findings?|root causes?|why\b|notes?\b|what i (?:found|learned))"
)
FOLLOW_UPS = re.compile(
    r"(?i)(?:suggested |recommended )?(?:next steps?|follow[- ]?ups?|remaining|to-?dos?)\b"
)
OFFERS = re.compile(r"(?:If you want|If you'd like|If you like|Next\b|You can|You could|Would you like)")
"""How a last paragraph begins that says what could be done next."""

_TITLE = re.compile(r"(?:\*\*|__)([^\n]{1,80}?):?(?:\*\*|__):?|([^\n]{1,80}):")


class Block(NamedTuple):
    """A paragraph or a list, and the heading above it."""

    heading: str
    text: str
    """Of a paragraph, as it is written; "" of a list."""
    items: tuple[str, ...] = ()
    """Of a list, the outermost ones."""


def blocks_of(message: str) -> Iterator[Block]:
    """A message in its parts; what is neither paragraph nor list is left out."""
    from markdown_it import MarkdownIt

    heading, items, depth, before = "", list[str](), 0, ""
    for token in MarkdownIt("commonmark").parse(message):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
            if not depth:
                yield Block(heading, "", tuple(items))
                heading, items = "", []
        elif token.type == "inline":
            title = _TITLE.fullmatch(token.content)
            if depth:
                items += [token.content] if token.level == 3 else []
            elif before == "heading_open" or title:
                heading = (title[1] or title[2]) if title else token.content
            else:
                yield Block(heading, token.content)
        before = token.type


def answer_of(message: str) -> tuple[str, tuple[str, ...]]:
    """Find its first paragraph, and the first list that is about neither insights nor what is left."""
    parts = list(blocks_of(message))
    first = next((each.text for each in parts if each.text), "")
    own = (each for each in parts if not (INSIGHTS.match(each.heading) or FOLLOW_UPS.match(each.heading)))
    return first, next((each.items for each in own if each.items), ())


def insights_of(message: str) -> tuple[str, ...]:
    """The list under a heading that speaks of findings, causes or notes."""
    return _under(message, INSIGHTS)


def follow_ups_of(message: str) -> tuple[str, ...]:
    """The list under a heading that speaks of what is left; else a last paragraph that offers something."""
    listed = _under(message, FOLLOW_UPS)
    if listed:
        return listed
    texts = [each.text for each in blocks_of(message) if each.text]
    return (texts[-1],) if texts and OFFERS.match(texts[-1]) else ()


def _under(message: str, heading: re.Pattern[str]) -> tuple[str, ...]:
    found = (each.items for each in blocks_of(message) if each.items and heading.match(each.heading))
    return next(found, ())
