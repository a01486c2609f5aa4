"""What the explorer remembers between two starts: a theme that was picked, and how the panes were sized.

It is a convenience: damage means defaults, and a folder that cannot be written means that nothing is kept.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Shares = dict[str, float]
"""Share of the screen (0 to 1) by what was resized, such as `beside.list`."""


@dataclass
class Remembered:
    """The content of the state file."""

    theme: str | None = None
    over: str = ""
    """The theme of the settings when that one was picked: a later change of the settings wins."""
    shares: Shares = field(default_factory=dict)


def recall(path: Path) -> Remembered:
    """Read the state file; whatever is wrong with it, what remains counts."""
    try:
        content = path.read_bytes()
    except OSError:
        return Remembered()
    import json  # not before the first start that finds a state

    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return Remembered()
    if not isinstance(document, dict):
        return Remembered()
    theme, over, shares = document.get("theme"), document.get("theme_over"), document.get("shares")
    return Remembered(
        theme if isinstance(theme, str) else None,
        over if isinstance(over, str) else "",
        _shares(shares) if isinstance(shares, dict) else {},
    )


def remember(path: Path, state: Remembered) -> str | None:
    """Replace the state file as a whole; returns why that was impossible, if it was."""
    import json

    document = {"theme": state.theme, "theme_over": state.over, "shares": state.shares}
    making = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(
            os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            json.dump(document, file)
        making.replace(path)
    except OSError as error:
        with suppress(OSError):
            making.unlink()
        return f"{path}: {error.strerror or error}"
    return None


def _shares(document: Mapping[str, object]) -> Shares:
    """The numbers between 0 and 1."""
    return {
        name: float(share)
        for name, share in document.items()
        if isinstance(share, (int, float)) and 0 < share < 1
    }
