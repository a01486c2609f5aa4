"""What `codexlog search` prints: hits for people or as JSON Lines, or why there is none."""

from __future__ import annotations

import heapq
import sys
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from codexlog.catalog.query.fields import KIND
from codexlog.catalog.query.parse import Query, QueryError
from codexlog.catalog.search import Search
from codexlog.catalog.select import QUICK, Selection
from codexlog.catalog.wanted import wanted_of
from codexlog.report.as_json import dumps
from codexlog.report.calls import command_of, pretty
from codexlog.report.snippets import snippet_of
from codexlog.timeline.hydrate import arguments_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from codexlog.catalog.discover import Found
    from codexlog.catalog.listing import SideShelf
    from codexlog.catalog.query.parse import Term
    from codexlog.catalog.search import SessionMatch
    from codexlog.catalog.wanted import Wanted
    from codexlog.formats.events import ToolCall
    from codexlog.report.snippets import Span


LOOKED_AT = 200
"""Places of a word in one text among which the line to show is chosen."""


class Place(NamedTuple):
    """Where sessions are looked for, and when."""

    found: Sequence[Found]
    now: float
    """Unix time."""
    running_seconds: float
    shelf: SideShelf


def print_hits(matches: Iterable[SessionMatch], wanted: Wanted, *, limit: int | None, jsonl: bool) -> int:
    """Print at most `limit` hits as they come; returns how many there were."""
    some = islice(matches, limit)
    return _print_lines(some, wanted) if jsonl else _print_groups(some, wanted)


def _print_lines(matches: Iterable[SessionMatch], wanted: Wanted) -> int:
    number = 0
    for each in matches:
        sys.stdout.buffer.write(dumps(hit_of(each, wanted)) + b"\n")
        sys.stdout.flush()
        number += 1
    return number


def _print_groups(matches: Iterable[SessionMatch], wanted: Wanted) -> int:
    from codexlog.tables import console, print_found, print_hit

    out = console()
    number, shown = 0, None
    for number, each in enumerate(matches, 1):
        if each.outline is not shown:
            shown = each.outline
            print_found(out, each.summary, is_first=number == 1)
        match = each.match
        print_hit(out, match.row, match.kind, _end(each), *snippet_of(match.text, _spans(wanted, match.text)))
    return number


def hit_of(each: SessionMatch, wanted: Wanted) -> dict[str, Any]:
    """A hit as the contract has it."""
    match, summary = each.match, each.summary
    snippet, ranges = snippet_of(match.text, _spans(wanted, match.text))
    return {
        "session_id": summary.id,
        "path": summary.path,
        "row": match.row,
        "turn": each.turn,
        "kind": match.kind,
        "at": match.at,
        "snippet": snippet,
        "ranges": ranges,
    }


def describe(call: ToolCall) -> str:
    """A call in one line that stands for it: the tool, and what it was to do."""
    arguments = arguments_of(call)
    return f"{call.name} {command_of(arguments) or ' '.join(pretty(arguments).split())}".rstrip()


def _spans(wanted: Wanted, text: str) -> Iterator[Span]:
    """The matches of every word from left to right, none inside another; the first line if there is none."""
    if not wanted.needles:
        start = len(text) - len(text.lstrip())
        yield start, start
    end = _densest(wanted, text) if len(wanted.needles) > 1 else 0
    for span in heapq.merge(*(needle.spans(text) for _, needle in wanted.needles)):
        if span[0] >= end:
            yield span
            end = span[1]


def _densest(wanted: Wanted, text: str) -> int:
    """Where the line begins that holds the most of the words, among the first places of each."""
    words: dict[int, set[int]] = {}
    for number, (_, needle) in enumerate(wanted.needles):
        for begin, _ in islice(needle.spans(text), LOOKED_AT):
            words.setdefault(text.rfind("\n", 0, begin) + 1, set()).add(number)
    return max(sorted(words), key=lambda line: len(words[line]), default=0)


def _end(each: SessionMatch) -> str:
    """How a call ended that did not end well."""
    if each.match.kind != "call":
        return ""
    entries, index = each.outline.entries, each.match.entry
    status, code = entries.status_name(index), entries.code(index)
    if status in ("", "ok", "unknown"):
        return ""
    return f"exit {code}" if status == "failed" and code is not None else status


def why_nothing(wanted: Wanted, search: Search, place: Place) -> str:
    """Why a search found nothing: the condition that ruled everything out, the word that stands nowhere."""
    if search.looked_at and search.ruled_out == search.looked_at:
        selection = Selection(wanted.sessions, place.found, place.now, place.running_seconds, place.shelf)
        if not selection.newest(1):
            return "; ".join(selection.explain())
    terms = wanted.query.terms
    if len(terms) == 1:
        return _nowhere(terms[0])
    if sum(each.size for each in place.found) > QUICK:
        return f"nothing meets {wanted.query}"
    never = [_nowhere(term) for term in terms if _finds(Query((term,)), place) is False]
    helps = [str(term) for term in terms if _finds(wanted.query.without(term), place)]
    said = "; ".join(never) or f"nothing meets {wanted.query}"
    return f"{said}; without {' or without '.join(helps)} something does" if helps else said


def _finds(query: Query, place: Place) -> bool | None:
    """Whether another query finds anything; None where it says nothing of what to look for."""
    try:
        wanted = wanted_of(query)
    except QueryError:
        return None
    search = Search(wanted, describe, place.shelf, lambda *_: None)
    return next(search.each(place.found, place.now, place.running_seconds), None) is not None


def _nowhere(term: Term) -> str:
    if term.field.is_of_calls:
        return f"no call has {term}"
    return f"there is no {term}" if term.field is KIND else f"nothing contains {term}"
