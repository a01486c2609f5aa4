"""No text makes the search for secrets slow: shown by how the patterns are built, not by a clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from codexlog.report import redaction
from codexlog.report.secrets import addresses, blocks, headers, names, shapes, values

MODULES = (redaction, addresses, blocks, headers, names, shapes)
MOST = 5_000
"""Characters that a try at one place of a text may look at before it fails."""
INFINITE = 1 << 40
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def patterns(value: object) -> Iterator[str]:
    """Every compiled pattern in a module's variables, however deep."""
    if isinstance(value, re.Pattern):
        yield value.pattern
    elif isinstance(value, dict):
        for each in value.values():
            yield from patterns(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from patterns(each)


SEARCHED = sorted(
    {each for module in MODULES for each in patterns(dict(vars(module)))}
    | {each.rest for each in shapes.SHAPES}
)
JUDGING = sorted(set(patterns(dict(vars(values)))))


def look_ahead(parsed: Sequence[Any]) -> tuple[int, bool]:
    """Characters that are looked at before a failure, and whether a run without end was the last thing.

    A run without end costs nothing where nothing behind it can fail: it is taken, and the search goes on
    behind it. A piece that can fail after such a run costs INFINITE.
    """
    cost, endless = 0, False
    for op, argument in parsed:
        own, own_endless, can_fail = piece(op, argument)
        if endless and can_fail:
            return INFINITE, True
        cost += own
        endless = endless or own_endless
    return cost, endless


def piece(op: Any, argument: Any) -> tuple[int, bool, bool]:
    """Cost, whether it is without end, and whether it can fail."""
    if op in REPEATS:
        return repeat(op, *argument)
    if op is sre.SUBPATTERN:
        return (*look_ahead(argument[-1]), True)
    if op is sre.ATOMIC_GROUP:
        return (*look_ahead(argument), True)
    if op is sre.BRANCH:
        found = [look_ahead(each) for each in argument[1]]
        return sum(cost for cost, _ in found), any(endless for _, endless in found), True
    if op in (sre.ASSERT, sre.ASSERT_NOT):
        cost, endless = look_ahead(argument[1])
        return INFINITE if endless else cost, False, True
    return 1, False, True


def repeat(op: Any, least: int, most: int, body: Sequence[Any]) -> tuple[int, bool, bool]:
    cost, endless = look_ahead(body)
    if most is not sre.MAXREPEAT:
        return cost * most, endless, least > 0
    if op is not sre.POSSESSIVE_REPEAT:
        return INFINITE, True, least > 0
    # a run inside a run: each round takes what it looked at, or the last one gives up what it took
    return cost * max(least, 1), True, least > 0


@pytest.mark.parametrize("pattern", SEARCHED)
def test_a_try_looks_at_a_bounded_number_of_characters(pattern: str) -> None:
    cost, _ = look_ahead(_parser.parse(pattern))
    assert cost <= MOST, cost


def test_there_are_patterns() -> None:
    assert len(SEARCHED) > 100
    assert len(JUDGING) > 4


@pytest.mark.parametrize(
    "pattern",
    [r"a*b", r"(a+)+", r"a++b", r"(?=a*)", r"(?:a*+b)*+c", r"x.*?y", r"(?:a|b*+)c", r"(?:a{0,99}){0,99}"],
)
def test_the_check_finds_what_could_be_slow(pattern: str) -> None:
    assert look_ahead(_parser.parse(pattern))[0] > MOST


@pytest.mark.parametrize("pattern", [r"a{8,}+", r"ab{1,40}+c?d", r"(?:a{16,}+)*+", r"a++b?"])
def test_the_check_lets_pass_what_is_not(pattern: str) -> None:
    assert look_ahead(_parser.parse(pattern))[0] <= MOST


def nested(parsed: Sequence[Any], inside: bool = False) -> bool:
    """Whether a run that gives back stands in another one."""
    for op, argument in parsed:
        if op in REPEATS:
            gives_back = op is not sre.POSSESSIVE_REPEAT and argument[1] is sre.MAXREPEAT
            if (inside and gives_back) or nested(argument[2], inside or gives_back):
                return True
        else:
            inner = argument[1] if op is sre.BRANCH else [argument[-1]] if op is sre.SUBPATTERN else []
            if any(nested(each, inside) for each in inner):
                return True
    return False


@pytest.mark.parametrize("pattern", JUDGING)
def test_what_judges_a_value_never_tries_every_way_to_part_it(pattern: str) -> None:
    assert not nested(_parser.parse(pattern))


class Counting(str):
    """A text that counts the characters that were cut out of it."""

    __slots__ = ()
    taken = 0

    def __getitem__(self, key: Any) -> str:
        part = super().__getitem__(key)
        Counting.taken += len(part)
        return part


@pytest.mark.parametrize(
    "part",
    [
        *(
            "password=",
            'token="',
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "eyJ",
            "sk-",
            "://a:",
        ),
        *(
            "Authorization: ",
            "Cookie: a=",
            "?token=a",
            "\\",
            "AKIA" + "A1" * 8 + " ",
            "mysql ",
            "-u a:",
            "Bearer ",
        ),
        *(
            "/home/",
            "x" * 60 + "\n",
            "ghp_" + "a1B" * 12 + "\n",
            "secret: a\n",
            "<password>",
            "A" * 64 + "\n",
        ),
    ],
)
def test_twice_the_text_is_twice_the_work(part: str) -> None:
    work = []
    for times in (2_000, 4_000):
        Counting.taken = 0
        text = Counting(part * times)
        found = [span for find in redaction.FINDERS for span in find(text)]
        work.append(Counting.taken + sum(span.end - span.start for span in found))
    assert work[1] <= 2.3 * work[0] + 50_000, work
