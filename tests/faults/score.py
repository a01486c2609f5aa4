"""Loops with faults → what triage makes of them: right or wrong, and false alarms on healthy loops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codexlog.catalog.transcript import Transcript
from codexlog.settings.thresholds import Thresholds
from codexlog.timeline.summary import FileFacts
from codexlog.triage.reading import iterations_in, loops_of, trace_of
from faults.catalogue import AT, SIZE
from faults.stories import write_loop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.model import Summary
    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop
    from codexlog.triage.trace import Trace
    from faults.catalogue import Fault

LIMITS = Thresholds()


@dataclass(frozen=True, slots=True)
class Score:
    """What was said of one loop."""

    first_bad: bool
    """Whether the first bad iteration is the right one, or none where none is bad."""
    verdict: bool
    kind: bool
    """Whether the finding is there, at an iteration that the fault is in."""
    loop: Loop

    @property
    def is_right(self) -> bool:
        """Whether everything was said."""
        return self.first_bad and self.verdict and self.kind


def loops_in(paths: Sequence[Path]) -> list[Loop]:
    traces: dict[str, Trace] = {}
    for path in paths:
        with Transcript.open(path, FileFacts(str(path), path.stat().st_size)) as transcript:
            trace = trace_of(transcript)
            traces[trace.summary.path] = trace

    def judge(session: Summary) -> list[Iteration]:
        return iterations_in(traces[session.path], LIMITS)

    return loops_of([trace.summary for trace in traces.values()], judge, LIMITS)


def every_finding(loop: Loop) -> list[Finding]:
    return [*loop.findings, *(each for run in loop.iterations for each in run.findings)]


def place_of(fault: Fault, seed: int) -> int:
    """The iteration that gets the fault; by the seed also the first and the last one."""
    return AT if fault.fixed or seed == 0 else 1 + (seed * 3 + len(fault.name)) % SIZE


def loop_with(home: Path, era: str, fault: Fault, seed: int) -> Loop | None:
    at = place_of(fault, seed)
    plays = {at + offset: play for offset, play in fault.plays.items()}
    setups = {at + offset: setup for offset, setup in fault.setups.items()}
    paths = write_loop(home, era, SIZE, plays, prompt=fault.prompt, seed=seed, setups=setups)
    loops = loops_in(paths)
    return loops[0] if len(loops) == 1 and len(loops[0].iterations) == SIZE else None


def score(home: Path, era: str, fault: Fault, seed: int) -> Score | None:
    """None where the loop was not found as one."""
    loop = loop_with(home, era, fault, seed)
    if loop is None:
        return None
    at = place_of(fault, seed)
    run = loop.iterations[at - 1]
    touched = {at + offset for offset in fault.plays} | {at + 1}
    kinds = {each.kind for each in every_finding(loop) if each.iteration in touched}
    ends = not fault.loop_verdict or loop.verdict == fault.loop_verdict
    return Score(
        first_bad=loop.first_failure == (at if fault.bad else None),
        verdict=run.verdict in fault.verdicts and ends,
        kind=not fault.kind or fault.kind in kinds,
        loop=loop,
    )
