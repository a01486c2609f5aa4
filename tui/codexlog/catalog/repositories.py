"""Git repositories, as far as the file system shows them: where one is, and whether to ask git at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.rows.git_place import is_repository, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from codexlog.catalog.discover import Found

MARK = b"entire/"
"""What stands in the list of packed names where any is Entire's."""
_LOOSE = ("refs/heads/entire", "refs/entire", "refs/remotes/*/entire")


def repository_around(folder: Path) -> Path | None:
    """The top of the repository that a folder stands in."""
    folder = folder.absolute()
    top = next((each for each in (folder, *folder.parents) if is_repository(each)), None)
    return top_of(top) if top is not None else None


def repositories(paths: Iterable[Path], found: Iterable[Found]) -> set[Path]:
    """Those that some places stand in, and those in which sessions were found."""
    around = {repository_around(path) for path in paths}
    held = {place.repository for each in found if each.in_git and (place := place_of(each.path)) is not None}
    return {each for each in around | held if each is not None}


def top_of(repository: Path) -> Path:
    """How a repository is named: by its work tree, where git's own folder stands in one."""
    folder = repository.absolute()
    return folder.parent if folder.name == ".git" and is_repository(folder.parent) else folder


def may_hold_checkpoints(repository: Path) -> bool:
    """Whether a name in the repository looks like Entire's: decided without starting git."""
    shared = shared_folder(repository)
    try:
        if (shared / "reftable").is_dir() or any(_loose(shared)):
            return True
        return MARK in (shared / "packed-refs").read_bytes()
    except OSError:
        return False


def ref_folders(repository: Path) -> list[Path]:
    """The folders in which a new checkpoint shows."""
    tops = [each for each in _loose(shared_folder(repository)) if each.is_dir()]
    return [each for top in tops for each in (top, *top.rglob("*")) if each.is_dir()]


def shared_folder(repository: Path) -> Path:
    """Git's folder with the names that all work trees of a repository share."""
    folder = _own_folder(repository)
    try:
        return folder / (folder / "commondir").read_text("utf-8", "surrogateescape").strip()
    except OSError:
        return folder


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


def _loose(shared: Path) -> list[Path]:
    return [each for pattern in _LOOSE for each in shared.glob(pattern)]
