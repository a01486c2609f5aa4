"""The terminal changes its size while things are read, down to a single cell and up to 300 × 100."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from corpus import write_session
from terminals import Terminal

SIZES = [
    (20, 5),
    (300, 100),
    (1, 1),
    (80, 24),
    (2, 1),
    (1, 50),
    (300, 1),
    (99, 40),
    (100, 40),
    (3, 3),
    (160, 50),
]


def walk(seed: int) -> list[tuple[int, int]]:
    """Sizes in an order of their own, and some that nobody thought of."""
    chance = random.Random(seed)
    some = [(chance.randint(1, 300), chance.randint(1, 100)) for _ in range(14)]
    return chance.sample(SIZES, len(SIZES)) + some


def drawn_at_once(path: Path, columns: int, rows: int) -> str:
    """What the explorer shows in a terminal that has had this size all along."""
    one = Terminal(path, columns=columns, rows=rows)
    one.wait_for("q quit")
    one.settle()
    text = one.text
    one.close()
    return text


@pytest.mark.parametrize(("seed", "last"), [(1, (120, 40)), (2, (80, 24))])
def test_the_picture_is_right_after_any_sizes(home: Path, seed: int, last: tuple[int, int]) -> None:
    one = Terminal(home, columns=20, rows=5)
    for size in [*walk(seed), last]:
        one.resize(*size)
        one.read(0.02, 0.1)
    one.wait_for("q quit")
    one.settle()
    assert one.text == drawn_at_once(home, *last)
    one.type("q")
    assert one.end() == 0
    one.close()


def test_a_large_session_is_read_while_the_size_changes(tmp_path: Path) -> None:
    path = tmp_path / "rollout-2026-01-01T00-00-00-x.jsonl"
    write_session(path, size_bytes=12 << 20, seed=5)
    one = Terminal(path, columns=20, rows=5)
    for size in [*walk(3), *walk(4), (120, 40)]:
        one.resize(*size)
        one.read(0.02, 0.1)
    one.wait_for("q quit")
    one.settle()
    assert "Traceback" not in one.text
    assert one.text == drawn_at_once(path, 120, 40)
    one.type("q")
    assert one.end() == 0
    one.close()


@pytest.mark.parametrize("keys", ["?", ":", "/fail", "\r]\t", "\rz"])
def test_whatever_is_open_survives_a_single_cell(home: Path, keys: str) -> None:
    one = Terminal(home)
    one.wait_for("Sessions  47")
    one.settle()
    for key in keys:
        one.press(key)
    before = one.text
    for size in [(1, 1), (5, 2), (120, 1), (1, 40), (120, 40)]:
        one.resize(*size)
        one.read(0.1, 0.5)
    one.until(lambda screen: screen == before)
    one.type("\x03")
    assert one.end() == 0
    one.close()
