"""What a word that is being typed may become."""

from __future__ import annotations

import pytest

from codexlog.catalog.query.complete import complete, occurring
from codexlog.catalog.query.fields import BY_NAME, FIELDS, Field
from codexlog.catalog.query.parse import parse
from codexlog.model import Counts, Outcome, Summary
from codexlog.model.session import CallEnd

VALUES = {
    "branch": ["main", "feature/main menu", "!odd"],
    "tool": ["exec_command", "apply_patch"],
    "project": ["a,b", 'say "x"'],
}


def values(field: Field) -> list[str]:
    return VALUES.get(field.name) or list(field.values)


def options(text: str, cursor: int | None = None) -> list[str]:
    """The whole text with each option taken."""
    found = complete(text, len(text) if cursor is None else cursor, values)
    return [text[: found.start] + option.text + text[found.end :] for option in found.options]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("out", ["outcome:"]),
        ("-OUT", ["-outcome:"]),
        ("word o", ["word outcome:", "word originator:"]),
        ("nosuch", []),
        ("nosuch:x", []),
        ("outcome:f", ["outcome:failed"]),
        ("outcome:failed", []),
        ("outcome:failed,com", ["outcome:failed,completed"]),
        ("-outcome:!emp", ["-outcome:!empty"]),
        ("branch:ma", ["branch:main", 'branch:"feature/main menu"']),
        ('branch:"fea', ['branch:"feature/main menu"']),
        ("branch:od", ['branch:"!odd"']),
        ("project:", ['project:"a,b"', 'project:"say \\"x\\""']),
        ("title:", []),
    ],
)
def test_ways_to_go_on(text: str, taken: list[str]) -> None:
    assert [each.rstrip() for each in options(text)][: max(1, len(taken))] == taken


def test_an_empty_word_may_become_any_field() -> None:
    assert options("a ") == [f"a {field.name}:" for field in FIELDS]


def test_in_the_middle_of_a_text_the_rest_stays() -> None:
    assert options("out branch:x", 3) == ["outcome: branch:x"]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_everything_that_is_offered_can_be_read(field: Field) -> None:
    for text in options(f"{field.name}:"):
        assert len(parse(text, 0.0).terms) == 1


def summary(branch: str | None, outcome: Outcome, *tools: str) -> Summary:
    calls: frozenset[CallEnd] = frozenset((tool, None, "ok") for tool in tools)
    nothing = (None,) * 6
    return Summary(
        "id", "p", "codex", None, None, branch, *nothing, 0, outcome, Counts(), None, call_ends=calls
    )  # fmt: skip


def test_values_that_occur_come_first_and_often_ones_before_rare_ones() -> None:
    sessions = [
        summary("main", "failed", "a", "b"),
        summary("dev", "failed", "b"),
        summary("main", "empty"),
        summary("bad\x1b[2J\u202e", "empty"),
        summary(None, "failed"),
    ]
    assert occurring(BY_NAME["branch"], sessions) == ["main", "dev"]
    assert occurring(BY_NAME["tool"], sessions) == ["b", "a"]
    assert occurring(BY_NAME["outcome"], sessions)[:3] == ["failed", "empty", "completed"]
    assert occurring(BY_NAME["status"], sessions)[:2] == ["ok", "failed"]
    assert occurring(BY_NAME["exit"], sessions)[0] == "!0"
