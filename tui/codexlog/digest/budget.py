"""How long a digest may be. It is cut between sections, and says what is missing and where all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SOFT = 16_000
"""Bytes that no digest has unless all of it was asked for; usual ones have a quarter of that at most."""


class Amounts(NamedTuple):
    """How much of each kind is shown."""

    files: int = 12
    """Files, checks, commits: things that take a line or less."""
    items: int = 5
    """Repeats, plan items, refusals."""
    command: int = 5
    """Lines of the failing command."""
    tail: int = 20
    """Lines of its output."""
    width: int = 200
    """Characters of a line or a path."""
    name: int = 120
    """Characters of a command that is one of several."""
    prompt: int = 300
    message: int = 600
    goal: int = 1_500
    """Characters of the prompt where it is what the next agent is to do."""
    runs: int = 10
    """Iterations of a loop that is shown whole; of a longer one:"""
    runs_before: int = 1
    runs_after: int = 3
    """Iterations around the first bad one."""
    runs_last: int = 5
    checks: int = 8
    """Rows of the failure matrix."""


USUAL = Amounts()
_ANY = 1 << 30
ALL = Amounts(*[_ANY] * len(Amounts._fields))


class Section(NamedTuple):
    """Lines that stay together."""

    name: str
    """What they are, for who reads that they are missing."""
    lines: Sequence[str]
    rank: int = 0
    """What goes first where there is no room: the highest. 0 stays."""


def fit(sections: Sequence[Section], most: int | None, where: str) -> str:
    """The digest, of at most so many bytes; `where` says where all of it can be had."""
    kept = [section for section in sections if section.lines]
    dropped: list[Section] = []
    while True:
        text = _joined(kept, dropped, where)
        if most is None or len(text.encode()) <= most:
            return text
        least = max(kept, key=lambda section: section.rank)
        if least.rank == 0:
            return _by_lines(text, most, where)
        kept.remove(least)
        dropped.append(least)


def more(left: int, where: str) -> str:
    """`… (3 more; full digest: codexlog digest ID --full)`."""
    return f"… ({left:,} more; full digest: {where})"


def _joined(kept: Sequence[Section], dropped: Sequence[Section], where: str) -> str:
    lines: list[str] = []
    for section in kept:
        first = int(section.lines[0] == "" and lines[-1:] == [""])  # one empty line parts two sections
        lines += section.lines[first:]
    if dropped:
        names = ", ".join(section.name for section in reversed(dropped))
        lines += ["", f"{more(len(dropped), where)[:-1]}; left out: {names})"]
    return "\n".join(lines).strip("\n") + "\n"


def _by_lines(text: str, most: int, where: str) -> str:
    """What stays is too long by itself: as many of its lines as there is room for."""
    lines = text.rstrip("\n").split("\n")
    room = most - len(more(len(lines), where).encode()) - 2
    kept = 0
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept += 1
    return "\n".join([*lines[:kept], more(len(lines) - kept, where)]) + "\n"
