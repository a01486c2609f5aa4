"""What was worked out of files, kept between runs: one SQLite file under the XDG cache folder.

An entry holds for exactly one state of a file (which one it is, its size, its time of change) and one
maker; any other state is a miss. The cache may be deleted at any time, and nothing fails without it: a
file that cannot be opened, is locked or damaged makes every question a miss.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from codexlog.catalog.discover import Found

WAIT_SECONDS = 0.5
"""How long to wait for another codexlog that is writing."""
MOST_AT_ONCE = 400
"""Paths of one question: SQLite allows 999 variables."""
_LAYOUT = """
CREATE TABLE IF NOT EXISTS entry (
    path TEXT NOT NULL, maker TEXT NOT NULL, stamp TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (path, maker)
) WITHOUT ROWID
"""


class Cache:
    """Entries of one maker, by file. `maker` names what made them and its version."""

    def __init__(self, path: Path | None, maker: str) -> None:
        self._maker = maker
        self.problem: str | None = None
        """Why nothing is kept, in one line."""
        self._database = self._open(path) if path is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def get(self, found: Sequence[Found]) -> dict[Path, bytes]:
        """What is known of these files in their present state."""
        known: dict[Path, bytes] = {}
        by_path = {str(each.path): each for each in found}
        names = list(by_path)
        for start in range(0, len(names), MOST_AT_ONCE):
            part = names[start : start + MOST_AT_ONCE]
            marks = ",".join("?" * len(part))
            query = f"SELECT path, stamp, data FROM entry WHERE maker = ? AND path IN ({marks})"
            for path, stamp, data in self._rows(query, (self._maker, *part)):
                each = by_path[path]
                if stamp == stamp_of(each):
                    known[each.path] = data
        return known

    def put(self, entries: Mapping[Path, bytes], found: Iterable[Found]) -> None:
        """Keep what was worked out; an older state of the same file goes."""
        rows = [
            (str(each.path), self._maker, stamp_of(each), entries[each.path])
            for each in found
            if each.path in entries
        ]
        with self._mishaps():
            if self._database is not None:
                with self._database:
                    self._database.executemany("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", rows)

    def answer(self, name: str, stamp: str) -> bytes | None:
        """What was worked out of many files together, if they are in the state that `stamp` names."""
        query = "SELECT path, stamp, data FROM entry WHERE maker = ? AND path = ?"
        rows = self._rows(query, (self._maker, name))
        return next((data for _, known, data in rows if known == stamp), None)

    def keep_answer(self, name: str, stamp: str, data: bytes) -> None:
        """Keep that; an answer of the same name for another state goes. A name is no path."""
        with self._mishaps():
            if self._database is not None:
                with self._database:
                    row = (name, self._maker, stamp, data)
                    self._database.execute("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", row)

    def _rows(self, query: str, values: tuple[str, ...]) -> list[tuple[str, str, bytes]]:
        with self._mishaps():
            if self._database is not None:
                return self._database.execute(query, values).fetchall()
        return []

    def _open(self, path: Path) -> sqlite3.Connection | None:
        with self._mishaps():
            try:
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.touch(mode=0o600, exist_ok=True)
            except OSError as error:
                self.problem = f"nothing is kept between runs: {path}: {error.strerror or error}"
                return None
            database = sqlite3.connect(path, timeout=WAIT_SECONDS, check_same_thread=False)
            try:
                database.execute(_LAYOUT)
            except sqlite3.Error:
                database.close()
                raise
            return database
        return None

    @contextmanager
    def _mishaps(self) -> Iterator[None]:
        """Without the cache everything works; the problem is remembered for those who ask."""
        try:
            yield
        except sqlite3.Error as error:
            self.problem = f"the cache is of no use: {error}"


def stamp_of(found: Found) -> str:
    """The state of a file, in a word."""
    return f"{found.stored.name} {found.size} {found.mtime!r}"
