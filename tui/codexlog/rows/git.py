"""Files among the objects of a git repository, read through git itself.

Only commands that read objects and names are run: nothing is checked out, no index is looked at, no lock
taken. What the repository's own settings could start (hooks, a file system monitor, fetching what is
missing) is switched off, and variables that would lead git to another repository are not passed on.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from codexlog.rows.git_place import GitPlace

PATIENCE = 60.0
"""Seconds that one git process may take."""
_BLOCK = 1 << 20
_COMMAND = (
    *("git", "--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"),
)
_SETTINGS = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_PASSED_ON = ("GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""Variables of git's own that say nothing of a repository; all others stay here."""
_LINK = "120000"


class GitError(Exception):
    """Why git did not answer, in one line."""


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
    arguments = ("for-each-ref", fields, *patterns)
    with _running(repository, arguments) as process:
        lines = _out(process).read().decode("utf-8", "surrogateescape").splitlines()
    found = (line.split(" ", 2) for line in lines)
    return [Ref(name, oid, float(time)) for oid, time, name in found if time.isdecimal()]


def files(repository: Path, oid: str, below: Sequence[str] = ()) -> Iterator[Blob]:
    """Every file of a commit's tree with its size, as git lists them. Raises GitError."""
    arguments = ("ls-tree", "-r", "-l", "-z", "--full-tree", oid, *(("--", *below) if below else ()))
    with _running(repository, arguments) as process:
        for entry in _between_nuls(_out(process)):
            facts, _, path = entry.decode("utf-8", "surrogateescape").partition("\t")
            mode, kind, blob, size = facts.split()
            if kind == "blob" and mode != _LINK and size.isdecimal():
                yield Blob(path, blob, int(size))


def contents(repository: Path, names: Sequence[str]) -> list[bytes | None]:
    """The content of each object, None where there is none of this name. For small ones. Raises GitError."""
    return [data for _, data in _asked(repository, "--batch", names)]


def sizes(repository: Path, names: Sequence[str]) -> list[int | None]:
    """The size of each object, None where there is none of this name. Raises GitError."""
    return [size for size, _ in _asked(repository, "--batch-check", names)]


def copy_parts(place: GitPlace, into: IO[bytes]) -> int:
    """Write a file, and what it goes on in (`name.001`, `name.002`, …), to another one.

    Parts are joined by the newline that they were cut at. Returns how many there were. Raises GitError.
    """
    parts = 0
    with _running(place.repository, ("cat-file", "--batch"), asks=True) as process:
        while True:
            name = place.name if not parts else f"{place.name}.{parts:03}"
            size = _ask(process, name)
            if size is None:
                return parts
            if parts:
                into.write(b"\n")
            _copy(_out(process), into, size)
            parts += 1


# ------------------------------------------------------------------------------------------- private


@contextmanager
def _running(
    repository: Path, arguments: Iterable[str], *, asks: bool = False
) -> Iterator[subprocess.Popen[bytes]]:
    """A git process that is ended afterwards, or when it takes too long."""
    with tempfile.TemporaryFile(prefix="codexlog-") as complaints:
        process = _started(repository, arguments, complaints, asks=asks)
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            yield process
            if process.stdin is not None:
                process.stdin.close()
            code = process.wait()
        except (BrokenPipeError, EOFError):  # it ended before it answered, and says why below
            code = process.wait() or 1
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)
        if code:
            raise GitError(_cause(repository, complaints, code))


def _started(
    repository: Path, arguments: Iterable[str], complaints: IO[bytes], *, asks: bool
) -> subprocess.Popen[bytes]:
    known = {name: value for name, value in os.environ.items() if _passes(name)}
    try:
        return subprocess.Popen(
            (*_COMMAND, "-C", str(repository), *arguments),
            stdin=subprocess.PIPE if asks else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env={**known, **_SETTINGS},
        )
    except FileNotFoundError as error:
        raise GitError(
            "git is not installed, and the sessions in this repository are read through it"
        ) from error
    except (OSError, ValueError) as error:
        raise GitError(f"git cannot be started: {error}") from error


def _passes(name: str) -> bool:
    return not name.startswith("GIT_") or name.startswith(_PASSED_ON)


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except BrokenPipeError:  # what was still to be asked; nobody listens any more
            return


def _cause(repository: Path, complaints: IO[bytes], code: int) -> str:
    complaints.seek(0)
    said = complaints.read(_BLOCK).decode("utf-8", "replace")
    if "dubious ownership" in said:
        whose = "git reads nothing here, for the repository belongs to somebody else"
        return f"{whose} (git config --global --add safe.directory {repository.absolute()})"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if lines:
        return f"git: {lines[0].removeprefix('fatal: ')}"
    return f"git took longer than {PATIENCE:.0f} s" if code < 0 else f"git failed with exit code {code}"


def _between_nuls(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(_BLOCK):
        *entries, rest = (rest + block).split(b"\0")
        yield from entries


def _asked(repository: Path, how: str, names: Sequence[str]) -> Iterator[tuple[int | None, bytes | None]]:
    """Size and, with `--batch`, content of each object."""
    if not names:
        return
    with _running(repository, ("cat-file", how), asks=True) as process:
        asking = threading.Thread(target=_ask_all, args=(process, names), daemon=True)
        asking.start()
        out = _out(process)
        for _ in names:
            size = _size(out)
            if size is None or how != "--batch":
                yield size, None
            else:
                yield size, _exactly(out, size + 1)[:size]
        asking.join()


def _ask_all(process: subprocess.Popen[bytes], names: Sequence[str]) -> None:
    """Asks on a thread of its own: git answers while it is asked, and waits for nobody to read."""
    assert process.stdin is not None
    try:
        process.stdin.write(
            "".join(f"{_one_line(name)}\n" for name in names).encode("utf-8", "surrogateescape")
        )
        process.stdin.close()
    except BrokenPipeError:  # git has ended; the reader finds out, and why
        return


def _ask(process: subprocess.Popen[bytes], name: str) -> int | None:
    assert process.stdin is not None
    process.stdin.write(f"{_one_line(name)}\n".encode("utf-8", "surrogateescape"))
    process.stdin.flush()
    return _size(_out(process), b"blob")


def _one_line(name: str) -> str:
    """A name with a newline would be two questions; no file that we look for has one."""
    return name.replace("\n", " ")


def _size(out: IO[bytes], kind: bytes | None = None) -> int | None:
    """The size in the head of an answer (`oid kind size`); None where there is no such object."""
    line = out.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    words = line.split()
    if len(words) != 3 or not words[2].isdigit() or kind not in (None, words[1]):
        return None
    return int(words[2])


def _copy(out: IO[bytes], into: IO[bytes], size: int) -> None:
    while size:
        block = _exactly(out, min(size, _BLOCK))
        into.write(block)
        size -= len(block)
    _exactly(out, 1)


def _exactly(out: IO[bytes], size: int) -> bytes:
    data = out.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _out(process: subprocess.Popen[bytes]) -> IO[bytes]:
    assert process.stdout is not None
    return process.stdout
