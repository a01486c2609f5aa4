"""Which session came from which: forks, subagents and reverted versions as a forest. Pure.

Members are known by their place in the list, newest first. Codex names the parent in the head of the
child (`parent_thread_id`, `forked_from_id`), Claude Code in the rows of a subagent or fork; an older
version of a reverted thread and a copy have the id of the file that is in use. A parent that is not in
the list leaves its child at the top; of sessions that name each other in a circle the oldest one stands
there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

AGENT, FORK, OLDER, COPY = "subagent", "fork", "older version", "copy"


class Kin(NamedTuple):
    """What one session says of its relations."""

    id: str | None
    """In lower case, like the others."""
    parent_id: str | None = None
    """The session that started this one as a subagent."""
    forked_from: str | None = None
    is_older: bool = False
    """Whether a newer file of the same thread replaces this one."""
    is_copy: bool = False
    """Whether another file of the same session has all that this one has."""

    @property
    def is_replaced(self) -> bool:
        """Whether another file stands for the session."""
        return self.is_older or self.is_copy

    @property
    def kind(self) -> str:
        """What it is to its parent."""
        if self.is_replaced:
            return OLDER if self.is_older else COPY
        return AGENT if self.parent_id else FORK


class Family(NamedTuple):
    """A forest over the places of a list."""

    members: Sequence[Kin]
    parent: Mapping[int, int]
    """The place of each one's parent; those at the top have none."""
    children: Mapping[int, Sequence[int]]
    """Of those that have any; in the order of the list, newest first."""
    tops: Sequence[int]
    """Those without a parent. A family stands where its newest member would."""

    def kind(self, place: int) -> str:
        """What a member is to its parent: AGENT, FORK, OLDER or COPY."""
        return self.members[place].kind

    def below(self, place: int) -> Sequence[int]:
        """The children of a member."""
        return self.children.get(place, ())

    def ancestors(self, place: int) -> Iterator[int]:
        """The parent, its parent, and so on."""
        while (above := self.parent.get(place)) is not None:
            yield above
            place = above


def family(members: Sequence[Kin]) -> Family:
    """Join the members to a forest. Those without relations cost next to nothing, and most have none."""
    parent = _parents(members)
    _open_circles(parent)
    children: dict[int, list[int]] = {}
    for place, above in parent.items():
        children.setdefault(above, []).append(place)
    tops: list[int] | range = range(len(members))
    if parent:
        newest = _newest(parent, children)
        tops = [place for place in tops if place not in parent]
        tops.sort(key=lambda place: newest.get(place, place))
    return Family(members, parent, children, tops)


def _parents(members: Sequence[Kin]) -> dict[int, int]:
    related = [place for place, each in enumerate(members) if any(each[1:])]
    if not related:
        return {}
    places: dict[str | None, int] = {}
    for place, each in enumerate(members):
        if not each.is_replaced:
            places.setdefault(each.id, place)
    found = ((place, _parent(place, members[place], places)) for place in related)
    return {place: above for place, above in found if above is not None}


def _parent(place: int, member: Kin, places: Mapping[str | None, int]) -> int | None:
    named = (member.id,) if member.is_replaced else (member.parent_id, member.forked_from)
    found = (places.get(name) for name in named if name)
    return next((above for above in found if above not in (None, place)), None)


def _open_circles(parent: dict[int, int]) -> None:
    """Put the oldest member of each circle to the top."""
    seen: dict[int, int] = {}
    for start in tuple(parent):
        place: int | None = start
        while place is not None and place not in seen:
            seen[place] = start
            place = parent.get(place)
        if place is not None and place in parent and seen[place] == start:
            circle = [place]
            while (above := parent[circle[-1]]) != place:
                circle.append(above)
            del parent[max(circle)]


def _newest(parent: Mapping[int, int], children: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The newest member below each parent, itself included; leaves first, however deep it goes."""
    newest = {place: place for place in children}
    open_children = {place: len(below) for place, below in children.items()}
    ready = [place for place in parent if place not in children]
    while ready:
        place = ready.pop()
        above = parent.get(place)
        if above is not None:
            newest[above] = min(newest[above], newest.get(place, place))
            open_children[above] -= 1
            if not open_children[above]:
                ready.append(above)
    return newest
