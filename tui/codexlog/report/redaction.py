"""What must not leave with a text: secrets become `[redacted]`, home folders `~`.

Pure; a text that came from a terminal has to be made safe first (`safe_text`), for escape sequences and
characters without width would part a secret from what gives it away.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.secrets.addresses import addresses
from codexlog.report.secrets.blocks import private_keys
from codexlog.report.secrets.headers import headers
from codexlog.report.secrets.names import named
from codexlog.report.secrets.shapes import tokens
from codexlog.report.secrets.values import starts_word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.report.secrets.values import Span

MARK = "[redacted]"
"""What stands for a secret."""
FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (private_keys, tokens, headers, addresses, named)
_ROUNDS = 4
"""More often than once only where what stands beside a secret looks like one when that is gone."""
_NAME = r"(?!(?:Shared|Public)\b)[\w.-]{1,64}"
_HOMES = (
    ("/home/", re.compile(rf"/home/{_NAME}")),
    (":/Users/", re.compile(rf"[A-Za-z]:/Users/{_NAME}")),
    ("/mnt/", re.compile(rf"/mnt/[a-z]/Users/{_NAME}")),
    ("/c/Users/", re.compile(rf"/c/Users/{_NAME}")),
    ("/Users/", re.compile(rf"/Users/{_NAME}")),
    ("Users\\", re.compile(r"[A-Za-z]:\\{1,8}Users\\{1,8}(?!Public\b)(?:[\w. -]{1,64}?(?=\\)|[\w.-]{1,64})")),
)
"""Words that a text has to have, and what to look for then."""
_SLUG = re.compile(r"(?<=/projects/)-(?:home|Users)-[A-Za-z0-9_]{1,64}")
"""Claude Code names the folder of a project after its path."""


class Redacted(NamedTuple):
    """A text that may leave."""

    text: str
    count: int  # type: ignore[assignment]  # a tuple's own method, which nobody needs here
    """How many secrets were left out; home folders are none."""


def redact(text: str, *, home: str = "") -> Redacted:
    """Put `[redacted]` for every secret and `~` for home folders: `home`, and those that look like one."""
    without = leave_out(text)
    return Redacted(_tilde(without.text, home), without.count)


def leave_out(text: str) -> Redacted:
    """Put `[redacted]` for every secret and leave paths alone, for commands that are to be run again."""
    before = text
    for _ in range(_ROUNDS):
        spans = _merged(sorted(chain.from_iterable(find(text) for find in FINDERS)))
        if not spans:
            break
        text = _without(text, spans)
    if text == before:
        return Redacted(text, 0)
    return Redacted(text, max(1, text.count(MARK) - before.count(MARK)))


def _merged(spans: list[Span]) -> list[Span]:
    """Spans that overlap or touch as one."""
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = merged[-1]._replace(end=max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _without(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], MARK)
        at = span.end
    return "".join((*parts, text[at:]))


def _tilde(text: str, home: str) -> str:
    def shorten(match: re.Match[str]) -> str:
        return "~" if starts_word(text, match.start()) else match[0]

    if len(home) > 1 and home in text:
        text = re.sub(re.escape(home.rstrip("/\\")) + r"(?![\w.-])", shorten, text)
    for word, pattern in _HOMES:
        if word in text:
            text = pattern.sub(shorten, text)
    return _SLUG.sub("-~", text) if "/projects/-" in text else text
