from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.triage.plans import MOST_ITEMS, plan_items


@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        ({"plan": [{"step": "a", "status": "completed"}]}, (("a", "completed"),)),
        ({"todos": [{"content": "a", "status": "pending"}, {"content": "b"}]}, (("a", "pending"), ("b", ""))),
        ({"plan": "later"}, ()),
        ({"plan": [None, 7, {"status": "completed"}]}, ()),
        ("plan", ()),
        (None, ()),
    ],
)
def test_plans(arguments: Any, items: tuple[tuple[str, str], ...]) -> None:
    assert plan_items(arguments) == items


@given(
    st.recursive(st.none() | st.text(max_size=9) | st.integers(), lambda inner: st.lists(inner, max_size=4))
)
def test_any_plan_is_taken(value: Any) -> None:
    assert len(plan_items({"plan": value})) <= MOST_ITEMS
