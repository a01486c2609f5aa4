"""Notices what changes in folders: told by the system where that can be relied on, by looking elsewhere.

`watchfiles` asks the kernel (inotify, FSEvents). A file system on another machine, or in another program,
tells nobody here of what others write to it; and the kernel watches a limited number of folders.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from threading import Event

    from watchfiles._rust_notify import RustNotify

STEP_MS = 100
"""How often collected news are looked at. They are handed over when a step brings no more of them."""
GROUP_MS = 300
"""How long news may be held back while more of them come."""
LOOK_AGAIN = 1.0
SHARE = 200
"""Looking may take this part of the time: the next look waits so many times as long as the last one took."""
MOST_FOLDERS = 4096
"""Folders that are watched; beyond, only what is read anew is noticed."""
REMOTE = frozenset(
    (
        *("9p", "afs", "autofs", "ceph", "cifs", "coda", "davfs", "drvfs", "glusterfs", "lustre", "ncpfs"),
        *("nfs", "nfs4", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs"),
    )
)
"""Types of file systems that others can write to unnoticed; so can those of FUSE, each named `fuse.…`."""
MOUNTS = Path("/proc/self/mounts")

Entry = tuple[int, int, int]
"""Inode, size and time of change of a file."""


class Watch(Protocol):
    """Tells what changed."""

    note: str
    """Why changes are noticed late, if they are, in one line."""

    def wait(self, stop: Event) -> set[Path]:
        """Files and folders that were made, changed or deleted; an empty set when `stop` is set."""

    def close(self) -> None:
        """Stop watching."""


def watch(folders: Sequence[Path], mounts: str | None = None, how: str = "auto") -> Watch:
    """Watch some folders, not those below them. `mounts`: the mount table, if not the system's.

    `how`: `inotify` relies on the system whatever the file system is, `poll` never does, `auto` decides.
    """
    watched = list(folders[:MOST_FOLDERS])
    if how == "poll":
        return Looking(watched, "")
    remote = None if how == "inotify" else remote_type(watched, _mount_table() if mounts is None else mounts)
    if remote is not None:
        return Looking(watched, f"{remote} does not tell of changes: looking for them instead.")
    try:
        return Told(watched)
    except OSError as error:
        return Looking(watched, f"The system watches no more folders ({error}): looking for changes instead.")


class Told:
    """News from the kernel."""

    note = ""

    def __init__(self, folders: Collection[Path]) -> None:
        self._notify = _notify([str(folder) for folder in folders if folder.is_dir()])

    def wait(self, stop: Event) -> set[Path]:
        """See `Watch`."""
        news = self._notify.watch(GROUP_MS, STEP_MS, 0, stop)
        return {Path(path) for _, path in news} if isinstance(news, set) else set()

    def close(self) -> None:
        """See `Watch`."""
        self._notify.close()


def _notify(folders: list[str]) -> RustNotify:
    from watchfiles._rust_notify import RustNotify

    return RustNotify(
        folders,
        debug=False,
        force_polling=False,
        poll_delay_ms=0,
        recursive=False,
        ignore_permission_denied=True,
    )


class Looking:
    """News by comparing with what was there before."""

    def __init__(self, folders: Collection[Path], note: str) -> None:
        self.note = note
        self._folders = list(folders)
        self._took = 0.0
        self._seen = self._look()

    def wait(self, stop: Event) -> set[Path]:
        """See `Watch`."""
        while not stop.wait(max(LOOK_AGAIN, SHARE * self._took)):
            before, self._seen = self._seen, self._look()
            changed = {path for path, entry in self._seen.items() if before.get(path) != entry}
            changed.update(before.keys() - self._seen.keys())
            if changed:
                return changed
        return set()

    def close(self) -> None:
        """See `Watch`."""

    def _look(self) -> dict[Path, Entry]:
        started = time.thread_time()
        seen: dict[Path, Entry] = {}
        for folder in self._folders:
            try:
                with os.scandir(folder) as listing:
                    for entry in listing:
                        seen[folder / entry.name] = _entry(entry)
            except OSError:
                continue  # a folder that is gone holds nothing
        self._took = time.thread_time() - started
        return seen


def _entry(entry: os.DirEntry[str]) -> Entry:
    """What tells whether a file changed; of a folder only that it is there."""
    try:
        if entry.is_dir():
            return entry.inode(), 0, 0
        facts = entry.stat()
    except OSError:
        return 0, 0, 0
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def remote_type(folders: Collection[Path], mounts: str) -> str | None:
    """The type of the first remote file system that one of the folders stands on."""
    table = dict(_mounts(mounts))
    for folder in folders:
        absolute = folder.absolute()
        kind = next((table[place] for place in (absolute, *absolute.parents) if place in table), "")
        if kind in REMOTE or kind.startswith("fuse"):
            return kind
    return None


def _mounts(table: str) -> list[tuple[Path, str]]:
    """Mount points and their types, from the text of a mount table."""
    fields = (line.split(" ") for line in table.splitlines())
    return [(Path(_unescaped(parts[1])), parts[2]) for parts in fields if len(parts) > 2]


def _unescaped(text: str) -> str:
    """A name as it is: the table writes blanks and backslashes in octal digits."""
    return text.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def _mount_table() -> str:
    try:
        return MOUNTS.read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
