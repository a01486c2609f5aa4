"""A transcript that was found, before anybody opens it: where it is, what the file system says, its age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codexlog.catalog.names import folder_day, local_time, name_id, name_time, rollout_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codexlog.paths import Agent


@dataclass(frozen=True, slots=True)
class Found:
    """One transcript and what the file system says of it."""

    path: Path
    """The session's name on disk, without the `.zst` of a cold one."""
    stored: Path
    """The file that is there: `path`, or its compressed twin."""
    home: Path | None
    """The Codex home that it belongs to."""
    archived: bool
    size: int
    """Bytes of the stored file; 0 where it could not be asked."""
    mtime: float
    error: str | None = None
    """Why it cannot be read, in one line."""
    agent: Agent | None = None
    """Whose it is, where the place tells; else its rows have to be asked."""
    named: str | None = None
    """The session's id where the path does not tell it."""
    in_git: bool = False
    """Whether it stands in the objects of a repository: `path` is then `repository/revision:path`."""
    copies: tuple[str, ...] = ()
    """Where else the session is, in words: the paths of its copies, how many older checkpoints there are."""

    @property
    def session(self) -> str | None:
        """The id that copies of the session share; None where only the rows tell it."""
        return self.named or name_id(self.path)


def superseded(found: Iterable[Found]) -> set[Path]:
    """Name the files of a reverted thread that a newer file of the same thread replaces.

    A copy of the newest file under the same name replaces nothing and is not replaced.
    """
    threads: dict[str, list[Path]] = {}
    for one in found:
        thread = name_id(one.path) if one.path.name.startswith("rollout-") else None
        if thread:
            threads.setdefault(thread, []).append(one.path)
    old: set[Path] = set()
    for files in threads.values():
        newest = rollout_id(max(files, key=_generation))
        old.update(path for path in files if rollout_id(path) != newest)
    return old


def logical(stored: Path) -> Path:
    """The name of a session on disk, without the `.zst` of a cold one."""
    name = stored.name
    return stored.with_name(name.removesuffix(".zst")) if name.endswith(".jsonl.zst") else stored


def _generation(path: Path) -> tuple[str, str]:
    return name_time(path) or "", rollout_id(path) or ""


def age_of(one: Found) -> tuple[str, float, str]:
    """What sessions are sorted by: the time in the name, else that of the last change.

    Of a day in the name the last moment, but for a change on that day: files that were copied later have
    no telling times.
    """
    changed, day = local_time(one.mtime), folder_day(one.path)
    if day is not None and not changed.startswith(day):
        changed = f"{day}T23:59:59"
    return name_time(one.path) or changed, one.mtime, one.path.name
