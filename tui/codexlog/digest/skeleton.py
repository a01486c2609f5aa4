"""The layout of a day's digest, to the byte: headings, blank lines, dashes. Pure.

It is a contract: people and programs split such files at these headings. There are two forms. The usual one
is dense and writes local times; the one in UTC has a blank line after each heading, a longer dash and no
full stop behind the lines of the overview.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OVERVIEW, BREAKDOWN, NOTES = "### Session Overview", "### Session Breakdown", "**Assumptions & Notes**"
PARTS = ("Problem - Solutions", "Code Changes", "Key Insights", "Documentation", "Next Steps")
NONE = "None."
"""What a part says where there is nothing."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|\*\*[^*]+\*\*\s*$)")


class Entry(NamedTuple):
    """A session as it stands in a digest; every text is one line that is safe in Markdown."""

    short: str
    """The time as the overview has it."""
    full: str
    """The time as the heading has it."""
    title: str
    line: str
    """Its sentence in the overview, without the full stop."""
    parts: Sequence[Sequence[str]]
    """The lines of the five parts."""


def day_text(entries: Sequence[Entry], notes: Iterable[str], *, utc: bool = False) -> str:
    """The whole digest, with a line break at its end."""
    dash, stop = ("—", "") if utc else ("–", ".")
    lines = [OVERVIEW, *(f"- {each.short} {dash} {_ended(each.line, stop)}" for each in entries)]
    lines += ["", BREAKDOWN]
    for number, each in enumerate(entries, 1):
        lines += ["", f"#### Session {number}: {each.title} ({each.full})"]
        for index, title in enumerate(PARTS):
            lines += [*([""] * utc), f"**{index + 1}. {title}**", *_bullets(each.parts[index])]
    lines += ["", NOTES, *_bullets(notes)]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def headings_of(text: str) -> list[str]:
    """The headings of a digest in their order, the bold ones too; what stands in a code block is none."""
    found: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark:
            fence = mark[1]
        elif _HEADING.match(line):
            found.append(line.strip())
    return found


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines] or [f"- {NONE}"]


def _ended(line: str, stop: str) -> str:
    return line if not stop or line.endswith((".", "…", "!", "?")) else f"{line}{stop}"
