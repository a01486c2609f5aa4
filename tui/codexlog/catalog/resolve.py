"""What SESSION means on the command line: a path, an id, the beginning of an id, `latest`, or `-`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.discover import Found, discover
from codexlog.catalog.listing import current, facts_of, head_summary
from codexlog.catalog.names import bare_id
from codexlog.catalog.whose import only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.paths import Agent

LATEST = "latest"
CANDIDATES = 16


class ResolveError(Exception):
    """No session or several; `str()` is one line, with the candidates where there are several."""

    def __init__(self, message: str, *, missing: bool) -> None:
        super().__init__(message)
        self.missing = missing
        """True where nothing matched, False where the argument was ambiguous or unreadable."""


def resolve(target: str, paths: Sequence[Path], agent: Agent | None = None) -> Found:
    """The one session that `target` names among the sessions of `paths`, or those of one agent there.

    Raises ResolveError, and DiscoverError for a path that does not exist.
    """
    named = Path(target)
    if named.is_file() or (named.exists() and not named.is_dir()):
        return _single(named)
    if named.is_dir() and ("/" in target or target in (".", "..")):
        raise ResolveError(f"{target}: a folder, not a session", missing=False)
    if "/" in target or target.endswith((".jsonl", ".json", ".zst")):
        packed = named.with_name(f"{named.name}.zst") if named.name else named
        if packed.is_file() or ":" in target:
            return _single(named)
        raise ResolveError(f"{target}: no such file", missing=False)
    found = current(only(discover(paths), agent))
    if target == LATEST:
        readable = [each for each in found if each.error is None]
        if not readable:
            raise ResolveError(f"no sessions in {_places(paths)}", missing=True)
        return _latest(readable)
    return _by_id(target.lower(), found, paths)


def _latest(found: Sequence[Found]) -> Found:
    """The session with the youngest row; a copied home has no telling modification times."""
    by_change = sorted(found, key=lambda each: each.mtime, reverse=True)[:CANDIDATES]
    by_name = [each for each in found if each not in by_change][:CANDIDATES]

    def age(each: Found) -> tuple[str, float]:
        summary = head_summary(facts_of(each, each.mtime), each.path)
        return summary.ended_at or summary.started_at or "", each.mtime

    return max(by_change + by_name, key=age)


def _single(path: Path) -> Found:
    found = discover([path])
    if not found:
        raise ResolveError(f"{path}: not a session file", missing=False)
    return found[0]


def _by_id(prefix: str, found: Sequence[Found], paths: Sequence[Path]) -> Found:
    matches = {}
    bare = bare_id(prefix)
    for each in reversed(found):  # the newest file of an id comes last and stays
        identity = each.session
        if identity is not None and identity.startswith(bare):
            matches[identity] = each
    if not matches:  # files that were renamed: the id inside counts
        for each in reversed(found):
            summary = head_summary(facts_of(each, each.mtime), each.path)
            if summary.id is not None and summary.id.lower().startswith(prefix):
                matches[summary.id.lower()] = each
    if bare in matches:
        return matches[bare]
    if not matches:
        raise ResolveError(f"{prefix}: no session with this id in {_places(paths)}", missing=True)
    if len(matches) > 1:
        names = ", ".join(sorted(matches))
        raise ResolveError(f"{prefix}: ambiguous, {len(matches)} sessions begin so: {names}", missing=False)
    return next(iter(matches.values()))


def _places(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)
