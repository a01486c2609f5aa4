"""Which checks still fail at the end of a trace, and which passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.covering import CLASSES, class_of, covers, is_narrow
from codexlog.triage.texts import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.triage.covering import Class
    from codexlog.triage.signatures import Failure
    from codexlog.triage.trace import Step


UNNAMED = ("generic", "make")
"""Tools whose failures are the last line of something, and no test's name."""


MOST_OPEN = 200
"""Failures that are kept open at once; each check that passes is held against all of them."""


class Open(NamedTuple):
    """A failing thing and the step that last showed it."""

    failure: Failure
    step: Step
    from_text: bool
    """Whether only the text says so: a pipe hid the exit code."""


def open_failures(steps: Iterable[Step]) -> list[Open]:
    """What failed and was not seen to pass afterwards, the oldest first."""
    found: dict[Failure, Open] = {}
    for step in steps:
        for failure in _passed(found.values(), step):
            del found[failure]
        for failure in step.failures:
            found[failure] = Open(failure, step, from_text=not step.is_failed)
            if len(found) > MOST_OPEN:
                del found[next(iter(found))]
    return list(found.values())


def failing_at_end(steps: Sequence[Step], said: str = "") -> Open | None:
    """What fails at the end: the last test or build failed, or the last linter, and nothing passed since.

    A named test that failed in a run of all tests fails still, where only others were run afterwards;
    unless it failed before anything was changed, or the last words `said` call it none of this work.
    """
    failing = open_failures(steps)
    if not failing:
        return None
    older = red_before_edits(steps)
    for kind in CLASSES:
        own = [each for each in failing if (class_of(each.step.command) or "test") == kind]
        last = next((step for step in reversed(steps) if _ran(step, kind)), None)
        if not own or last is None:
            continue
        if says_failed(last):
            return next((each for each in reversed(own) if each.step is last), own[-1])
        left = [each for each in own if _stays(each, older)]
        if left and kind != "lint" and not ELSEWHERE.search(said):
            return left[-1]
    return None


def _stays(each: Open, older: frozenset[str]) -> bool:
    return (
        each.failure.tool not in UNNAMED
        and each.failure.text not in older
        and not each.from_text
        and not is_narrow(each.step.command)
    )


def red_before_edits(steps: Iterable[Step]) -> frozenset[str]:
    """What failed before anything was changed: whoever came before left it."""
    found: set[str] = set()
    for step in steps:
        if step.edits or step.writes or step.commit is not None:
            break
        found |= {failure.text for failure in step.failures}
    return frozenset(found)


def _ran(step: Step, kind: Class) -> bool:
    """Whether a step is a check of a kind that came to run."""
    return step.purpose == "check" and step.reading is not None and class_of(step.command) == kind


def says_failed(step: Step) -> bool:
    """Whether a check failed: by its exit code, or by its text where a pipe hid the code."""
    return step.is_failed or (step.reading is not None and step.reading.passes is False)


def _passed(found: Iterable[Open], step: Step) -> list[Failure]:
    """The failures that this step shows to be over."""
    if step.reading is None:  # that `nix-shell --run 'cargo check'` checks is known only while it fails
        same = step.purpose != "check" and step.status == "ok"
        return [each.failure for each in found if same and each.step.command == step.command]
    if step.is_failed and step.exit_code != 0:
        return [each.failure for each in found if each.failure.text in step.reading.passed]
    all_pass = step.reading.passes is not False and step.status == "ok"
    return [
        each.failure
        for each in found
        if each.failure.text in step.reading.passed
        or (all_pass and (_is_same(each.step, step) or covers(step.command, each.step.command, each.failure)))
    ]


def _is_same(before: Step, step: Step) -> bool:
    """Whether two steps ran the same, word for word: `test_1.py` is not `test_2.py`."""
    return before.command == step.command if step.command else before.key == step.key
