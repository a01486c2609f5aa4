"""What the explorer is told at its start. The edge reads clock and environment; the rest gets them here."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import paths as places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

THEME = "ansi-dark"
"""The terminal's own sixteen colours on its own background, which may be a light one as well."""
DEFAULT_PAGER = ("less", "-R")


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
    local_screen: bool = True
    """Whether a window opened here would be seen: not over SSH."""
    sqlite_home: Path | None = None
    running_seconds: float | None = None
    """Age below which a file counts as being written; None: as the other commands take it."""
    clock: Callable[[], float] = field(default=time.time)
    env: Mapping[str, str] = field(default_factory=dict)
    """The environment of the programs that are started, and where a copy may go."""
    home: Path = Path()
    """The person's home folder."""
    state: Path = Path()
    """Where the last copy is kept."""
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
        pager=_pager(env),
        local_screen=not remote,
        env=dict(env),
        home=home,
        state=places.state_folder(env, home),
        sqlite_home=places.codex_sqlite_home(env, home) if env.get("CODEX_SQLITE_HOME") else None,
    )


def _pager(env: Mapping[str, str]) -> tuple[str, ...]:
    if not env.get("PAGER"):
        return DEFAULT_PAGER
    import shlex

    try:
        return tuple(shlex.split(env["PAGER"])) or DEFAULT_PAGER
    except ValueError:
        return DEFAULT_PAGER


def _working_folder() -> Path | None:
    """Find where we are; nowhere, if the folder was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None
