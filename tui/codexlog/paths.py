"""Where the agents keep their sessions, and where the ones that ship with this package are."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Agent = Literal["codex", "claude", "entire"]
"""Whose sessions there are; `entire` keeps copies of those of other agents."""
AGENTS: tuple[Agent, ...] = ("codex", "claude", "entire")
PROJECTS = "projects"


class Home(NamedTuple):
    """A folder in which an agent keeps its sessions."""

    agent: Agent
    folder: Path


def agent_homes(env: Mapping[str, str], home: Path, here: Path | None) -> list[Home]:
    """Every agent's home that exists; `here` is the folder that the person stands in, if there is one."""
    homes = [Home("codex", codex_home(env, home))]
    homes += [Home("claude", each) for each in claude_homes(env, home)]
    homes += [Home("entire", each) for each in entire_folders(here)]
    return [each for each in homes if _holds_sessions(each)]


def _holds_sessions(home: Home) -> bool:
    return (home.folder / PROJECTS if home.agent == "claude" else home.folder).is_dir()


def codex_home(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CODEX_HOME`, else `~/.codex`."""
    return _named(env, "CODEX_HOME", home) or home / ".codex"


def codex_sqlite_home(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CODEX_SQLITE_HOME`, which moves Codex's SQLite files alone, else the Codex home."""
    return _named(env, "CODEX_SQLITE_HOME", home) or codex_home(env, home)


def claude_home(env: Mapping[str, str], home: Path) -> Path:
    """Return where Claude Code looks: `$CLAUDE_CONFIG_DIR`, else `~/.claude`."""
    return claude_homes(env, home)[0]


def claude_homes(env: Mapping[str, str], home: Path) -> list[Path]:
    """Return every folder that Claude Code may have used.

    `$CLAUDE_CONFIG_DIR` may name several, parted by commas, as tools that read it allow; without it there
    are `~/.claude` and the folder for settings, which some releases of 1.0 took.
    """
    named = _named(env, "CLAUDE_CONFIG_DIR", home)
    if named is None:
        config = env.get("XDG_CONFIG_HOME", "")
        folder = Path(config) if config.startswith("/") else home / ".config"
        return [home / ".claude", folder / "claude"]
    parts = [each.strip() for each in str(named).split(",") if each.strip()]
    if len(parts) < 2 or named.is_dir():
        return [named]
    return [_expanded(each, home) for each in parts]


def entire_folders(here: Path | None) -> list[Path]:
    """Return `.entire/metadata` of a folder and of those above it, up to the root of its git repository."""
    if here is None:
        return []
    above = (here, *here.parents)
    root = next((at for at, each in enumerate(above) if (each / ".git").exists()), 0)
    found = (each / ".entire" / "metadata" for each in above[: root + 1])
    return [each for each in found if each.is_dir()]


def prices_file(env: Mapping[str, str], home: Path) -> Path:
    """Where a person may keep a table of token prices."""
    return _xdg(env, home, "XDG_CONFIG_HOME", ".config") / "prices.toml"


def settings_file(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CODEXLOG_SETTINGS`, else `codexlog/settings.toml` in the folder for settings."""
    return (
        _named(env, "CODEXLOG_SETTINGS", home)
        or _xdg(env, home, "XDG_CONFIG_HOME", ".config") / "settings.toml"
    )


def state_folder(env: Mapping[str, str], home: Path) -> Path:
    """Return our folder for what outlives a run and is no setting: below `$XDG_STATE_HOME`."""
    return _xdg(env, home, "XDG_STATE_HOME", ".local/state")


def state_file(env: Mapping[str, str], home: Path) -> Path:
    """Return where the explorer remembers its layout: `codexlog/state.json` in the folder for such things."""
    return state_folder(env, home) / "state.json"


def cache_file(env: Mapping[str, str], home: Path) -> Path:
    """Return where what was worked out of files is kept: it may be deleted at any time."""
    return _xdg(env, home, "XDG_CACHE_HOME", ".cache") / "cache.sqlite"


def wishes_file(env: Mapping[str, str], home: Path) -> Path:
    """Return where it is remembered what a person changed about the loops."""
    return state_folder(env, home) / "loops.json"


@cache
def demo_home() -> Path | None:
    """Find the sample sessions: packaged beside the code, else those of the checkout, else none."""
    package = Path(__file__).resolve().parent
    packaged = package / "demo_home"
    if packaged.is_dir():
        return packaged
    checkout = package.parents[1] / "sample_sessions"
    return checkout if package.parent.name == "tui" and checkout.is_dir() else None


def _xdg(env: Mapping[str, str], home: Path, variable: str, default: str) -> Path:
    """Our folder in the one that a variable names (absolute, or it does not count), else in the system's."""
    if env.get(variable, "").startswith("/"):
        return Path(env[variable], "codexlog")
    if sys.platform == "linux":
        return home / default / "codexlog"
    import platformdirs  # where another system has them; too slow for commands that scripts call

    folders = {
        "XDG_STATE_HOME": platformdirs.user_state_path,
        "XDG_CACHE_HOME": platformdirs.user_cache_path,
        "XDG_CONFIG_HOME": platformdirs.user_config_path,
    }
    return folders[variable]("codexlog", appauthor=False)


def _named(env: Mapping[str, str], variable: str, home: Path) -> Path | None:
    """Read the folder that a variable names; an empty variable names none, a quoted `~` is the home."""
    value = env.get(variable, "")
    return _expanded(value, home) if value else None


def _expanded(value: str, home: Path) -> Path:
    return home / value[2:] if value == "~" or value.startswith("~/") else Path(value)
