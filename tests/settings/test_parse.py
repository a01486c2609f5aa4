from __future__ import annotations

import tomllib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.app.key_map import key_lines
from codexlog.settings import thresholds
from codexlog.settings.as_toml import KeyLine, settings_text, toml_value
from codexlog.settings.parse import Mapped, parse
from codexlog.settings.table import DEFAULTS, RULES, Rule
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.turns import DEFAULT_RUNNING_SECONDS


def said(text: str) -> list[str]:
    return list(map(str, parse(text).problems))


def test_an_empty_file_is_the_defaults() -> None:
    assert parse("").settings == DEFAULTS
    assert parse("").problems == ()


def test_values_are_taken() -> None:
    parsed = parse(
        'mouse = "off"\nrunning_seconds = 5\npager = "less -S"\n[keys]\nzoom = "Z"\nin = ["l", "Right"]\n'
    )
    assert parsed.settings.mouse == "off"
    assert parsed.settings.running_seconds == 5.0
    assert parsed.settings.pager == "less -S"
    assert parsed.keys == {"zoom": Mapped(("Z",), 5), "in": Mapped(("l", "Right"), 6)}
    assert parsed.named == {"mouse", "running_seconds", "pager"}
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('mosue = "on"', "line 1: no setting is called mosue; did you mean mouse?"),
        ("\n\nxyzzy = 1", "line 3: no setting is called xyzzy"),
        ('[key]\nquit = "q"', "line 1: no section is called key; did you mean keys?"),
        ('[a.b]\nc = "q"', "line 1: no section is called a"),
        ('mouse = "of"', 'line 1: mouse is one of "auto", "on", "off", not "of"; did you mean off?'),
        ("mouse = true", 'line 1: mouse is one of "auto", "on", "off", not true'),
        ("\nrunning_seconds = -1", "line 2: running_seconds is a number from 0 on, not -1"),
        ("running_seconds = true", "line 1: running_seconds is a number from 0 on, not true"),
        ("running_seconds = nan", "line 1: running_seconds is a number from 0 on, not nan"),
        ('pager = ""', 'line 1: pager is a text, not ""'),
        ('pager = ["less"]', "line 1: pager is a text, not a list"),
        ("# x\n[keys]\nquit = 7", 'line 3: the keys of quit are a list such as ["x", "F5"]'),
        ('[keys]\nquit = ["q", 7]', 'line 2: the keys of quit are a list such as ["x", "F5"]'),
        (
            "[keys]\nrunning_seconds = 7",
            "line 2: running_seconds is no command but a setting: it goes above [keys]",
        ),
        ('keys = "q"', "line 1: keys is a section: write [keys]"),
        ("keys.quit = 3", 'line 1: the keys of quit are a list such as ["x", "F5"]'),
        ("mouse = ", "line 1: not TOML: Invalid value at the end"),
        ('theme = "dark"\nmouse == 3', "line 2: column 8: not TOML: Invalid value"),
        ('mouse = "on"\nmouse = "off"\n', "line 2: column 14: not TOML: Cannot overwrite a value"),
        ("a = " + "[" * 3000, None),
        (
            "[triage]\nfailing_in_row = 3",
            "line 2: no threshold is called failing_in_row; did you mean failing_in_a_row?",
        ),
        ("[triag]\nx = 1", "line 1: no section is called triag; did you mean triage?"),
        ("triage = 3", "line 1: triage is a section: write [triage]"),
        (
            '[triage]\nfailing_in_a_row = "3"',
            'line 2: failing_in_a_row is a whole number from 2 on, not "3"',
        ),
        (
            "[triage]\nfailing_in_a_row = 2.5",
            "line 2: failing_in_a_row is a whole number from 2 on, not 2.5",
        ),
        ("[triage]\npatch_share = 25", "line 2: patch_share is a number from 0 to 1, not 25"),
        ("triage.patch_share = true", "line 1: patch_share is a number from 0 to 1, not true"),
        (
            f"[triage]\ncompactions = {10**400}",
            f"line 2: compactions is a whole number from 1 on, not 1{'0' * 38}…",
        ),
    ],
)
def test_what_has_no_effect_is_named_with_its_line(text: str, problem: str | None) -> None:
    problems = said(text)
    assert len(problems) == 1
    assert problem is None or problems[0] == problem


def test_thresholds_are_taken_and_those_that_are_unclear_are_known() -> None:
    parsed = parse("[triage]\nfailing_in_a_row = 5\nno_op_seconds = 10\ncompactions = 0\nxyzzy = 1\n")
    assert parsed.thresholds == Thresholds(failing_in_a_row=5, no_op_seconds=10.0)
    assert repr(parsed.thresholds.no_op_seconds) == "10.0"
    assert [each.line for each in parsed.refused] == [4]
    assert [each.line for each in parsed.problems] == [4, 5]


def test_the_rest_of_a_file_with_a_problem_counts() -> None:
    parsed = parse('mosue = "on"\ntheme = "dark"')
    assert parsed.settings.theme == "dark"
    assert not parsed.is_broken
    assert parse("theme = ").is_broken


def test_problems_come_in_the_order_of_their_lines() -> None:
    assert [each[:6] for each in said("[keys]\nx = 1\n[zzz]\n")] == ["line 2", "line 3"]


def test_a_value_of_the_wrong_kind_reaches_no_terminal_raw() -> None:
    assert "\x1b" not in said('mouse = "\\u001b[31m"')[0]


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_what_python_will_not_read_is_a_broken_file(value: str) -> None:
    assert parse(f"running_seconds = {value}").is_broken


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    parse(text)


@given(st.text(alphabet='[]keysmouse="\n.#\\', max_size=60))
def test_no_text_that_looks_like_toml_makes_it_fail(text: str) -> None:
    parse(text)


def values(rule: Rule) -> st.SearchStrategy[object]:
    if rule.choices:
        return st.sampled_from(rule.choices)
    if rule.kind is float:
        return st.floats(min_value=rule.least, max_value=rule.most, allow_nan=False, allow_infinity=False)
    if rule.kind is int:
        return st.integers(int(rule.least), 10**18)
    return st.booleans() if rule.kind is bool else st.text(min_size=1)


def some_of(rules: Mapping[str, Rule]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional={name: values(rule) for name, rule in rules.items()})


def lines_of(given_values: Mapping[str, object]) -> str:
    return "".join(f"{name} = {toml_value(value)}\n" for name, value in given_values.items())


@given(some_of(RULES), some_of(thresholds.RULES))
def test_the_printed_file_says_what_the_read_one_said(
    given_values: dict[str, object], numbers: dict[str, object]
) -> None:
    parsed = parse(f"{lines_of(given_values)}[triage]\n{lines_of(numbers)}")
    assert parsed.problems == ()
    again = parse(settings_text(parsed, [KeyLine("zoom", ("Z",), "Zoom", is_set=True)]))
    assert again.settings == parsed.settings
    assert again.thresholds == parsed.thresholds == Thresholds(**numbers)  # type: ignore[arg-type]
    assert again.numbers == parsed.numbers
    assert again.named == parsed.named
    assert list(again.keys) == ["zoom"]


@given(st.text())
def test_texts_are_printed_so_that_no_terminal_acts_on_them(text: str) -> None:
    shown = toml_value(text)
    assert shown.isprintable()
    assert tomllib.loads(f"a = {shown}") == {"a": text}


def test_every_line_of_the_printed_defaults_can_be_uncommented() -> None:
    lines = settings_text(parse(""), key_lines({})[0]).splitlines()
    bare = [line[2:] if " = " in line and line.startswith("# ") else line for line in lines]
    parsed = parse("\n".join(bare))
    assert parsed.problems == ()
    assert parsed.named == set(RULES)
    assert parsed.numbers.keys() == thresholds.RULES.keys()
    assert parsed.thresholds == Thresholds()
    assert key_lines(parsed.keys)[1] == ()


def test_defaults_are_those_of_the_code() -> None:
    assert DEFAULTS.running_seconds == DEFAULT_RUNNING_SECONDS
    assert all(rule.accepts(getattr(DEFAULTS, name)) for name, rule in RULES.items() if rule.example is None)
    assert all(rule.accepts(getattr(Thresholds(), name)) for name, rule in thresholds.RULES.items())
    assert all(rule.accepts(rule.example) for rule in RULES.values() if rule.example is not None)
