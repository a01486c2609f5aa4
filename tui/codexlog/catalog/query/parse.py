"""Text → query. A word is a term; quotes keep blanks, colons and commas in it, a backslash quotes a quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as slot
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.query.conditions import test_of
from codexlog.catalog.query.fields import BY_NAME, KIND, TEXT, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from codexlog.catalog.query.conditions import Test
    from codexlog.catalog.query.fields import Field

_WORD = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^\s"])+', re.DOTALL)
_FIELD = re.compile(r"[A-Za-z_]+(?=:)")
_BARE = re.compile(r'[^\s"]+')


class QueryError(Exception):
    """A word that cannot be understood; `str()` is one line, the offsets say where it stands."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. Two terms are equal where they were written alike, wherever they stood."""

    field: Field
    values: tuple[str, ...]
    is_negated: bool = False
    """`-field:value`: the condition does not hold."""
    is_other: bool = False
    """`field:!value`: there is a value and it is another one."""
    start: int = slot(default=0, compare=False)
    end: int = slot(default=0, compare=False)
    tests: tuple[Test, ...] = slot(default=(), compare=False, repr=False)
    """One for each value; any of them will do."""

    def __str__(self) -> str:
        """The term as it would be typed."""
        sign = "-" if self.is_negated else ""
        shown = ",".join(_written(value, self.field) for value in self.values)
        if self.field is TEXT:
            return sign + shown
        return f"{sign}{self.field.name}:{'!' if self.is_other else ''}{shown}"

    def takes(self, fact: object) -> bool:
        """Whether a fact fits, before any `-`."""
        hit = any(test(fact) for test in self.tests)
        return (not hit and fact is not None) if self.is_other else hit


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold."""

    terms: tuple[Term, ...] = ()
    groups: tuple[tuple[Term, ...], ...] = slot(init=False, compare=False, repr=False)
    """The terms as they are decided: those that speak of a call together, for one call must fit them all."""

    def __post_init__(self) -> None:
        of_call = tuple(each for each in self.terms if each.field.is_of_calls and not each.is_negated)
        alone = tuple((each,) for each in self.terms if each not in of_call)
        object.__setattr__(self, "groups", ((of_call,) if of_call else ()) + alone)

    def __str__(self) -> str:
        """The query as it would be typed."""
        return " ".join(map(str, self.terms))

    def without(self, term: Term) -> Query:
        """The same without one of its terms."""
        return Query(tuple(each for each in self.terms if each is not term))


class Draft(NamedTuple):
    """A query that is being typed."""

    query: Query
    """Of the words that can be understood."""
    errors: tuple[QueryError, ...]
    """Of finished words; those that are still being typed may yet come right."""
    unfinished: Term | None
    """The term in which the cursor stands."""


def parse(text: str, now: float, fields: Mapping[str, Field] = BY_NAME) -> Query:
    """Read a query; `now` is Unix time. Raises QueryError for the first wrong word."""
    return Query(tuple(_term(text, start, end, now, fields) for start, end in words(text)))


def draft(text: str, cursor: int, now: float) -> Draft:
    """Read what can be understood of a text with the cursor at an offset; -1 for nowhere."""
    terms: list[Term] = []
    errors: list[QueryError] = []
    unfinished = None
    for start, end in words(text):
        is_touched = start < cursor <= end
        try:
            terms.append(_term(text, start, end, now))
        except QueryError as error:
            if not is_touched:
                errors.append(error)
        else:
            unfinished = terms[-1] if is_touched else unfinished
    return Draft(Query(tuple(terms)), tuple(errors), unfinished)


def words(text: str) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends."""
    return (match.span() for match in _WORD.finditer(text))


class _Char(NamedTuple):
    char: str
    at: int
    is_quoted: bool


def _chars(text: str, start: int, end: int) -> list[_Char]:
    """The characters of a word without its quotes."""
    found: list[_Char] = []
    quote, at = -1, start
    while at < end:
        char = text[at]
        if char == '"':
            quote = at if quote < 0 else -1
        elif char == "\\" and quote >= 0 and text[at + 1 : at + 2] in ('"', "\\"):
            at += 1
            found.append(_Char(text[at], at, True))
        else:
            found.append(_Char(char, at, quote >= 0))
        at += 1
    if quote >= 0:
        raise QueryError("the closing quote is missing", quote, end)
    return found


def _term(text: str, start: int, end: int, now: float, fields: Mapping[str, Field] = BY_NAME) -> Term:
    chars = _chars(text, start, end)
    is_negated = _is(chars, 0, "-")
    chars = chars[is_negated:]
    bare = "".join("\0" if each.is_quoted else each.char for each in chars)
    name = _FIELD.match(bare)
    field = _field(name[0], chars[0].at, fields) if name else TEXT
    if name:
        chars = chars[name.end() + 1 :]
    is_other = field is not TEXT and _is(chars, 0, "!")
    pieces = list(_pieces(chars[is_other:], field))
    if not all(pieces):
        cause = f"{field.name}: needs a value" if name else "there is nothing to look for"
        raise QueryError(cause, start, end)
    values = tuple("".join(each.char for each in piece) for piece in pieces)
    tests = tuple(_test(field, value, piece, now) for value, piece in zip(values, pieces, strict=True))
    return Term(field, values, is_negated, is_other, start, end, tests)


def _is(chars: list[_Char], index: int, char: str) -> bool:
    return index < len(chars) and chars[index].char == char and not chars[index].is_quoted


def _field(name: str, at: int, fields: Mapping[str, Field]) -> Field:
    found = fields.get(name.lower())
    if found is not None:
        return found
    if name.lower() == KIND.name:
        raise QueryError("kind: is for searches, as in codexlog search kind:prompt", at, at + len(name))
    meant = nearest(name.lower(), tuple(fields))
    hint = f"did you mean {meant}?" if meant else "quotes make it text"
    raise QueryError(f"{name}: no such field; {hint}", at, at + len(name))


def _pieces(chars: list[_Char], field: Field) -> Iterator[list[_Char]]:
    """The values between the commas."""
    piece: list[_Char] = []
    for each in chars:
        if field.has_list and each.char == "," and not each.is_quoted:
            yield piece
            piece = []
        else:
            piece.append(each)
    yield piece


def _test(field: Field, value: str, piece: list[_Char], now: float) -> Test:
    try:
        return test_of(field, value, now)
    except ValueError as error:
        raise QueryError(str(error), piece[0].at, piece[-1].at + 1) from None


def _written(value: str, field: Field) -> str:
    """A value as it would be typed: in quotes where it could be taken for something else."""
    plain = _BARE.fullmatch(value) is not None and not value.startswith("!")
    if field.has_list:
        plain = plain and "," not in value
    if field is TEXT:
        plain = plain and not value.startswith("-") and _FIELD.match(value) is None
    return value if plain else quoted(value)


def quoted(value: str) -> str:
    """A value in quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def starred(text: str, term: Term) -> str | None:
    """The text with a `*` behind a term that is a name; None where it is none, or may not grow."""
    if term.field.kind not in ("name", "tool") or term.is_negated or term.is_other:
        return None
    if set("*?") & set(term.values[-1]) or text[term.end - 1] == '"':
        return None
    return f"{text[: term.end]}*{text[term.end :]}"


def begins_field(term: Term) -> bool:
    """Whether a word without a field may become one."""
    word = term.values[0].lower()
    return term.field is TEXT and any(name.startswith(word) for name in BY_NAME)
