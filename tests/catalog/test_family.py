from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.catalog.family import AGENT, FORK, OLDER, Kin, family

TOP = -1
NAMES = ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("members", "parents"),
    [
        ([], []),
        ([Kin("a"), Kin("b")], [TOP, TOP]),
        ([Kin("b", parent_id="a"), Kin("a")], [1, TOP]),
        ([Kin("b", forked_from="a"), Kin("a")], [1, TOP]),
        ([Kin("c", "b"), Kin("b", "a"), Kin("a")], [1, 2, TOP]),
        ([Kin("b", parent_id="nobody"), Kin("a")], [TOP, TOP]),
        ([Kin("b", parent_id="nobody", forked_from="a"), Kin("a")], [1, TOP]),
        ([Kin("a", parent_id="a")], [TOP]),
        ([Kin(None, parent_id="a"), Kin(None), Kin("a")], [2, TOP, TOP]),
        ([Kin("a", "b"), Kin("b", "a")], [1, TOP]),
        ([Kin("x", "a"), Kin("a", "c"), Kin("b", "a"), Kin("c", "b")], [1, 3, 1, TOP]),
        ([Kin("a"), Kin("a", is_older=True), Kin("b", "a")], [TOP, 0, 0]),
        ([Kin("a", is_older=True)], [TOP]),
        ([Kin("a", is_copy=True), Kin("a")], [1, TOP]),
    ],
    ids=[
        "nobody",
        "strangers",
        "subagent",
        "fork",
        "three generations",
        "a parent that is not there",
        "the spawner is not there, the source of the fork is",
        "its own parent",
        "without ids",
        "a circle opens at its oldest",
        "a child of a circle stays a child",
        "an older version stands under the one in use, like the children of both",
        "an older version alone",
        "a copy",
    ],
)
def test_parents(members: list[Kin], parents: list[int]) -> None:
    made = family(members)
    assert [made.parent.get(place, TOP) for place in range(len(members))] == parents


def test_the_first_of_several_files_with_one_id_is_the_parent() -> None:
    assert family([Kin("b", "a"), Kin("a"), Kin("a")]).parent[0] == 1


def test_a_family_stands_where_its_newest_member_would() -> None:
    made = family([Kin("x"), Kin("fork", forked_from="old"), Kin("y"), Kin("old")])
    assert list(made.tops) == [0, 3, 2]


def test_what_each_is_to_its_parent() -> None:
    members = [Kin("b", "a"), Kin("c", forked_from="a"), Kin("a"), Kin("a", is_older=True)]
    made = family(members)
    assert [made.kind(place) for place in made.children[2]] == [AGENT, FORK, OLDER]
    assert list(made.ancestors(0)) == [2]


def test_a_chain_of_any_length() -> None:
    members = [Kin(str(number), str(number + 1)) for number in range(20_000)]
    made = family(members)
    assert list(made.tops) == [19_999]
    assert sum(1 for _ in made.ancestors(0)) == 19_999


ids = st.one_of(st.none(), st.sampled_from(NAMES))


@given(st.lists(st.builds(Kin, ids, ids, ids, st.booleans()), max_size=12))
def test_every_member_stands_in_the_forest_once(members: list[Kin]) -> None:
    made = family(members)
    found: list[int] = []
    waiting = list(made.tops)
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += made.below(place)
    assert sorted(found) == list(range(len(members)))
