"""Rows that take in patches are those of the whole session, and keep what the person folded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.app.growing_rows import GrowingRows
from codexlog.app.outline_rows import OutlineRows, Row
from codexlog.timeline.builder import TimelineBuilder
from codexlog.timeline.growth import GrowingOutline
from rollout import FACTS, call, exited, output
from timeline.test_growth import GROWING, ROWS, big, copied, whole
from timeline.test_properties import FEW


def touched(rows: OutlineRows, what: int) -> None:
    """Fold or unfold something."""
    turn = what % len(rows._bounds)
    polled = sorted(rows._polls)
    if what % 3 == 0 and rows.outline.turns:
        rows.toggle_turn(turn)
    elif what % 3 == 1:
        rows.toggle_texts(turn)
    elif polled:
        rows.toggle_polls(polled[what % len(polled)])


def as_folded(like: OutlineRows, fresh: OutlineRows) -> OutlineRows:
    fresh._folded, fresh._with_texts = set(like._folded), set(like._with_texts)
    fresh._expanded, fresh._unusual = set(like._expanded), set(like._unusual)
    fresh._measure_from(0)
    return fresh


def listed(rows: OutlineRows) -> list[Row]:
    return [rows.row(index) for index in range(len(rows))]


@FEW
@given(st.lists(st.sampled_from(ROWS), max_size=30), st.lists(st.integers(0, 1000), max_size=12))
def test_rows_grow_like_the_whole_however_they_are_folded(rows: list[Any], cuts: list[int]) -> None:
    builder = TimelineBuilder()
    growing = GrowingOutline(builder)
    shown = GrowingRows(copied(growing.whole(GROWING)))
    for number, row in enumerate(rows):
        builder.feed_row(number + 1, number * 100, row)
        for cut in (each for each in cuts if each % 31 == number):
            shown = after(shown, growing)
            touched(shown, cut)
    shown = after(shown, growing)
    expected = as_folded(shown, OutlineRows(whole(rows)))
    assert listed(shown) == listed(expected)
    assert {turn: list(shown._listed(turn)) for turn in range(len(shown._bounds))} == {
        turn: list(expected._listed(turn)) for turn in range(len(expected._bounds))
    }
    assert shown._bounds == expected._bounds
    assert {key: polls for key, polls in shown._polls.items() if polls} == expected._polls


def after(shown: GrowingRows, growing: GrowingOutline) -> GrowingRows:
    patch = growing.patch(GROWING)
    if patch is None:
        return GrowingRows(copied(growing.whole(GROWING)))
    shown.grow(patch)
    return shown


@pytest.mark.parametrize(("turns", "calls"), [(1, 10_000), (2_000, 5)])
def test_a_patch_looks_at_a_bounded_number_of_entries(
    turns: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder, growing, number = big(turns, calls)
    rows = GrowingRows(copied(growing.whole(FACTS)))
    rows.toggle_turn(0)
    size, looked = len(rows), []
    for name in ("_turn_of", "_height", "_shown_of", "_texts_of"):
        method = getattr(OutlineRows, name)

        def counted(self: OutlineRows, turn: int, method: Any = method) -> Any:
            looked.append(turn)
            return method(self, turn)

        monkeypatch.setattr(OutlineRows, name, counted)
    for row in (call("new"), output("new", exited(1))):
        number += 1
        builder.feed_row(number, number, row)
        patch = growing.patch(FACTS)
        assert patch is not None
        rows.grow(patch)
    assert len(rows) == size + (0 if turns == 1 else 1)
    assert len(looked) <= 12
    assert rows.is_folded(0)
