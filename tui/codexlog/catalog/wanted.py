"""What a search wants, out of a query: which sessions, which texts in one item, which calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from codexlog.catalog.find.needle import PREFIX, BadNeedle, needle_of
from codexlog.catalog.query.fields import KIND, SEARCHED, TEXT
from codexlog.catalog.query.parse import Query, QueryError, parse

if TYPE_CHECKING:
    from codexlog.catalog.find.needle import Needle
    from codexlog.catalog.query.parse import Term
    from codexlog.model.session import CallEnd

REGEX = "re"
NOTHING = "nothing to search for: add a text, re:, kind:, tool:, exit: or status:"


@dataclass(frozen=True)
class Wanted:
    """A query, sorted by what its terms speak of."""

    query: Query
    needles: tuple[tuple[Term, Needle], ...]
    """Every one of them must stand in the item."""
    absent: tuple[Needle, ...]
    """None of them may."""
    kinds: tuple[Term, ...]
    calls: tuple[Term, ...]
    sessions: Query

    @property
    def is_plain(self) -> bool:
        """Whether every place that holds the one needle counts."""
        return len(self.needles) == 1 and not (self.absent or self.kinds or self.calls)

    @cached_property
    def rarest(self) -> Needle:
        """The needle that the fewest rows are decoded for, as far as its anchors tell."""
        return max((needle for _, needle in self.needles), key=_rarity)

    @property
    def needs_call(self) -> bool:
        """Whether only calls count, for something must be true of them."""
        is_listing = not self.needles and not self.kinds
        return is_listing or any(not term.is_negated for term in self.calls)

    def takes_kind(self, kind: str) -> bool:
        """Whether texts of this kind are looked at."""
        return all(term.takes(kind) is not term.is_negated for term in self.kinds)

    def takes_call(self, call: CallEnd, *fields: str) -> bool:
        """Whether a call fits the conditions, those of some fields where any are named."""
        facts = dict(zip(("tool", "exit", "status"), call, strict=True))
        asked = (term for term in self.calls if not fields or term.field.name in fields)
        return all(term.takes(facts[term.field.name]) is not term.is_negated for term in asked)

    def takes_texts(self, texts: list[str]) -> bool:
        """Whether the texts of an item hold what they must and nothing that they must not."""
        return all(any(map(needle.matches, texts)) for _, needle in self.needles) and not any(
            needle.matches(text) for needle in self.absent for text in texts
        )


def wanted_of(query: Query) -> Wanted:
    """Sort the terms of a query. Raises QueryError where nothing says what to look for."""
    texts = [term for term in query.terms if _is_text(term)]
    calls = tuple(term for term in query.terms if term.field.is_of_calls)
    kinds = tuple(term for term in query.terms if term.field is KIND)
    needles = tuple((term, _needle(term)) for term in texts if term.is_negated is term.is_other)
    if not (needles or calls or kinds):
        raise QueryError(NOTHING, 0, max((term.end for term in query.terms), default=0))
    return Wanted(
        query=query,
        needles=needles,
        absent=tuple(_needle(term) for term in texts if term.is_negated is not term.is_other),
        kinds=kinds,
        calls=calls,
        sessions=Query(
            tuple(
                term
                for term in query.terms
                if not (_is_text(term) or term.field.is_of_calls or term.field is KIND)
            )
        ),
    )


def parse_search(text: str, now: float) -> Wanted:
    """Read the query of a search; `now` is Unix time. Raises QueryError."""
    return wanted_of(parse(text, now, SEARCHED))


def _is_text(term: Term) -> bool:
    return term.field is TEXT or term.field.name == REGEX


def _needle(term: Term) -> Needle:
    (value,) = term.values
    try:
        if term.field.name == REGEX:
            return needle_of(PREFIX + value)
        # a text that begins with `re:` in quotes is a text
        return needle_of(PREFIX + re.escape(value) if value.startswith(PREFIX) else value)
    except BadNeedle as error:
        raise QueryError(str(error), term.start, term.end) from error


def _rarity(needle: Needle) -> int:
    return min(map(len, needle.anchors), default=0)
