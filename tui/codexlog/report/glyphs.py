"""The marks that carry meaning, each one cell wide; a second set for consoles that draw ASCII alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Glyphs(NamedTuple):
    """One set of marks."""

    outcome: Mapping[str, str]
    status: Mapping[str, str]
    prompt: str
    answer: str
    thought: str
    note: str
    orphan: str
    bad: str
    folded: str
    unfolded: str
    child: str
    """A session whose parent does not stand above it."""
    branch: str
    link: str
    loop: str
    """Before the number of a loop's iterations."""
    focus: str
    failed: str
    more: str
    dot: str
    hit: str
    fill: str
    """Levels of a bar, from nearly nothing to full."""
    both: str
    """A compaction and a failing call in one cell."""


UNICODE = Glyphs(
    outcome={
        "completed": "✓",
        "failed": "✗",
        "interrupted": "!",
        "incomplete": "…",
        "running": "▶",
        "empty": "·",
        "unknown": "?",
    },
    status={
        "ok": "✓",
        "failed": "✗",
        "denied": "⊘",
        "timeout": "◷",
        "aborted": "!",
        "running": "▶",
        "unanswered": "…",
        "unknown": "·",
    },
    prompt="›",
    answer="•",
    thought="~",
    note="─",
    orphan="↩",
    bad="▒",
    folded="▸",
    unfolded="▾",
    child="↳",
    branch="└",
    link="→",
    loop="↻",
    focus="▸",
    failed="✗",
    more="⋯",
    dot="·",
    hit="»",
    fill="▁▂▃▄▅▆▇█",
    both="‡",
)

PLAIN = Glyphs(
    outcome={
        "completed": "v",
        "failed": "x",
        "interrupted": "!",
        "incomplete": "_",
        "running": ">",
        "empty": ".",
        "unknown": "?",
    },
    status={
        "ok": "v",
        "failed": "x",
        "denied": "/",
        "timeout": "t",
        "aborted": "!",
        "running": ">",
        "unanswered": "_",
        "unknown": ".",
    },
    prompt=">",
    answer="*",
    thought="~",
    note="-",
    orphan="<",
    bad="#",
    folded="+",
    unfolded="-",
    child="`",
    branch="`",
    link=">",
    loop="@",
    focus=">",
    failed="x",
    more="...",
    dot="-",
    hit="/",
    fill=".:-=+*#",
    both="&",
)

STYLES: Mapping[str, str] = {
    "completed": "good",
    "ok": "good",
    "failed": "bad",
    "denied": "bad",
    "timeout": "bad",
    "interrupted": "warn",
    "aborted": "warn",
    "running": "busy",
}
"""Style of an outcome's or a status's mark; the others are quiet."""


def glyphs(*, plain: bool) -> Glyphs:
    """Pick the set to draw with."""
    return PLAIN if plain else UNICODE
