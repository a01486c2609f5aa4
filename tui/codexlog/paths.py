"""Where the agents keep their sessions, and where the ones that ship with this package are."""

from __future__ import annotations

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


def state_folder(env: Mapping[str, str], home: Path) -> Path:
    """Return our folder for what outlives a run and is no setting: below `$XDG_STATE_HOME`."""
    base = _named(env, "XDG_STATE_HOME", home)
    return (base if base is not None and base.is_absolute() else home / ".local" / "state") / "codexlog"


@cache
def demo_home() -> Path | None:
    """Find the sample sessions: packaged beside the code, else those of the checkout, else none."""
    package = Path(__file__).resolve().parent
    packaged = package / "demo_home"
    if packaged.is_dir():
        return packaged
    checkout = package.parents[1] / "sample_sessions"
    return checkout if package.parent.name == "tui" and checkout.is_dir() else None


def _named(env: Mapping[str, str], variable: str, home: Path) -> Path | None:
    """Read the folder that a variable names; an empty variable names none, a quoted `~` is the home."""
    value = env.get(variable, "")
    if value == "~" or value.startswith("~/"):
        return home / value[2:]
    return Path(value) if value else None
