from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.transcript import Transcript
from codexlog.triage.compare import Comparison, compare
from codexlog.triage.reading import trace_of
from codexlog.triage.trace import Trace
from faults.stories import START, healthy
from faults.writers import Writer, begin

if TYPE_CHECKING:
    from faults.stories import Play


def told(home: Path, play: Play, number: int = 1, prompt: str = "do\none\nitem") -> Trace:
    writer = begin("codex-0.145", number, START)
    writer.open()
    writer.prompt(prompt)
    play(writer)
    with Transcript.open(writer.write(home)) as transcript:
        return trace_of(transcript)


def compared(home: Path, one: Play, two: Play, **more: str) -> Comparison:
    return compare(told(home, one), told(home, two, 2, **more))


def edits(*paths: str) -> Play:
    def play(writer: Writer) -> None:
        for path in paths:
            writer.patch(path, "a", "b")

    return play


def checks(*, red: bool) -> Play:
    def play(writer: Writer) -> None:
        output = "FAILED tests/a.py::b - no" if red else "3 passed in 0.1s"
        writer.shell("pytest", "FAILED tests/a.py::b - no", 1)
        writer.shell("pytest", output, int(red))

    return play


def plans(state: str) -> Play:
    def play(writer: Writer) -> None:
        writer.plan(("read", "completed"), ("write", state))

    return play


def test_files(tmp_path: Path) -> None:
    found = compared(tmp_path, edits("a.py", "b.py"), edits("b.py", "c.py"))
    assert (found.only_before, found.in_both, found.only_after) == (("a.py",), ("b.py",), ("c.py",))
    assert (found.before.added, found.after.added) == (2, 2)


def test_checks_that_fail_in_either(tmp_path: Path) -> None:
    found = compared(tmp_path, checks(red=True), checks(red=False))
    assert found.checks == (("tests/a.py::b", "fails", "passes"),)
    assert compared(tmp_path, checks(red=False), checks(red=False)).checks == ()
    assert compared(tmp_path, checks(red=True), edits("a.py")).checks[0].after == "not seen"


def test_plan_items_that_moved(tmp_path: Path) -> None:
    found = compared(tmp_path, plans("pending"), plans("completed"))
    assert found.plan == (("write", "pending", "completed"),)


def test_the_first_call_that_differs(tmp_path: Path) -> None:
    found = compared(tmp_path, edits("a.py", "b.py"), edits("a.py", "c.py"))
    assert found.divergence is not None
    assert found.divergence.position == 2
    longer = compared(tmp_path, edits("a.py"), edits("a.py", "c.py")).divergence
    assert longer is not None
    assert (longer.position, longer.before) == (2, None)
    assert compared(tmp_path, edits("a.py"), edits("a.py")).divergence is None


def test_prompts(tmp_path: Path) -> None:
    assert compared(tmp_path, edits("a.py"), edits("a.py")).prompt == ()
    found = compared(tmp_path, edits("a.py"), edits("a.py"), prompt="do\ntwo\nitem")
    assert {"-one", "+two"} <= set(found.prompt)


def test_commits(tmp_path: Path) -> None:
    found = compared(tmp_path, healthy, edits("a.py"))
    assert len(found.before.commits) == 1
    assert found.after.uncommitted == 1
