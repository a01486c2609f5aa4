"""What a person waits for: keys over a slow line, and an event loop that has other things to do."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from benchmarks.corpora import session
from benchmarks.measure import Result, ms
from benchmarks.terminal import QUIET, Terminal

if TYPE_CHECKING:
    from benchmarks.corpora import Sizes

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "sample_sessions"
SLOW_LINE = 20_000
"""Bytes a second."""
TICK = 0.01
LONGEST_WAIT = 0.300
LONGEST_LAG = 0.016
BEAT = 0.002
SETTLED = 1.0
PANES = {
    "sessions": b"",
    "timeline": b"\r",
    "details": b"\t",
}
"""The panes, and the keys that lead to each from the one before."""
DOWN, UP, PAGE_DOWN, PAGE_UP = b"\x1b[B", b"\x1b[A", b"\x1b[6~", b"\x1b[5~"
TOURS = {
    "sessions": [DOWN] * 24 + [PAGE_DOWN, PAGE_UP, b"G", b"g", b"z", b"z", b"?", b"\x1b", b":", b"\x1b"],
    "timeline": [UP] * 16 + [DOWN] * 4 + [PAGE_UP, PAGE_DOWN, b"g", b"G", b"[", b"]", b"-", b"+", b"z", b"z"],
    "details": [DOWN] * 4 + [PAGE_DOWN, PAGE_UP, b"G", b"g", b"a", b"a", b"z", b"z", b"?", b"\x1b"],
}

HEARTBEAT = """
import asyncio, json, os, sys, time
from pathlib import Path
from codexlog.app import app, run
from codexlog.app.options import options_from

lags = []

class Watched(app.ExplorerApp):
    def on_ready(self):
        self.beating = asyncio.create_task(self.beat())

    async def beat(self):
        while True:
            started = time.perf_counter()
            await asyncio.sleep(%(beat)s)
            lags.append(time.perf_counter() - started - %(beat)s)

app.ExplorerApp = Watched
code = run(options_from([Path(sys.argv[1])], os.environ, Path.home()))
Path(sys.argv[2]).write_text(json.dumps(lags))
sys.exit(code)
"""


def wait_over_slow_line(terminal: Terminal, key: bytes) -> float:
    """Seconds from a key to the last byte of its answer, over a line of 20 kB/s."""
    terminal.send(key)
    pressed = last = time.perf_counter()
    while time.perf_counter() - last < QUIET:
        began = time.perf_counter()
        if terminal.read(TICK, round(SLOW_LINE * TICK)):
            last = time.perf_counter()
            time.sleep(max(0.0, TICK - (last - began)))
    return last - pressed


def slow_line(_: Sizes) -> list[Result]:
    """The slowest key of each pane over a line of 20 kB/s, on the sample sessions."""
    results = []
    with Terminal(["-m", "codexlog", str(SAMPLES)], HERE) as terminal:
        terminal.wait_until(lambda text: "q quit" in text and "counting" not in text)
        terminal.settle()
        for pane, way in PANES.items():
            if way:
                terminal.press(way)
            waits = [(wait_over_slow_line(terminal, key), key) for key in TOURS[pane]]
            slowest, key = max(waits)
            name = f"20 kB/s, {pane}: slowest of {len(waits)} keys"
            shown = f"{ms(slowest)} ({key.decode()!r})".replace("\\x1b", "Esc")
            results.append(Result(name, shown, f"limit {ms(LONGEST_WAIT)}", slowest / LONGEST_WAIT, 1.0))
    return results


def lag(sizes: Sizes) -> list[Result]:
    """How late the event loop comes to things while a huge session is read, also while a key is held down."""
    results = []
    for name, key in (("reading", b""), ("reading and moving", UP)):
        lags = sorted(_lags(session(sizes), key))
        hundredths = quantiles(lags, n=100)
        p99 = hundredths[98]
        shown = f"p50 {lags[len(lags) // 2] * 1000:.1f} p99 {p99 * 1000:.1f} max {lags[-1] * 1000:.0f} ms"
        results.append(
            Result(f"event loop lag, {name}", shown, f"p99 limit {ms(LONGEST_LAG)}", p99 / LONGEST_LAG, 1.0)
        )
    return results


def _lags(path: Path, key: bytes) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "lags")
        program = ["-c", HEARTBEAT % {"beat": BEAT}, str(path), str(report)]
        with Terminal(program, HERE) as terminal:
            terminal.wait_until(lambda text: "reading the rest" in text or "counting" in text)
            deadline = time.perf_counter() + 60.0
            while any(word in terminal.text() for word in ("reading", "counting")):
                if key:
                    terminal.send(key)
                terminal.take(0.05)
                if time.perf_counter() > deadline:
                    raise TimeoutError(terminal.text())
            terminal.send(b"q")
            end = time.perf_counter() + SETTLED * 10
            while not report.exists() and time.perf_counter() < end:
                terminal.take(0.05)
            time.sleep(0.1)
            lags: list[float] = json.loads(report.read_text())
            return lags
