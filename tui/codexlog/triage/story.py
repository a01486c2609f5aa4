"""A loop in a few sentences: what went wrong first, on what evidence, what was new there, how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.report.words import count
from codexlog.triage.marks import ORDER, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop

MOST_NAMES = 4


class Told(NamedTuple):
    """One sentence."""

    label: str
    text: str
    look: str = ""
    """A style's name."""
    iteration: int | None = None
    """Where it leads to."""
    row: int | None = None


class Asked(NamedTuple):
    """One thing that the prompt asks for, over the iterations."""

    text: str
    cells: tuple[bool | None, ...]
    """Whether it was seen, an iteration each; None where the prompt of that phase does not ask for it."""
    iteration: int
    """The first one where it was not seen, else the last one."""
    row: int | None
    missing: str
    """Where it was not seen, in words."""


def story(loop: Loop) -> Iterator[Told]:
    """The sentences about a loop, the first bad iteration first."""
    if loop.first_failure is not None:
        yield from _first_bad(loop, loop.iterations[loop.first_failure - 1])
    end = f"{joint(loop)}{loop.cause.text}" if loop.cause is not None else ""
    row = loop.cause.row if loop.cause is not None else None
    at = _place_of(loop, loop.cause.session_id) if loop.cause is not None else None
    yield Told("ended", f"{words(loop.verdict)}{end}", "", at, row)
    allowed = list(dict.fromkeys(run.allowed for run in loop.iterations if run.allowed))
    if allowed:
        more = f" (and {count(len(allowed) - 1, 'other setting')})" if len(allowed) > 1 else ""
        yield Told("ran with", allowed[-1] + more, "dim")


def joint(loop: Loop) -> str:
    """What stands between the verdict of a loop and its cause, which may be older than a good end."""
    last = loop.iterations[-1] if loop.iterations else None
    is_older = last is not None and not last.is_bad and loop.cause != last.cause
    return "; before that: " if is_older and loop.verdict != "converged" else ": "


def _first_bad(loop: Loop, bad: Iteration) -> Iterator[Told]:
    why = f": {bad.cause.text}" if bad.cause is not None else ""
    row = bad.cause.row if bad.cause is not None else None
    yield Told("first bad", f"#{bad.index} {words(bad.verdict)}{why}", "bad", bad.index, row)
    proof = next(_proofs(bad), None)
    if proof is not None:
        yield Told("evidence", proof[1], "", bad.index, proof[0])
    before = loop.iterations[bad.index - 2] if bad.index > 1 else None
    yield Told("changed", "; ".join(_changes(bad, before)), "", bad.index, None)
    good = loop.recovered_by
    if good is None:
        yield Told("made good", "by no later iteration" if bad is not loop.iterations[-1] else "not yet")
    else:
        yield Told("made good", f"by #{good}", "good", good, None)


def _proofs(bad: Iteration) -> Iterator[tuple[int, str]]:
    """(row, what stands there) of what fails at its end, then of its gravest finding; not the cause again."""
    said = bad.cause.text if bad.cause is not None else ""
    for each in bad.failing:
        if each.failure.text in said:
            hidden = ", though the exit code of its command line was 0" if each.from_text else ""
            yield each.row, f"{each.shown or 'the check failed and printed nothing'}{hidden}"
    for finding in sorted(bad.findings, key=lambda each: ORDER[each.severity]):
        if finding.evidence and finding.evidence not in said and finding.severity != "info":
            yield finding.rows[-1], f"{finding.explanation} {finding.evidence}"


def _changes(bad: Iteration, before: Iteration | None) -> Iterator[str]:
    """What an iteration changed, and what of that is new against the one before it."""
    done = bad.progress
    known = set(before.progress.files) if before is not None else set()
    files = [f"{path.rpartition('/')[2]}{'' if path in known else '+'}" for path in done.files]
    yield f"{_names(files)} (+{done.added} -{done.removed})" if files else "no file that was seen"
    if done.commits:
        yield f"committed: {done.commits[-1].subject or done.commits[-1].sha or 'yes'}"
    if done.uncommitted:
        yield f"{count(done.uncommitted, 'edit')} not committed"
    if before is not None:
        red = {each.failure.text for each in before.failing}
        new = [each.failure.text for each in bad.failing if each.failure.text not in red]
        if new:
            what = "what fails" if len(new) == len(bad.failing) else f"{len(new)} of what fails"
            yield f"{what} did not fail at the end of #{before.index}"
        if before.residue.asked and bad.residue.asked and before.phase != bad.phase:
            yield "another prompt than before"


def _names(names: Sequence[str]) -> str:
    more = f", {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def _place_of(loop: Loop, session_id: str | None) -> int | None:
    return next((run.index for run in reversed(loop.iterations) if run.session_id == session_id), None)


def asked(loop: Loop) -> list[Asked]:
    """The checklist of the prompt over the iterations, in the prompt's order."""
    names = dict.fromkeys(each.asked for run in loop.iterations for each in run.checklist)
    return [_asked(loop, name) for name in names]


def _asked(loop: Loop, name: str) -> Asked:
    found = [next((each for each in run.checklist if each.asked == name), None) for run in loop.iterations]
    known = [(run, each) for run, each in zip(loop.iterations, found, strict=True) if each is not None]
    run, shown = next((pair for pair in known if not pair[1].seen), known[-1])
    cells = tuple(None if each is None else each.seen for each in found)
    absent = [f"#{each.index}" for each, wanted in known if not wanted.seen]
    names = ", ".join(absent[:MOST_NAMES]) + (", …" if len(absent) > MOST_NAMES else "")
    return Asked(name, cells, run.index, shown.row, f"not in {names}" if absent else "")


def folded(findings: Sequence[Finding], most: int = 3) -> list[tuple[Finding, int]]:
    """Findings, the gravest first; of many alike the first ones, the last with how many it stands for."""
    ordered = sorted(findings, key=lambda each: ORDER[each.severity])
    shown: list[tuple[Finding, int]] = []
    seen: dict[tuple[str, str], int] = {}
    for finding in ordered:
        key = (finding.kind, finding.severity)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= most:
            shown.append((finding, 0))
    last = {(each.kind, each.severity): at for at, (each, _) in enumerate(shown)}
    for key, at in last.items():
        shown[at] = (shown[at][0], max(0, seen[key] - most))
    return shown
