"""Text of a transcript → Markdown that it cannot break out of: quotes, code and indented blocks.

Whatever goes into a digest goes through a `Quoter`. It takes out what a terminal might obey, which could
hide a secret; then secrets, of the whole text, so that no cut leaves half of one; then it cuts, and says
so with `…`.
A completion promise is written `[promise: …]`: a digest is pasted into new agents, and a loop that looks
for the promise itself must not find it there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.safe_text import ELLIPSIS, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from codexlog.report.redaction import Redacted

INDENT = "    "
"""Makes a block of code that no line in it can end."""
_PROMISE = re.compile(r"<\s*promise\b[^<>]*>\s*(.{0,200}?)\s*<\s*/\s*promise\s*>", re.IGNORECASE | re.DOTALL)
_HALF = re.compile(r"<\s*(/?)\s*promise\b(?:[^<>\n]{0,40}>)?", re.IGNORECASE)
_TICKS = re.compile(r"`+")
_ESCAPES = re.compile(r"\\(?=[`<\[\\])")
"""Backslashes that Markdown would take for more than themselves."""
_LIVE = re.compile(r"<(?=[A-Za-z/!?])|\[(?=[^\[\]]*\]\()")
"""Where HTML, a link or a picture begins."""


class Quoter:
    """Quotes, and counts what it took out."""

    def __init__(self, redact: Callable[[str], Redacted] | None) -> None:
        """`redact` None: nothing is taken out."""
        self._redact = redact
        self.redacted = 0

    def clean(self, text: str) -> str:
        """The text, of as many lines as before, without secrets and with promises broken."""
        safe = safe_text(text)
        if self._redact is not None:
            found = self._redact(safe)
            self.redacted += found.count
            safe = found.text
        return _HALF.sub(r"[\1promise]", _PROMISE.sub(r"[promise: \1]", safe))

    def line(self, text: str, most: int) -> str:
        """One line of plain words, blanks folded."""
        return cut(" ".join(self.clean(text).split()), most)

    def quote(self, text: str, most: int) -> str:
        """`"…"` on one line; what Markdown would take for code or HTML is escaped."""
        return f'"{self.words(text, most)}"'

    def words(self, text: str, most: int) -> str:
        """The same without quotes: for what was only put together of quoted words."""
        said = self.line(text, most)
        runs = _TICKS.findall(said)
        is_code = set(map(len, runs)) == {1} and len(runs) % 2 == 0 and "\\`" not in said
        said = _ESCAPES.sub(r"\\\\", said)
        return _LIVE.sub(r"\\\g<0>", said if is_code else said.replace("`", "\\`"))

    def code(self, text: str, most: int) -> str:
        """One line between backticks, as many as it takes."""
        said = self.line(text, most) or " "
        fence = "`" * (max(map(len, _TICKS.findall(said)), default=0) + 1)
        blank = " " if said[0] == "`" or said[-1] == "`" else ""
        return f"{fence}{blank}{said}{blank}{fence}"

    def block(self, lines: Iterable[str], most: int) -> list[str]:
        """Indented lines; the text is cleaned as one, so that a key of many lines is known as one."""
        return [
            (INDENT + cut(line, most)).rstrip() for line in self.clean("\n".join(lines)).rstrip().split("\n")
        ]


def cut(text: str, most: int) -> str:
    """At most so many characters, the last of them `…` where there were more."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS
