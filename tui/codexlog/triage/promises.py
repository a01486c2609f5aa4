"""Completion promises: what a prompt asks for, and whether an answer makes it, quotes it or denies it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.texts import NEGATED, PROMISE

if TYPE_CHECKING:
    from codexlog.triage.trace import Said, Trace

NEAR = 60
"""Characters before a promise within which a "not" or an "until" takes it back."""
_QUOTED = re.compile(r"`[^`\n]*`|\"[^\"\n]*\"|'[^'\n]*'|^\s*>.*$", re.MULTILINE)
_FENCE = re.compile(r"^\s*```.*?^\s*```", re.MULTILINE | re.DOTALL)


class Promise(NamedTuple):
    """The promise that a prompt asks for, as the last answer has it."""

    asked: Said
    words: str
    """The promise as the prompt writes it."""
    made: str
    """The promise as the last answer makes it; empty where it does not."""
    mentioned: str
    """The promise where the last answer only speaks of it."""


def promise_of(trace: Trace) -> Promise | None:
    """None where no prompt asks for a promise."""
    found = ((said, match) for said in trace.prompts for match in PROMISE.finditer(said.text))
    asked, match = next(found, (None, None))
    if asked is None or match is None:
        return None
    said = trace.last_answer
    named = PROMISE.finditer(said.text) if said is not None else ()
    mentions = [each for each in named if each[1].lower() == match[1].lower()]
    made = [each for each in mentions if said is not None and is_made(said.text, each)]
    return Promise(
        asked, match[0], made[-1][0] if made else "", mentions[-1][0] if mentions and not made else ""
    )


def is_made(text: str, found: re.Match[str]) -> bool:
    """Whether a promise is made there: neither quoted nor denied."""
    start = found.start()
    spans = [*_QUOTED.finditer(text), *_FENCE.finditer(text)]
    if any(span.start() <= start < span.end() for span in spans):
        return False
    return NEGATED.search(text[max(0, start - NEAR) : start]) is None
