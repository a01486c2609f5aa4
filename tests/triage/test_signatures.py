from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexlog.triage.masks import masked
from codexlog.triage.signatures import last_line, read

TABLE = [
    ("FAILED tests/test_a.py::test_b[1-2] - assert 1 == 2", "pytest", "tests/test_a.py::test_b[1-2]"),
    ("ERROR tests/test_a.py - ImportError: no", "pytest", "tests/test_a.py"),
    ("FAIL: test_b (tests.test_a.Case)", "unittest", "tests.test_a.Case.test_b"),
    ("FAIL: test_b (tests.test_a.Case.test_b)", "unittest", "tests.test_a.Case.test_b"),
    ("test parser::tests::empty ... FAILED", "cargo", "parser::tests::empty"),
    ("error[E0425]: cannot find value `x`\n  --> src/lib.rs:4:5", "rustc", "E0425 src/lib.rs"),
    ("    --- FAIL: TestParse/empty (0.00s)", "go", "TestParse/empty"),
    ("FAIL\texample.com/x [build failed]", "go", "example.com/x (build failed)"),
    ("  ● parser › takes an empty line", "jest", "parser › takes an empty line"),
    (" FAIL  src/a.test.ts > parser > empty 4ms", "jest", "src/a.test.ts > parser > empty"),
    ("src/a.ts(4,5): error TS2345: Argument", "tsc", "TS2345 src/a.ts"),
    ("src/a.ts:4:5 - error TS2345: Argument", "tsc", "TS2345 src/a.ts"),
    ("/srv/a.js\n  4:5  error  'x' is not defined  no-undef", "eslint", "no-undef /srv/a.js"),
    ("make: *** [Makefile:12: test] Error 2", "make", "test"),
    ("make[1]: *** No rule to make target 'x'.  Stop.", "make", "No rule to make target 'x'"),
]


@pytest.mark.parametrize(("output", "tool", "text"), TABLE)
def test_each_tool_names_its_failures(output: str, tool: str, text: str) -> None:
    reading = read("something before\n" + output + "\nsomething after")
    assert [(each.tool, each.text) for each in reading.failures] == [(tool, text)]
    assert reading.passes is False


def test_colours_do_not_hide_a_failure() -> None:
    assert read("\x1b[31mFAILED\x1b[0m tests/a.py::b\x1b[0m").failures[0].text == "tests/a.py::b"


@pytest.mark.parametrize(
    ("output", "passes"),
    [
        ("==== 3 passed in 0.1s ====", True),
        ("3 passed in 0.10s", True),
        ("1 failed, 24 passed in 0.03s", False),
        ("==== 1 failed, 2 passed in 0.1s ====", False),
        ("test result: ok. 3 passed; 0 failed; 0 ignored", True),
        ("test result: FAILED. 2 passed; 1 failed", False),
        ("ok  \texample.com/x\t0.3s", True),
        ("FAIL\texample.com/x\t0.3s", False),
        ("Tests:       2 failed, 3 passed, 5 total", False),
        ("Tests:       5 passed, 5 total", True),
        ("Found 2 errors in 1 file (checked 3 source files)", False),
        ("Success: no issues found in 3 source files", True),
        ("All checks passed!", True),
        ("the word failed in a sentence", None),
        ("", None),
    ],
)
def test_summary_lines(output: str, passes: bool | None) -> None:
    assert read(output).passes is passes


def test_passing_tests_are_named() -> None:
    assert read("tests/a.py::b PASSED [ 50%]\ntest x::y ... ok\n--- PASS: TestZ (0.0s)").passed == {
        "tests/a.py::b",
        "x::y",
        "TestZ",
    }


def test_the_last_line_is_masked() -> None:
    last = last_line("fine\nfailed after 12.5 s at /tmp/abc/x (deadbeef01)\n\n---\n")
    assert last is not None
    assert last.text == "failed after N s at TMP (HASH)"
    assert last_line("") is None


def test_masks() -> None:
    assert masked("run 12 of 5 at 2025-10-06T18:41:27Z  0xff") == "run N of N at DATE N"


@given(st.text(max_size=400))
def test_any_output_is_taken(output: str) -> None:
    reading = read(output)
    assert len(reading.failures) <= 60
    last_line(output)
