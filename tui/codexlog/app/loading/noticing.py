"""Notices what becomes of the sessions in the list: new ones, ended ones, deleted ones, those that grow."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from codexlog.catalog.discover import ARCHIVED, NOT_WALKED, SESSIONS, DiscoverError, discover
from codexlog.catalog.register import Register
from codexlog.catalog.repositories import ref_folders, repositories
from codexlog.catalog.sidefiles import INDEX
from codexlog.catalog.watching import watch
from codexlog.catalog.whose import belongs
from codexlog.paths import PROJECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found
    from codexlog.catalog.register import Changes
    from codexlog.catalog.watching import Watch
    from codexlog.paths import Agent

MOST_NEW_FOLDERS = 512
"""New folders that are looked into at once; of more, those that are written to are seen later."""


class Noticer:
    """One thread that waits for news of the folders, and looks at what they name."""

    def __init__(
        self,
        paths: Sequence[Path],
        found: Sequence[Found],
        tell: Callable[[Changes], None],
        say: Callable[[str], None],
        retitle: Callable[[], None],
        how: str,
        agent: Agent | None = None,
    ) -> None:
        self._paths = paths
        self._register = Register(found, partial(belongs, agent=agent) if agent is not None else None)
        self._tell = tell
        self._say = say
        self._retitle = retitle
        self._how = how
        self._said = ""
        self._stop = threading.Event()
        self._refs = frozenset(each for top in repositories(paths, found) for each in ref_folders(top))
        """Where a new checkpoint shows, of which only git can tell what it holds."""
        self._folders = [*_folders(paths, self._register.folders()), *self._refs]
        threading.Thread(target=self._run, name="noticer", daemon=True).start()

    def close(self) -> None:
        """Let the thread end."""
        self._stop.set()

    # ------------------------------------------------------------------------------------- private

    def _run(self) -> None:
        try:
            self._notice(self._watch())
        except Exception as error:  # noqa: BLE001 - the list stays as it is, and says why
            self._say(f"New sessions are noticed no longer: {error!r}")

    def _notice(self, watched: Watch) -> None:
        self._look_anew()
        while not self._stop.is_set():
            news = watched.wait(self._stop)
            folders = _with_inner([path for path in news if path not in self._folders and path.is_dir()])
            if folders:
                self._folders = sorted({*folders, *self._folders}, reverse=True)
                watched.close()
                watched = self._watch()
            gone = (path for path in news if path in self._folders and not path.is_dir())
            files = [*news, *_files(folders), *(each for path in gone for each in self._register.below(path))]
            self._pass_on(self._register.look(files))
            if any(path.parent in self._refs for path in news):
                self._look_anew()
            if any(path.name == INDEX for path in news):
                self._retitle()
        watched.close()

    def _watch(self) -> Watch:
        watched = watch(self._folders, how=self._how)
        if watched.note and watched.note != self._said:
            self._said = watched.note
            self._say(watched.note)
        return watched

    def _look_anew(self) -> None:
        """Go through all folders, once: for what came between the first look and the watch."""
        try:
            self._pass_on(self._register.compare(discover(self._paths)))
        except DiscoverError as error:
            self._say(str(error))

    def _pass_on(self, changes: Changes) -> None:
        if changes and not self._stop.is_set():
            self._tell(changes)


def _folders(paths: Iterable[Path], holding: set[Path]) -> list[Path]:
    """The folders that sessions stand in, and those above up to where the search began; newest first."""
    folders: set[Path] = set()
    roots = {path if path.is_dir() else path.parent for path in paths}
    trees = {root / name for root in roots for name in (SESSIONS, ARCHIVED, PROJECTS)}
    folders.update(each for each in (*roots, *trees) if each.is_dir())
    for folder in holding:
        while folder not in folders and any(root in folder.parents for root in roots):
            folders.add(folder)
            folder = folder.parent
    return sorted(folders, reverse=True)


def _with_inner(folders: Sequence[Path]) -> list[Path]:
    """New folders and those in them, for these are often made together."""
    found: list[Path] = []
    waiting = list(folders)
    while waiting and len(found) < MOST_NEW_FOLDERS:
        folder = waiting.pop()
        if folder.name not in NOT_WALKED:
            found.append(folder)
            waiting += [path for path in _listing(folder) if path.is_dir() and not path.is_symlink()]
    return found


def _files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in _listing(folder) if path.is_file()]


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
