"""Finds transcripts: in the agents' homes, in any folder, or the one file that was named.

Nothing is opened here. A file is known by its name, one `stat` and the permission to read it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from codexlog.catalog.copies import noted
from codexlog.catalog.found import Found, age_of, logical, superseded
from codexlog.catalog.mounts import is_pseudo
from codexlog.catalog.names import (
    is_claude_session,
    is_entire_session,
    is_side_file,
    name_id,
    name_time,
    rollout_id,
    stands_in_claude_projects,
    stands_in_codex_sessions,
)
from codexlog.catalog.repositories import may_hold_checkpoints, repository_around, top_of
from codexlog.paths import PROJECTS
from codexlog.rows.git_place import is_repository
from codexlog.rows.source import PARTED, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from codexlog.paths import Agent

__all__ = [
    "DiscoverError",
    "Found",
    "age_of",
    "discover",
    "found_at",
    "logical",
    "name_id",
    "name_time",
    "rollout_id",
    "superseded",
]

SESSIONS = "sessions"
ARCHIVED = "archived_sessions"
NOT_WALKED = frozenset((".git", "node_modules"))
MOST_PARTS = 64
"""Names in a path below which nobody keeps sessions; a walk that gets there runs in circles."""
HOME_MARKS = ("config.toml", "auth.json", "session_index.jsonl")
"""What lies beside `sessions/` in a Codex home and not in other folders that have a `sessions/`."""
CLAUDE_NAMES = (".claude", "claude")
CLAUDE_MARKS = (".claude.json", ".credentials.json", "history.jsonl", "settings.json", "todos", "statsig")
"""What lies beside `projects/` in a home of Claude Code and not in other folders that have a `projects/`."""
NO_SESSIONS: dict[Agent | None, frozenset[str]] = {
    "claude": frozenset(("tool-results", "memory")),
    "entire": frozenset(("tmp", "logs")),
}
"""Folders in the trees of agents that hold other things."""
ENTIRE = ".entire"

_EXTENSIONS = (".jsonl", ".jsonl.zst", ".json")
_KINDS = ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"))


class DiscoverError(Exception):
    """A path that was asked for and cannot be looked into."""

    def __init__(self, path: Path, cause: str) -> None:
        shown = str(path)
        super().__init__(f"{shown if shown.isprintable() else repr(shown)}: {cause}")
        self.path = path
        self.cause = cause


class _Place(NamedTuple):
    """What holds for every file below a folder."""

    home: Path | None = None
    archived: bool = False
    rollouts_only: bool = False
    deep: bool = True
    agent: Agent | None = None

    def at(self, folder: Path) -> _Place:
        """Step one level down: the place is another one where the tree of an agent's home begins."""
        name = folder.name
        if self.agent is not None:
            return self
        if name in (SESSIONS, ARCHIVED):
            return self._replace(home=folder.parent, archived=name == ARCHIVED)
        if name == PROJECTS and _is_claude_home(folder.parent):
            return _Place(agent="claude")
        return _Place(agent="entire") if name == ENTIRE else self

    def enters(self, name: str) -> bool:
        """Tell whether sessions may stand in a folder of this name."""
        return name not in NOT_WALKED and name not in NO_SESSIONS.get(self.agent, ())

    def agent_of(self, name: str) -> Agent | None:
        """Whose file of this name stands here."""
        is_codex = name.startswith("rollout-") or (self.home is not None and name.endswith(".json"))
        return self.agent or ("codex" if is_codex else None)

    def takes(self, name: str, folder: Path) -> bool:
        """Tell whether a file of this name is a transcript here."""
        if self.agent == "entire":
            return is_entire_session(name)
        if not name.endswith(_EXTENSIONS):
            return False
        if self.agent == "claude":
            return is_claude_session(name)
        if name.startswith("rollout-"):
            return not name.startswith("rollout-compress-")
        if name.endswith(".json"):
            return self.home is not None and folder.name == SESSIONS
        return not self.rollouts_only and not is_side_file(name, folder.name)


def discover(paths: Sequence[Path]) -> list[Found]:
    """List the transcripts of homes, folders and single files, newest first, each real file once.

    Raises DiscoverError for a path that does not exist or cannot be entered.
    """
    walk = _Walk()
    for path in paths:
        try:
            walk.add(path)
        except OSError as error:
            raise DiscoverError(path, _cause(error)) from error
        except ValueError as error:  # a NUL in the name
            raise DiscoverError(path, str(error)) from error
    walk.ask_git()
    return sorted(noted(walk.found), key=age_of, reverse=True)


def found_at(path: Path) -> Found | None:
    """The transcript that stands at a path now, packed or not; None where a walk would list none there."""
    place = _owner(path.parent)
    place = place._replace(rollouts_only=place.home is not None)
    if not place.takes(path.name, path.parent) or (place.agent is None and _is_claude_home(path.parent)):
        return None
    walk = _Walk()
    try:
        walk.take(_stored(path), place)
    except (OSError, ValueError):
        return None
    return walk.found[0] if walk.found else None


class _Walk:
    """Collects files; real folders first, so that a file reached twice keeps its real name."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self._seen: set[tuple[int, int]] = set()
        self._user = os.geteuid()
        self._folders: list[tuple[Path, _Place]] = []
        self._links: list[tuple[Path, _Place]] = []
        self._repositories: dict[Path, Path] = {}
        """The name by which each one was found."""

    def add(self, path: Path) -> None:
        if not path.is_dir():
            self._named_file(path)
            return
        if not os.access(path, os.R_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
        if is_pseudo(path.stat().st_dev):
            raise DiscoverError(path, "the system makes these files up; no session is among them")
        if _is_home(path):
            self._folders += _home_trees(path)
        elif _is_claude_home(path):
            self._folders.append((path / PROJECTS, _Place(agent="claude")))
        else:
            self._folders.append((path, _owner(path)))
            self._around(path)
        self._run()

    def _around(self, path: Path) -> None:
        """Of a folder without sessions inside a repository: what Entire keeps for the whole of it."""
        before = len(self.found)
        self._run()
        top = repository_around(path) if len(self.found) == before else None
        if top is None:
            return
        self._repositories.setdefault(top, path)
        if (top / ENTIRE).is_dir():
            self._folders.append((top / ENTIRE, _Place(agent="entire")))

    def ask_git(self) -> None:
        """Take the sessions in the objects of the repositories that the walk came through."""
        for top, named in self._repositories.items():
            if may_hold_checkpoints(top):
                from codexlog.catalog.checkpoints import found_in

                self.found += found_in(top, named)

    def _named_file(self, path: Path) -> None:
        """Take a file that was asked for, whatever its name is; it may stand in a repository."""
        if ":" in str(path) and not path.exists():
            from codexlog.catalog.checkpoints import found_named

            found = found_named(path)
            if found is not None:
                self.found.append(found)
                return
        self.take(_stored(path), _owner(path.parent))

    def _run(self) -> None:
        while self._folders or self._links:
            if self._folders:
                self._folder(*self._folders.pop())
            else:
                self._link(*self._links.pop())

    def _folder(self, folder: Path, place: _Place) -> None:
        try:
            facts = folder.stat()
            if not self._is_new(facts) or is_pseudo(facts.st_dev):
                return
            with os.scandir(folder) as listing:
                entries = {entry.name: entry for entry in listing}
        except OSError as error:
            self._lost(folder, place, _cause(error))
            return
        if (".git" in entries or "HEAD" in entries) and is_repository(folder):
            self._repositories.setdefault(top_of(folder), folder)
            if ".git" not in entries:
                return  # everything in it is git's
        for name, entry in entries.items():
            if entry.is_dir(follow_symlinks=False):
                self._enter(folder / name, place)
            elif _stands_for_another(name, entries):
                continue
            elif entry.is_symlink():
                self._links.append((folder / name, place))
            elif place.takes(name, folder):
                self._entry(folder / name, entry, place)

    def _enter(self, folder: Path, place: _Place) -> None:
        if place.deep and place.enters(folder.name) and len(folder.parts) <= MOST_PARTS:
            is_claude = place.agent is None and folder.name in CLAUDE_NAMES and _is_claude_home(folder)
            inner = folder / PROJECTS if is_claude else folder
            self._folders.append((inner, place.at(inner)))

    def _link(self, path: Path, place: _Place) -> None:
        try:
            if path.is_dir():
                if not _leads_up(path):
                    self._enter(path, place)
            elif place.takes(path.name, path.parent):
                self.take(path, place)
        except FileNotFoundError:
            self._lost(path, place, "Broken link")
        except OSError as error:
            self._lost(path, place, _cause(error))

    def _entry(self, path: Path, entry: os.DirEntry[str], place: _Place) -> None:
        try:
            self._append(path, entry.stat(), place)
        except FileNotFoundError:
            self._vanished(path, place)
        except OSError as error:
            self._lost(path, place, _cause(error))

    def _vanished(self, path: Path, place: _Place) -> None:
        """Codex may have compressed or unpacked the file since its folder was listed."""
        name = path.name
        twin = path.with_name(name.removesuffix(".zst") if name.endswith(".zst") else f"{name}.zst")
        try:
            self.take(twin, place)
        except OSError:
            return

    def take(self, path: Path, place: _Place) -> None:
        """Take one file."""
        self._append(path, path.stat(), place)

    def _append(self, stored: Path, facts: os.stat_result, place: _Place) -> None:
        if not self._is_new(facts):
            return
        mode = facts.st_mode
        own = stat.S_ISREG(mode) and mode & stat.S_IRUSR and facts.st_uid == self._user
        error = None if own else _unreadable(stored, mode)
        last, size = _parts(stored, facts.st_size) if stored.name in PARTED else (stored, facts.st_size)
        self._put(logical(stored), last, place, size, facts.st_mtime, error)

    def _lost(self, path: Path, place: _Place, cause: str) -> None:
        self._put(logical(path), path, place, 0, 0.0, cause)

    def _put(
        self, path: Path, stored: Path, place: _Place, size: int, mtime: float, error: str | None
    ) -> None:
        agent = place.agent_of(path.name)
        self.found.append(Found(path, stored, place.home, place.archived, size, mtime, error, agent))

    def _is_new(self, facts: os.stat_result) -> bool:
        key = (facts.st_dev, facts.st_ino)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _leads_up(link: Path) -> bool:
    """Whether a link leads to a folder above it, and with that out of what was asked for."""
    return link.resolve() in link.parent.resolve().parents


def _is_home(folder: Path) -> bool:
    """Tell a Codex home: other tools have a `sessions/` too, so its content or its neighbours decide."""
    if (folder / ARCHIVED).is_dir():
        return True
    if not (folder / SESSIONS).is_dir():
        return False
    if any((folder / mark).exists() for mark in HOME_MARKS):
        return True
    with os.scandir(folder / SESSIONS) as listing:
        return any(stands_in_codex_sessions(entry.name) for entry in listing)


def _is_claude_home(folder: Path) -> bool:
    """Tell a home of Claude Code: by its name, its neighbours, or the names of the projects in it."""
    if not (folder / PROJECTS).is_dir():
        return False
    if folder.name in CLAUDE_NAMES or any((folder / mark).exists() for mark in CLAUDE_MARKS):
        return True
    try:
        with os.scandir(folder / PROJECTS) as listing:
            return any(stands_in_claude_projects(entry.name) and entry.is_dir() for entry in listing)
    except OSError:
        return False  # whoever walks into it says why


def _home_trees(home: Path) -> list[tuple[Path, _Place]]:
    """List the trees of a home; the walk starts with the last one."""
    trees = [
        (home / ARCHIVED, _Place(home, archived=True, rollouts_only=True, deep=False, agent="codex")),
        (home / SESSIONS, _Place(home, rollouts_only=True, agent="codex")),
    ]
    return [(folder, place) for folder, place in trees if folder.is_dir()]


def _owner(folder: Path) -> _Place:
    """Place a folder that was asked for: it may itself lie inside a Codex home."""
    folder = folder.absolute()
    for above in (folder, *folder.parents):
        place = _Place().at(above)
        if place.home is not None or place.agent is not None:
            return place
    return _Place()


def _has_plain_twin(name: str, entries: dict[str, os.DirEntry[str]]) -> bool:
    plain = entries.get(name.removesuffix(".zst"))
    return plain is not None and plain.is_file()


def _stands_for_another(name: str, entries: dict[str, os.DirEntry[str]]) -> bool:
    """Whether another file of the folder holds the same, or more."""
    if name == "transcript.jsonl":
        return not PARTED.isdisjoint(entries)
    return name.endswith(".zst") and _has_plain_twin(name, entries)


def _parts(first: Path, size: int) -> tuple[Path, int]:
    """The last file of a session that may be cut into several, and the bytes of all."""
    last, number = first, 1
    while (after := part(first, number)).is_file():
        last, size, number = after, size + 1 + after.stat().st_size, number + 1
    return last, size


def _stored(path: Path) -> Path:
    """Choose the file that stands for a named one: the compressed twin only where the plain one is gone."""
    if path.name.endswith(".zst"):
        plain = logical(path)
        return plain if plain.is_file() else path
    twin = path.with_name(f"{path.name}.zst") if path.name else path
    return twin if not path.exists() and twin.is_file() else path


def _unreadable(path: Path, mode: int) -> str | None:
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "a device")
        return f"Not a regular file but {kind}"
    return None if os.access(path, os.R_OK) else "Permission denied"


def _cause(error: OSError) -> str:
    return error.strerror or type(error).__name__
