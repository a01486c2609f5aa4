"""Detectors that look at calls: repeated ones, refused ones, those that ran out of time or of network."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from codexlog.triage import commands as lines
from codexlog.triage.case import times
from codexlog.triage.findings import line_at, quote
from codexlog.triage.texts import DENIED_LINE, DENIED_OUTPUT, KILLED, NETWORK_LINE, NOISE_LINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from codexlog.triage.case import Case
    from codexlog.triage.findings import Finding, Severity
    from codexlog.triage.trace import Hunk, Step

LAST_LINES = 3
POLLS = frozenset(("write_stdin", "wait", "BashOutput", "TaskOutput", "wait_agent"))
"""Tools that ask how a process is getting on: asking again is no repetition."""
SMALL_HUNK = 3
"""Lines below which a change that is taken back may be an attempt."""


def detect(case: Case) -> Iterator[Finding]:
    """Every finding about calls."""
    for detector in DETECTORS:
        yield from detector(case)


def _repeated_failing(case: Case) -> Iterator[Finding]:
    """1: the same command failed several times in a row, looks at files in between aside."""
    steps = [step for step in _own_calls(case) if step.is_failed or step.purpose != "read"]
    worked = {step.key: step.row for step in steps if not step.is_failed}
    for run in _runs(steps, lambda step: (step.key, step.is_failed, step.exit_code)):
        if run[0].is_failed and len(run) >= case.limits.failing_in_a_row:
            last = run[-1]
            code = f" with exit code {last.exit_code}" if last.exit_code is not None else ""
            later = worked.get(last.key, 0) > last.row
            words = f"The same command failed {len(run)} times in a row{code}{', and worked later' * later}."
            severity: Severity = "info" if later else "warning"
            yield case.of_steps("repeated_failing_command", severity, run, last.told, words)


def _repeated_call(case: Case) -> Iterator[Finding]:
    """2: the same call gave the same output several times in a row."""
    for run in _runs(_own_calls(case), lambda step: (step.key, step.output_key)):
        last = run[-1]
        alike = len(run) >= case.limits.same_output_in_a_row and run[0].out_row is not None
        if alike and not run[0].is_failed and not lines.pauses(last.command):
            words = f"The same call was made {len(run)} times in a row and each time answered the same."
            yield case.of_steps("repeated_call", "warning", run, last.told, words)


def _own_calls(case: Case) -> list[Step]:
    return [step for step in case.trace.steps if step.name not in POLLS]


def _denied(case: Case) -> Iterator[Finding]:
    """6: a sandbox, a policy, a hook or a person refused a call.

    Fatal where nobody can allow it and the run came to nothing; a person at the keyboard refuses on purpose.
    """
    worked = {step.key: step.row for step in case.trace.steps if not step.is_failed}
    found = [
        (step, line)
        for step in case.trace.steps
        if (line := denial(step)) and worked.get(step.key, 0) < step.row  # nobody allowed it later
    ]
    if not found:
        return
    refused = [step for step, _ in found]
    last, line = found[-1]
    severity: Severity = "info" if case.free else "warning"
    if case.end.is_bad and not case.free and case.end.verdict in ("blocked", "failed", "question", "no_op"):
        severity = "error"
    words = f"{times(len(found), 'call was', 'calls were')} refused, the last `{quote(last.command)[:80]}`."
    yield case.under_policy(case.of_steps("denied", severity, refused, line, words))


def denial(step: Step) -> str:
    """The words with which a call was refused, as they stand in its output; empty where it was not."""
    if not step.is_failed:
        return ""
    if step.status == "denied" or DENIED_OUTPUT.match(step.head):
        return quote(step.head.strip()) or step.told
    last = [line for line in step.tail.rstrip().split("\n")[-LAST_LINES:] if not NOISE_LINE.search(line)]
    if not last or (step.purpose == "read" and "No such file" in last[-1]):
        return ""
    if step.purpose == "check" and any(each.tool != "generic" for each in step.failures):
        return ""  # a test that fails may print anything
    return next((quote(line.strip()) for line in reversed(last) if DENIED_LINE.search(line)), "")


def _network(case: Case) -> Iterator[Finding]:
    """7: commands failed as nothing outside could be reached; files that speak of that are not meant."""
    cut = [step for step in case.trace.steps if step.is_failed and step.purpose != "read"]
    found = [(step, match) for step in cut if (match := NETWORK_LINE.search(step.tail))]
    if found:
        last, match = found[-1]
        steps = [step for step, _ in found]
        over = _works_later(case, steps)
        words = (
            times(len(found), "command", "commands") + " failed and said that the network was out of reach"
        )
        evidence = line_at(last.tail, match.start())
        severity: Severity = "info" if over else "warning"
        finding = case.of_steps("network_blocked", severity, steps, evidence, f"{words}{over}.")
        yield case.under_policy(finding)


def _timeouts(case: Case) -> Iterator[Finding]:
    """8: commands ran out of time. Once is no trouble where it went on well: 1 of 12 sessions has that."""
    late = [
        step
        for step in case.trace.steps
        if step.status == "timeout" or (step.is_failed and KILLED.search(step.head))
    ]
    if late:
        over = _works_later(case, late)
        mild = (len(late) == 1 or over) and not case.end.is_bad
        words = f"{times(len(late), 'command', 'commands')} ran out of time{over}."
        yield case.of_steps("command_timeout", "info" if mild else "warning", late, late[-1].told, words)


def _works_later(case: Case, failed: Sequence[Step]) -> str:
    """Words for it where each of some failed commands was made again and worked."""
    worked = {step.key: step.row for step in case.trace.steps if not step.is_failed}
    return "; made again, it worked" if all(worked.get(each.key, 0) > each.row for each in failed) else ""


def _patches(case: Case) -> Iterator[Finding]:
    """14: patches did not apply, again and again. One that failed because another one did is no failure."""
    edits = [step for step in case.trace.steps if step.edits and step.status in ("ok", "unknown", "failed")]
    for run in _runs(edits, lambda step: (step.edits[0].path, step.status == "failed")):
        if run[0].status == "failed" and len(run) >= case.limits.patches_in_a_row:
            words = f"{len(run)} patches of {run[0].edits[0].path} failed in a row."
            yield case.of_steps("patch_failures", "warning", run, _first_words(run[-1]), words)
            return
    failed = [step for step in edits if step.status == "failed"]
    if len(edits) >= case.limits.patch_least and len(failed) > case.limits.patch_share * len(edits):
        words = f"{len(failed)} of {len(edits)} patches failed."
        yield case.of_steps("patch_failures", "warning", failed, _first_words(failed[-1]), words)


def _first_words(step: Step) -> str:
    return quote(step.head.strip()) or step.told


def _oscillation(case: Case) -> Iterator[Finding]:
    """15: a change was taken back exactly. Printed debug lines do not count."""
    seen: dict[tuple[str, int, int], Step] = {}
    for step in case.trace.steps:
        for edit in step.changed:
            for hunk in filter(is_telling, edit.hunks):
                before = seen.get((edit.path, hunk.plus, hunk.minus))
                if before is not None and before.row != step.row:
                    words = f"A change of {edit.path} was made and later taken back."
                    severity: Severity = "warning" if hunk.lines >= SMALL_HUNK else "info"
                    yield case.of_steps(
                        "oscillating_edits", severity, (before, step), _name(edit.path), words
                    )
                    return
                seen[edit.path, hunk.minus, hunk.plus] = step


def is_telling(hunk: Hunk) -> bool:
    """Whether taking this change back says anything: it changed something, and more than what is printed."""
    return not hunk.is_debug and hunk.minus != hunk.plus


def _name(path: str) -> str:
    """The last part of a path, which stands in its rows however the path is escaped there."""
    return path.replace("\\", "/").rpartition("/")[2] or path


def _thrown_away(case: Case) -> Iterator[Finding]:
    """15 again: edits that no commit held were thrown away with git, and not taken back."""
    edited: list[Step] = []
    steps = case.trace.steps
    for number, step in enumerate(steps):
        if step.commit is not None:
            edited = []
        elif step.changed:
            edited.append(step)
        elif edited and step.status == "ok" and lines.discards(step.command):
            later = (step, *steps[number + 1 :])
            if lines.puts_aside(step.command) and any(lines.brings_back(each.command) for each in later):
                continue
            words = (
                f"{times(len(edited), 'edit was', 'edits were')} not committed when git took changes back."
            )
            yield case.of_steps("oscillating_edits", "warning", (*edited, step), step.told, words)
            return


DETECTORS: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    _repeated_failing,
    _repeated_call,
    _denied,
    _network,
    _timeouts,
    _patches,
    _oscillation,
    _thrown_away,
)


def _runs(steps: Iterable[Step], key: Callable[[Step], object]) -> Iterator[list[Step]]:
    """Neighbours of one key."""
    return (list(run) for _, run in groupby(steps, key))
