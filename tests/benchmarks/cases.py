"""What is measured, and the bounds that it must keep."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.corpora import home, session
from benchmarks.finding import find
from benchmarks.following import following
from benchmarks.latency import lag, slow_line
from benchmarks.measure import Result, by_turns, ms, process, seconds, size
from benchmarks.recording import append
from benchmarks.terminal import Terminal
from benchmarks.triage import triage
from codexlog.catalog.discover import discover
from codexlog.catalog.indexing import file_index
from codexlog.catalog.listing import facts_of, head_summary
from codexlog.catalog.worker import quiet_gc
from codexlog.formats.row_scan import scan
from codexlog.rows.source import open_source
from codexlog.timeline.row_pairs import settle

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.corpora import Sizes

HERE = Path(__file__).parent
PARSE_EVERY_LINE = """
import json, pathlib, sys
for path in pathlib.Path(sys.argv[1]).rglob("*.jsonl"):
    with open(path, "rb") as file:
        for line in file:
            json.loads(line)
"""
EMPTY_APP = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("here it is")

Empty().run()
"""
READING = "reading"
"""Stands in the header while the whole file has not been read."""
KEYS = {"down": (b"\x1b[B", 2000), "page down": (b"\x1b[6~", 12_000)}
"""Key, bytes that it sends, most bytes that the answer may have."""
PRESSES = 12
ROW_BYTES, BASE_BYTES = 64, 120_000_000


def index(sizes: Sizes) -> list[Result]:
    """The row index with pairing against `wc -l`."""
    path = session(sizes)
    quiet_gc()

    def one_process() -> None:
        with open_source(path) as source:
            settle(scan(source.pread))

    def as_used() -> None:
        with open_source(path) as source:
            settle(file_index(source))

    count_lines = partial(process, ["wc", "-l", str(path)])
    results = []
    for name, build in (("index with pairing", as_used), ("the same in one process", one_process)):
        ours, theirs = by_turns(partial(seconds, build), count_lines, sizes.rounds)
        bound = 0.20 if build is as_used else 0.15
        results.append(Result(name, ms(ours), f"wc -l {ms(theirs)}", theirs / ours, bound, at_least=True))
    return results


def listing(sizes: Sizes) -> list[Result]:
    """`list --json` with full counts against `json.loads` of every line, whole processes."""
    folder = str(home(sizes))
    ours, theirs = by_turns(
        lambda: process([sys.executable, "-m", "codexlog", "list", "--json", folder]),
        lambda: process([sys.executable, "-c", PARSE_EVERY_LINE, folder]),
        sizes.rounds,
    )
    name = f"list --json, {sizes.sessions} sessions"
    return [Result(name, ms(ours), f"json.loads {ms(theirs)}", ours / theirs, 1.0)]


def heads(sizes: Sizes) -> list[Result]:
    """The lines of the session list as they are first painted, against `json.loads` of every line."""
    folder = home(sizes)

    def read_heads() -> None:
        for found in discover([folder]):
            head_summary(facts_of(found, found.mtime), found.path)

    def parse_all() -> None:
        for found in discover([folder]):
            for line in found.path.read_bytes().splitlines():
                json.loads(line)

    ours, theirs = by_turns(partial(seconds, read_heads), partial(seconds, parse_all), sizes.rounds)
    name = f"heads of {sizes.sessions} sessions"
    return [Result(name, ms(ours), f"json.loads {ms(theirs)}", ours / theirs, 0.5)]


def first_screen(sizes: Sizes) -> list[Result]:
    """The end of a huge session on the screen, against an empty application."""
    path = session(sizes)

    def painted(arguments: list[str], shows: Callable[[str], bool]) -> float:
        with Terminal(arguments, HERE) as terminal:
            return terminal.first_paint(shows)

    ours, theirs = by_turns(
        lambda: painted(["-m", "codexlog", str(path)], shows_rows),
        lambda: painted(["-c", EMPTY_APP], lambda text: "here it is" in text),
        sizes.rounds * 2 + 1,
    )
    return [Result("first screen", ms(ours), f"empty app {ms(theirs)}", ours / theirs, 1.2)]


def shows_rows(text: str) -> bool:
    """Whether the timeline of a generated session is on the screen: some command, some thought."""
    return "$ " in text and "encrypted" in text


def explorer(sizes: Sizes) -> list[Result]:
    """Memory once the whole session is read, and what keys send."""
    path = session(sizes)
    with open_source(path) as source:
        rows = len(scan(source.pread))
    with Terminal(["-m", "codexlog", str(path)], HERE) as terminal:
        terminal.wait_until(shows_rows)
        terminal.wait_until(lambda text: READING not in text)
        terminal.settle()
        held, limit = terminal.anonymous_bytes(), ROW_BYTES * rows + BASE_BYTES
        results = [Result("anonymous memory", size(held), f"limit {size(limit)}", held / limit, 1.0)]
        terminal.press(b"g")
        for name, (key, most) in KEYS.items():
            sent = median(terminal.press(key) for _ in range(PRESSES))
            results.append(Result(f"key: {name}", size(sent), f"limit {size(most)}", sent / most, 1.0))
    return results


CASES = {
    "index": index,
    "list": listing,
    "heads": heads,
    "screen": first_screen,
    "explorer": explorer,
    "follow": following,
    "slow": slow_line,
    "lag": lag,
    "append": append,
    "find": find,
    "triage": triage,
}
