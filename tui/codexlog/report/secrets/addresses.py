"""Secrets in addresses: `https://name:password@host`, `?access_token=…`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.secrets.values import Span, is_stand_in, is_varied

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = re.compile(
    r"""://(?P<name>[^\s/:@"'`<>\\?#]{0,100}+)(?::(?P<password>[^\s/"'`<>\\]{1,200}))?@(?!sha256:)"""
)
_QUERY = re.compile(
    r"(?:[?&;#]|\\u0026|%26|%3F)(?:[\w.-]{0,30}?(?:token|secret|passw(?:or)?d|pwd|api[_-]?key|access[_-]?key|signature|credential)"
    r"|sig|auth|jwt|apikey|(?P<vague>key|code)|assertion|X-Amz-[\w-]{1,30})(?:=|%3D)(?P<value>[^\s&#\"'`<>\\;]{1,4000}+)",
    re.IGNORECASE,
)
LEAST = 6
LEAST_VAGUE = 16
"""Characters of a value whose name says that it is secret, and of one whose name can mean anything."""


def addresses(text: str) -> Iterator[Span]:
    """Passwords before a host, and values of parameters whose names say that they are secret."""
    if "://" in text:
        for match in _USER.finditer(text):
            yield from _of_user(match)
    if "=" in text or "%3D" in text:
        for match in _QUERY.finditer(text):
            value = match["value"].rstrip(".,)]}")
            if (
                len(value) >= (LEAST_VAGUE if match["vague"] else LEAST)
                and is_varied(value)
                and not is_stand_in(value)
            ):
                yield Span(match.start("value"), match.start("value") + len(value))


def _of_user(match: re.Match[str]) -> Iterator[Span]:
    password, name = match["password"], match["name"]
    if password is not None and not is_stand_in(password):
        yield Span(*match.span("password"))
    elif password is None and len(name) >= 20 and is_varied(name):
        yield Span(*match.span("name"))
