"""Rows that leave: every text in them without secrets and home folders, their structure as it was."""

from __future__ import annotations

from typing import Any

from codexlog.report.redaction import MARK, redact
from codexlog.report.safe_text import safe_text

STRUCTURE = frozenset(
    (
        *("type", "role", "id", "uuid", "parentUuid", "sessionId", "tool_use_id", "timestamp", "version"),
        *("model", "media_type", "status", "what", "process", "continues", "stop_reason", "requestId"),
        *("data", "signature"),  # pictures and proofs: text of no language
    )
)
"""Keys whose texts hold a transcript together."""


class Leaving:
    """Changes values and counts what it left out."""

    def __init__(self, home: str) -> None:
        """`home`: the folder that is shown as `~`, beside those that look like one."""
        self._home = home
        self.count = 0
        """How many secrets were left out."""

    def change(self, value: Any) -> Any:
        """The value without them: a text, or any JSON."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.change(each) for each in value]
        if isinstance(value, dict):
            return {self._key(key): self._under(key, each) for key, each in value.items()}
        return value

    def _text(self, text: str) -> str:
        """A text; as a terminal would show it where that shows secrets that sequences part."""
        found, safe = redact(text, home=self._home), safe_text(text)
        shown = redact(safe, home=self._home) if safe != text else found
        found = shown if shown.count > found.count else found
        self.count += found.count
        return found.text

    def _key(self, key: str) -> str:
        changed: str = key if key in STRUCTURE else self.change(key)
        return changed

    def _under(self, key: str, value: Any) -> Any:
        """A value by its name as well: what is called a password is one, whatever it looks like."""
        if key in STRUCTURE and isinstance(value, str):
            return value
        changed = self.change(value)
        if isinstance(changed, str) and changed == value and redact(f'"{key}": "{value}"').count:
            self.count += 1
            return MARK
        return changed
