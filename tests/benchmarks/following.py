"""What it costs to follow a session."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.corpora import copy_of
from benchmarks.measure import Result, us
from codexlog.app.growing_rows import GrowingRows
from codexlog.catalog.growing import Growing
from codexlog.timeline.summary import FileFacts

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.corpora import Sizes

APPENDED = 300
"""Rows that are appended one by one."""


def following(sizes: Sizes) -> list[Result]:
    """CPU for each row that is appended to a session: of 1 MB, and of a hundred times as much."""
    small, large = (cpu_per_row(copy_of(sizes, size)) for size in (1 << 20, 100 << 20))
    name = "row appended to 100 MB"
    return [Result(name, us(large), f"to 1 MB {us(small)}", large / small, 1.5)]


def cpu_per_row(path: Path) -> float:
    """Seconds of CPU that a row takes from the file to the rows of the timeline."""
    known = FileFacts(str(path), path.stat().st_size, age=0.0)
    lines = path.read_bytes()[: 1 << 20].splitlines(keepends=True)[100 : 100 + APPENDED]
    growing = Growing(path)
    found = growing.look(known).whole
    assert found is not None
    rows = GrowingRows(replace(found, entries=found.entries.behind(0)))
    took = []
    with path.open("ab", buffering=0) as file:
        for line in lines:
            file.write(line)
            started = time.process_time()
            patch = growing.look(known).patch
            assert patch is not None
            rows.grow(patch)
            took.append(time.process_time() - started)
    growing.close()
    path.unlink()
    return median(took)
