"""What it costs an agent loop to be recorded."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, by_turns, us
from codexlog.recorder import Recorder

if TYPE_CHECKING:
    from benchmarks.corpora import Sizes

APPENDS = 1000
BEFORE = 10_000_000
"""Bytes of the transcript that is appended to."""
ANSWER = [
    {"type": "text", "text": "I'll look at the parser first, and then run its tests. " * 8},
    {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "python -m pytest -q tests"}},
]
OUTPUT = "tests/test_parse.py ......F....                                      [100%]\n" * 8
USAGE = {
    "input_tokens": 1200,
    "output_tokens": 350,
    "cache_creation_input_tokens": 0,
    "cache_read_input_tokens": 80_000,
}


def append(sizes: Sizes) -> list[Result]:
    """A row appended to a long transcript, against opening, appending and closing with the same bytes."""
    with tempfile.TemporaryDirectory() as folder:
        rec = _long_session(Path(folder))
        path = rec.directory / "full.jsonl"
        plain = Path(folder, "plain.jsonl")
        plain.write_bytes(path.read_bytes())

        def recorded() -> float:
            size = path.stat().st_size
            took = _record(rec)
            rows.extend(path.read_bytes()[size:].splitlines(keepends=True))
            return took

        rows: list[bytes] = []
        ours, theirs = by_turns(recorded, lambda: _write(plain, rows[-APPENDS:]), sizes.rounds * 4 + 1)
        rec.close()
    each = us(ours / APPENDS)
    return [Result("row recorded, 10 MB", each, f"appended {us(theirs / APPENDS)}", ours / theirs, 2.0)]


def _long_session(folder: Path) -> Recorder:
    rec = Recorder.start(cwd=folder, version="1.2.3", model="claude-opus-4-6")
    rec.user("go")
    (rec.directory / "full.jsonl").open("ab").write(b'{"filler": 1}\n' * (BEFORE // 14))
    return rec


def _record(rec: Recorder) -> float:
    started = time.perf_counter()
    for _ in range(APPENDS // 2):
        rec.assistant(ANSWER, usage=USAGE)
        rec.tool_results([{"tool_use_id": "toolu_1", "content": OUTPUT}])
    return time.perf_counter() - started


def _write(path: Path, rows: list[bytes]) -> float:
    started = time.perf_counter()
    for row in rows:
        with path.open("ab") as file:
            file.write(row)
    return time.perf_counter() - started
