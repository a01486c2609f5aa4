"""Two things by turns, medians, and a table of what came out."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    name: str
    measured: str
    against: str
    ratio: float
    """Whatever `bound` bounds: a ratio of times, or a share of a limit."""
    bound: float
    at_least: bool = False
    """Whether the bound is the smallest good ratio instead of the largest."""

    @property
    def passed(self) -> bool:
        """Whether the ratio is within its bound."""
        return self.ratio >= self.bound if self.at_least else self.ratio <= self.bound

    def cells(self) -> list[str]:
        """The line as texts."""
        bound = f"{'≥' if self.at_least else '≤'} {self.bound:.2f}"
        word = "pass" if self.passed else "OVER"
        return [self.name, self.measured, self.against, f"{self.ratio:.2f}", bound, word]


HEADINGS = ["benchmark", "measured", "against", "ratio", "bound", ""]


def seconds(work: Callable[[], object]) -> float:
    """How long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_turns(first: Callable[[], float], second: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Medians of two measurements, taken A B A B after one round for the caches."""
    first(), second()
    pairs = [(first(), second()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def process(arguments: Sequence[str]) -> float:
    """How long a whole process takes."""
    return seconds(lambda: subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True))


def ms(value: float) -> str:
    """Seconds as milliseconds."""
    return f"{value * 1000:.0f} ms"


def us(value: float) -> str:
    """Seconds as microseconds."""
    return f"{value * 1e6:.0f} us"


def size(value: float) -> str:
    """Bytes, for people."""
    return f"{value / 1e6:.1f} MB" if value >= 1e5 else f"{value:.0f} B"


def print_table(results: Sequence[Result]) -> None:
    """Print every result in columns."""
    rows = [HEADINGS, *(each.cells() for each in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")
