"""Keeps a digest in a file and never overwrites what somebody else wrote there, or changed by hand.

A list of hashes tells which text was ours: a file that still holds it may be replaced. Any other file stays,
and the new text goes beside it.
"""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEDGER = "digests.json"
"""Path of a file → hash of what was written there, in our folder for what outlives a run."""
MOST_REMEMBERED = 5_000


class Kept(NamedTuple):
    """What became of a text."""

    path: Path
    """The file that holds it now."""
    instead_of: Path | None = None
    """The file that was asked for and left alone: somebody else wrote it, or changed it."""
    is_new: bool = True
    """False where the file held this text already."""
    problem: str = ""
    """Why the next run will not know this text for ours."""


def keep(text: str, wanted: Path, state: Path) -> Kept:
    """Write a text to a file, or beside it where that is somebody else's. Raises OSError.

    `state`: the folder of the ledger. A file is replaced in one step and is for the person's eyes alone.
    """
    data, ledger = text.encode("utf-8"), state / LEDGER
    known, target = _known(ledger), Path(os.path.realpath(wanted))  # a link stays one
    for path in _names(target):
        held = _held(path)
        if held is None or held == data or known.get(str(path)) == _hash(held):
            break
    if held != data:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, data)
    problem = _remember(ledger, known, path, _hash(data))
    if path == target:
        return Kept(wanted, None, held != data, problem)
    return Kept(path, wanted, held != data, problem)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _names(target: Path) -> Iterator[Path]:
    """The file itself, then `2025-09-23-summary.new.md`, `….new-2.md` and so on."""
    yield target
    for number in count(1):
        mark = ".new" if number == 1 else f".new-{number}"
        yield target.with_name(f"{target.stem}{mark}{target.suffix}")


def _held(path: Path) -> bytes | None:
    """What stands in a file; None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


def _known(ledger: Path) -> dict[str, str]:
    """What was written where. A ledger that cannot be read knows nothing, and so nothing is overwritten."""
    try:
        known = json.loads(ledger.read_bytes())
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _remember(ledger: Path, known: Mapping[str, str], path: Path, digest: str) -> str:
    """Note what a file holds; why that failed, if it did: then the next text goes beside this one."""
    if known.get(str(path)) == digest:
        return ""
    kept = {name: each for name, each in known.items() if name != str(path)} | {str(path): digest}
    newest = dict(list(kept.items())[-MOST_REMEMBERED:])
    try:
        ledger.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(ledger, json.dumps(newest, indent=1).encode())
    except OSError as error:
        return f"{ledger}: {error.strerror or error}"
    return ""
