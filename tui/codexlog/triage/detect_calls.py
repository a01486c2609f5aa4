"""Detectors that look at calls: repeated ones, refused ones, those that ran out of time or of network."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from codexlog.triage.findings import Finding, Kind, Severity, quote
from codexlog.triage.texts import DENIED_LINE, DENIED_OUTPUT, NETWORK_LINE, TIMED_OUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.triage.thresholds import Thresholds
    from codexlog.triage.trace import Step, Trace

LAST_LINES = 3


def detect(trace: Trace, limits: Thresholds) -> Iterator[Finding]:
    """Every finding about calls."""
    for detector in DETECTORS:
        yield from detector(trace, limits)


def finding(
    trace: Trace,
    kind: Kind,
    severity: Severity,
    steps: Sequence[Step],
    evidence: str,
    explanation: str,
) -> Finding:
    """A finding that rests on calls and their outputs."""
    rows = sorted({row for step in steps for row in (step.row, step.out_row) if row is not None})
    return Finding(
        kind,
        severity,
        trace.summary.id,
        None,
        steps[-1].turn,
        tuple(rows),
        steps[-1].call_id,
        evidence,
        explanation,
    )


def _repeated_failing(trace: Trace, limits: Thresholds) -> Iterator[Finding]:
    """1: the same command failed several times in a row."""
    for run in _runs(trace.steps, lambda step: (step.key, step.is_failed)):
        if run[0].is_failed and len(run) >= limits.failing_in_a_row:
            last = run[-1]
            code = f" with exit code {last.exit_code}" if last.exit_code is not None else ""
            yield finding(
                trace,
                "repeated_failing_command",
                "warning",
                run,
                quote(last.command),
                f"The same command failed {len(run)} times in a row{code}.",
            )


def _repeated_call(trace: Trace, limits: Thresholds) -> Iterator[Finding]:
    """2: the same call gave the same output several times in a row."""
    for run in _runs(trace.steps, lambda step: (step.key, step.output_key)):
        alike = len(run) >= limits.same_output_in_a_row and run[0].out_row is not None
        if alike and not run[0].is_failed:
            yield finding(
                trace,
                "repeated_call",
                "warning",
                run,
                quote(run[-1].command),
                f"The same call was made {len(run)} times in a row and each time answered the same.",
            )


def _denied(trace: Trace, _: Thresholds) -> Iterator[Finding]:
    """6: a sandbox, a policy, a hook or a person refused a call."""
    refused = [step for step in trace.steps if step.status == "denied" or _is_denial(step)]
    if refused:
        last = refused[-1]
        yield finding(
            trace,
            "denied",
            "warning",
            refused,
            quote(last.head) or quote(last.command),
            f"{_times(len(refused), 'call was', 'calls were')} refused; the last: {quote(last.command)[:80]}",
        )


def _network(trace: Trace, _: Thresholds) -> Iterator[Finding]:
    """7: commands failed because nothing outside could be reached."""
    cut = [step for step in trace.steps if step.is_failed and NETWORK_LINE.search(step.tail)]
    if cut:
        found = NETWORK_LINE.search(cut[-1].tail)
        assert found is not None
        start = cut[-1].tail.rfind("\n", 0, found.start()) + 1
        yield finding(
            trace,
            "network_blocked",
            "warning",
            cut,
            quote(cut[-1].tail, start),
            f"{_times(len(cut), 'command', 'commands')} failed and said that the network was out of reach.",
        )


def _timeouts(trace: Trace, _: Thresholds) -> Iterator[Finding]:
    """8: commands ran out of time."""
    late = [step for step in trace.steps if step.status == "timeout" or TIMED_OUT.match(step.head)]
    if late:
        yield finding(
            trace,
            "command_timeout",
            "warning",
            late,
            quote(late[-1].command),
            f"{_times(len(late), 'command', 'commands')} ran out of time.",
        )


def _patches(trace: Trace, limits: Thresholds) -> Iterator[Finding]:
    """14: patches did not apply, again and again."""
    edits = [step for step in trace.steps if step.edits and "Sibling tool call errored" not in step.head]
    for run in _runs(edits, lambda step: (step.edits[0].path, step.status == "failed")):
        if run[0].status == "failed" and len(run) >= limits.patches_in_a_row:
            words = f"{len(run)} patches of {run[0].edits[0].path} failed in a row."
            yield finding(trace, "patch_failures", "warning", run, quote(run[-1].head), words)
            return
    failed = [step for step in edits if step.status == "failed"]
    if len(edits) >= limits.patch_least and len(failed) > limits.patch_share * len(edits):
        words = f"{len(failed)} of {len(edits)} patches failed."
        yield finding(trace, "patch_failures", "warning", failed, quote(failed[-1].head), words)


def _oscillation(trace: Trace, _: Thresholds) -> Iterator[Finding]:
    """15: a change was taken back exactly. Printed debug lines do not count."""
    seen: dict[tuple[str, int, int], Step] = {}
    for step in trace.steps:
        for edit in step.changed:
            for hunk in edit.hunks:
                if hunk.is_debug or hunk.minus == hunk.plus:
                    continue
                before = seen.get((edit.path, hunk.plus, hunk.minus))
                if before is not None and before.row != step.row:
                    words = f"A change of {edit.path} was made and later taken back."
                    steps = (before, step)
                    yield finding(trace, "oscillating_edits", "info", steps, edit.path, words)
                    return
                seen[edit.path, hunk.minus, hunk.plus] = step


DETECTORS: tuple[Callable[[Trace, Thresholds], Iterable[Finding]], ...] = (
    _repeated_failing,
    _repeated_call,
    _denied,
    _network,
    _timeouts,
    _patches,
    _oscillation,
)


def _is_denial(step: Step) -> bool:
    if not step.is_failed:
        return False
    if DENIED_OUTPUT.match(step.head):
        return True
    last = "\n".join(step.tail.rstrip().split("\n")[-LAST_LINES:])
    return DENIED_LINE.search(last) is not None


def _runs(steps: Iterable[Step], key: Callable[[Step], object]) -> Iterator[list[Step]]:
    """Neighbours of one key."""
    return (list(run) for _, run in groupby(steps, key))


def _times(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
