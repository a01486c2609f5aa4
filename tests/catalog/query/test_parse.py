"""Text → query and back."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codexlog.catalog.query.fields import FIELDS
from codexlog.catalog.query.parse import Query, QueryError, draft, parse

NOW = 1_791_400_000.0
NAMES = [field.name for field in FIELDS]
PIECES = st.sampled_from(
    [
        *(f"{name}:" for name in NAMES),
        *'-!,:"\\ ><=*?.',
        "..",
        "unknown",
        "failed",
        "2d",
        "5k",
        "a",
        "é",
        "\x1b",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
@example('"')
@example('-"" a')
@example('title:"a\\')
@example("since:9999999999999999w")
@example("exit:" + "9" * 400)
@example("until:9999-12-31")
@example("re:(")
def test_any_text_is_a_query_or_an_error_with_a_place(text: str) -> None:
    try:
        parse(text, NOW)
    except QueryError as error:
        assert 0 <= error.start < error.end <= len(text)
        assert str(error)


@given(TEXTS)
@example('-text:"-a:b"')
@example("title:!!x")
@example('project:"a,b",c')
def test_a_printed_query_is_the_same_query(text: str) -> None:
    try:
        query = parse(text, NOW)
    except QueryError:
        return
    again = parse(str(query), NOW)
    assert again == query
    assert str(again) == str(query)


@given(TEXTS, st.integers(-1, 50))
def test_a_draft_holds_what_can_be_understood(text: str, cursor: int) -> None:
    found = draft(text, cursor, NOW)
    assert all(0 <= error.start < error.end <= len(text) for error in found.errors)
    try:
        assert found.query == parse(text, NOW)
        assert not found.errors
    except QueryError:
        assert len(found.query.terms) < len(text)
    if cursor < 0 and not found.errors:
        assert found.query == parse(text, NOW)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  one\ttwo ", ["one", "two"]),
        ('"one two"', ['"one two"']),
        ('say" hello"', ['"say hello"']),
        ("OUTCOME:Failed", ["outcome:Failed"]),
        ("-outcome:!failed", ["-outcome:!failed"]),
        ("text:word", ["word"]),
        ('"outcome:failed"', ['"outcome:failed"']),
        ('title:"a b",c', ['title:"a b,c"']),
        ("12:30 a.b:c", ["12:30", "a.b:c"]),
        (r'"say \"hi\" \\ \n"', [r'"say \"hi\" \\ \\n"']),
        ('project:"a,b",c', ['project:"a,b",c']),
        ('branch:"!x"', ['branch:"!x"']),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert [str(term) for term in parse(text, NOW).terms] == terms


@pytest.mark.parametrize(
    ("text", "message", "wrong"),
    [
        ("a outcom:failed", "outcom: no such field; did you mean outcome?", "outcom"),
        ("https://x", "https: no such field; quotes make it text", "https"),
        ("tokens:>12x b", "12x is no number; write 1500, 2k or 1.5M", ">12x"),
        ("-tokens:!>12x", "12x is no number; write 1500, 2k or 1.5M", ">12x"),
        ("size:>1QB", "1QB is no number; write 500k, 2MB or 1GiB", ">1QB"),
        ("duration:long", "long is no duration; write 90s, 5m or 1h30m", "long"),
        ("turns:5..2", "5..2 runs backwards", "5..2"),
        ("turns:..", "a range needs a bound, as in 1..5", ".."),
        ("calls:>", "a figure is missing behind >", ">"),
        ("outcome:fialed", "fialed is no outcome; did you mean failed?", "fialed"),
        ("outcome:failed,runing,empty", "runing is no outcome; did you mean running?", "runing"),
        ("is:archive", "is:archive says nothing; did you mean archived?", "archive"),
        ("status:xyzzy", "xyzzy is no status; one of ok, failed, denied, timeout,", "xyzzy"),
        ("exit:0x1", "0x1 is no exit code", "0x1"),
        ("since:someday", "someday is no time; write 2d, today or 2025-09-23T10:00", "someday"),
        ("since:2025-13-01", "2025-13-01 is no time", "2025-13-01"),
        ("a outcome:", "outcome: needs a value", "outcome:"),
        ("tool:a,,b", "tool: needs a value", "tool:a,,b"),
        ('a "b c', "the closing quote is missing", '"b c'),
        ('a ""', "there is nothing to look for", '""'),
        ("a -", "there is nothing to look for", "-"),
        ("re:a(b", "a(b is no regular expression: missing ), unterminated", "a(b"),
    ],
)
def test_errors_name_the_wrong_word_and_its_place(text: str, message: str, wrong: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, NOW)
    assert str(caught.value).startswith(message)
    assert text[caught.value.start : caught.value.end] == wrong


def test_a_draft_leaves_the_word_at_the_cursor_alone() -> None:
    text = "outcom:failed tokens:>12x main"
    assert [error.start for error in draft(text, len(text), NOW).errors] == [0, 21]
    assert [error.start for error in draft(text, 20, NOW).errors] == [0]
    assert [error.start for error in draft(text, -1, NOW).errors] == [0, 21]
    found = draft("branch:main model:gp", 20, NOW)
    assert str(found.query) == "branch:main model:gp"
    assert str(found.unfinished) == "model:gp"


def test_terms_about_calls_form_one_group() -> None:
    query = parse("tool:a word exit:!0 -exit:3", NOW)
    assert [[str(term) for term in group] for group in query.groups] == [
        ["tool:a", "exit:!0"],
        ["word"],
        ["-exit:3"],
    ]
    assert str(query.without(query.terms[0])) == "word exit:!0 -exit:3"
    assert Query().groups == ()
