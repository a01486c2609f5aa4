"""What the word at the cursor may become: a field, or a value that sessions of the list have."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.query.fields import BY_NAME, FIELDS, Field
from codexlog.catalog.query.match import fact
from codexlog.catalog.query.parse import quoted, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from codexlog.model import Summary

_HEAD = re.compile(r"-?([A-Za-z_]+):!?")
_PLAIN = re.compile(r'[^\s",!][^\s",]*')
_OF_SESSIONS = frozenset(
    ("outcome", "project", "branch", "model", "agent", "source", "originator", "version")
)
"""Fields whose facts are offered as they occur."""


class Option(NamedTuple):
    """One way to go on."""

    text: str
    """What replaces the piece of the word."""
    label: str


class Completion(NamedTuple):
    """What may stand in place of `text[start:end]`."""

    start: int
    end: int
    options: tuple[Option, ...]
    field: Field | None = None
    """The field whose value is being typed."""


def complete(text: str, cursor: int, values: Callable[[Field], Sequence[str]]) -> Completion:
    """The ways to go on at the cursor; `values` gives those that occur, the most frequent first."""
    start, end = next((span for span in words(text) if span[0] < cursor <= span[1]), (cursor, cursor))
    head = _HEAD.match(text, start, cursor)
    if head is None:
        start += text[start:cursor].startswith("-")
        return Completion(start, end, tuple(_fields(text[start:cursor].lower())))
    field = BY_NAME.get(head[1].lower())
    if field is None:
        return Completion(start, end, ())
    start = max(head.end(), text.rfind(",", head.end(), cursor) + 1) if field.has_list else head.end()
    typed = text[start:cursor].lstrip('"').lower()
    return Completion(start, end, tuple(_values(typed, values(field))), field)


def occurring(field: Field, summaries: Iterable[Summary]) -> list[str]:
    """The values of a field among some sessions, the most frequent first; then what else it takes."""
    counted: Counter[str] = Counter()
    if field.name == "tool":
        for summary in summaries:
            counted.update(summary.tools)
    elif field.name == "status":
        for summary in summaries:
            counted.update({status for _, _, status in summary.call_ends})
    elif field.name in _OF_SESSIONS:
        counted.update(filter(None, (fact(field.name, summary) for summary in summaries)))
    often = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    found = [value for value, _ in often if value.isprintable()]  # it will stand in a field to type in
    if field.kind in ("name", "part") and found:
        return found
    return [*found, *(value for value in field.values if value not in counted)]


def _fields(typed: str) -> list[Option]:
    return [Option(f"{each.name}:", f"{each.name}:") for each in FIELDS if each.name.startswith(typed)]


def _values(typed: str, known: Sequence[str]) -> list[Option]:
    """Those that begin so, then those that contain it; none where the word is whole already."""
    folded = [(value, value.lower()) for value in known]
    begins = [value for value, low in folded if low.startswith(typed) and low != typed]
    holds = [value for value, low in folded if typed in low and not low.startswith(typed)]
    return [Option(_typed(value), value) for value in begins + holds]


def _typed(value: str) -> str:
    """The value as it must be typed: figures and `!0` as they are, words with blanks in quotes."""
    return value if value == "!0" or _PLAIN.fullmatch(value) else quoted(value)
