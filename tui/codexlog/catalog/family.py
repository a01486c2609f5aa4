"""Which session came from which: forks, subagents and reverted versions as a forest. Pure.

Members are known by their place in the list, newest first. Codex names the parent in the head of the
child (`parent_thread_id`, `forked_from_id`), Claude Code by the session that a subagent's rows carry, and
an older version of a reverted thread has the id of the newer file. A parent that is not in the list
leaves its child at the top; of sessions that name each other in a circle the oldest one stands there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOP = -1
AGENT, FORK, OLDER = "subagent", "fork", "older version"


class Kin(NamedTuple):
    """What one session says of its relations."""

    id: str | None
    parent_id: str | None = None
    """The session that started this one as a subagent."""
    forked_from: str | None = None
    is_older: bool = False
    """Whether a newer file of the same thread replaces this one."""

    @property
    def kind(self) -> str:
        """What it is to its parent."""
        if self.is_older:
            return OLDER
        return AGENT if self.parent_id else FORK


class Family(NamedTuple):
    """A forest over the places of a list."""

    parent: Sequence[int]
    """The place of each one's parent, or TOP."""
    children: Sequence[Sequence[int]]
    """In the order of the list: newest first."""
    tops: Sequence[int]
    """Those without a parent. A family stands where its newest member would."""
    kind: Sequence[str]
    """AGENT, FORK or OLDER; of any use for those with a parent."""

    def ancestors(self, place: int) -> Iterator[int]:
        """The parent, its parent, and so on."""
        while (place := self.parent[place]) != TOP:
            yield place


def family(members: Sequence[Kin]) -> Family:
    """Join the members to a forest."""
    parent = _parents(members)
    _open_circles(parent)
    children: list[list[int]] = [[] for _ in members]
    for place, above in enumerate(parent):
        if above != TOP:
            children[above].append(place)
    newest = _newest(parent, children)
    tops = sorted((place for place, above in enumerate(parent) if above == TOP), key=newest.__getitem__)
    return Family(parent, children, tops, [each.kind for each in members])


def _parents(members: Sequence[Kin]) -> list[int]:
    places: dict[str, int] = {}
    for place, each in enumerate(members):
        if each.id and not each.is_older:
            places.setdefault(each.id.lower(), place)
    return [_parent(place, each, places) for place, each in enumerate(members)]


def _parent(place: int, member: Kin, places: dict[str, int]) -> int:
    named = (member.id,) if member.is_older else (member.parent_id, member.forked_from)
    for name in named:
        found = places.get(name.lower(), TOP) if name else TOP
        if found not in (TOP, place):
            return found
    return TOP


def _open_circles(parent: list[int]) -> None:
    """Put the oldest member of each circle to the top."""
    seen = [0] * len(parent)
    for start in range(len(parent)):
        place = start
        while place != TOP and not seen[place]:
            seen[place] = start + 1
            place = parent[place]
        if place != TOP and seen[place] == start + 1:
            circle = [place]
            while (place := parent[place]) != circle[0]:
                circle.append(place)
            parent[max(circle)] = TOP


def _newest(parent: Sequence[int], children: Sequence[Sequence[int]]) -> list[int]:
    """The newest member below each one, itself included; leaves first, however deep it goes."""
    newest = list(range(len(parent)))
    open_children = [len(each) for each in children]
    ready = [place for place, number in enumerate(open_children) if not number]
    while ready:
        place = ready.pop()
        above = parent[place]
        if above != TOP:
            newest[above] = min(newest[above], newest[place])
            open_children[above] -= 1
            if not open_children[above]:
                ready.append(above)
    return newest
