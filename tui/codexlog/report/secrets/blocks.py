"""Private keys: whole blocks, and those whose beginning, middle or end was cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.secrets.values import Span, is_varied

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 24_000
"""Characters between the marks of a block; a key of 16,384 bits has 13,000, twice as many where escaped."""
_MARK = re.compile(r"-----(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----")
_GAP = r"""[\s\\"'+|>,:#.…-]"""
"""What stands between the lines: breaks, also escaped ones; quotes, marks of a patch or of quoted text."""
_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Hash):[^\n\\]{0,200}+"
_FORWARD = re.compile(
    rf"(?:(?:\\{1, 8}[nrt]|{_GAP}|\d{{1,6}}[\t→]){{0,40}}+(?:{_HEADER}|[A-Za-z0-9+/=]{{16,}}+))++"
    rf"(?:(?:\\{1, 8}[nrt]|[\s\\]){{0,8}}+[A-Za-z0-9+/=]{{1,15}}+(?![A-Za-z0-9+/=]))?"
)
_BACKWARD = re.compile(
    rf"(?:(?:[nrt]\\|{_GAP}){{0,40}}+[A-Za-z0-9+/=]{{1,}}+){{1,2}}+(?:(?:[nrt]\\|{_GAP}){{0,40}}+[A-Za-z0-9+/=]{{16,}}+)*+"
)
"""Read from the end of a block on: a last line of any length, then whole ones."""


def private_keys(text: str) -> Iterator[Span]:
    """Every key with its marks. A mark alone, as programs write that look for keys, is none."""
    if "PRIVATE KEY" not in text:
        return
    begun: re.Match[str] | None = None
    last = 0
    for mark in _MARK.finditer(text):
        if mark[1] == "BEGIN":
            yield from _headed(text, mark)
            begun, last = mark, mark.end()
            continue
        if begun is not None and _is_key(text[begun.end() : mark.start()][: MOST + 1]):
            yield Span(begun.start(), mark.end())
        else:
            yield from _headless(text, mark, last)
        begun, last = None, mark.end()


def _is_key(between: str) -> bool:
    """Whether what stands between two marks is nothing but a key."""
    return len(between) <= MOST and _ONLY.fullmatch(between) is not None and is_varied(between)


def _headed(text: str, mark: re.Match[str]) -> Iterator[Span]:
    body = _FORWARD.match(text, mark.end())
    if body is not None:
        yield Span(mark.start(), body.end())


def _headless(text: str, mark: re.Match[str], least: int) -> Iterator[Span]:
    before = text[max(least, mark.start() - MOST) : mark.start()][::-1]
    body = _BACKWARD.match(before)
    if body is not None and len(body[0]) >= 16 and is_varied(body[0]):
        yield Span(mark.start() - body.end(), mark.end())


_ONLY = re.compile(rf"(?:{_GAP}|{_HEADER}|[A-Za-z0-9+/=]++)*+")
