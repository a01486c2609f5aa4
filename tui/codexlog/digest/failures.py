"""What failed in a session: the last failing command, checks as they last ran, what was tried again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from codexlog.digest.changes import inside
from codexlog.triage.checks import failing_at_end, says_failed
from codexlog.triage.tracing import READING_TOOLS, TAIL

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
    """Of a shell its line, of any other tool its name and what it was told, as the row has it."""
    is_shell: bool
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
    key: str
    """Equal for another run of it."""
    is_open: bool
    """Whether it is the check that fails at the end."""
    is_last: bool
    """Whether no other command failed after it."""


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
    said_row: int | None
    """Of that output."""
    passed_later: int | None = None
    """The row of a later run that did not fail."""
    is_check: bool = False
    key: str = ""


def last_failing(steps: Sequence[Step], said: str = "") -> Failed | None:
    """The check that fails at the end, else the last command that failed. `said`: the last words."""
    failed = [step for step in steps if step.is_failed and step.purpose != "edit"]
    worst = failing_at_end(steps, said)
    if worst is None and not failed:
        return None
    last = worst.step if worst is not None else failed[-1]
    tail, is_cut = tail_of(last)
    return Failed(
        spoken(last),
        is_shell(last),
        last.row,
        last.out_row,
        last.status,
        last.exit_code,
        last.duration_ms,
        tail,
        is_cut,
        passed_after(last, steps),
        same_as(last),
        worst is not None,
        not failed or failed[-1].row <= last.row,
    )


def is_shell(step: Step) -> bool:
    """Whether a step is a command line."""
    return step.key.startswith("$") or (step.purpose not in (None, "edit") and step.name not in READING_TOOLS)


def spoken(step: Step) -> str:
    """A step in words of its row."""
    return step.command if is_shell(step) else f"{step.name} {step.told}".strip()


def passed_after(failed: Step, steps: Iterable[Step]) -> int | None:
    """The row of a later run of the same command that did not fail; None for none."""
    alike = (step for step in steps if step.row > failed.row and step.key == failed.key)
    again = (step for step in alike if same_as(step) == same_as(failed))
    later = (step for step in again if step.status == "ok" and not says_failed(step))
    return next((step.out_row or step.row for step in later), None)


def same_as(step: Step) -> str:
    """Equal for another run of the same, word by word: what is counted as one is shown as one."""
    return " ".join(f"{step.name} {spoken(step)}".split())


def tail_of(step: Step) -> tuple[tuple[str, ...], bool]:
    """The last lines of an output, and whether lines before them are missing."""
    is_cut = len(step.tail) >= TAIL
    lines = step.tail.rstrip().split("\n")
    if is_cut and len(lines) > 1:
        lines = lines[1:]
    while lines and not lines[0].strip():
        lines = lines[1:]
    return tuple(lines), is_cut


def checks_of(steps: Iterable[Step]) -> tuple[Check, ...]:
    """Each check as it last ran, in the order of these last runs."""
    found: dict[str, Step] = {}
    for step in steps:
        if step.purpose == "check" and step.reading is not None:
            found.pop(same_as(step), None)
            found[same_as(step)] = step
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


def repeats_of(steps: Sequence[Step]) -> tuple[Repeat, ...]:
    """Commands that failed several times, wherever in the session; the most frequent first."""
    found: dict[str, list[Step]] = {}
    for step in steps:
        if step.is_failed and step.purpose != "edit":
            found.setdefault(same_as(step), []).append(step)
    stubborn = (each for each in found.values() if len(each) >= LEAST)
    return _sorted(
        _repeat(spoken(each[-1]), each, last_line(each[-1].tail))._replace(
            passed_later=passed_after(each[-1], steps),
            is_check=each[-1].purpose == "check",
            key=same_as(each[-1]),
        )
        for each in stubborn
    )


def failed_patches(reading: Reading) -> tuple[Repeat, ...]:
    """Edits that failed, by file."""
    bad = {each.edit.call_id for each in reading.edits if not each.edit.ok}
    found: dict[str, list[Step]] = {}
    for step in reading.trace.steps:
        if step.edits and (step.is_failed or step.call_id in bad):
            path = inside(step.edits[0].path, reading.trace.summary.cwd)
            found.setdefault(path, []).append(step)
    return _sorted(_repeat(path, each, first_line(each[-1])) for path, each in found.items())


def _repeat(what: str, steps: Sequence[Step], said: str) -> Repeat:
    last = steps[-1]
    return Repeat(what, len(steps), last.exit_code, tuple(step.row for step in steps), said, last.out_row)


def _sorted(found: Iterable[Repeat]) -> tuple[Repeat, ...]:
    return tuple(sorted(found, key=lambda each: (-each.times, each.rows)))


def last_line(text: str) -> str:
    """The last line that says anything."""
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "")


def first_line(step: Step) -> str:
    """The first line of an output that says anything; the last one where the beginning is not at hand."""
    if len(step.tail) >= TAIL:
        return last_line(step.tail)
    return next((line.strip() for line in step.tail.split("\n") if line.strip()), "")
