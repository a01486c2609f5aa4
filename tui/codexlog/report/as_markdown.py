"""A session as Markdown. What was said stands in quotes, so that no text of it can change the structure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.report.document import Facts, Heading, Said, document
from codexlog.report.safe_text import safe_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.model import Session
    from codexlog.report.document import Block

_FENCE = re.compile(r"(`{3,})[^`]*\Z|(~{3,})")
"""At the beginning of the line alone: one that is indented may end with the list that it stands in."""
_TICKS = re.compile(r"`+")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#!|~&])")
_CODE_SPAN = re.compile(r"((?<!`)(?P<run>`+)(?!`).*?(?<!`)(?P=run)(?!`))")


def markdown(session: Session, change: Callable[[str], str] = str) -> str:
    """The whole session. `change` is applied to every text before it is quoted."""
    return "\n".join(line for block in document(session, change) for line in [*_lines(block), ""])


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {_plain(block.text)}"
    elif isinstance(block, Facts):
        yield from (f"- **{name}**: {_plain(value)}" for name, value in block.rows)
    elif isinstance(block, Said):
        yield f"**{_plain(block.who)}**"
        yield ""
        yield from _fenced(block.text) if block.is_aside else _quoted(block.text)
    else:
        yield f"**{_plain(block.line)}**"
        for text in filter(None, (block.arguments, block.output)):
            yield ""
            yield from _fenced(text)


def _plain(text: str) -> str:
    """One line in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", safe_line(text).strip())


def _quoted(text: str) -> Iterator[str]:
    """Markdown of a person or a model: rendered inside a quote, without HTML and without pictures."""
    lines = [*_with_fences(text.strip("\n").split("\n"))]
    keeps_code = all(is_code or _is_balanced(line) for line, is_code in lines)
    for line, is_code in lines:
        yield f"> {line if is_code else _tamed(line, keeps_code=keeps_code)}".rstrip()


def _with_fences(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands between fences or is one."""
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence:
            yield line, True
            run = line.rstrip()
            if run.startswith(fence) and not run.strip(fence[0]):
                fence = ""
        else:
            fence = (mark[1] or mark[2]) if mark is not None else ""
            yield line, bool(fence)


def _is_balanced(line: str) -> bool:
    """Whether every piece of code in a line ends in it, so that no other line can turn it into text."""
    return "`" not in _CODE_SPAN.sub("", line) and "\\`" not in line


def _tamed(line: str, *, keeps_code: bool) -> str:
    """A line without tags and pictures, which a reader of Markdown would obey."""
    if not keeps_code:
        return _harmless(line)
    found, end = [], 0
    for span in _CODE_SPAN.finditer(line):
        found += [_harmless(line[end : span.start()]), span[0]]
        end = span.end()
    return "".join([*found, _harmless(line[end:])])


def _harmless(text: str) -> str:
    return text.replace("<", "&lt;").replace("![", r"\!\[")


def _fenced(text: str) -> Iterator[str]:
    """Text as it stands, between fences that are longer than any inside."""
    shown = text.strip("\n")
    longest = max((len(ticks) for ticks in _TICKS.findall(shown)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from shown.split("\n")
    yield fence
