from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.app.render.session_row import SessionRow
from codexlog.app.session_rows import SessionRows
from codexlog.app.session_tree import OPEN, SHUT, SessionTree, Twig, twigs
from codexlog.app.sieve import Sieve
from codexlog.catalog.discover import Found
from codexlog.catalog.family import Kin, family
from codexlog.catalog.query.parse import parse
from codexlog.model import Counts, Summary

IDS = [f"019f4b84-2c94-7174-baae-{number:012x}" for number in range(8)]
FAMILY = family(
    [Kin("x"), Kin("agent", "root"), Kin("of agent", "agent"), Kin("fork", forked_from="root"), Kin("root")]
)


@pytest.mark.parametrize(
    ("folds", "rows"),
    [
        ({}, [Twig(0), Twig(4, 0, 2), Twig(3, 1)]),
        ({4: SHUT}, [Twig(0), Twig(4, 0, 3)]),
        ({4: OPEN}, [Twig(0), Twig(4), Twig(1, 1, 1), Twig(3, 1)]),
        ({4: OPEN, 1: OPEN}, [Twig(0), Twig(4), Twig(1, 1), Twig(2, 2), Twig(3, 1)]),
    ],
    ids=["forks alone at first", "shut", "open", "two generations"],
)
def test_visible_rows(folds: dict[int, int], rows: list[Twig]) -> None:
    assert twigs(FAMILY, folds) == rows


def found(name: str) -> Found:
    path = Path("sessions") / name
    return Found(path, path, None, archived=False, size=1, mtime=0.0)


def rollout(thread: int, rollout_id: int | None = None) -> Found:
    pair = f"_{IDS[rollout_id]}" if rollout_id is not None else ""
    return found(f"rollout-2026-07-10T12-13-{thread:02}-{IDS[thread]}{pair}.jsonl")


def summary(thread: int, parent: int | None = None, forked: int | None = None) -> Summary:
    return Summary(
        id=IDS[thread], path="p", format="codex", title=f"s{thread}", cwd=None, branch=None, model=None,
        cli_version=None, originator=None, source=None, started_at=None, ended_at=None, size_bytes=1,
        outcome="unknown", counts=Counts(), usage=None,
        parent_id=IDS[parent] if parent is not None else None,
        forked_from=IDS[forked] if forked is not None else None,
    )  # fmt: skip


def listed(rows: SessionRows) -> list[tuple[str, int, int]]:
    """Name, depth and hidden of each visible row."""
    made = []
    for row in range(len(rows)):
        _, depth, hidden, *_ = rows.twig(row)
        made.append((rows[row].found.path.name[25:27].lstrip("0") or "0", depth, hidden))
    return made


class TestSettling:
    def test_a_parent_is_known_by_the_name_of_its_file_before_it_is_read(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(2), rollout(1), rollout(0)])
        rows.learn({0: summary(2, parent=0)}, whole=False)
        assert len(rows) == 3
        assert rows.settle()
        assert listed(rows) == [("0", 0, 1), ("1", 0, 0)]

    def test_a_parent_that_is_not_in_the_list_is_named_as_absent(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(1), rollout(0)])
        child = summary(1, parent=7, forked=0)
        rows.learn({0: child}, whole=False)
        rows.settle()
        assert rows.kinship(rollout(1), child).absent == {IDS[7]}
        assert listed(rows) == [("0", 0, 1)]

    def test_nothing_is_made_while_nobody_has_a_parent(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(1), rollout(0)])
        rows.learn({0: summary(1), 1: summary(0)}, whole=False)
        assert not rows.settle()

    def test_the_same_news_again_moves_nothing(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(1), rollout(0)])
        rows.learn({0: summary(1, parent=0)}, whole=False)
        assert rows.settle()
        rows.learn({0: summary(1, parent=0)}, whole=True)
        assert not rows.settle()

    def test_a_row_that_is_folded_away_is_near_its_parent(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(2), rollout(1), rollout(0)])
        rows.learn({0: summary(2, parent=1), 1: summary(1, parent=0)}, whole=False)
        rows.settle()
        assert rows.row_of(rollout(2)) is None
        assert rows.row_near(rollout(2)) == 0

    def test_what_was_folded_stays_so_when_the_folders_are_read_again(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(1), rollout(0)])
        rows.learn({0: summary(1, parent=0)}, whole=False)
        rows.settle()
        assert rows.unfold(0)
        rows.replace([rollout(3), rollout(1), rollout(0)])
        assert listed(rows) == [("3", 0, 0), ("0", 0, 0), ("1", 1, 0)]

    def test_older_versions_of_a_reverted_thread_stand_below_the_one_in_use(self) -> None:
        rows = SessionRows()
        rows.replace([rollout(0, 5), rollout(1), rollout(0)])
        assert listed(rows) == [("0", 0, 1), ("1", 0, 0)]
        assert rows.kinship(rollout(0, 5), summary(0)).children == ["older version"]
        assert rows.kinship(rollout(0), summary(0)).is_older
        assert rows.session(IDS[0]) == rows[0]


class TestFolding:
    def rows(self) -> SessionRows:
        """A root with a fork and a subagent, which has a subagent itself."""
        rows = SessionRows()
        rows.replace([rollout(number) for number in (3, 2, 1, 0)])
        relations = {0: summary(3, parent=2), 1: summary(2, parent=0), 2: summary(1, forked=0)}
        rows.learn(relations, whole=False)
        rows.settle()
        return rows

    def test_unfolding_goes_through_the_forks(self) -> None:
        rows = self.rows()
        assert listed(rows) == [("0", 0, 2), ("1", 1, 0)]
        assert rows.fold(0)
        assert listed(rows) == [("0", 0, 3)]
        assert rows.unfold(0)
        assert listed(rows) == [("0", 0, 2), ("1", 1, 0)]
        assert rows.unfold(0)
        assert listed(rows) == [("0", 0, 0), ("2", 1, 1), ("1", 1, 0)]
        assert not rows.unfold(0)

    def test_all_at_once(self) -> None:
        rows = self.rows()
        rows.fold_all(fold=False)
        assert listed(rows) == [("0", 0, 0), ("2", 1, 0), ("3", 2, 0), ("1", 1, 0)]
        rows.fold_all(fold=True)
        assert listed(rows) == [("0", 0, 3)]

    def test_a_hidden_session_is_revealed_with_all_above_it(self) -> None:
        rows = self.rows()
        assert rows.reveal(rollout(3)) == 2
        assert rows.parent(rollout(3)) == rows[1]

    def test_a_filter_shows_what_it_finds_and_nothing_else(self) -> None:
        rows = self.rows()
        sieve = Sieve()
        sieve.use(parse("s3", 0.0))
        rows.filter(sieve)
        assert listed(rows) == [("3", 0, 0)]
        assert not rows.unfold(0)
        assert not rows.fold(0)
        assert rows.reveal(rollout(2)) is None
        rows.filter(None)
        assert listed(rows) == [("0", 0, 2), ("1", 1, 0)]


kin = st.one_of(st.none(), st.integers(0, 7))


@given(
    st.lists(st.tuples(kin, kin), min_size=8, max_size=8),
    st.lists(st.tuples(st.booleans(), st.integers(0, 7)), max_size=12),
)
def test_shown_and_folded_are_everybody(
    relations: list[tuple[int | None, int | None]], presses: list[tuple[bool, int]]
) -> None:
    tree = SessionTree()
    tree.replace(
        [SessionRow(rollout(place), summary(place, *relation)) for place, relation in enumerate(relations)]
    )
    for folds, place in presses:
        (tree.fold if folds else tree.unfold)(place)
    rows = tree.rows()
    assert sum(1 + row.hidden for row in rows) == 8
    assert len({row.place for row in rows}) == len(rows)
