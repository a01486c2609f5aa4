"""Every command, once: keys, footer, help and palette are all made from this table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from codexlog.app.key_names import key_name

if TYPE_CHECKING:
    from collections.abc import Sequence

Pane = Literal["sessions", "timeline", "details"]
ALWAYS_SHOWN = 90
"""Place in the footer from which a command is shown however narrow it is."""
EVERYWHERE: tuple[Pane, ...] = ("sessions", "timeline", "details")


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
        """The first key as a person writes it; "" where a key map left none."""
        return key_name(self.keys[0]) if self.keys else ""

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
        "enter",
        ("enter",),
        "details",
        "Read the details; fold or unfold a heading; follow a link",
        ("timeline",),
        10,
    ),
    Command("filter", ("slash",), "filter", "Keep the sessions that meet a query", ("sessions",), 20),
    Command(
        "find",
        ("slash",),
        "find",
        "Find text in the session; re: begins a pattern",
        ("timeline", "details"),
        20,
    ),
    Command("next_hit", ("n",), "next hit", "Next place that was found", ("timeline", "details")),
    Command("previous_hit", ("N",), "prev hit", "Previous place that was found", ("timeline", "details")),
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
    Command(
        "loops",
        ("L",),
        "loops",
        "Loops: every iteration, how it ended, what went wrong first",
        footer=24,
    ),
    Command(
        "first_bad", ("b",), "first bad", "First iteration of the loop that ended badly: the row of its cause"
    ),
    Command("next_bad", ("B",), "next bad", "Next iteration of the loop that ended badly"),
    Command(
        "follow",
        ("f",),
        "follow",
        "Follow a running session: stay at its last row, or stop doing so",
        footer=28,
    ),
    Command("in", ("l", "right"), "in", "Unfold, or go one pane to the right"),
    Command("out", ("h", "left"), "out", "Fold, or go one pane to the left"),
    Command(
        "fold_all",
        ("minus",),
        "fold all",
        "Fold every turn to its heading, every family to its first session",
        ("sessions", "timeline"),
    ),
    Command(
        "unfold_all",
        ("plus", "equals_sign"),
        "unfold",
        "Unfold every turn, every family",
        ("sessions", "timeline"),
    ),
    Command(
        "texts", ("x",), "hidden", "Show or hide the texts of this turn that nobody typed", ("timeline",), 78
    ),
    Command(
        "whole", ("a",), "all", "Show all of a long text, or its ends alone", ("timeline", "details"), 30
    ),
    Command(
        "pager", ("o",), "pager", "Open an attachment or this page in $PAGER", ("timeline", "details"), 36
    ),
    Command("save", ("s",), "save", "Save an attachment or this page to a file", ("timeline", "details"), 40),
    Command(
        "edit",
        ("e",),
        "editor",
        "Open a copy of an attachment or this page in $EDITOR",
        ("timeline", "details"),
    ),
    Command("usage", ("dollar_sign",), "usage", "Tokens, context, limits and cost of the session", footer=34),
    Command("attachments", ("A",), "attached", "Every attachment of the session", footer=76),
    Command(
        "link",
        ("ctrl+l",),
        "link",
        "Follow a link: to the agent of a call, from a first row to the parent",
        ("timeline", "details"),
    ),
    Command("jump_back", ("backspace", "ctrl+o"), "jump back", "Go back to where a link was followed"),
    Command("copy", ("c",), "copy", "Copy the selected command or text; in the list the path", footer=82),
    Command(
        "digest",
        ("y",),
        "digest",
        "Copy a digest of the session, for an issue; once more shows it",
        footer=26,
    ),
    Command(
        "handoff", ("Y",), "handoff", "Copy what the agent needs that goes on with it; once more shows it"
    ),
    Command(
        "day",
        ("D",),
        "day",
        "The day of the session: all that was done in every session of it, to read and to copy",
    ),
    Command("resume", ("R",), "resume", "Show the agent's own command that resumes the session", footer=84),
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
    Command("back", ("escape",), "back", "Go back: end the filter, unzoom, one pane to the left", footer=90),
    Command("zoom", ("z",), "zoom", "Give this pane the whole screen, or share it again", footer=80),
    Command(
        "wider", ("greater_than_sign",), "wider", "Widen this pane: the list, or timeline against details"
    ),
    Command("narrower", ("less_than_sign",), "narrower", "Narrow this pane"),
    Command("reset_panes", ("0",), "first sizes", "Give the panes the sizes that they had at first"),
    Command("theme", ("T",), "theme", "Choose a theme: the colours"),
    Command("palette", ("colon", "ctrl+p"), "palette", "Find a command by its name"),
    Command("redraw", ("ctrl+r",), "redraw", "Draw the screen anew, after another program wrote on it"),
    Command("stop", ("ctrl+z",), "to shell", "Stop and go back to the shell; its command fg comes back"),
    Command("help", ("question_mark", "f1"), "help", "All keys", footer=92),
    Command("quit", ("q", "ctrl+c", "ctrl+q"), "quit", "Leave", footer=95),
)


def all_keys(commands: Sequence[Command] = COMMANDS) -> list[str]:
    """Every key that is bound to anything."""
    return sorted({key for command in commands for key in command.keys})


def command_at(pane: Pane, key: str, commands: Sequence[Command] = COMMANDS) -> Command | None:
    """What a key does in a pane."""
    return next((each for each in commands if key in each.keys and pane in each.where), None)


def panes_of_key(key: str, commands: Sequence[Command] = COMMANDS) -> list[Pane]:
    """The panes in which a key does anything."""
    return [pane for pane in EVERYWHERE if command_at(pane, key, commands) is not None]


def footer_of(pane: Pane, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """The commands that the footer of a pane names, in order."""
    return sorted(
        (each for each in commands if each.footer and each.keys and pane in each.where),
        key=lambda each: each.footer,
    )


def palette_of(pane: Pane, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """What the palette offers in a pane: all that is more than a step of the cursor."""
    return [each for each in commands if pane in each.where and each.id != "palette"]


# ------------------------------------------------------------------- pages that cover the three panes

Covering = Literal["usage", "attachments", "loops", "digest", "day"]
COVERING: tuple[Covering, ...] = ("usage", "attachments", "loops", "digest", "day")


class PageCommand(NamedTuple):
    """Something that a key does on a page that covers the panes."""

    command: Command
    """Its own keys are those that no command of the panes lends it."""
    keys_of: tuple[str, ...]
    """Commands of the panes whose keys it has as well."""
    pages: tuple[Covering, ...] = COVERING


PAGE_COMMANDS: tuple[PageCommand, ...] = (
    PageCommand(
        Command("land", (), "go there", "Close the page and go to this row or turn", footer=10),
        ("enter",),
        ("usage", "attachments"),
    ),
    PageCommand(
        Command("land", (), "go there", "Loops: open the loop, or go to the row; Esc comes back", footer=10),
        ("enter",),
        ("loops",),
    ),
    PageCommand(
        Command("land", (), "go there", "Digests: close the page and go to the row of the line", footer=10),
        ("enter",),
        ("digest",),
    ),
    PageCommand(
        Command("matrix", ("t",), "checks", "Loops: which checks fail in which iterations", footer=20),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("compare", ("d",), "compare", "Loops: this iteration and the next one", footer=22),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("first_bad", (), "first bad", "Loops: the cause of the first bad iteration", footer=24),
        ("first_bad",),
        ("loops",),
    ),
    PageCommand(
        Command("next_bad", (), "next bad", "Loops: the cause of the next bad iteration", footer=26),
        ("next_bad",),
        ("loops",),
    ),
    PageCommand(
        Command("tokens", (), "usage", "Loops: the usage page of this iteration", footer=28),
        ("usage",),
        ("loops",),
    ),
    PageCommand(
        Command("split", ("x",), "part", "Loops: begin a new loop at this iteration", footer=30),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("join", ("J",), "join", "Loops: let this loop carry on the one before it", footer=31),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("widen", ("w",), "pauses", "Loops: let longer pauses stand in a loop", footer=32),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("undo", ("u",), "undo", "Loops: take back the last part, join or longer pause", footer=33),
        (),
        ("loops",),
    ),
    PageCommand(
        Command("digest", (), "digest", "Loops: copy a digest of the loop; once more shows it", footer=29),
        ("digest",),
        ("loops",),
    ),
    PageCommand(
        Command("handoff", (), "handoff", "Loops: copy the handoff of this iteration; once more shows it"),
        ("handoff",),
        ("loops",),
    ),
    PageCommand(
        Command("digest", (), "digest", "Digests: copy the one for an issue", footer=20),
        ("digest",),
        ("digest",),
    ),
    PageCommand(
        Command("handoff", (), "handoff", "Digests: copy the one for an agent", footer=22),
        ("handoff",),
        ("digest",),
    ),
    PageCommand(
        Command("land", (), "go there", "Day: open the session, at the row of this line", footer=10),
        ("enter",),
        ("day",),
    ),
    PageCommand(Command("digest", (), "copy", "Day: copy it", footer=12), ("digest",), ("day",)),
    PageCommand(
        Command("day_before", (), "day before", "Day: the one before on which a session began", footer=20),
        ("previous_failure",),
        ("day",),
    ),
    PageCommand(
        Command("day_after", (), "day after", "Day: the next one on which a session began", footer=22),
        ("next_failure",),
        ("day",),
    ),
    PageCommand(
        Command("pager", (), "pager", "Open this page in $PAGER", footer=35),
        ("pager",),
        ("usage", "loops", "digest", "day"),
    ),
    PageCommand(
        Command("pager", (), "open", "Open this attachment", footer=35), ("pager",), ("attachments",)
    ),
    PageCommand(Command("edit", (), "editor", "Open a copy in $EDITOR", footer=37), ("edit",)),
    PageCommand(Command("save", (), "save", "Save it to a file", footer=40), ("save",)),
    PageCommand(Command("close", ("q",), "back", "Close the page", footer=90), ("back", "usage"), ("usage",)),
    PageCommand(
        Command("close", ("q",), "back", "Stop reading, or close the page", footer=90),
        ("back", "attachments"),
        ("attachments",),
    ),
    PageCommand(
        Command("close", ("q",), "back", "Loops: back to the page before, or to the panes", footer=90),
        ("back", "jump_back", "loops"),
        ("loops",),
    ),
    PageCommand(
        Command("close", ("q",), "back", "Digests: stop reading, or close the page", footer=90),
        ("back",),
        ("digest",),
    ),
    PageCommand(Command("close", ("q",), "back", "Day: close it", footer=90), ("back", "day"), ("day",)),
    PageCommand(Command("help", (), "help", "All keys", footer=92), ("help",)),
    PageCommand(Command("quit", ("ctrl+c", "ctrl+q"), "quit", "Leave the explorer"), ()),
)
_MOVING = ("down", "up", "page_down", "page_up", "half_down", "half_up", "first", "last")


def page_commands(page: Covering, commands: Sequence[Command] = COMMANDS) -> list[Command]:
    """What works on a page; `commands` are those of the panes, for keys and for moving."""
    return [
        *(with_keys(each, commands) for each in PAGE_COMMANDS if page in each.pages),
        *(each for each in commands if each.id in _MOVING),
    ]


def with_keys(each: PageCommand, commands: Sequence[Command] = COMMANDS) -> Command:
    """A command of a page with the keys that those of the panes lend it."""
    lent = {command.id: command.keys for command in commands}
    keys = [key for name in each.keys_of for key in lent.get(name, ())]
    return each.command._replace(keys=(*keys, *each.command.keys))
