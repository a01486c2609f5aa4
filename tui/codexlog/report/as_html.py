"""A session as one HTML page: no script, nothing from elsewhere, and no markup of what was said."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from codexlog.report.document import Facts, Heading, Said, document
from codexlog.report.safe_text import safe_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from codexlog.model import Session
    from codexlog.report.document import Block

HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
pre {{ font: 13px/1.45 ui-monospace, monospace; white-space: pre-wrap; margin: .3rem 0 1rem; }}
pre, dd, summary {{ overflow-wrap: anywhere; }}
.said {{ font: inherit; }}
.prompt, details {{ border-left: 3px solid #8886; padding-left: .8rem; }}
dt {{ float: left; clear: left; width: 7rem; opacity: .7; }}
dd {{ margin-left: 7.5rem; }}
summary {{ font: 13px/1.6 ui-monospace, monospace; cursor: pointer; }}
</style>
</head>
<body>
"""
LONG, SHORT = 30, 6
"""Lines from which on a call, and anything that nobody said, is folded."""


def html(session: Session, change: Callable[[str], str] = str) -> str:
    """The whole session. `change` is applied to every text before it is escaped."""
    blocks = list(document(session, change))
    title = next(block.text for block in blocks if isinstance(block, Heading))
    body = "\n".join(line for block in blocks for line in _lines(block))
    return f"{HEAD.format(title=_line(title))}{body}\n</body>\n</html>\n"


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level}>{_line(block.text)}</h{block.level}>"
    elif isinstance(block, Facts):
        rows = "".join(f"<dt>{_line(name)}</dt><dd>{_line(value)}</dd>" for name, value in block.rows)
        yield f"<dl>{rows}</dl>"
    elif isinstance(block, Said):
        said = f'<pre class="said">{_text(block.text)}</pre>'
        if block.is_aside:
            yield _folded(block.who, said, is_open=block.text.count("\n") < SHORT)
        else:
            yield f'<section class="{block.who.lower()}"><strong>{_line(block.who)}</strong>{said}</section>'
    else:
        texts = [text for text in (block.arguments, block.output) if text]
        inside = "".join(f"<pre>{_text(text)}</pre>" for text in texts)
        yield _folded(block.line, inside, is_open=sum(text.count("\n") for text in texts) < LONG)


def _folded(line: str, inside: str, *, is_open: bool) -> str:
    return f"<details{' open' if is_open else ''}><summary>{_line(line)}</summary>{inside}</details>"


def _line(text: str) -> str:
    return escape(safe_line(text))


def _text(text: str) -> str:
    return escape(text.strip("\n"))
