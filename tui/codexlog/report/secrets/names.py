"""Values that a name gives away: `password=…`, `"api_key": "…"`, `--token …`, `DB_PASSWORD: …`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.secrets.shapes import past_breaks
from codexlog.report.secrets.values import (
    Span,
    has_digit,
    is_code,
    is_path,
    is_stand_in,
    is_varied,
    is_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_NAME = 40
HEAD = 400
"""Characters of a value that are judged."""
LEAST_STRONG = 4
LEAST_WEAK = 6
"""Characters of a password, and of what should look as if made at random."""
LEAST_WORD = 6
"""Letters of a password of letters alone where nothing quotes it."""
LEAST_OF_LETTERS = 24
"""Characters from which on even letters alone are no word and no variable."""

_WORD = re.compile(
    r"(?:passw(?:or)?d|passphrase|passwort|pwd|pass|token|secret|key|credentials?|auth"
    r"|connection[_-]?string|shared[_-]?access[_-]?signature)"
    r"(?:[_-]?(?:key[_-]base|key|value|prod|dev|test|live|staging|old|new|\d{1,3}))?(?![a-z0-9_])"
)
"""Looked for where all letters are small, which is ten times as fast."""
_BEFORE = re.compile(rf"[\w.-]{{0,{LONGEST_NAME}}}\Z", re.ASCII)
_OF_KEY = re.compile(
    r"(?:api|access|secret|private|auth|encryption|signing|master|account|service|shared|storage|client|deploy)"
    r"[_-]?\Z",
    re.IGNORECASE,
)
"""What a key has in its name that is not one of a table or a keyboard."""
_OF_HARMLESS_TOKEN = re.compile(
    r"(?:page|next|continuation|cancel(?:l?ation)?|pad|eos|bos|unk|mask|sep|cls|prev(?:ious)?)[_-]?\Z",
    re.IGNORECASE,
)
"""Before `token`: where to go on, or a mark of a language model."""
_SETS = re.compile(r"(?:\blogin\s{1,4}\S{1,80}\s{1,4}|\bENV |\bset(?: -[a-zA-Z]{1,4}){0,3} |\bsetenv )\Z")
"""What makes the word behind a name its value: netrc, Dockerfiles, shells."""

_SIGN = re.compile(
    r"""(?P<close>\\{0,7}["'`]\]?|\])?"""
    r"""(?:(?P<typed>\??[ \t]{0,4}:[ \t]{0,4}[&A-Za-z_][\w.\[\], |?&']{0,40}=(?![=>])[ \t]{0,4}(?=["'`]))"""
    r"""|[ \t]{0,20}(?P<sign>=>|={1,3}|:=|!={1,2}|:(?!:))[ \t]{0,20}"""
    r"""|(?P<tag>>)(?=[^<>\n]{1,400}</)"""
    r"""|(?P<field>\s{0,4},?\s{0,20}\\{0,7}["']?value\\{0,7}["']?\s{0,4}[:=]\s{0,4})"""
    r"""|(?P<comma>,[ \t]{0,4}(?=\\{0,7}["'`]))"""
    r"""|(?P<space>[ \t]{1,4}))"""
    r"""(?P<open>(?:\b[rbfu])?\\{0,7}["'`])?"""
)


class _Kind(NamedTuple):
    """How a value is written; long ones are judged by their beginning."""

    head: re.Pattern[str]
    rest: re.Pattern[str]


def _kind(character: str) -> _Kind:
    return _Kind(re.compile(f"{character}{{1,{HEAD}}}+"), re.compile(f"{character}*+"))


_QUOTED = {quote: _kind(rf"(?:[^{quote}\\\n]|\\.)") for quote in "\"'`"}
_ESCAPED = {quote: _kind(rf"[^{quote}\\\n]") for quote in "\"'`"}
"""In quotes, and in quotes that stand in a string themselves."""
_BARE = _kind(r"""[^\s"'`&;|<>\\]""")
_TAGGED = _kind(r"[^<>\n]")
_TRAILING = ",.)]}:"
_TOKEN_LIKE = re.compile(r"[\w+/=.:~%@!$^#*-]++", re.ASCII)
_RANDOM = re.compile(r"[A-Za-z0-9+/]{20,}+={0,2}")
_VARIABLE = re.compile(r"[A-Za-z_]++[0-9]{0,2}")


class _Name(NamedTuple):
    text: str
    """All of it, `DB_PASSWORD`, not only the word that was looked for."""
    word: str
    """That word, in small letters."""

    is_vague: bool = False
    """A name that may mean something else, `FOO_KEY`, `pass`: the value has to show that it is secret."""

    @property
    def is_strong(self) -> bool:
        """A password, of whatever form; else a token or a key, which look as if made at random."""
        return self.word.startswith(("pass", "pwd"))

    @property
    def is_variable(self) -> bool:
        """Whether it is written as environments have it."""
        return self.text.isupper()


def named(text: str) -> Iterator[Span]:
    """The value behind every name of a secret."""
    done = 0
    for match in _WORD.finditer(lower(text)):
        sign = _SIGN.match(text, match.end()) if match.start() >= done else None
        name = _name(text, match.start(), match[0]) if sign is not None else None
        if sign is not None and name is not None and _fits(text, match.start(), name, sign):
            span = _value(text, name, sign)
            if span is not None:
                done = span.end
                yield span


def lower(text: str) -> str:
    """Small letters at the same places: one capital has two characters in small."""
    return text.replace("\u0130", "I").lower()


# --------------------------------------------------------------------------------------------- names


def _name(text: str, at: int, word: str) -> _Name | None:
    """The whole name; None where the word in it is part of another one or means something else."""
    found = _BEFORE.search(text, max(0, at - LONGEST_NAME), at)
    before = found[0] if found is not None else ""
    name = _Name(before + text[at : at + len(word)], word)
    if text[at - len(before) - 2 : at - len(before)] == "::":
        return None
    match word:
        case _ if word.startswith("key"):
            vague = _OF_KEY.search(before) is None
            fits = not vague or (name.is_variable and before.endswith("_"))
            name = name._replace(is_vague=vague)
        case _ if word.startswith("token"):
            fits = _OF_HARMLESS_TOKEN.search(before) is None
        case _ if word.startswith("auth"):
            fits = not before[-1:].isalnum()
        case "pass":
            name = name._replace(is_vague=not before.endswith(("_", "-")))
            fits = not before[-1:].isalnum() or (before[-1:].islower() and text[at] == "P")
        case "pwd":
            fits = name.text not in ("PWD", "OLDPWD")
        case _:
            fits = True
    return name if fits else None


def _fits(text: str, at: int, name: _Name, sign: re.Match[str]) -> bool:
    """Whether a value can stand behind this name and sign."""
    start = at + len(name.word) - len(name.text)
    if sign["space"] is not None:
        is_sql = name.is_strong and not name.is_vague and sign["open"] is not None
        return name.text.startswith("-") or is_sql or bool(_SETS.search(text, max(0, start - 90), start))
    if sign["tag"] is not None:
        return sign["close"] is None and text[start - 1 : start] in ("<", ":")
    if sign["comma"] is not None and text[start - 1 : start] not in ("'", '"', "`"):
        return False
    # arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
    return not (text[start - 1 : start] == ":" and sign[0] == ":")


# -------------------------------------------------------------------------------------------- values


def _value(text: str, name: _Name, sign: re.Match[str]) -> Span | None:
    opened = sign["open"]
    if not opened and sign["tag"] is None:
        return _bare(text, name, sign)
    kind = _TAGGED if not opened else (_ESCAPED if "\\" in opened else _QUOTED)[opened[-1]]
    head = kind.head.match(text, sign.end())
    if head is None or not _is_secret(name, head[0], sign):
        return None
    if (sign["comma"] is not None or sign["space"] is not None) and is_words(head[0]):
        return None
    return Span(head.start(), _end(kind, text, head))


def _end(kind: _Kind, text: str, head: re.Match[str]) -> int:
    rest = kind.rest.match(text, head.end())
    return rest.end() if rest is not None else head.end()


def _bare(text: str, name: _Name, sign: re.Match[str]) -> Span | None:
    head = _BARE.head.match(text, sign.end())
    if head is None:
        return None
    value = head[0].rstrip(_TRAILING)
    after = text[head.start() + len(value) : head.end() + 1]
    if not _is_secret(name, value, sign) or not _is_bare_secret(name, value, after, sign):
        return None
    if len(head[0]) == HEAD:
        return Span(head.start(), _end(_BARE, text, head))
    return Span(head.start(), past_breaks(text, head.start() + len(value)))


def _is_secret(name: _Name, value: str, sign: re.Match[str]) -> bool:
    if is_stand_in(value) or is_path(value) or _says_the_same(name, value):
        return False
    if name.is_strong and name.is_vague:
        return len(value) >= LEAST_WORD and has_digit(value) and " " not in value and sign["open"] is not None
    if name.is_strong:
        return len(value) >= LEAST_STRONG and (
            not is_words(value) or " " not in value or "phrase" in name.word
        )
    is_assigned = name.is_variable and sign[0].startswith("=") and " " not in sign[0]
    if len(value) < (LEAST_WORD if is_assigned else LEAST_WEAK) or _TOKEN_LIKE.fullmatch(value) is None:
        return False
    if name.is_vague:
        return has_digit(value) and _RANDOM.fullmatch(value) is not None
    if is_words(value) and len(value) < LEAST_OF_LETTERS:
        return is_assigned
    return is_varied(value)


def _says_the_same(name: _Name, value: str) -> bool:
    """Whether a word or a variable only says again what it is about, as in `API_KEY = "api_key"`."""
    small = value.lower()
    if small.endswith(name.text.lower().lstrip("-")):
        return True
    said = (
        ("passw", "pwd", "_pass", "-pass")
        if name.is_strong
        else ("token", "secret", "key", "auth", "credential")
    )
    return _VARIABLE.fullmatch(value.replace("-", "_")) is not None and any(word in small for word in said)


def _is_bare_secret(name: _Name, value: str, after: str, sign: re.Match[str]) -> bool:
    """What is not quoted may be code as well: a variable, a type, a call."""
    if value.startswith("-") and sign["space"] is not None:
        return False
    if is_code(value) or is_code(value + after.rstrip("\r\n ")):
        return False
    is_tight = sign[0] == "=" or sign["space"] is not None or sign["field"] is not None
    if is_words(value):
        return _is_bare_word(value, after, sign) if name.is_strong else name.is_variable and is_tight
    if name.is_strong or ((name.is_variable or name.text.startswith("-")) and is_tight):
        return True
    return has_digit(value) and (_VARIABLE.fullmatch(value) is None or len(value) >= LEAST_OF_LETTERS)


def _is_bare_word(value: str, after: str, sign: re.Match[str]) -> bool:
    """A password of letters alone: only where neither code nor prose has words."""
    if after[:1] not in ("", "\n", "\r", "&", " ", "'", '"') or len(value) < LEAST_WORD:
        return False
    if sign["sign"] == ":":
        return after[:1] in ("", "\n", "\r") and value.islower()
    return sign[0] == "=" or sign["space"] is not None or sign["field"] is not None
