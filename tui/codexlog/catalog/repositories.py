"""Git repositories, as far as the file system shows them: where one is, and whether to ask git at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.rows.git_place import is_repository

if TYPE_CHECKING:
    from pathlib import Path

MARK = b"entire/"
"""What stands in the list of packed names where any is Entire's."""


def repository_around(folder: Path) -> Path | None:
    """The top of the repository that a folder stands in."""
    folder = folder.absolute()
    return next((each for each in (folder, *folder.parents) if is_repository(each)), None)


def may_hold_checkpoints(repository: Path) -> bool:
    """Whether a name in the repository looks like Entire's: decided without starting git."""
    return _has_names(_shared(_own_folder(repository)))


def ref_folders(repository: Path) -> list[Path]:
    """The folders in which a new checkpoint shows."""
    refs = _shared(_own_folder(repository)) / "refs"
    places = (refs / "heads/entire", *sorted(refs.glob("remotes/*/entire")), refs / "entire")
    return [each for top in places if top.is_dir() for each in (top, *filter(_is_folder, top.rglob("*")))]


def _is_folder(path: Path) -> bool:
    return path.is_dir()


def _own_folder(repository: Path) -> Path:
    """Git's folder of a work tree; of a linked one (a worktree, a submodule) a file tells where it is."""
    inside = repository / ".git"
    if inside.is_dir():
        return inside
    try:
        text = inside.read_text("utf-8", "surrogateescape")
    except OSError:
        return repository
    return repository / text.removeprefix("gitdir:").strip()


def _shared(folder: Path) -> Path:
    """Where the names are that all work trees of a repository share."""
    try:
        return folder / (folder / "commondir").read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return folder


def _has_names(folder: Path) -> bool:
    try:
        loose = [folder / "refs/heads/entire", folder / "refs/entire", *folder.glob("refs/remotes/*/entire")]
        if any(each.exists() for each in loose) or (folder / "reftable").is_dir():
            return True
        return MARK in (folder / "packed-refs").read_bytes()
    except OSError:
        return False
