"""Every command, once: keys, footer, help and palette are all made from this table."""

from __future__ import annotations

from typing import Literal, NamedTuple

Pane = Literal["sessions", "timeline", "details"]
ALWAYS_SHOWN = 90
"""Place in the footer from which a command is shown however narrow it is."""
EVERYWHERE: tuple[Pane, ...] = ("sessions", "timeline", "details")

KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "right_square_bracket": "]",
    "left_square_bracket": "[",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


class Command(NamedTuple):
    """Something that a key does."""

    id: str
    keys: tuple[str, ...]
    label: str
    """One word for the footer."""
    help: str
    where: tuple[Pane, ...] = EVERYWHERE
    footer: int = 0
    """Place in the footer, smaller ones first; 0 for not there."""

    @property
    def shown_keys(self) -> str:
        """The first key as a person writes it."""
        return key_name(self.keys[0])

    @property
    def all_keys(self) -> str:
        """Every key."""
        return " ".join(key_name(key) for key in self.keys)


COMMANDS: tuple[Command, ...] = (
    Command("down", ("j", "down"), "down", "Next row, or scroll down"),
    Command("up", ("k", "up"), "up", "Previous row, or scroll up"),
    Command("page_down", ("pagedown", "space", "ctrl+f"), "page", "One page down"),
    Command("page_up", ("pageup", "ctrl+b"), "page up", "One page up"),
    Command("half_down", ("ctrl+d",), "half page", "Half a page down"),
    Command("half_up", ("ctrl+u",), "half page up", "Half a page up"),
    Command("first", ("g", "home"), "first", "First row"),
    Command("last", ("G", "end"), "last", "Last row"),
    Command("open", ("enter",), "open", "Open the session", ("sessions",), 10),
    Command(
        "enter", ("enter",), "details", "Read the details; on a heading fold or unfold", ("timeline",), 10
    ),
    Command("filter", ("slash",), "filter", "Keep the sessions that meet a query", ("sessions",), 20),
    Command(
        "next_failure",
        ("right_square_bracket",),
        "next ✗",
        "Next failing call; in the list: open the session at its first",
        footer=22,
    ),
    Command(
        "previous_failure",
        ("left_square_bracket",),
        "prev ✗",
        "Previous failing call; in the list: open the session at its last",
        footer=23,
    ),
    Command("in", ("l", "right"), "in", "Unfold, or go one pane to the right"),
    Command("out", ("h", "left"), "out", "Fold, or go one pane to the left"),
    Command("fold_all", ("minus",), "fold all", "Fold every turn to its heading", ("timeline",)),
    Command("unfold_all", ("plus", "equals_sign"), "unfold", "Unfold every turn", ("timeline",)),
    Command(
        "texts", ("x",), "hidden", "Show or hide the texts of this turn that nobody typed", ("timeline",), 45
    ),
    Command(
        "whole", ("a",), "all", "Show all of a long text, or its ends alone", ("timeline", "details"), 30
    ),
    Command(
        "pager", ("o",), "pager", "Open an attachment or this page in $PAGER", ("timeline", "details"), 35
    ),
    Command("save", ("s",), "save", "Save an attachment or this page to a file", ("timeline", "details"), 40),
    Command(
        "raw",
        ("r",),
        "raw",
        "The row of the file as it is, or the readable page",
        ("timeline", "details"),
        32,
    ),
    Command(
        "markdown",
        ("m",),
        "markdown",
        "Markdown as it is meant, or as it is written",
        ("timeline", "details"),
    ),
    Command("wrap", ("w",), "wrap", "Wrap long lines, or scroll sideways with ← →", ("timeline", "details")),
    Command("reload", ("u",), "reload", "Read the folders, or the open session, once more"),
    Command("next_pane", ("tab",), "pane", "Next pane", footer=60),
    Command("previous_pane", ("shift+tab",), "pane back", "Previous pane"),
    Command("back", ("escape",), "back", "Go back: end the filter, unzoom, one pane to the left", footer=70),
    Command("zoom", ("z",), "zoom", "Give this pane the whole screen, or share it again", footer=80),
    Command("palette", ("colon", "ctrl+p"), "palette", "Find a command by its name"),
    Command("help", ("question_mark", "f1"), "help", "All keys", footer=90),
    Command("quit", ("q", "ctrl+c", "ctrl+q"), "quit", "Leave", footer=95),
)


def key_name(key: str) -> str:
    """A key as a person writes it."""
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    return KEY_NAMES.get(key, key.capitalize() if len(key) > 1 else key)


def all_keys() -> list[str]:
    """Every key that is bound to anything."""
    return sorted({key for command in COMMANDS for key in command.keys})


def command_at(pane: Pane, key: str) -> Command | None:
    """What a key does in a pane."""
    return next((each for each in COMMANDS if key in each.keys and pane in each.where), None)


def footer_of(pane: Pane) -> list[Command]:
    """The commands that the footer of a pane names, in order."""
    return sorted(
        (each for each in COMMANDS if each.footer and pane in each.where), key=lambda each: each.footer
    )


def palette_of(pane: Pane) -> list[Command]:
    """What the palette offers in a pane: all that is more than a step of the cursor."""
    return [each for each in COMMANDS if pane in each.where and each.id != "palette"]
