"""The commands `loops` and `triage`: what they find, what they print, the exit code for a loop's script."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from codexlog.arguments import NothingFound, UsageError
from codexlog.triage.findings import Kind, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration, Loop

LATEST = "latest"


def fail_kinds(text: str | None) -> frozenset[str]:
    """The kinds and verdicts that `--fail-if` names. Raises UsageError for one that is none."""
    names = [name.strip().replace("-", "_") for name in (text or "").split(",") if name.strip()]
    known = {*get_args(Kind), *get_args(Verdict)}
    for name in names:
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"--fail-if {name}: no such finding or verdict{hint}")
    return frozenset(names)


def loop_named(loops: Sequence[Loop], target: str) -> Loop | None:
    """The loop with this id or the only one whose id begins so. Raises UsageError where several do."""
    if not target.startswith("loop-"):
        return None
    found = [loop for loop in loops if loop.id == target] or [
        loop for loop in loops if loop.id.startswith(target)
    ]
    if len(found) > 1:
        raise UsageError(f"{target}: several loops: {', '.join(loop.id for loop in found)}")
    if not found:
        raise NothingFound(f"{target}: no such loop")
    return found[0]


def loop_of_session(loops: Sequence[Loop], session_id: str | None) -> Loop | None:
    """The loop that a session is the last iteration of."""
    return next(
        (loop for loop in loops if loop.iterations and loop.iterations[-1].session_id == session_id), None
    )


def exit_code(wanted: frozenset[str], findings: Sequence[Finding], last: Iteration | None) -> int:
    """1 where one of the wanted things was found; without any wish, where it ended badly or an error was."""
    if wanted:
        said = {finding.kind for finding in findings} | ({last.verdict} if last is not None else set())
        return int(bool(wanted & said))
    bad = last is not None and last.is_bad
    return int(bad or any(finding.severity == "error" for finding in findings))


def standing(loop: Loop) -> list[Finding]:
    """The findings that hold now: those of the loop and of its last iteration."""
    return [*loop.findings, *(loop.iterations[-1].findings if loop.iterations else ())]
