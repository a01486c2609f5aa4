"""Which subagents of a day stand with which session, and which stand by themselves. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from codexlog.digest.subject import Subject


class Families(NamedTuple):
    """The sessions of a day by their families."""

    listed: Sequence[Subject]
    """Sessions, and subagents whose parents are not of this day: what they did must not be lost."""
    agents: Mapping[str, Sequence[Subject]]
    """The subagents that stand with a listed one, by its id."""
    nobodys: Sequence[Subject]
    """Subagents that do not say who started them (reviews, guardians), and theirs."""


def families(of_day: Sequence[Subject]) -> Families:
    """Part what has a place in a digest: sessions and subagents, in their order."""
    ids = {id_of(each): each for each in of_day if each.kind in ("session", "agent")}
    listed: list[Subject] = []
    nobodys: list[Subject] = []
    agents: dict[str, list[Subject]] = {}
    for subject in ids.values():
        root = _root(subject, ids)
        if root.kind == "agent" and not parent_of(root):
            nobodys.append(subject)
        elif root is subject:
            listed.append(subject)
        else:
            agents.setdefault(id_of(root), []).append(subject)
    return Families(listed, agents, nobodys)


def _root(subject: Subject, ids: Mapping[str, Subject]) -> Subject:
    """The session above a subagent, or the topmost subagent that is there; of a circle, its least id."""
    seen = {id_of(subject)}
    while subject.kind == "agent":
        above = ids.get(parent_of(subject))
        if above is None:
            break
        if id_of(above) in seen:
            return ids[min(seen)]
        seen.add(id_of(above))
        subject = above
    return subject


def id_of(subject: Subject) -> str:
    """Its id in lower case, else the name of its file."""
    summary = subject.summary
    return ((summary.id if summary is not None else None) or subject.stem).lower()


def parent_of(subject: Subject) -> str:
    """The id of the session that started it; "" where it does not say."""
    summary = subject.summary
    return ((summary.parent_id if summary is not None else None) or "").lower()
