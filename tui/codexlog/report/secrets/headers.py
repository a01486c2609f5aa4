"""What authorises a request or a program: headers, `Bearer …` anywhere, options of curl and others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.secrets.names import lower
from codexlog.report.secrets.shapes import past_breaks
from codexlog.report.secrets.values import Span, has_digit, is_code, is_stand_in, is_varied, starts_word

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = ("authorization", "cookie", "bearer ")
"""In small letters."""
_SIGN = re.compile(r"""2?(?P<close>\\{0,7}["'`])?[ \t]{0,4}[:=][ \t]{0,4}(?P<open>\\{0,7}["'`])?""")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,20}[ ]{1,4}(?=[^\s\"'])")
_SPACES = re.compile(r"[ ]{1,4}")
_COOKIE = re.compile(r"""[^\s"'`\\;=:,]{1,100}=[^"'`\\\r\n]{4,}+""")
_CREDENTIAL = re.compile(r"""[^\s"'`,\\;<>]{1,400}+""")
_REST = re.compile(r"""[^\s"'`,\\;<>]*+""")
_SIGNATURE = re.compile(r"[^\n\\\"']{0,400}?Signature=([0-9a-fA-F]{64})")
LEAST = 8
LEAST_ALONE = 10
"""Characters of a credential in a header, and of one that only `Bearer` names."""

_QUOTE = r"""\\{0,7}["']?"""
_USER = rf"""[ =]{{1,2}}{_QUOTE}[^\s"':\\$/]{{1,60}}:"""
_OPTIONS = tuple(
    (word, re.compile(rf"""{pattern}{_QUOTE}(?P<value>[^\s"'`\\;|&]{{3,200}}+)"""))
    for word, pattern in (
        ("-u", f"-u{_USER}"),
        ("--user", f"--user{_USER}"),
        ("--proxy-user", f"--proxy-user{_USER}"),
        ("sshpass -p", "sshpass -p ?"),
        ("mysql", r"mysql(?:dump|admin)?\b[^\n|;&]{0,120}? -p"),
        ("IDENTIFIED ", r"IDENTIFIED (?:WITH \w{1,40} )?BY "),
    )
)
"""What a text has to have, and what stands before a password there."""


def headers(text: str) -> Iterator[Span]:
    """Credentials and cookies."""
    lowered = lower(text)
    for word in _WORDS:
        at = lowered.find(word)
        while at >= 0:
            span = _value(text, at, word) if starts_word(text, at) else None
            if span is not None:
                yield span
            at = lowered.find(word, span.end if span is not None else at + 1)
    for word, pattern in _OPTIONS:
        for match in pattern.finditer(text) if word in text else ():
            if not is_stand_in(match["value"]):
                yield Span(*match.span("value"))


def _value(text: str, at: int, word: str) -> Span | None:
    end = at + len(word)
    if word == "bearer ":
        match = _CREDENTIAL.match(text, end)
        return _whole(text, match) if match is not None and _is_secret(match[0], LEAST_ALONE) else None
    sign = _SIGN.match(text, end)
    if sign is None:
        return None
    return _cookies(text, sign) if word == "cookie" else _credential(text, sign)


def _cookies(text: str, sign: re.Match[str]) -> Span | None:
    match = _COOKIE.match(text, sign.end())
    if match is None or not is_varied(match[0]) or is_stand_in(match[0]):
        return None
    return Span(*match.span())


def _credential(text: str, sign: re.Match[str]) -> Span | None:
    scheme = _SCHEME.match(text, sign.end())
    start = scheme.end() if scheme is not None else sign.end()
    if scheme is not None and scheme[0].startswith("AWS4-"):
        signature = _SIGNATURE.match(text, start)
        return Span(*signature.span(1)) if signature is not None else None
    match = _CREDENTIAL.match(text, start)
    if match is None or not _is_secret(match[0], LEAST):
        return None
    is_variable = sign["close"] is not None and not sign["open"]
    return None if is_variable and not has_digit(match[0]) else _whole(text, match)


def _is_secret(value: str, least: int) -> bool:
    return len(value) >= least and is_varied(value) and not is_stand_in(value) and not is_code(value)


def _whole(text: str, match: re.Match[str]) -> Span:
    rest = _REST.match(text, match.end())
    end = rest.end() if rest is not None else match.end()
    while text[end - 1] in ".)]}":
        end -= 1
    return Span(match.start(), past_breaks(text, end))
