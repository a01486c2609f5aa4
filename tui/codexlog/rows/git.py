"""Files among the objects of a git repository, read through git itself.

Only commands that read objects and names are run: nothing is checked out, no index is looked at.
"""

from __future__ import annotations

import atexit
import os
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, TypeVar

from codexlog.rows.git_process import GitError, GitProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from codexlog.rows.git_place import GitPlace

__all__ = ["Blob", "GitError", "Ref", "contents", "copy_parts", "entries", "files", "refs", "sizes"]

T = TypeVar("T")
MOST_IDLE = 4
"""Processes that wait for the next question: one for each repository, of so many at most."""
_LINK = "120000"
_lock = threading.Lock()
_idle: dict[tuple[int, Path], GitProcess] = {}
"""By the process that started them, for a fork inherits what is not its own, and repository."""


class Blob(NamedTuple):
    """A file of a tree."""

    path: str
    oid: str
    size: int


class Ref(NamedTuple):
    """A name of a commit."""

    name: str
    oid: str
    time: float
    """When the commit was made, in Unix seconds."""


def refs(repository: Path, patterns: Sequence[str]) -> list[Ref]:
    """The refs below some names. Raises GitError."""
    fields = "--format=%(objectname) %(committerdate:unix) %(refname)"
    with _running(repository, "for-each-ref", fields, *patterns) as process:
        lines = b"".join(process.blocks()).decode("utf-8", "surrogateescape").splitlines()
    found = (line.split(" ", 2) for line in lines)
    return [Ref(name, oid, float(time)) for oid, time, name in found if time.isdecimal()]


def files(repository: Path, oid: str, below: Sequence[str] = ()) -> Iterator[Blob]:
    """Every file of a commit's tree with its size, as git lists them. Raises GitError."""
    only = ("--", *below) if below else ()
    with _running(repository, "ls-tree", "-r", "-l", "-z", "--full-tree", oid, *only) as process:
        for entry in _between_nuls(process.blocks()):
            facts, _, path = entry.decode("utf-8", "surrogateescape").partition("\t")
            mode, kind, blob, size = facts.split()
            if kind == "blob" and mode != _LINK and size.isdecimal():
                yield Blob(path, blob, int(size))


def contents(repository: Path, names: Sequence[str]) -> list[bytes | None]:
    """The content of each object, None where there is none of this name. For small ones. Raises GitError."""
    return list(_asked(repository, "--batch", names, _content)) if names else []


def sizes(repository: Path, names: Sequence[str]) -> list[int | None]:
    """The size of each object, None where there is none of this name. Raises GitError."""
    return list(_asked(repository, "--batch-check", names, _size)) if names else []


def copy_parts(place: GitPlace, into: IO[bytes], beside: str) -> tuple[int, bytes | None]:
    """Write a file, and what it goes on in (`name.001`, `name.002`, …), to another one.

    Parts are joined by the newline that they were cut at. Returns how many there were, and the content of
    the small file with the name `beside` in the same folder. Raises GitError.
    """
    folder, _, name = place.path.rpartition("/")
    parts = 0
    with _kept(place.repository) as process:
        there = _folder(process, f"{place.revision}:{folder}")
        while (oid := there.get(f"{name}.{parts:03}" if parts else name)) is not None:
            process.ask(f"{oid}\n")
            size = _size(process, b"blob")
            if size is None:
                raise GitError(f"{name}: not a file, or not in the repository")
            if parts:
                into.write(b"\n")
            _copy(process, into, size)
            parts += 1
        if beside not in there:
            return parts, None
        process.ask(f"{there[beside]}\n")
        return parts, _content(process)


def entries(tree: bytes, width: int) -> Iterator[tuple[str, str]]:
    """Names and ids in a tree object, whose ids have `width` bytes each."""
    at = 0
    while (end := tree.find(b"\0", at)) != -1:
        name = tree[at:end].partition(b" ")[2]
        at = end + 1 + width
        yield name.decode("utf-8", "surrogateescape"), tree[end + 1 : at].hex()


# ------------------------------------------------------------------------------------------- private


@contextmanager
def _running(repository: Path, *arguments: str, asks: bool = False) -> Iterator[GitProcess]:
    process = GitProcess(repository, arguments, asks=asks)
    try:
        yield process
    finally:
        process.close()


@contextmanager
def _kept(repository: Path) -> Iterator[GitProcess]:
    """A process that hands out objects, and waits for the next one who asks: starting it costs most."""
    key = (os.getpid(), repository.absolute())
    with _lock:
        process = _idle.pop(key, None)
    if process is None or not process.is_alive:
        process = GitProcess(repository, ("cat-file", "--batch"), asks=True)
    is_sound = False
    try:
        yield process
        is_sound = True
    finally:
        with _lock:
            keeps = is_sound and key not in _idle and len(_idle) < MOST_IDLE
            if keeps:
                _idle[key] = process
        if not keeps:
            process.close()


def _end_all() -> None:
    for key in [key for key in _idle if key[0] == os.getpid()]:
        _idle.pop(key).close()


atexit.register(_end_all)


def _between_nuls(blocks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\0")
        yield from whole


def _asked(
    repository: Path, how: str, names: Sequence[str], answer: Callable[[GitProcess], T]
) -> Iterator[T]:
    """What it answers to each name; asked on a thread, for git does not wait until somebody reads."""
    lines = "".join(f"{_one_line(name)}\n" for name in names)
    with _running(repository, "cat-file", how, asks=True) as process:
        asking = threading.Thread(target=process.ask, args=(lines,), kwargs={"last": True}, daemon=True)
        asking.start()
        try:
            for _ in names:
                yield answer(process)
        finally:
            process.stop()
            asking.join()


def _one_line(name: str) -> str:
    """A name with a newline would be two questions; no file that we look for has one."""
    return name.replace("\n", " ")


def _size(process: GitProcess, kind: bytes | None = None) -> int | None:
    """The size in the head of an answer (`oid kind size`); None where there is no such object."""
    words = process.line().split()
    if len(words) != 3 or not words[2].isdigit() or kind not in (None, words[1]):
        return None
    return int(words[2])


def _content(process: GitProcess) -> bytes | None:
    size = _size(process)
    return process.exactly(size + 1)[:size] if size is not None else None


def _folder(process: GitProcess, name: str) -> dict[str, str]:
    """The ids of what a folder of a tree holds; nothing where it is none."""
    process.ask(f"{_one_line(name)}\n")
    words = process.line().split()
    if len(words) != 3 or words[1] not in (b"tree", b"blob", b"commit", b"tag"):
        return {}
    data = process.exactly(int(words[2]) + 1)
    return dict(entries(data, len(words[0]) // 2)) if words[1] == b"tree" else {}


def _copy(process: GitProcess, into: IO[bytes], size: int) -> None:
    while size:
        block = process.some(size)
        into.write(block)
        size -= len(block)
    process.exactly(1)
