"""What the explorer is told at its start. The edge reads clock and environment; the rest gets them here."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from codexlog import paths as places
from codexlog.app.commands import COMMANDS
from codexlog.app.remembered import Remembered, recall
from codexlog.app.render.hints import key_of
from codexlog.settings.table import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from codexlog.app.commands import Command
    from codexlog.settings.parse import Parsed
    from codexlog.settings.table import Settings

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
    agent: places.Agent | None = None
    """Whose sessions count; None: everybody's."""
    mouse: bool = True
    colour: bool = True
    plain_glyphs: bool = False
    """Draw with ASCII marks, for consoles whose font has no others."""
    save_folder: Path = Path()
    guarded: tuple[Path, ...] = ()
    """The agents' own folders: nothing is ever saved under them."""
    pager: tuple[str, ...] = DEFAULT_PAGER
    editor: tuple[str, ...] = DEFAULT_EDITOR
    wrap: bool = True
    """Whether long lines of the details are wrapped at first."""
    markdown: bool = True
    """Whether Markdown is rendered at first."""
    prices: Path | None = None
    """The table of token prices that the user keeps, if any."""
    picture_style: PictureStyle = "colour256"
    """How this terminal can be made to show a picture."""
    local_screen: bool = True
    """Whether a window opened here would be seen: not over SSH."""
    sqlite_home: Path | None = None
    running_seconds: float | None = None
    """Age below which a file counts as being written; None: as the other commands take it."""
    watch: str = DEFAULTS.watch
    """How changes of the folders are noticed."""
    clock: Callable[[], float] = field(default=time.time)
    theme: str = DEFAULTS.theme
    """The one of the settings; the person may have picked another one since."""
    commands: tuple[Command, ...] = COMMANDS
    """With the person's keys."""
    settings_file: Path | None = None
    problems: tuple[str, ...] = ()
    """What in the settings file has no effect, and why."""
    state_file: Path | None = None
    """Where to remember what the person picked; None: nowhere."""
    remembered: Remembered = field(default_factory=Remembered)
    env: Mapping[str, str] = field(default_factory=dict)
    """The environment of the programs that are started, and where a copy may go."""
    home: Path = Path()
    """The person's home folder."""
    redact: bool = DEFAULTS.redact
    """Whether secrets are left out of what is copied or saved as text."""
    osc52_limit: float = DEFAULTS.osc52_limit
    """Bytes that the terminal is asked to copy at most."""
    state: Path = Path()
    """Where the last copy is kept."""
    cache: Path | None = None
    """Where to keep what was worked out of files; None: nowhere."""
    wishes: Path | None = None
    """Where to remember what the person changed about the loops; None: nowhere."""
    children: int | None = None
    """How many processes count in the background; None: by the number of cores."""


def options_from(
    paths: Sequence[Path],
    env: Mapping[str, str],
    home: Path,
    *,
    mouse: bool | None = None,
    parsed: Parsed | None = None,
    agent: places.Agent | None = None,
) -> Options:
    """Options as the settings and the environment have them. `mouse` None: as the settings say."""
    remote = "SSH_CONNECTION" in env or "SSH_TTY" in env
    settings = parsed.settings if parsed is not None else DEFAULTS
    commands, problems = _commands(parsed)
    state_file = places.state_file(env, home)
    return Options(
        paths=tuple(paths),
        agent=agent,
        mouse=_mouse(settings, remote=remote) if mouse is None else mouse,
        colour=not env.get("NO_COLOR"),
        plain_glyphs=_plain_glyphs(settings, env),
        save_folder=_save_folder(settings) or _working_folder() or home,
        guarded=(
            places.codex_home(env, home),
            home / ".codex",
            *places.claude_homes(env, home),
            home / ".claude",
            *places.entire_folders(_working_folder()),
        ),
        pager=_command(settings.pager) or _command(env.get("PAGER")) or DEFAULT_PAGER,
        editor=_command(settings.editor)
        or _command(env.get("VISUAL"))
        or _command(env.get("EDITOR"))
        or DEFAULT_EDITOR,
        wrap=settings.wrap,
        markdown=settings.markdown,
        prices=places.prices_file(env, home),
        picture_style=picture_style(env),
        local_screen=not remote,
        env=dict(env),
        home=home,
        redact=settings.redact,
        osc52_limit=settings.osc52_limit,
        state=places.state_folder(env, home),
        sqlite_home=places.codex_sqlite_home(env, home) if env.get("CODEX_SQLITE_HOME") else None,
        running_seconds=settings.running_seconds,
        watch=settings.watch,
        theme=settings.theme,
        commands=commands,
        settings_file=places.settings_file(env, home),
        problems=problems,
        state_file=state_file,
        remembered=recall(state_file),
        cache=places.cache_file(env, home),
        wishes=places.wishes_file(env, home),
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


def theme_of(options: Options) -> str:
    """The theme to begin with: the one picked last, unless the settings were changed after that."""
    state = options.remembered
    return state.theme if state.theme is not None and state.over == options.theme else options.theme


def problem_note(options: Options) -> str:
    """The first problem of the settings file, for the footer; "" where there is none."""
    if not options.problems:
        return ""
    name = options.settings_file.name if options.settings_file is not None else "settings"
    more = f", {len(options.problems)} problems, see {key_of('help')}:" if len(options.problems) > 1 else ""
    return f"{name}{more} {options.problems[0]}"


def _mouse(settings: Settings, *, remote: bool) -> bool:
    return not remote if settings.mouse == "auto" else settings.mouse == "on"


def _plain_glyphs(settings: Settings, env: Mapping[str, str]) -> bool:
    return env.get("TERM") in ("linux", "dumb") if settings.glyphs == "auto" else settings.glyphs == "ascii"


def _save_folder(settings: Settings) -> Path | None:
    return Path(settings.save_folder).expanduser() if settings.save_folder is not None else None


def _commands(parsed: Parsed | None) -> tuple[tuple[Command, ...], tuple[str, ...]]:
    """The commands with the person's keys, and every problem of the settings file, by line."""
    if parsed is None:
        return COMMANDS, ()
    from codexlog.app.key_map import apply_keys

    commands, problems = apply_keys(parsed.keys)
    return commands, tuple(map(str, sorted((*parsed.problems, *problems), key=lambda each: each.line or 0)))


def _command(line: str | None) -> tuple[str, ...]:
    """A command line as words; none where there is nothing or where its quotes do not match."""
    if not line:
        return ()
    import shlex

    try:
        return tuple(shlex.split(line))
    except ValueError:
        return ()


def _working_folder() -> Path | None:
    """Find where we are; nowhere, if the folder was deleted."""
    try:
        return Path.cwd()
    except OSError:
        return None
