"""What stands behind a colon, as a test of one fact. A fact that is not recorded is None.

No comparison with None is true; the word `unknown` asks for it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from codexlog.catalog.query import values
from codexlog.catalog.query.fields import TEXT, nearest

if TYPE_CHECKING:
    from codexlog.catalog.query.fields import Field

Test = Callable[[Any], bool]
UNKNOWN = "unknown"


def test_of(field: Field, value: str, now: float) -> Test:
    """The test of one value. Raises ValueError with the reason where it is none for this field."""
    return _READERS[field.kind](field, value, now)


def _choice(field: Field, value: str, _: float) -> Test:
    wanted = value.lower()
    if wanted not in field.values:
        meant = nearest(wanted, field.values)
        hint = f"did you mean {meant}?" if meant else f"one of {', '.join(field.values)}"
        raise ValueError(f"{value} is no {field.name}; {hint}")
    return lambda fact: fact == wanted


def _flag(field: Field, value: str, _: float) -> Test:
    wanted = value.lower()
    if wanted not in field.values:
        meant = nearest(wanted, field.values)
        raise ValueError(f"is:{value} says nothing; {f'did you mean {meant}?' if meant else _list(field)}")
    return lambda facts: wanted in facts


def _list(field: Field) -> str:
    return f"one of {', '.join(field.values)}"


def _name(_: Field, value: str, __: float) -> Test:
    pattern = _glob(value)
    if pattern is not None:
        return lambda fact: fact is not None and pattern.fullmatch(fact) is not None
    wanted = value.lower()
    return _or_unknown(value, lambda fact: fact is not None and fact.lower() == wanted)


def _part(_: Field, value: str, __: float) -> Test:
    pattern = _glob(value)
    if pattern is not None:
        return lambda fact: fact is not None and pattern.fullmatch(fact) is not None
    wanted = value.lower()
    return _or_unknown(value, lambda fact: fact is not None and wanted in fact.lower())


def _start(_: Field, value: str, __: float) -> Test:
    wanted = value.lower()
    return _or_unknown(value, lambda fact: fact is not None and fact.lower().startswith(wanted))


def _version(field: Field, value: str, now: float) -> Test:
    whole, parts = _name(field, value, now), tuple(f"{value.lower()}{mark}" for mark in ".-")
    return lambda fact: whole(fact) or (fact is not None and fact.lower().startswith(parts))


def _text(field: Field, value: str, __: float) -> Test:
    wanted = folded(value).lower() or value
    if field is TEXT:
        return lambda fact: wanted in fact  # texts of a line are kept in lower case
    return lambda fact: fact is not None and wanted in fact.lower()


def _regex(_: Field, value: str, __: float) -> Test:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pattern = re.compile(value, re.IGNORECASE | re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"{value} is no regular expression: {error}") from None
    return lambda fact: fact is not None and pattern.search(fact) is not None


def _figure(read: Callable[[str], float], _: Field, value: str, __: float) -> Test:
    if value.lower() == UNKNOWN:
        return lambda fact: fact is None
    wanted = values.ranged(value, read)
    return lambda fact: fact is not None and wanted.holds(fact)


def _since(_: Field, value: str, now: float) -> Test:
    if value.lower() == UNKNOWN:
        return lambda fact: fact is None
    wanted = values.moment(value, now, is_end=False)
    return lambda fact: fact is not None and fact >= wanted


def _until(_: Field, value: str, now: float) -> Test:
    if value.lower() == UNKNOWN:
        return lambda fact: fact is None
    wanted = values.moment(value, now, is_end=True)
    return lambda fact: fact is not None and fact <= wanted


def folded(text: str) -> str:
    """The text with one blank for each run of white space: who looks for words means no line breaks."""
    return " ".join(text.split())


def _glob(value: str) -> re.Pattern[str] | None:
    """The pattern of a value with `*` or `?`; None for one that means itself."""
    if "*" not in value and "?" not in value:
        return None
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in value)
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def _or_unknown(value: str, test: Test) -> Test:
    if value.lower() != UNKNOWN:
        return test
    return lambda fact: fact is None or test(fact)


_READERS: dict[str, Callable[[Field, str, float], Test]] = {
    "choice": _choice,
    "status": _choice,
    "flag": _flag,
    "name": _name,
    "tool": _name,
    "part": _part,
    "start": _start,
    "version": _version,
    "text": _text,
    "regex": _regex,
    "count": partial(_figure, values.amount),
    "size": partial(_figure, values.size),
    "span": partial(_figure, values.span),
    "exit": partial(_figure, values.code),
    "since": _since,
    "until": _until,
}
