"""Where the agents keep their sessions, and where the ones that ship with this package are."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def codex_home(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CODEX_HOME`, else `~/.codex`."""
    return _named(env, "CODEX_HOME", home) or home / ".codex"


def codex_sqlite_home(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CODEX_SQLITE_HOME`, which moves Codex's SQLite files alone, else the Codex home."""
    return _named(env, "CODEX_SQLITE_HOME", home) or codex_home(env, home)


def claude_home(env: Mapping[str, str], home: Path) -> Path:
    """Return `$CLAUDE_CONFIG_DIR`, else `~/.claude`."""
    return _named(env, "CLAUDE_CONFIG_DIR", home) or home / ".claude"


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
    if value == "~" or value.startswith("~/"):
        return home / value[2:]
    return Path(value) if value else None
