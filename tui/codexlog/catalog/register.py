"""The sessions that were found, each under a number that it keeps while others come and go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.discover import Found, found_at, logical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

GONE = Found(Path(), Path(), None, archived=False, size=0, mtime=0.0, error="gone")
"""Stands for a session that was gone before anybody heard of it, and has a number all the same."""
Changes = dict[int, "Found | None"]
"""Sessions that are new or not as they were, by number; None for those that are gone."""


class Register:
    """Compares what is known with what is there. Costs what changed; numbers are never given twice.

    `takes` says which sessions count, where not all do.
    """

    def __init__(self, found: Sequence[Found], takes: Callable[[Found], bool] | None = None) -> None:
        self._takes = takes
        self._all: list[Found | None] = list(found)
        self._numbers = {each.path: number for number, each in enumerate(found)}

    def look(self, paths: Iterable[Path]) -> Changes:
        """What has become of some files."""
        changes: Changes = {}
        for path in {logical(path) for path in paths}:
            now = found_at(path)
            if now is not None and self._counts(now):
                self._put(self._with_copies(now), changes)
            elif path in self._numbers:
                self._drop(path, changes)
        return changes

    def compare(self, found: Sequence[Found]) -> Changes:
        """What is other than in a list that was made anew."""
        changes: Changes = {}
        there = {each.path for each in found}
        for path in [path for path in self._numbers if path not in there]:
            self._drop(path, changes)
        for each in reversed(found):
            if self._counts(each):
                self._put(each, changes)
        return changes

    def below(self, folder: Path) -> list[Path]:
        """The sessions in a folder, at any depth."""
        return [path for path in self._numbers if folder in path.parents]

    def folders(self) -> set[Path]:
        """Where the sessions stand."""
        return {each.path.parent for each in self._all if each is not None and not each.in_git}

    def _with_copies(self, now: Found) -> Found:
        """A look at one file finds none of its copies: those that are known stay."""
        number = self._numbers.get(now.path)
        known = self._all[number] if number is not None else None
        return replace(now, copies=known.copies) if known is not None and known.copies else now

    def _counts(self, found: Found) -> bool:
        return self._takes is None or found.path in self._numbers or self._takes(found)

    def _put(self, now: Found, changes: Changes) -> None:
        number = self._numbers.get(now.path)
        if number is not None:
            if self._all[number] != now:
                self._all[number] = changes[number] = now
            return
        self._numbers[now.path] = number = len(self._all)
        self._all.append(now)
        changes[number] = now

    def _drop(self, path: Path, changes: Changes) -> None:
        number = self._numbers.pop(path, None)
        if number is not None:
            self._all[number] = changes[number] = None
