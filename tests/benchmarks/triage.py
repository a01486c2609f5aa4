"""What triage finds of the faults that are put into loops, and what it says of healthy ones."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Result, ms, seconds
from codexlog.catalog.cache import Cache
from codexlog.catalog.discover import discover
from codexlog.triage.finder import Finder, maker_of
from faults.catalogue import FAULTS, SIZE
from faults.score import LIMITS, every_finding, loops_in, score
from faults.stories import write_loop
from faults.writers import ERAS

if TYPE_CHECKING:
    from benchmarks.corpora import Sizes
    from faults.catalogue import Fault

RECALL = 0.95
FEW, MANY = 8, 400
AGE = 3_600.0


def triage(sizes: Sizes) -> list[Result]:
    """Recall of each fault, alarms on healthy loops, and what 400 iterations take to open against 8."""
    seeds = range(sizes.rounds)
    return [*(_recall(fault, seeds) for fault in FAULTS), _healthy(seeds), _opening(sizes)]


def _recall(fault: Fault, seeds: range) -> Result:
    """The smallest of: right first bad iteration, right kind, right verdict; over eras and seeds."""
    eras = [era for era in ERAS if fault.eras is None or era in fault.eras]
    found = []
    for era in eras:
        for seed in seeds:
            with tempfile.TemporaryDirectory() as home:
                found.append(score(Path(home), era, fault, seed))
    first = sum(each is not None and each.first_bad for each in found)
    kind = sum(each is not None and each.kind for each in found)
    verdict = sum(each is not None and each.verdict for each in found)
    words = f"first bad {first}, kind {kind}, verdict {verdict}"
    share = min(first, kind, verdict) / len(found)
    return Result(f"triage: {fault.name}", words, f"{len(found)} loops", share, RECALL, at_least=True)


def _healthy(seeds: range) -> Result:
    """Findings and bad ends of loops in which nothing is the matter, but much noise."""
    loops = alarms = 0
    for era in ERAS:
        for seed in range(4 * len(seeds)):
            with tempfile.TemporaryDirectory() as home:
                for loop in loops_in(write_loop(Path(home), era, SIZE, seed=seed)):
                    loops += 1
                    alarms += any(each.severity != "info" for each in every_finding(loop))
                    alarms += loop.first_failure is not None
    return Result("triage: healthy loops", f"{alarms} alarms", f"{loops} loops", alarms / loops, 0.0)


def _opening(sizes: Sizes) -> Result:
    """A second start: what was judged comes out of the cache."""
    took = {}
    for size in (FEW, MANY):
        with tempfile.TemporaryDirectory() as home:
            write_loop(Path(home, "home"), "codex-0.145", size)
            _open(Path(home))
            took[size] = min(seconds(lambda home=home: _open(Path(home))) for _ in range(sizes.rounds))  # type: ignore[misc]
    share = took[MANY] / took[FEW] / (MANY / FEW)
    name = f"triage: {MANY} iterations of {FEW}, an iteration"
    return Result(name, ms(took[MANY]), ms(took[FEW]), share, 1.0)


def _open(home: Path) -> None:
    with Cache(home / "cache.sqlite", maker_of(LIMITS)) as cache:
        finder = Finder(discover([home / "home"]), time.time() + AGE, LIMITS, cache)
        (loop,) = finder.loops()
        assert len(loop.iterations) in (FEW, MANY)
