"""Which checks still fail at the end of a trace, and which passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage import commands as lines
from codexlog.triage.programs import CHECKERS, TESTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.triage.signatures import Failure
    from codexlog.triage.trace import Step


NOT_RUN = (126, 127)
"""Exit codes of a program that is not there, or may not be run."""
LINTERS = CHECKERS - TESTERS
_LINT_VERBS = (("fmt",), ("clippy",), ("vet",), ("lint",))


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
        if step.reading is None:
            continue
        for failure in _passed(found.values(), step):
            del found[failure]
        for failure in step.failures:
            found[failure] = Open(failure, step, from_text=step.exit_code == 0)
    return list(found.values())


def failing_at_end(steps: Sequence[Step]) -> Open | None:
    """What fails at the end: the last test or build failed, or the last linter, and nothing passed since."""
    failing = open_failures(steps)
    if not failing:
        return None
    for of_kind in (_tests, _lints):
        last = next((step for step in reversed(steps) if _ran(step) and of_kind(step)), None)
        if last is not None and says_failed(last):
            own = [each for each in failing if of_kind(each.step)]
            if own:
                return next((each for each in reversed(own) if each.step is last), own[-1])
    return None


def red_before_edits(steps: Iterable[Step]) -> frozenset[str]:
    """What failed before anything was changed: whoever came before left it."""
    found: set[str] = set()
    for step in steps:
        if step.edits or step.writes or step.commit is not None:
            break
        found |= {failure.text for failure in step.failures}
    return frozenset(found)


def _ran(step: Step) -> bool:
    return step.purpose == "check" and step.exit_code not in NOT_RUN


def _lints(step: Step) -> bool:
    command = lines.checker(step.command)
    return command is not None and (_program(command) in LINTERS or command.words[1:2] in _LINT_VERBS)


def _tests(step: Step) -> bool:
    return not _lints(step)


def says_failed(step: Step) -> bool:
    """Whether a check failed: by its exit code, or by its text where a pipe hid the code."""
    return step.is_failed or (step.reading is not None and step.reading.passes is False)


def _passed(found: Iterable[Open], step: Step) -> list[Failure]:
    """The failures that this step shows to be over."""
    assert step.reading is not None
    if step.is_failed and step.exit_code != 0:
        return [each.failure for each in found if each.failure.text in step.reading.passed]
    all_pass = step.reading.passes is not False and step.status == "ok"
    return [
        each.failure
        for each in found
        if each.failure.text in step.reading.passed
        or (all_pass and (each.step.key == step.key or _covers(step, each)))
    ]


def _covers(step: Step, failing: Open) -> bool:
    """Whether a passing run was of at least what failed: the same program, not narrowed to other files."""
    ours, theirs = lines.checker(step.command), lines.checker(failing.step.command)
    if ours is None or theirs is None or _program(ours) != _program(theirs):
        return False
    ours_at, theirs_at = _targets(ours), _targets(theirs)
    return not ours_at or ours_at == theirs_at or any(target in failing.failure.text for target in ours_at)


def _program(command: lines.Command) -> str:
    words = command.words
    return words[2] if words[1:2] == ("-m",) and len(words) > 2 else command.program


def _targets(command: lines.Command) -> frozenset[str]:
    """The files and folders that a check was narrowed to."""
    return frozenset(
        word for word in command.words[1:] if not word.startswith("-") and ("/" in word or "." in word)
    )
