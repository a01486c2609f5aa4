"""What a person typed in a Claude Code row, and what the program put there. First words in any case."""

from __future__ import annotations

import re
from typing import NamedTuple

INTERRUPTED = "[request interrupted by user"
"""Also `… for tool use]`. Stands in the user role; means that the turn was aborted."""
LOCAL_OUTPUT = ("<local-command-stdout>", "<local-command-stderr>")
"""What a slash command printed that never reached the model."""
SHELL = ("<bash-input>", "<bash-stdout>", "<bash-stderr>")
"""A `!cmd` of the person and its output."""
TASK = "<task-notification>"
"""What became of a background task (2.1+)."""
NOT_TYPED = (
    *LOCAL_OUTPUT,
    *SHELL,
    INTERRUPTED,
    "<local-command-caveat>",  # 2.1+
    "caveat: the messages below",  # 2.0
    TASK,
    "this session is being continued from a previous conversation",
)
LOCAL_COMMANDS = frozenset(("clear", "compact", "exit", "quit", "model", "resume", "login", "logout"))
"""Commands that the program handles itself in every version."""

_INSERTED = re.compile(r"<(ide_[a-z_]+|system-reminder)\b[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE)
_FRAME = re.compile(r"</?(?:local-command-std(?:out|err)|bash-(?:input|stdout|stderr))>")
_COMMAND = ("<command-name>", "<command-message>")
_FIELD = re.compile(r"<command-(name|message|args)>(.*?)</command-\1>", re.DOTALL)
_WORDS = 100


class Slash(NamedTuple):
    """A slash command as a row holds it."""

    text: str
    """Name and arguments."""
    is_local: bool
    """Whether it never reaches the model, whatever follows."""


def without_insertions(text: str) -> str:
    """The text without what an editor or the program inserted, trimmed."""
    return (_INSERTED.sub("", text) if "<" in text else text).strip()


def without_frames(text: str) -> str:
    """The command or output itself, trimmed."""
    return _FRAME.sub("", text).strip()


def starts(text: str, words: str | tuple[str, ...]) -> bool:
    """Whether a trimmed text starts with one of some lower-case words."""
    return text[:_WORDS].lower().startswith(words)


def slash_command(text: str) -> Slash | None:
    """The command of a row that is one; None for any other text."""
    if not text.startswith(_COMMAND):
        return None
    fields = {field: value.strip() for field, value in _FIELD.findall(text)}
    name = fields.get("name") or fields.get("message") or ""
    words = f"{name} {fields.get('args', '')}".strip()
    return Slash(words, name.removeprefix("/").lower() in LOCAL_COMMANDS or not words)
