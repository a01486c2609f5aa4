"""Why a result is empty."""

from __future__ import annotations

import pytest

from codexlog.catalog.query.explain import Tally, explain
from codexlog.catalog.query.match import Facts, matches
from codexlog.catalog.query.parse import Query, parse
from codexlog.model import Counts, Outcome, Summary
from codexlog.model.session import CallEnd


def facts(outcome: Outcome, branch: str, *calls: CallEnd, is_whole: bool = True) -> Facts:
    nothing = (None,) * 4
    summary = Summary(
        "id", "p", "codex", "a title", "/srv/x", branch, *nothing, "2026-01-01T00:00:00Z", None, 1,
        outcome, Counts(rows=1), None, call_ends=frozenset(calls),
    )  # fmt: skip
    return Facts(summary, is_whole=is_whole)


SESSIONS = [
    facts("failed", "main", ("a", 1, "failed"), ("b", 0, "ok")),
    facts("failed", "main", ("a", 1, "failed")),
    facts("completed", "dev", ("b", 0, "ok")),
]


def why(text: str, sessions: list[Facts]) -> tuple[str, ...]:
    def tally(query: Query) -> Tally:
        verdicts = [matches(query, each) for each in sessions]
        return Tally(verdicts.count(True), verdicts.count(None))

    return explain(parse(text, 0.0), tally)


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("outcome:empty", ("no session has outcome:empty",)),
        ("nosuch", ("no session contains nosuch",)),
        ("-title", ("every session has title",)),
        ("exit:3", ("no call has exit:3",)),
        ("outcome:empty branch:main", ("no session has outcome:empty", "without it 2 match")),
        ("outcome:empty branch:dev", ("no session has outcome:empty", "without it 1 matches")),
        (
            "outcome:empty nosuch branch:dev",
            ("no session has outcome:empty", "no session contains nosuch", "without them 1 matches"),
        ),
        (
            "outcome:failed branch:dev",
            (
                "no session has outcome:failed and branch:dev together",
                "without outcome:failed 1 matches",
                "without branch:dev 2 match",
            ),
        ),
        (
            "tool:a exit:0 branch:main",
            (
                "no single call has tool:a and exit:0",
                "without tool:a 1 matches",
                "without exit:0 2 match",
            ),
        ),
        (
            "branch:main branch:dev outcome:failed outcome:completed",
            (
                "no session has branch:main and branch:dev and outcome:failed and outcome:completed together",
                "branch:main alone: 2 match",
                "branch:dev alone: 1 matches",
                "outcome:failed alone: 2 match",
                "outcome:completed alone: 1 matches",
            ),
        ),
    ],
)
def test_the_condition_that_emptied_it_is_named(query: str, lines: tuple[str, ...]) -> None:
    assert why(query, SESSIONS) == lines


def test_what_is_not_known_is_not_counted() -> None:
    unread = facts("unknown", "main", is_whole=False)
    assert why("branch:nosuch outcome:failed", [unread])[1] == "without it some may match"
    assert why("branch:nosuch outcome:failed", [*SESSIONS, unread])[1] == "without it at least 2 match"
