"""Copies of one session: an agent's own file, what Entire copied beside it, its checkpoints in git.

The largest one stands for all, for a copy is never more than what it was made of: a larger one comes from
where the session went on. Of equals the agent's own file, then the folder, then the checkpoint.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.catalog.discover import Found


def fold(found: Sequence[Found]) -> list[Found]:
    """One entry for each session; files of the agents themselves are never folded into each other."""
    groups: dict[str, list[Found]] = {}
    for each in found:
        if each.error is None and (key := each.session) is not None:
            groups.setdefault(key, []).append(each)
    replaced: dict[int, Found | None] = {}
    for group in groups.values():
        if len(group) > 1 and any(each.is_copy for each in group):
            _fold_group(group, replaced)
    kept = (replaced.get(id(each), each) for each in found)
    return [each for each in kept if each is not None]


def _fold_group(group: list[Found], replaced: dict[int, Found | None]) -> None:
    best = max(group, key=_weight)
    originals = [each for each in group if not each.is_copy]
    gone = [each for each in group if each is not best and (each.is_copy or best.is_copy)]
    if best.is_copy and any(each.stored != each.path for each in originals):
        best = originals[0]  # a packed file tells nothing of its size
        gone = [each for each in group if each.is_copy]
    for each in gone:
        replaced[id(each)] = None
    copies = (*best.copies, *(line for each in gone for line in (str(each.path), *each.copies)))
    replaced[id(best)] = replace(best, copies=copies)


def _weight(found: Found) -> tuple[int, int]:
    return found.size, 2 if not found.is_copy else int(not found.in_git)


def folded(found: Iterable[Found]) -> dict[str, Found]:
    """Which session each id that has copies somewhere stands under: for files that come later."""
    return {each.session: each for each in found if each.session is not None and each.error is None}
