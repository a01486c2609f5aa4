"""The strings in a code-mode script, decoded: the commands and the patches that it hands to tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 400_000
"""Characters of a script that are looked at."""
_BODY = r'"(?:[^"\\\n]|\\.)*+"|' + r"'(?:[^'\\\n]|\\.)*+'|" + r"`(?:[^`\\]|\\.)*+`"
_STRING = re.compile(_BODY, re.DOTALL)
_COMMAND = re.compile(rf"\b(?:command|cmd)\"?\s*:\s*({_BODY})", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))")
_SINGLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}


def commands(script: str) -> list[str]:
    """The command lines that a script gives to shell tools, in order, where they are plain strings."""
    return [decoded(found[1]) for found in _COMMAND.finditer(script[:LONGEST])]


def strings_with(script: str, words: str) -> Iterator[str]:
    """The strings of a script that contain some words."""
    for found in _STRING.finditer(script[:LONGEST]):
        if words in found[0]:
            raw = found.start() >= 10 and script[found.start() - 10 : found.start()] == "String.raw"
            yield found[0][1:-1] if raw else decoded(found[0])


def decoded(literal: str) -> str:
    """What a string literal of JavaScript means; `${…}` in templates stays as it is written."""
    text = _ESCAPE.sub(_character, literal[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\u" in literal else text


def _character(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code is None:
        return _SINGLE.get(found[4], found[4])
    number = int(code, 16)
    return chr(number) if number < 0x110000 else "\ufffd"
