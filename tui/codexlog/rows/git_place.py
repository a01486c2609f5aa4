"""How a file in a git repository is named like a path: `repository/revision:path`. Starts no git."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class GitPlace(NamedTuple):
    """A file in a repository, written `repository/revision:path` as if that were its path."""

    repository: Path
    revision: str
    path: str

    @property
    def name(self) -> str:
        """What git calls it."""
        return f"{self.revision}:{self.path}"


def place_of(path: Path) -> GitPlace | None:
    """The place that a path of that form names; None for any other path. Looks at folders, starts no git."""
    parts, first = path.parts, int(path.is_absolute())
    for at, part in enumerate(parts):
        head, colon, tail = part.partition(":")
        if not colon:
            continue
        for start in range(at, first - 1, -1):
            revision = "/".join((*parts[start:at], head))
            if revision.strip("/") and is_repository(Path(*parts[:start])):
                return GitPlace(Path(*parts[:start]), revision, "/".join((tail, *parts[at + 1 :])))
    return None


def is_repository(folder: Path) -> bool:
    """Whether a folder is the top of a work tree, or a bare repository."""
    try:
        bare = (folder / "HEAD").is_file() and (folder / "objects").is_dir()
        return bare or (folder / ".git").exists()
    except OSError:
        return False
