"""What authorises a request or a program: headers, `Bearer …` anywhere, options of curl and others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.secrets.names import lower
from codexlog.report.secrets.shapes import past_breaks
from codexlog.report.secrets.values import Span, has_digit, is_code, is_stand_in, is_varied, starts_word

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"authorization|cookie2?(?=\\{0,7}[\"']?[ \t]{0,4}[:=])|bearer ")
_WORDS = ("authorization", "cookie", "bearer ")
"""Both in small letters."""
_SIGN = re.compile(r"""(?P<close>\\{0,7}["'`])?[ \t]{0,4}[:=][ \t]{0,4}(?P<open>\\{0,7}["'`])?""")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,20}[ ]{1,4}(?=[^\s\"'])")
_SPACES = re.compile(r"[ ]{1,4}")
_COOKIE = re.compile(r"""[^\s"'`\\;=:,]{1,100}=[^"'`\\\r\n]{4,}+""")
_CREDENTIAL = re.compile(r"""[^\s"'`,\\;<>]{1,400}+""")
_REST = re.compile(r"""[^\s"'`,\\;<>]*+""")
_SIGNATURE = re.compile(r"[^\n\\\"']{0,400}?Signature=([0-9a-fA-F]{64})")
LEAST = 8
LEAST_ALONE = 16
"""Characters of a credential in a header, and of one that only `Bearer` names."""

_OPTION = re.compile(
    r"""(?:(?:-u|--user|--proxy-user)[ =]{1,2}\\{0,7}["']?[^\s"':\\$/]{1,60}:"""
    r"""|\bsshpass -p ?\\{0,7}["']?|\bmysql(?:dump|admin)?\b[^\n|;&]{0,120}? -p\\{0,7}["']?"""
    r"""|\bIDENTIFIED (?:WITH \w{1,40} )?BY \\{0,7}["']?)(?P<value>[^\s"'`\\;|&]{3,200}+)"""
)
_OPTIONS = ("-u", "--user", "--proxy-user", "sshpass", "mysql", "IDENTIFIED")


def headers(text: str) -> Iterator[Span]:
    """Credentials and cookies."""
    lowered = lower(text)
    done = 0
    for match in _HEADER.finditer(lowered) if any(word in lowered for word in _WORDS) else ():
        if match.start() >= done:
            span = _bearer(text, match.end()) if match[0] == "bearer " else _of_header(text, match)
            if span is not None:
                done = span.end
                yield span
    if any(option in text for option in _OPTIONS):
        for match in _OPTION.finditer(text):
            if not is_stand_in(match["value"]):
                yield Span(*match.span("value"))


def _bearer(text: str, at: int) -> Span | None:
    match = _CREDENTIAL.match(text, at)
    if match is None or len(match[0]) < LEAST_ALONE or not _is_secret(match[0]):
        return None
    return _whole(text, match)


def _of_header(text: str, header: re.Match[str]) -> Span | None:
    sign = _SIGN.match(text, header.end())
    if sign is None or not starts_word(text, header.start()):
        return None
    if header[0].startswith("cookie"):
        cookies = _COOKIE.match(text, sign.end())
        harmless = cookies is None or not is_varied(cookies[0]) or is_stand_in(cookies[0])
        return None if cookies is None or harmless else Span(*cookies.span())
    scheme = _SCHEME.match(text, sign.end())
    start = scheme.end() if scheme is not None else sign.end()
    if scheme is not None and scheme[0].startswith("AWS4-"):
        signature = _SIGNATURE.match(text, start)
        return Span(*signature.span(1)) if signature is not None else None
    match = _CREDENTIAL.match(text, start)
    if match is None or len(match[0]) < LEAST or not _is_secret(match[0]):
        return None
    is_variable = sign["close"] is not None and not sign["open"]
    return None if is_variable and not has_digit(match[0]) else _whole(text, match)


def _is_secret(value: str) -> bool:
    return is_varied(value) and not is_stand_in(value) and not is_code(value)


def _whole(text: str, match: re.Match[str]) -> Span:
    rest = _REST.match(text, match.end())
    end = rest.end() if rest is not None else match.end()
    while text[end - 1] in ".)]}":
        end -= 1
    return Span(match.start(), past_breaks(text, end))
