"""One git process: started so that it can do nothing but read, listened to with patience, ended in any case.

What the repository's own settings could start (hooks, a file system monitor, fetching what is missing) is
switched off, no lock is taken, and variables that would lead git to another repository are not passed on.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PATIENCE = 60.0
"""Seconds that git may be silent."""
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


class GitError(Exception):
    """Why git did not answer, in one line."""


class GitProcess:
    """A running git; every method may raise GitError, after which it has ended."""

    def __init__(self, repository: Path, arguments: Iterable[str], *, asks: bool = False) -> None:
        self._repository = repository
        self._complaints = tempfile.TemporaryFile(prefix="codexlog-")  # noqa: SIM115 - closed in `close`
        self._rest = b""
        try:
            self._process = subprocess.Popen(
                (*_COMMAND, "-C", str(repository), *arguments),
                stdin=subprocess.PIPE if asks else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                env={**{name: value for name, value in os.environ.items() if _passes(name)}, **_SETTINGS},
                bufsize=0,
            )
        except FileNotFoundError as error:
            self._complaints.close()
            raise GitError("git is not installed; sessions in a repository are read through it") from error
        except (OSError, ValueError) as error:
            self._complaints.close()
            raise GitError(f"git cannot be started: {error}") from error
        assert self._process.stdout is not None
        self._out = self._process.stdout.fileno()
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked again."""
        return self._process.poll() is None

    def ask(self, lines: str, *, last: bool = False) -> None:
        """Write to it. A question that comes too late is no error: what it did not answer is."""
        assert self._process.stdin is not None
        data = memoryview(lines.encode("utf-8", "surrogateescape"))
        try:
            while data:
                data = data[self._process.stdin.write(data) :]
            if last:
                self._process.stdin.close()
        except BrokenPipeError:
            return

    def line(self) -> bytes:
        """The next line, without its newline."""
        while (end := self._rest.find(b"\n")) == -1:
            self._rest += self._more()
        line, self._rest = self._rest[:end], self._rest[end + 1 :]
        return line

    def some(self, most: int) -> bytes:
        """The next bytes, `most` of them or fewer."""
        if not self._rest:
            self._rest = self._more()
        data, self._rest = self._rest[:most], self._rest[most:]
        return data

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        parts = []
        while size:
            parts.append(self.some(size))
            size -= len(parts[-1])
        return b"".join(parts)

    def blocks(self) -> Iterator[bytes]:
        """All that it says until it ends well."""
        while block := self._read():
            yield block
        code = self._process.wait()
        if code:
            raise self._failed()

    def stop(self) -> None:
        """End it, if it has not ended."""
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """End it and let go of its pipes, which nobody may write to any more."""
        self.stop()
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            if pipe is not None:
                pipe.close()

    # ------------------------------------------------------------------------------------- private

    def _more(self) -> bytes:
        block = self._read()
        if not block:
            self._process.wait()
            raise self._failed()
        return block

    def _read(self) -> bytes:
        if not self._poll.poll(PATIENCE * 1000):
            self._process.kill()
            raise GitError(f"git was silent for {PATIENCE:.0f} s")
        return os.read(self._out, _BLOCK)

    def _failed(self) -> GitError:
        self._complaints.seek(0)
        said = self._complaints.read(_BLOCK).decode("utf-8", "replace")
        if "dubious ownership" in said:
            allow = f"git config --global --add safe.directory {self._repository.absolute()}"
            return GitError(f"git: the repository belongs to somebody else; to allow that: {allow}")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        if lines:
            return GitError(f"git: {lines[0].removeprefix('fatal: ')}")
        return GitError(f"git failed with exit code {self._process.returncode}")


def _passes(name: str) -> bool:
    return not name.startswith("GIT_") or name.startswith(_PASSED_ON)
