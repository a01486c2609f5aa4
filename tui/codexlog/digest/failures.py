"""What failed in a session: the last failing command, checks as they last ran, what was tried again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.checks import failing_at_end, says_failed
from codexlog.triage.tracing import TAIL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.digest.reading import Reading
    from codexlog.model import Status
    from codexlog.triage.trace import Step

LEAST = 2
"""How often something must have failed to be a repeat."""
_RESULT = re.compile(
    r"(?i)\b\d+ (?:tests? |examples? )?(?:passed|failed|failures?|errors?|passing|failing)\b|^test result:"
    r"|^ran \d+ tests?\b|^(?:ok|FAILED)\b"
)


class Failed(NamedTuple):
    """A command that failed."""

    command: str
    told: str
    """What of it stands in its row as it is."""
    row: int
    """Of its call."""
    out_row: int | None
    status: Status
    exit_code: int | None
    duration_ms: int | None
    tail: tuple[str, ...]
    """The last lines of its output; the first of them whole."""
    is_cut: bool
    """Whether lines stand before them."""
    passed_later: int | None
    """The row of a later run of the same command that did not fail."""


class Check(NamedTuple):
    """A test, build or linter, as it last ran."""

    command: str
    row: int
    """Of the output, or of the call where it has none."""
    failed: bool
    exit_code: int | None
    status: Status
    said: str
    """The line that sums it up (`119 passed`); "" where there is none."""
    at: str | None


class Repeat(NamedTuple):
    """Something that failed several times."""

    what: str
    """The command, or the file of a patch."""
    times: int
    exit_code: int | None
    """Of the last time."""
    rows: tuple[int, ...]
    """Of the calls."""
    said: str
    """A line of the last output, as it stands there."""


def last_failing(steps: Sequence[Step]) -> Failed | None:
    """The last command that failed, or the check that fails at the end where that came later."""
    failed = [step for step in steps if step.is_failed and step.purpose != "edit"]
    worst = failing_at_end(steps)
    if worst is not None:
        failed.append(worst.step)
    if not failed:
        return None
    last = max(failed, key=lambda step: step.row)
    tail, is_cut = tail_of(last)
    again = (step for step in steps if step.row > last.row and step.key == last.key)
    later = (step for step in again if step.status == "ok" and not says_failed(step))
    return Failed(
        last.command,
        last.told,
        last.row,
        last.out_row,
        last.status,
        last.exit_code,
        last.duration_ms,
        tail,
        is_cut,
        next((step.out_row or step.row for step in later), None),
    )


def tail_of(step: Step) -> tuple[tuple[str, ...], bool]:
    """The last lines of an output, and whether lines before them are missing."""
    is_cut = len(step.tail) >= TAIL
    lines = step.tail.rstrip().split("\n")
    return tuple(lines[1:] if is_cut and len(lines) > 1 else lines) if step.tail.strip() else (), is_cut


def checks_of(steps: Iterable[Step]) -> tuple[Check, ...]:
    """Each check as it last ran, in the order of these last runs."""
    found: dict[str, Step] = {}
    for step in steps:
        if step.purpose == "check" and step.reading is not None:
            found.pop(step.key, None)
            found[step.key] = step
    return tuple(
        Check(
            step.command,
            step.out_row or step.row,
            says_failed(step),
            step.exit_code,
            step.status,
            result_line(step.tail),
            step.at,
        )
        for step in found.values()
    )


def result_line(tail: str) -> str:
    """The last line of an output that counts what passed and failed; "" for none."""
    lines = (line.strip() for line in reversed(tail.split("\n")))
    return next((line for line in lines if _RESULT.search(line)), "")


def repeats_of(steps: Iterable[Step]) -> tuple[Repeat, ...]:
    """Commands that failed several times, wherever in the session; the most frequent first."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.is_failed and step.purpose != "edit":
            found.setdefault(step.key, []).append(step)
    return _repeats((each[-1].command, each) for each in found.values() if len(each) >= LEAST)


def failed_patches(reading: Reading) -> tuple[Repeat, ...]:
    """Edits that failed, by file."""
    bad = {each.edit.call_id for each in reading.edits if not each.edit.ok}
    found: dict[str, list[Step]] = {}
    for step in reading.trace.steps:
        if step.edits and (step.is_failed or step.call_id in bad):
            found.setdefault(step.edits[0].path, []).append(step)
    return _repeats(found.items())


def _repeats(found: Iterable[tuple[str, list[Step]]]) -> tuple[Repeat, ...]:
    repeats = [
        Repeat(
            what=what,
            times=len(steps),
            exit_code=steps[-1].exit_code,
            rows=tuple(step.row for step in steps),
            said=last_line(steps[-1].tail),
        )
        for what, steps in found
    ]
    return tuple(sorted(repeats, key=lambda each: (-each.times, each.rows)))


def last_line(text: str) -> str:
    """The last line that says anything."""
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")
