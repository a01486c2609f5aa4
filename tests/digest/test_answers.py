from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.digest.answers import answer_of, blocks_of, follow_ups_of, insights_of

MESSAGE = """\
Fixed the parser.
It reads both forms.

- `a.py:3` holds the table
- the rest
  goes on
  - nested

```
- no item
```

**Root cause**
1. A missing brace.
2. And a tab.

Next steps:
- Run the suite.

If you want, I can do that.
"""


def test_the_parts_of_a_message() -> None:
    assert answer_of(MESSAGE) == (
        "Fixed the parser.\nIt reads both forms.",
        ("`a.py:3` holds the table", "the rest\ngoes on"),
    )
    assert insights_of(MESSAGE) == ("A missing brace.", "And a tab.")
    assert follow_ups_of(MESSAGE) == ("Run the suite.",)


@pytest.mark.parametrize(
    ("message", "follow_ups"),
    [
        ("Done.", ()),
        ("", ()),
        ("Done.\n\nIf you want, I can go on.", ("If you want, I can go on.",)),
        ("If you want, I can go on.\n\nDone.", ()),
        ("### Follow-ups\n\n* a\n* b", ("a", "b")),
        ("__TODO:__\n- a", ("a",)),
        ("Remaining\n- a", ()),  # a paragraph is no heading without a mark
        ("Nothing remains:\n- a", ()),
        ("Next steps:\n\nText between.\n\n- a", ("a",)),
    ],
)
def test_what_is_said_of_next_steps(message: str, follow_ups: tuple[str, ...]) -> None:
    assert follow_ups_of(message) == follow_ups


def test_a_list_under_another_heading_is_part_of_the_answer() -> None:
    assert answer_of("Why it failed\n\n- a") == ("Why it failed", ("a",))
    assert answer_of("Notes:\n- a\n\nChanged:\n- b") == ("", ("b",))
    assert insights_of("Notes:\n- a\n\nChanged:\n- b") == ("a",)


LINES = st.sampled_from(
    ("- a", "  - b", "1. c", "", "text", "# Notes", "**Next steps**", "why:", "```", "> q")
)


@given(st.text() | st.lists(LINES).map("\n".join))
def test_whatever_is_found_stands_in_the_message(message: str) -> None:
    words = message.split()
    for block in blocks_of(message):
        for text in (block.text, *block.items):
            assert set(text.split()) <= {*words, "\ufffd"} or "\0" in message
