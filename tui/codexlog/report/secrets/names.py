"""Values that a name gives away: `password=…`, `"api_key": "…"`, `--token …`, `Authorization: …`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.secrets.shapes import past_breaks
from codexlog.report.secrets.values import Span, is_code, is_path, is_stand_in, is_varied, is_words

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRONG = r"pass(?:word|wd|phrase)|passwort|\bpwd\b|(?<=[_-])pass\b|(?<=[_-])pwd\b|(?<=[a-z])Pwd\b"
_KEY = (
    r"(?:api|access|secret|private|auth|encryption|signing|master|account|service|shared|storage|client|deploy)"
    r"[_-]?key"
)
_WEAK = (
    rf"token|secret|{_KEY}|credentials?|(?<![a-z])_?auth|bearer"
    r"|connection[_-]?string|sas[_-]?url|shared[_-]?access[_-]?signature"
)
_AFTER = r"(?:[_-]?(?:key[_-]base|key|value|prod|dev|test|live|staging|old|new|\d{1,3}))?(?![A-Za-z0-9_])"
_NAME = re.compile(rf"(?:(?P<strong>{_STRONG})|{_WEAK}){_AFTER}", re.IGNORECASE)
_HINTS = (
    "pass",
    "pwd",
    "token",
    "secret",
    "key",
    "credential",
    "auth",
    "bearer",
    "connection",
    "sas",
    "sharedaccess",
    "cookie",
)

_BEFORE_NAME = re.compile(r"[\w.-]{0,40}\Z", re.ASCII)
_HARMLESS = re.compile(
    r"(?:page|next|continuation|cancel(?:l?ation)?|pad|eos|bos|unk|mask|sep|cls|start|stop|end|prev(?:ious)?|sync|stream)[_-]?\Z",
    re.IGNORECASE,
)
"""Before `token`: where to go on, or a mark of a language model."""

_SIGN = re.compile(
    r"""(?P<close>\\{0,7}["'`]|\]|\\{0,7}["']\])?"""
    r"""(?:(?P<tag>>)(?=[^<>\n]{1,400}</)"""
    r"""|[ \t]{0,20}(?P<sign>={1,3}|=>|:=|!={1,2}|:(?!:))[ \t]{0,20}"""
    r"""|\s{0,4},?\s{0,20}\\{0,7}["']?value\\{0,7}["']?\s{0,4}[:=]\s{0,4}"""
    r"""|(?P<space>[ \t]{1,4}))"""
    r"""(?P<open>[rbfu]?\\{0,7}["'`])?"""
)
_QUOTED = {quote: re.compile(rf"(?:[^{quote}\\\n]|\\.){{0,400}}+") for quote in "\"'`"}
_NESTED = {quote: re.compile(rf"[^{quote}\\\n]{{0,400}}+") for quote in "\"'`"}
_BARE = re.compile(r"""[^\s"'`&;|<>\\]{1,400}+""")
_TAGGED = re.compile(r"[^<>\n]{1,400}+")
_TRAILING = ",.)]}:"


class _Name(NamedTuple):
    text: str
    """All of it, `DB_PASSWORD`, not only the word that was looked for."""
    start: int
    is_strong: bool
    """A password, of whatever form; else a token or a key, which look as if made at random."""

    @property
    def is_variable(self) -> bool:
        """Whether it is written as environments have it."""
        return self.text.isupper()


def named(text: str) -> Iterator[Span]:
    """The value behind every name of a secret."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS):
        return
    at = 0
    while (match := _NAME.search(text, at)) is not None:
        at = match.end()
        span = _value(text, _name(text, match), at)
        if span is not None:
            yield span
            at = max(at, span.end)


def _name(text: str, match: re.Match[str]) -> _Name:
    before = _BEFORE_NAME.search(text, max(0, match.start() - 40), match.start())
    start = before.start() if before is not None else match.start()
    return _Name(text[start : match.end()], start, match["strong"] is not None)


def _value(text: str, name: _Name, at: int) -> Span | None:
    sign = _SIGN.match(text, at)
    if sign is None or _HARMLESS.search(name.text[: len(name.text) - 5]):
        return None
    if sign["space"] is not None and not name.text.startswith("--"):
        return None
    if sign["tag"] is not None:
        match = _TAGGED.match(text, sign.end())
        return _if(match, match is not None and _is_secret(name, match[0]))
    opened = sign["open"]
    if opened:
        match = (_NESTED if "\\" in opened else _QUOTED)[opened[-1]].match(text, sign.end())
        return _if(match, match is not None and _is_secret(name, match[0]))
    match = _BARE.match(text, sign.end())
    if match is None:
        return None
    value = match[0].rstrip(_TRAILING)
    end = match.start() + len(value)
    if _is_bare_secret(name, value, text[end : end + 1], sign):
        return Span(match.start(), past_breaks(text, end))
    return None


def _if(match: re.Match[str] | None, holds: bool) -> Span | None:
    return Span(*match.span()) if match is not None and holds else None


def _is_secret(name: _Name, value: str) -> bool:
    if is_stand_in(value) or is_path(value):
        return False
    if name.is_strong:
        return len(value) >= 4 and not (
            " " in value and is_words(value) and "phrase" not in name.text.lower()
        )
    return (
        len(value) >= 8
        and " " not in value
        and is_varied(value)
        and not (is_words(value) and len(value) < 24)
    )


def _is_bare_secret(name: _Name, value: str, after: str, sign: re.Match[str]) -> bool:
    """What is not quoted may be code as well: a variable, a type, a call."""
    if not _is_secret(name, value):
        return False
    if name.is_variable or name.text.startswith("--"):
        return True
    if is_code(value) or is_code(value + after):
        return False
    if not is_words(value):
        return True
    return name.is_strong and after in ("", "\n", "\r", "&", " ") and len(value) >= 6 and sign[0] == "="


# ------------------------------------------------------------------------------------------- headers

_HEADER = re.compile(
    r"""(?P<name>(?:proxy-)?authorization|(?:set-)?cookie2?|x-[a-z-]{0,30}(?:key|token|auth|secret))"""
    r"""\\{0,7}["']?[ \t]{0,4}[:=][ \t]{0,4}(?P<open>\\{0,7}["'])?"""
    r"""(?P<scheme>[a-z][a-z-]{2,15}[ ]{1,4}(?=\S))?""",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"""[^\s"'`\\;=]{1,100}=[^"'`\\\r\n]{4,4000}+""")
_CREDENTIAL = re.compile(r"""[^\s"'`,\\;<>]{8,4000}+""")
_BEARER = re.compile(r"""\bbearer[ ]{1,4}(?=([^\s"'`,\\;<>()]{16,4000}+))""", re.IGNORECASE)
_USER = re.compile(
    r"""(?:-u|--user|--proxy-user)[ =]{1,2}\\{0,7}["']?[^\s"':\\$]{1,60}:(?=([^\s"'\\]{3,200}+))"""
)


def headers(text: str) -> Iterator[Span]:
    """What authorises a request: headers, `Bearer …` wherever it stands, and curl's `-u name:password`."""
    lowered = text.lower()
    if any(word in lowered for word in ("authorization", "cookie", "x-")):
        for match in _HEADER.finditer(text):
            found = _header_value(text, match)
            if found is not None:
                yield found
    if "bearer" in lowered:
        for match in _BEARER.finditer(text):
            if not is_stand_in(match[1]) and not is_code(match[1]) and is_varied(match[1]):
                yield Span(match.start(1), past_breaks(text, match.end(1)))
    if "-u" in text:
        for match in _USER.finditer(text):
            if not is_stand_in(match[1]):
                yield Span(*match.span(1))


def _header_value(text: str, header: re.Match[str]) -> Span | None:
    if "cookie" in header["name"].lower():
        start = header.end("open") if header["open"] else header.end() - len(header["scheme"] or "")
        return _if(match := _COOKIE.match(text, start), match is not None and is_varied(match[0]))
    match = _CREDENTIAL.match(text, header.end())
    if match is None or is_stand_in(match[0]) or is_code(match[0]) or not is_varied(match[0]):
        return None
    return Span(match.start(), past_breaks(text, match.end()))
