"""Faults that show only in what came before, in a second prompt, or in what a check did not look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faults.stories import RED, change, check, commit, finish, look

if TYPE_CHECKING:
    from faults.writers import Writer

OLD = "FAILED tests/test_old.py::test_leap_year - AssertionError: assert 28 == 29\n"


def red_as_before(writer: Writer) -> None:
    """A test that nobody speaks of is red, was red before, and stays red."""
    look(writer)
    _suite(writer, OLD)
    change(writer)
    _suite(writer, OLD)
    commit(writer)
    finish(writer)


def worse_than_before(writer: Writer) -> None:
    look(writer)
    _suite(writer, OLD)
    change(writer)
    _suite(writer, OLD + "FAILED tests/test_new.py::test_rounding - assert 1 == 2\n")
    commit(writer)
    finish(writer, RED)


def _suite(writer: Writer, failures: str) -> None:
    number = failures.count("\n")
    writer.shell("python -m pytest -q tests", f"{failures}{number} failed, 20 passed in 0.31s\n", 1)


def resumed_and_red(writer: Writer) -> None:
    """Somebody goes on in the same session, and that goes wrong."""
    look(writer)
    change(writer)
    commit(writer)
    finish(writer)
    writer.prompt("One more thing: rename parse to read_amount.")
    change(writer, "renamed")
    check(writer, red=True)
    finish(writer, RED)


def green_in_part(writer: Writer) -> None:
    """All tests: one red. Then only others are run, and they pass."""
    look(writer)
    change(writer)
    _suite(writer, "FAILED tests/test_amounts.py::test_rounding - assert 1 == 2\n")
    change(writer, "again")
    writer.shell("python -m pytest -q tests/test_reader.py", "5 passed in 0.03s\n")
    finish(writer, "All tests pass now and the item is done.")


def build_after_red(writer: Writer) -> None:
    look(writer)
    change(writer)
    text = "test amounts::rounding ... FAILED\n\ntest result: FAILED. 1 passed; 1 failed; 0 ignored\n"
    writer.shell("cargo test", text, 101)
    writer.shell("cargo build --release", "    Finished `release` profile [optimized] target(s) in 1.2s\n")
    finish(writer, "The build succeeds, the item is implemented.")


def only_a_summary(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell("python -m pytest -q 2>&1 | tail -1", "2 failed, 22 passed in 0.31s\n")
    finish(writer, RED)


def silent_check(writer: Writer) -> None:
    look(writer)
    change(writer)
    writer.shell("npm test > build/test.log 2>&1", "", 1)
    finish(writer, RED)


def open_boxes(writer: Writer) -> None:
    change(writer)
    check(writer)
    commit(writer)
    writer.shell("cat IMPLEMENTATION_PLAN.md", "# Plan\n\n- [x] item 1\n- [ ] item 8\n- [ ] item 9\n")
    finish(writer, f"All items of the plan are done after run {writer.number}.")


def unverified(writer: Writer) -> None:
    look(writer)
    change(writer)
    commit(writer)
    finish(writer, f"Item {writer.number} is implemented and committed.")


def asks_elsewhere(writer: Writer) -> None:
    look(writer)
    finish(writer, "仕様が二通りに読めます。どちらにしますか？")
