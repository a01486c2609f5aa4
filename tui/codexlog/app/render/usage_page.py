"""The usage page of the explorer: the lines of the report, with what they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.app.render.lines import LinkedLine
from codexlog.report.usage_lines import usage_lines

if TYPE_CHECKING:
    from codexlog.report.glyphs import Glyphs
    from codexlog.report.usage import UsageFacts


def usage_page(facts: UsageFacts, width: int, glyphs: Glyphs) -> list[LinkedLine]:
    """The page for a width in cells."""
    return [LinkedLine(line.spans, line.link) for line in usage_lines(facts, width, glyphs)]


def usage_text(facts: UsageFacts, width: int, glyphs: Glyphs) -> str:
    """The same as text, for a pager or a file."""
    lines = usage_lines(facts, width, glyphs)
    return "\n".join("".join(text for text, _ in line.spans).rstrip() for line in lines) + "\n"
