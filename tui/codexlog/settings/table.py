"""Every setting, once: its default, what it takes and what it does.

The file's text, the checks and the README's table are made from this: a new setting is one more field of
`Settings`, and whatever acts on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

KEYS = "keys"
"""The section of the file that maps commands to keys."""
THEMES = ("terminal", "dark", "light", "high-contrast", "colour-blind", "mono")


class Rule(NamedTuple):
    """What a setting takes."""

    comment: str
    """What it does, in one line; the file and the README say it."""
    kind: type = str
    choices: tuple[str, ...] = ()
    least: float = 0.0
    """Smallest number that is taken."""
    example: object = None
    """What stands in the file for a setting that is not set by default."""

    @property
    def takes(self) -> str:
        """The values in words."""
        if self.choices:
            return "one of " + ", ".join(f'"{each}"' for each in self.choices)
        if self.kind is float:
            return f"a number from {self.least:g} on"
        return {str: "a text", bool: "true or false"}[self.kind]

    def accepts(self, value: object) -> bool:
        """Whether a value of the file is one of them."""
        if self.kind is float:
            return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= self.least
        if not isinstance(value, self.kind):
            return False
        return value in self.choices if self.choices else value != ""


def _set(default: Any, comment: str, **more: Any) -> Any:
    """One setting, as a field."""
    return field(default=default, metadata={"rule": Rule(comment, **more)})


@dataclass(frozen=True)
class Settings:
    """The values, defaults where nothing was set; None where the environment decides."""

    mouse: str = _set(
        "auto", "The mouse in the explorer; auto: on, but off over SSH.", choices=("auto", "on", "off")
    )
    theme: str = _set("terminal", "Colours; terminal uses the terminal's own sixteen.", choices=THEMES)
    glyphs: str = _set(
        "auto", "Marks; auto: ASCII on consoles that have no others.", choices=("auto", "unicode", "ascii")
    )
    pager: str | None = _set(
        None, "What shows a long text, with its arguments; not set: $PAGER, else less -R.", example="less -R"
    )
    editor: str | None = _set(
        None, "What opens a copy of a text; not set: $VISUAL, $EDITOR, else vi.", example="nano -R"
    )
    wrap: bool = _set(True, "Long lines in the details: wrapped, or going on to the right.", kind=bool)
    markdown: bool = _set(True, "Markdown in answers and prompts: rendered, or as it was written.", kind=bool)
    save_folder: str | None = _set(
        None, "The folder that s proposes; not set: the one you started in.", example="~/Downloads"
    )
    redact: bool = _set(
        True, "Secrets and home folders in what is copied or saved as text: left out, or kept.", kind=bool
    )
    osc52_limit: float = _set(
        74_994.0,
        "The most bytes that the terminal is asked to copy (OSC 52); st takes 700, Tabby 2000, 0 asks never.",
        kind=float,
    )
    watch: str = _set(
        "auto",
        "How changes are noticed; inotify: the system tells, poll: by looking, auto: as the disk allows.",
        choices=("auto", "inotify", "poll"),
    )
    running_seconds: float = _set(
        120.0,
        "A session that records no end counts as running while its file is younger than this, in seconds.",
        kind=float,
    )


RULES: dict[str, Rule] = {each.name: each.metadata["rule"] for each in fields(Settings)}
"""The rule of each setting, by its name, in the order of the file."""
DEFAULTS = Settings()
