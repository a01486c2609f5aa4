"""A healthy iteration told step by step, and loops of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from faults.decoys import some_noise
from faults.writers import Writer, begin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Play = Callable[[Writer], None]

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
PROMPT = (
    "Study specs/* and IMPLEMENTATION_PLAN.md, pick ONE open item, implement it, run the tests,\n"
    "tick the item and commit. Do not start a second item."
)
PAUSE = 8
RED = "One test is red and I could not find the reason in this run."


def look(writer: Writer) -> None:
    writer.say(f"Item {writer.number} is next. I'll look at the code first.")
    writer.shell("cat IMPLEMENTATION_PLAN.md", f"- [ ] item {writer.number}\n")
    writer.shell("rg -n 'def parse' src", "src/amounts.py:4:def parse(text):\n")
    writer.shell("rg -n nowhere src", "", 1)
    writer.spend(12_000)


def change(writer: Writer, note: str = "") -> None:
    number = writer.number
    writer.patch(f"src/part{number}.py", f"old = {number}{note}", f"new = {number}{note}\nmore = True")
    writer.spend(6_000)


def check(writer: Writer, *, red: bool = False) -> None:
    tool = writer.tool
    writer.shell(tool.command, tool.fails if red else tool.passes, int(red))
    writer.spend(4_000)


def tick(writer: Writer, item: object) -> None:
    writer.patch("IMPLEMENTATION_PLAN.md", f"- [ ] item {item}", f"- [x] item {item}")


def commit(writer: Writer, subject: str = "", branch: str = "main") -> None:
    number = writer.number
    tick(writer, number)
    subject = subject or f"part {number}: item {number} of the plan"
    out = f"[{branch} {number + 0xABC0000:07x}] {subject}\n 2 files changed\n"
    writer.shell(f"git add -A && git commit -m '{subject}'", out)
    writer.committed = True
    writer.spend(3_000)


def finish(writer: Writer, words: str = "") -> None:
    number = writer.number
    writer.say(
        words or f"Item {number} is implemented, its {number + 3} tests pass, commit {number} is made."
    )
    writer.end()


def healthy(writer: Writer) -> None:
    """One item, red once and then green, ticked and committed; with noise that means nothing."""
    look(writer)
    some_noise(writer)
    change(writer)
    check(writer, red=True)
    writer.patch("src/amounts.py", f"return {writer.number}", f"return -{writer.number}")
    check(writer)
    commit(writer)
    finish(writer)


def write_loop(
    home: Path,
    era: str,
    size: int,
    plays: Mapping[int, Play] | None = None,
    *,
    prompt: str = PROMPT,
    seed: int = 0,
    setups: Mapping[int, Play] | None = None,
    pause: float = PAUSE,
    start: datetime = START,
    first: int = 1,
) -> list[Path]:
    """Write a loop of `size` iterations; `plays` says which of them (from 1) go how.

    `setups` changes a writer before its first row is written; `first` is the number of the first session.
    """
    paths, moment, commits = [], start, 0
    rng = Random(seed)
    tool_of_the_loop = begin(era, 0, moment, rng).tool
    for number in range(1, size + 1):
        writer = begin(era, first - 1 + number, moment, rng)
        writer.tool = tool_of_the_loop
        writer.commit = f"{commits:040x}"
        (setups or {}).get(number, _as_it_is)(writer)
        writer.open()
        writer.prompt(prompt)
        (plays or {}).get(number, healthy)(writer)
        paths.append(writer.write(home))
        commits += writer.committed
        moment = writer.now + timedelta(seconds=pause)
    return paths


def _as_it_is(_: Writer) -> None:
    """Nothing to change."""
