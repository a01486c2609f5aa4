"""What tells a secret from a word, a variable, a type or a placeholder."""

from __future__ import annotations

import re
from typing import NamedTuple


class Span(NamedTuple):
    """Characters of a text, `end` not among them."""

    start: int
    end: int


LEAST_VARIED = 6
"""Different characters that any key has; `xxxx…` and `0000…` have fewer."""

_BEFORE = 14
"""Where the longest escape that `_ESCAPE_END` takes begins, at most."""
_ESCAPE_END = re.compile(
    r"(?:\\[abefnrtv]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\[[0-9;]{0,10}m)\Z"
)
_STAND_IN = re.compile(
    r"<[^<>]*>?|\$[A-Za-z_{(].*|\$\{?[0-9*@#?]\}?|\{.*|%[A-Za-z_(].*|@[A-Za-z_]+@|\[.*|#\{.*|![A-Za-z]*"
    r"|[,;:)\]}= ].*|[*•.·…_x-]+|[a-z]{0,20}?x{4,}|(.)\1{3,}"
    r"|(?:your|enter|insert|replace|paste)[-_ ].*|.*[-_ ](?:here|placeholder)|required\|.*"
    r"|no|non|nil|null|undefined|none|true|false|yes|on|off|empty|any|unknown|void|never|optional|required"
    r"|str|string|bytes?|bool|boolean|int|integer|number|object|text|varchar|char|self|default|value|input"
    r"|hidden|masked|redacted|removed|secrets?|tokens?|password|passwd|passphrase|pwd|pass|pw|credentials?"
    r"|change_?me|todo|tbd|n/?a|example|placeholder|dummy|missing|invalid|expired|not[-_ ]?set|set",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = re.compile(r"[A-Za-z]++(?:[-_ .',/]++[A-Za-z]++)*+[.!?:_]*+")
_PATH = re.compile(r"(?:~|\.{1,2})?/|[A-Za-z]:\\|[a-z][a-z0-9+.-]*://")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_PART = r"(?:(?:\.|->|::|\?\.)\w++)"
_CODE = re.compile(rf"[!*&(-]*+[A-Za-z_]\w*+(?:{_PART}*+[(\[{{](?:.*[)\]}},(\['\"`])?|{_PART}++)[;,.\\]*")
_PATTERN = re.compile(r"\(\?|\[[a-z0-9]-[a-z0-9]|\\[wdsS]|%[sd]|\{[a-z_.]*\}", re.IGNORECASE)


def starts_word(text: str, at: int) -> bool:
    """Whether no word goes on here; an escape before it (`%3D`, `[31m`) may end in a letter."""
    if at == 0 or not text[at - 1].isalnum():
        return True
    return _ESCAPE_END.search(text, max(0, at - _BEFORE), at) is not None


def is_varied(value: str) -> bool:
    """Whether it could be made of random characters: a digit, or both cases, and not always the same."""
    if len(set(value)) < LEAST_VARIED:
        return False
    return has_digit(value) or not (value.islower() or value.isupper())


def has_digit(value: str) -> bool:
    """Whether there is one."""
    return any(map(str.isdigit, value))


def is_stand_in(value: str) -> bool:
    """Whether it stands for a secret that is not there: a variable, a type, a pattern, `<token>`, `xxxx`."""
    return _STAND_IN.fullmatch(value.rstrip("=:")) is not None or _PATTERN.search(value) is not None


def is_words(value: str) -> bool:
    """Whether it is made of letters alone, as words and names are."""
    return _WORDS.fullmatch(value) is not None


def is_path(value: str) -> bool:
    """Whether it names a file or an address. Base64 may begin with a slash too."""
    return _PATH.match(value) is not None and not (_BASE64.fullmatch(value) and has_digit(value))


def is_code(value: str) -> bool:
    """Whether it is a call, an index or an attribute, where nothing is quoted."""
    return _CODE.fullmatch(value) is not None
