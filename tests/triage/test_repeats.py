from __future__ import annotations

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from codexlog.rows.source import spool
from codexlog.triage.repeats import BLOCK, may_repeat, needle_of


def holds(prompt: str, times: int, *, ascii_only: bool = True, between: str = "") -> bool:
    row = json.dumps({"text": prompt, "x": between}, ensure_ascii=ascii_only) + "\n"
    return may_repeat(spool(io.BytesIO((row * times).encode("utf-8", "replace")), "a.jsonl"), prompt)


def test_twice_is_not_enough() -> None:
    assert not holds("pick one item of the plan", 2)
    assert holds("pick one item of the plan", 3)


def test_a_prompt_across_two_blocks_is_counted() -> None:
    assert holds("pick one item of the plan", 3, between="x" * (BLOCK - 20))


def test_numbers_may_differ() -> None:
    assert needle_of("Iteration 3 of 10: pick one item") == ": pick one item"


def test_the_name_and_the_options_of_a_command_are_not_counted() -> None:
    """A hook repeats the words alone, and the file parts them from the name."""
    assert needle_of("/ralph-loop:ralph-loop Fix what is red --max-iterations 9") == "Fix what is red"
    assert needle_of("/ralph") == "ralph"


@given(st.text(min_size=1, max_size=200), st.booleans())
def test_it_never_overlooks_a_loop(prompt: str, ascii_only: bool) -> None:
    text = prompt.encode("utf-8", "replace").decode()
    assert holds(text, 3, ascii_only=ascii_only)
