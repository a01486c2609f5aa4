"""Checkpoints that each have a ref of their own (Entire 0.10+): `refs/entire/checkpoints/<shard>/<id>`.

The tree of such a ref is one checkpoint, its slots at the top. However many there are, four processes read
them all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codexlog.catalog.checkpoints import Checkpoint, Slot, with_metadata
from codexlog.rows.git import contents, entries, sizes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from codexlog.rows.git import Ref

_SLOT = re.compile(r"\d{1,6}", re.ASCII)
_WANTED = re.compile(r"metadata\.json|transcript\.jsonl|full\.(?:jsonl|log)(?:\.\d{3})?", re.ASCII)


def own_refs(repository: Path, refs: Sequence[Ref]) -> Iterator[Checkpoint]:
    """The sessions of such refs. Raises GitError."""
    tops = contents(repository, [f"{ref.oid}^{{tree}}" for ref in refs])
    slots = [
        (ref, Slot(name))
        for ref, top in zip(refs, tops, strict=True)
        for name, _ in entries(top or b"", len(ref.oid) // 2)
        if _SLOT.fullmatch(name)
    ]
    trees = contents(repository, [f"{ref.oid}:{slot.folder}" for ref, slot in slots])
    found = [
        (slot, name, oid)
        for (ref, slot), tree in zip(slots, trees, strict=True)
        for name, oid in entries(tree or b"", len(ref.oid) // 2)
        if _WANTED.fullmatch(name)
    ]
    for (slot, name, oid), size in zip(found, sizes(repository, [oid for *_, oid in found]), strict=True):
        if size is not None:
            slot.add(name, oid, size)
    return with_metadata(repository, slots)
