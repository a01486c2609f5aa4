"""How the lines of a text are coloured: commands, diffs, code, JSON. Each takes lines and gives lines."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from codexlog.report import json_layout
from codexlog.report.shell import here_document_end
from codexlog.report.words import size

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from codexlog.app.render.lines import Line

    Paint = Callable[[Sequence[str]], Sequence[Line]]

MOST_JSON = 2_000_000
"""Characters of an output above which it is not laid out as JSON."""
LONGEST_STRING = 400
_DIFF = re.compile(r"^(?:diff --git .*|--- .*\n\+\+\+ .*)$", re.MULTILINE)
_DIFF_STYLES = {"+": "add", "-": "remove", "@": "hunk"}
_DIFF_HEADS = ("diff ", "index ", "--- ", "+++ ", "rename ", "new file", "deleted file", "similarity ")
_NUMBER = re.compile(r"^( *\d+(?:→|\t| {2,}|: ?))(.*)$", re.DOTALL)
_JSON_STYLES = {
    json_layout.KEY: "code-key",
    json_layout.STRING: "code-string",
    json_layout.NUMBER: "code-number",
    json_layout.WORD: "code-keyword",
}


def plain(lines: Sequence[str]) -> list[Line]:
    """Text as it is."""
    return [((line, ""),) for line in lines]


def shell(lines: Sequence[str]) -> list[Line]:
    """A command: the prompt set off, the lines of here-documents quiet."""
    found: list[Line] = []
    end: str | None = None
    for line in lines:
        if end is not None and line.strip() != end:
            found.append(((line, ""),))
            continue
        end = here_document_end(line) if end is None else None
        found.append((("$ ", "accent"), (line[2:], "bold")) if line.startswith("$ ") else ((line, "bold"),))
    return found


def diff(lines: Sequence[str]) -> list[Line]:
    """The output of `diff -u` or `git diff`; the marks at the beginning stand as they are."""
    found: list[Line] = []
    inside = False
    for line in lines:
        is_head = line.startswith(_DIFF_HEADS)
        inside = inside or is_head or line.startswith("@@")
        style = "bold" if is_head else _DIFF_STYLES.get(line[:1], "") if inside else ""
        found.append(((line, style),))
    return found


def code(language: str, lines: Sequence[str]) -> Sequence[Line]:
    """Code in its language; numbers in front of every line are quiet."""
    from codexlog.app.render.syntax import painted

    numbered = [_NUMBER.match(line) for line in lines[:3]]
    if not lines or not all(numbered):
        return painted(lines, language)
    parts = [found.groups() if (found := _NUMBER.match(line)) else ("", line) for line in lines]
    bodies = painted([body for _, body in parts], language)
    return [((number, "dim"), *body) for (number, _), body in zip(parts, bodies, strict=True)]


def code_painter(language: str | None) -> Paint:
    """The painter of a language."""
    return partial(code, language) if language else plain


def keyed(lines: Sequence[str]) -> list[Line]:
    """Arguments as `page.readable` writes them: the names set off."""
    return [_keyed(line) for line in lines]


def _keyed(line: str) -> Line:
    found = _KEYED.match(line)
    return ((found[1], "code-key"), (found[2], "")) if found else ((line, ""),)


_KEYED = re.compile(r"^( *(?:- )?[\w.$-]{1,60}:)((?: .*)?)$", re.DOTALL)


def json_line(pieces: json_layout.Pieces) -> Line:
    """A line of JSON that was laid out."""
    return tuple(
        (f"⋯ {size(int(piece.text))} more", "accent")
        if piece.kind == json_layout.LEFT_OUT
        else (piece.text, _JSON_STYLES.get(piece.kind, ""))
        for piece in pieces
    )


def indent_of(pieces: json_layout.Pieces) -> int:
    """Where the further pieces of a wrapped line of JSON begin."""
    first = pieces[0].text if pieces else ""
    return len(first) + len(json_layout.INDENT) if not first.strip() else len(json_layout.INDENT)


def is_json(text: str) -> bool:
    """Whether a text is one JSON object or list."""
    text = text.strip()
    if text[:1] + text[-1:] not in ("{}", "[]") or len(text) > MOST_JSON:
        return False
    import orjson

    try:
        orjson.loads(text)
    except ValueError:
        return False
    return True


def is_diff(text: str) -> bool:
    """Whether a text holds a unified diff."""
    return _DIFF.search(text[:200_000]) is not None
