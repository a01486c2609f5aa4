"""Sessions in the objects of a git repository, as Entire keeps them: checkpoints, and shadow branches before.

Layouts (Entire 0.4 - 0.10): the branch `entire/checkpoints/v1` (older names below) holds
`<id[:2]>/<id[2:]>/<slot>/` with `full.jsonl`, `metadata.json` and more; later versions keep each checkpoint
under a ref of its own (`refs/entire/checkpoints/<shard>/<id>`, see `checkpoint_refs`); a shadow branch
`entire/<commit>-<work tree>` is a snapshot of the work tree with `.entire/metadata/<session>/` in it. A
checkpoint holds its session from the beginning, so the newest one stands for all others.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from codexlog.catalog.discover import Found
from codexlog.catalog.names import name_id
from codexlog.rows.git import GitError, contents, files, refs, sizes
from codexlog.rows.git_place import place_of
from codexlog.timeline.times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from codexlog.rows.git import Blob, Ref

BRANCHES = (
    "entire/checkpoints/v1",
    "entire/sessions/v1",  # 2025
    "entire/sessions",  # 2025
)
REFS = "refs/entire/checkpoints"  # 0.10+
SHADOW = re.compile(r"refs/heads/entire/[0-9a-f]{7,40}(?:-[0-9a-f]{6,})?", re.ASCII)
MOST_SHADOWS = 64
"""Shadow branches that are looked into: those of the newest commits. Entire deletes them in time."""
MOST_METADATA = 1 << 20
"""Bytes of a `metadata.json` above which it is none."""
TRANSCRIPTS = ("full.jsonl", "full.log", "transcript.jsonl")
"""What a session may be kept in; the first that is there."""

_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_PATTERNS = tuple(f"refs/{where}/{name}" for where in ("heads", "remotes/*") for name in BRANCHES)
_FILE = re.compile(
    r"(?P<folder>[0-9A-Za-z]{2}/[0-9A-Za-z]{6,}(?:/\d+)?)/"
    r"(?P<name>metadata\.json|transcript\.jsonl|full\.(?:jsonl|log)(?:\.\d{3})?"
    r"|tasks/[^/]+/agent-[^/]+\.jsonl)",
    re.ASCII,
)
_SHADOWED = re.compile(
    r"(?P<folder>\.entire/metadata/[^/]+)/(?P<name>full\.(?:jsonl|log)(?:\.\d{3})?)", re.ASCII
)


class Checkpoint(NamedTuple):
    """One copy of a session in a repository."""

    revision: str
    path: str
    size: int
    """Plain bytes, of all parts together."""
    oid: str
    """Of the first part."""
    session: str | None
    """The agent's id of the session, in lower case; of a subagent `agent-<id>`."""
    time: float
    """When it was made, in Unix seconds."""
    earlier: int = 0
    """How many older copies of the session there are."""


class Slot:
    """The files of one session in one checkpoint."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.metadata: str | None = None
        self._parts: dict[str, list[tuple[int, str]]] = {}
        """Size and oid of each part of each transcript, by its name."""
        self._agents: list[tuple[str, int, str]] = []

    def add(self, name: str, oid: str, size: int) -> None:
        """Take a file of the folder."""
        if name == "metadata.json":
            self.metadata = oid if size <= MOST_METADATA else None
        elif name.startswith("tasks/"):
            self._agents.append((name, size, oid))
        else:
            whole = name if not name[-3:].isdecimal() else name[:-4]
            self._parts.setdefault(whole, []).append((size, oid))

    @property
    def holds_sessions(self) -> bool:
        """Whether there is anything to list; the top of a checkpoint holds but its summary."""
        return bool(self._parts or self._agents)

    def checkpoints(self, ref: Ref, metadata: bytes | None) -> Iterator[Checkpoint]:
        """The session and its subagents."""
        known = _object(metadata)
        time = _made(known) or ref.time
        revision = short(ref.name)
        name = next((each for each in TRANSCRIPTS if each in self._parts), None)
        if name is not None:
            parts = self._parts[name]
            size = sum(each for each, _ in parts) + len(parts) - 1
            path = f"{self.folder}/{name}" if self.folder else name
            yield Checkpoint(revision, path, size, parts[0][1], _session(known, self.folder), time)
        for name, size, oid in self._agents:
            agent = name.rpartition("/")[2].removesuffix(".jsonl")
            yield Checkpoint(revision, f"{self.folder}/{name}", size, oid, agent, time)


def checkpoints(repository: Path) -> list[Checkpoint]:
    """The newest copy of every session in a repository. Raises GitError."""
    from codexlog.catalog.checkpoint_refs import own_refs

    found: list[Checkpoint] = []
    names = refs(repository, (*_PATTERNS, "refs/heads/entire/*", REFS))
    seen: set[str] = set()
    for ref in names:
        if ref.oid not in seen and short(ref.name).endswith(BRANCHES):
            seen.add(ref.oid)
            found += _of_branch(repository, ref)
    found += own_refs(repository, [ref for ref in names if ref.name.startswith(f"{REFS}/")])
    shadows = sorted((ref for ref in names if SHADOW.fullmatch(ref.name)), key=_age, reverse=True)
    for ref in shadows[:MOST_SHADOWS]:
        slots = _slots(files(repository, ref.oid, (".entire/metadata",)), _SHADOWED)
        found += (each for slot in slots for each in slot.checkpoints(ref, None))
    return newest(found)


def newest(found: Iterable[Checkpoint]) -> list[Checkpoint]:
    """One copy of each session; those of which no id is known are all kept."""
    best: dict[str, Checkpoint] = {}
    number: Counter[str] = Counter()
    for each in found:
        key = each.session or f"{each.revision}:{each.path}"
        number[key] += 1
        if key not in best or (each.time, each.size) > (best[key].time, best[key].size):
            best[key] = each
    return [each._replace(earlier=number[key] - 1) for key, each in best.items()]


def with_metadata(repository: Path, slots: list[tuple[Ref, Slot]]) -> Iterator[Checkpoint]:
    """Complete slots with what their metadata say, all read by one process. Raises GitError."""
    slots = [(ref, slot) for ref, slot in slots if slot.holds_sessions]
    asked = [slot.metadata for _, slot in slots if slot.metadata is not None]
    known = dict(zip(asked, contents(repository, asked), strict=True))
    for ref, slot in slots:
        yield from slot.checkpoints(ref, known.get(slot.metadata) if slot.metadata else None)


def short(name: str) -> str:
    """A ref as people write it."""
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def found_in(repository: Path, named: Path) -> list[Found]:
    """The sessions of a repository as a list shows them; where git will not tell, one line that says why.

    That line has the name by which the repository was found.
    """
    try:
        known = checkpoints(repository)
    except GitError as error:
        return [Found(named, named, None, archived=False, size=0, mtime=0.0, error=str(error))]
    return [_found(repository, each) for each in known]


def found_named(path: Path) -> Found | None:
    """The session at a place in a repository, whether a newer checkpoint stands for it or not."""
    place = place_of(path)
    if place is None:
        return None
    folder = f"{place.revision}:{place.path.rpartition('/')[0]}"
    try:
        (size,) = sizes(place.repository, [place.name])
        (metadata,) = contents(place.repository, [f"{folder}/metadata.json"])
    except GitError as error:
        return Found(path, path, None, archived=False, size=0, mtime=0.0, error=str(error), in_git=True)
    if size is None:
        return None
    known = _object(metadata) if path.name in TRANSCRIPTS else {}
    return _as_found(path, size, place.name, _session(known, ""), _made(known) or 0.0)


def _found(repository: Path, each: Checkpoint) -> Found:
    path = repository / f"{each.revision}:{each.path}"
    found = _as_found(path, each.size, each.oid, each.session, each.time)
    if not each.earlier:
        return found
    return replace(found, copies=(f"{each.earlier} earlier checkpoint{'s' * (each.earlier > 1)}",))


def _as_found(path: Path, size: int, oid: str, session: str | None, time: float) -> Found:
    """`stored` tells one content of the place from another, as a time of change does elsewhere."""
    stored = path.with_name(f"{path.name}@{oid.rpartition('/')[2][:12]}")
    found = Found(path, stored, None, archived=False, size=size, mtime=time)
    return replace(found, agent="entire", named=session, in_git=True)


def _of_branch(repository: Path, ref: Ref) -> Iterator[Checkpoint]:
    slots = _slots(files(repository, ref.oid), _FILE)
    return with_metadata(repository, [(ref, slot) for slot in slots])


def _slots(blobs: Iterable[Blob], layout: re.Pattern[str]) -> list[Slot]:
    slots: dict[str, Slot] = {}
    for blob in blobs:
        match = layout.fullmatch(blob.path)
        if match is not None:
            folder = match["folder"]
            slots.setdefault(folder, Slot(folder)).add(match["name"], blob.oid, blob.size)
    return list(slots.values())


def _session(metadata: dict[str, Any], folder: str) -> str | None:
    """The id that the metadata name or, on a shadow branch, the folder: without the date before a UUID."""
    named = metadata.get("session_id")
    text = named if isinstance(named, str) else folder.rpartition("/")[2] if folder.startswith(".") else ""
    known = name_id(Path(text)) if text.isprintable() else None
    return known or (text if _ID.fullmatch(text) else None)


def _made(metadata: dict[str, Any]) -> float | None:
    at = metadata.get("created_at")
    return seconds(at) if isinstance(at, str) else None


def _object(data: bytes | None) -> dict[str, Any]:
    """Metadata that is damaged tells nothing; the session beside it can be read all the same."""
    try:
        known = orjson.loads(data or b"{}")
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _age(ref: Ref) -> float:
    return ref.time
