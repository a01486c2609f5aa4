"""Two runs side by side: what each changed, what each checked, and where they first went different ways."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.checks import open_failures
from codexlog.triage.plans import plan_of
from codexlog.triage.progress import Progress, progress

if TYPE_CHECKING:
    from codexlog.triage.trace import Step, Trace

MOST_PROMPT_LINES = 200


class Change(NamedTuple):
    """Something that one run has and the other one has not, or has otherwise."""

    what: str
    before: str
    after: str


class Divergence(NamedTuple):
    """The first calls that are not the same; None where a run has none left."""

    position: int
    """Counts calls from 1."""
    before: Step | None
    after: Step | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the second run differs from the first."""

    before: Progress
    after: Progress
    only_before: tuple[str, ...]
    """Files that only the first one changed."""
    only_after: tuple[str, ...]
    in_both: tuple[str, ...]
    checks: tuple[Change, ...]
    """Failing things of either run; `fails`, `passes` or `not seen`."""
    plan: tuple[Change, ...]
    """Plan items whose state differs."""
    divergence: Divergence | None
    """None where both made the same calls."""
    prompt: tuple[str, ...]
    """A unified diff of the prompts; () where they are the same."""


def compare(one: Trace, two: Trace) -> Comparison:
    """Compare two runs, such as an iteration and the next one."""
    before, after = progress(one), progress(two)
    first, second = set(before.files), set(after.files)
    return Comparison(
        before,
        after,
        tuple(path for path in before.files if path not in second),
        tuple(path for path in after.files if path not in first),
        tuple(path for path in before.files if path in second),
        _checks(one, two),
        _plans(one, two),
        divergence(one, two),
        _prompts(one, two),
    )


def divergence(one: Trace, two: Trace) -> Divergence | None:
    """Where the call sequences part."""
    for position in range(max(len(one.steps), len(two.steps))):
        before = one.steps[position] if position < len(one.steps) else None
        after = two.steps[position] if position < len(two.steps) else None
        if before is None or after is None or before.key != after.key:
            return Divergence(position + 1, before, after)
    return None


def _checks(one: Trace, two: Trace) -> tuple[Change, ...]:
    states = [_states(trace) for trace in (one, two)]
    names = dict.fromkeys([*states[0], *states[1]])
    changes = (Change(name, *(state.get(name, "not seen") for state in states)) for name in names)
    return tuple(change for change in changes if "fails" in (change.before, change.after))


def _states(trace: Trace) -> dict[str, str]:
    """The state of each check at the end of a run."""
    states: dict[str, str] = {}
    for step in trace.steps:
        if step.reading is not None:
            states.update(dict.fromkeys(step.reading.passed, "passes"))
            states.update({failure.text: "passes" for failure in step.failures})
    states.update({each.failure.text: "fails" for each in open_failures(trace.steps)})
    return states


def _plans(one: Trace, two: Trace) -> tuple[Change, ...]:
    before, after = dict(plan_of(one)), dict(plan_of(two))
    names = dict.fromkeys([*before, *after])
    changes = (Change(name, before.get(name, "not there"), after.get(name, "not there")) for name in names)
    return tuple(change for change in changes if change.before != change.after)


def _prompts(one: Trace, two: Trace) -> tuple[str, ...]:
    before, after = (trace.prompts[0].text.splitlines() if trace.prompts else [] for trace in (one, two))
    return tuple(unified_diff(before, after, lineterm="", n=1))[2 : MOST_PROMPT_LINES + 2]
