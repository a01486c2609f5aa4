"""Why nothing was found: which condition emptied the result, found by leaving each one out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.query.fields import TEXT
from codexlog.catalog.query.parse import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.catalog.query.parse import Term

    Count = Callable[[Query], "Tally"]


class Tally(NamedTuple):
    """How many sessions meet a query."""

    known: int
    open: int
    """Of how many this is not known."""

    def __bool__(self) -> bool:
        """Whether any may meet it."""
        return bool(self.known or self.open)

    def __str__(self) -> str:
        """The end of a sentence."""
        if self.open:
            return f"at least {_match(self.known)}" if self.known else "some may match"
        return _match(self.known)


def explain(query: Query, count: Count) -> tuple[str, ...]:
    """A few sentences on why no session meets `query`, from how many meet each part of it."""
    never = [term for term in query.terms if not count(Query((term,)))]
    if never:
        return _never(query, never, count)
    of_call = [term for term in query.terms if term.field.is_of_calls and not term.is_negated]
    if len(of_call) > 1 and not count(Query(tuple(of_call))):
        first = f"no single call has {_and(of_call)}"
    else:
        first = f"no session has {_and(query.terms)} together"
    left = [(term, count(query.without(term))) for term in query.terms]
    helps = [f"without {term} {number}" for term, number in left if number]
    alone = [f"{term} alone: {count(Query((term,)))}" for term in query.terms]
    return (first, *(helps or alone))


def _never(query: Query, never: list[Term], count: Count) -> tuple[str, ...]:
    """Some terms hold nowhere, whatever the others say."""
    said = tuple(_nowhere(term) for term in never)
    rest = Query(tuple(term for term in query.terms if all(term is not each for each in never)))
    if not rest.terms:
        return said
    return (*said, f"without {'it' if len(never) == 1 else 'them'} {count(rest)}")


def _nowhere(term: Term) -> str:
    if term.is_negated:
        return f"every session has {str(term)[1:]}"
    if term.field is TEXT:
        return f"no session contains {term}"
    return f"no {'call' if term.field.is_of_calls else 'session'} has {term}"


def _and(terms: Iterable[Term]) -> str:
    return " and ".join(map(str, terms))


def _match(number: int) -> str:
    return "1 matches" if number == 1 else f"{number:,} match" if number else "none matches"
