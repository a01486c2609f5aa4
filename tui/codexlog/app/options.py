"""What the explorer is told at its start. The edge reads clock and environment; the rest gets them here."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from codexlog import paths as places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

THEME = "ansi-dark"
"""The terminal's own sixteen colours on its own background, which may be a light one as well."""
DEFAULT_PAGER = ("less", "-R")
DEFAULT_EDITOR = ("vi",)
PictureStyle = Literal["kitty", "iterm", "truecolour", "colour256", "mono", "ascii"]
_KITTY = frozenset(("ghostty", "kitty"))
_ITERM = frozenset(("iTerm.app", "WezTerm", "mintty"))


@dataclass(frozen=True, slots=True)
class Options:
    """Everything that differs between two starts."""

    paths: tuple[Path, ...]
    """Homes, folders and files to look into."""
    mouse: bool = True
    colour: bool = True
    plain_glyphs: bool = False
    """Draw with ASCII marks, for consoles whose font has no others."""
    save_folder: Path = Path()
    guarded: tuple[Path, ...] = ()
    """The agents' own folders: nothing is ever saved under them."""
    pager: tuple[str, ...] = DEFAULT_PAGER
    editor: tuple[str, ...] = DEFAULT_EDITOR
    prices: Path | None = None
    """The table of token prices that the user keeps, if any."""
    picture_style: PictureStyle = "colour256"
    """How this terminal can be made to show a picture."""
    local_screen: bool = True
    """Whether a window opened here would be seen: not over SSH."""
    sqlite_home: Path | None = None
    running_seconds: float | None = None
    """Age below which a file counts as being written; None: as the other commands take it."""
    clock: Callable[[], float] = field(default=time.time)
    children: int | None = None
    """How many processes count in the background; None: by the number of cores."""


def options_from(
    paths: Sequence[Path], env: Mapping[str, str], home: Path, *, mouse: bool | None = None
) -> Options:
    """Options as the environment has them. `mouse` None: on, but off over SSH."""
    remote = "SSH_CONNECTION" in env or "SSH_TTY" in env
    return Options(
        paths=tuple(paths),
        mouse=not remote if mouse is None else mouse,
        colour=not env.get("NO_COLOR"),
        plain_glyphs=env.get("TERM") in ("linux", "dumb"),
        save_folder=_working_folder() or home,
        guarded=(
            places.codex_home(env, home),
            home / ".codex",
            places.claude_home(env, home),
            home / ".claude",
        ),
        pager=_program(env, ("PAGER",), DEFAULT_PAGER),
        editor=_program(env, ("VISUAL", "EDITOR"), DEFAULT_EDITOR),
        prices=places.prices_file(env, home),
        picture_style=picture_style(env),
        local_screen=not remote,
        sqlite_home=places.codex_sqlite_home(env, home) if env.get("CODEX_SQLITE_HOME") else None,
    )


def picture_style(env: Mapping[str, str]) -> PictureStyle:
    """What the environment says of the terminal; it is never asked. A multiplexer passes no pictures on."""
    term, program = env.get("TERM", ""), env.get("TERM_PROGRAM", "")
    inside = "TMUX" in env or "STY" in env or term.startswith(("screen", "tmux"))
    if not inside and ("KITTY_WINDOW_ID" in env or "kitty" in term or program in _KITTY):
        return "kitty"
    if not inside and program in _ITERM:
        return "iterm"
    if term in ("linux", "dumb"):
        return "ascii"
    if env.get("NO_COLOR"):
        return "mono"
    if env.get("COLORTERM") in ("truecolor", "24bit"):
        return "truecolour"
    return "colour256" if "256" in term else "mono"


def _program(env: Mapping[str, str], variables: Sequence[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """The command line that the first variable with anything in it holds."""
    wanted = next((env[each] for each in variables if env.get(each)), "")
    if not wanted:
        return default
    import shlex

    try:
        return tuple(shlex.split(wanted)) or default
    except ValueError:
        return default


def _working_folder() -> Path | None:
    """Find where we are; nowhere, if the folder was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None
