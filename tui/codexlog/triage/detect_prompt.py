"""18: what the prompt says and was not done, or was done against it. A checklist, never a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.triage import commands as lines
from codexlog.triage.checklist import COMMIT, FORBIDDEN, MANDATED, NO_COMMIT, ONE, command_in, edits_below
from codexlog.triage.findings import line_at, quote
from codexlog.triage.progress import progress
from codexlog.triage.texts import BOOKKEEPING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from codexlog.triage.case import Case
    from codexlog.triage.findings import Finding
    from codexlog.triage.trace import Said, Step, Trace


def detect(case: Case) -> Iterator[Finding]:
    """Every finding about what the prompt says."""
    trace = case.trace
    if trace.prompts and trace.steps and not case.free:
        for detector in DETECTORS:
            yield from detector(case, trace.prompts[0])


def _command_missing(case: Case, prompt: Said) -> Iterator[Finding]:
    """A command that the prompt names was never run."""
    ran = "\n".join(step.command for step in case.trace.steps)
    for found in MANDATED.finditer(prompt.text):
        program = command_in(found)
        if program not in ran and _changed(case.trace):
            words = f"The prompt names `{program}`; it was not seen."
            yield case.of_rows("prompt_not_followed", "info", (prompt.row,), quote(found[0].strip()), words)
            return


def _changed(trace: Trace) -> bool:
    return bool(progress(trace).files)


def _no_commit(case: Case, prompt: Said) -> Iterator[Finding]:
    """The prompt speaks of a commit, and edits were left without one."""
    asks = COMMIT.search(prompt.text)
    done = progress(case.trace)
    if not asks or NO_COMMIT.search(prompt.text) or not done.files or done.commits:
        return
    if case.end.verdict in ("completed", "converged", "failed", "question", "blocked") and not _tried(
        case.trace
    ):
        words = "The prompt speaks of a commit; edits were seen and no commit."
        evidence = line_at(prompt.text, asks.start())
        yield case.of_rows("prompt_not_followed", "info", (prompt.row,), evidence, words)


def _tried(trace: Trace) -> bool:
    return any(lines.makes_commit(step.command) for step in trace.steps)


def _several_items(case: Case, prompt: Said) -> Iterator[Finding]:
    """The prompt says ONE item, and several were ticked, or work went on after the commit to another one."""
    asks = ONE.search(prompt.text)
    ticked: dict[str, Step] = {}
    for step in case.trace.steps:
        for edit in step.changed:
            ticked |= dict.fromkeys(edit.ticked, step)
    if asks and len(ticked) > 1:
        last = list(ticked)[-1]
        words = f"The prompt says {quote(asks[0])!r}; {len(ticked)} items were ticked."
        rows = (prompt.row, *(step.row for step in ticked.values()))
        yield case.of_rows("prompt_not_followed", "warning", rows, quote(last), words)
    elif asks:
        yield from _second_commit(case, prompt, asks[0])


def _second_commit(case: Case, prompt: Said, asked: str) -> Iterator[Finding]:
    """Two commits, each after edits of more than plans: a second piece of work in one context."""
    rows: list[int] = []
    edits, evidence = 0, ""
    for step in case.trace.steps:
        edits += any(not BOOKKEEPING.search(edit.path) for edit in step.changed)
        if step.commit is not None and edits:
            rows.append(step.row)
            edits, evidence = 0, step.told
    if len(rows) > 1:
        words = f"The prompt says {quote(asked)!r}; {len(rows)} commits were made, each after edits."
        yield case.of_rows("prompt_not_followed", "info", (prompt.row, *rows), evidence, words)


def _forbidden(case: Case, prompt: Said) -> Iterator[Finding]:
    """A path that the prompt says not to edit was edited."""
    for found in FORBIDDEN.finditer(prompt.text):
        steps = edits_below(case.trace, found[1])
        if steps:
            words = f"The prompt says {quote(found[0].strip())!r}; it was edited."
            rows = (prompt.row, *(step.row for step in steps))
            evidence = quote(found[0].strip())
            yield case.of_rows("prompt_not_followed", "warning", rows, evidence, words)
            return


DETECTORS: tuple[Callable[[Case, Said], Iterable[Finding]], ...] = (
    _command_missing,
    _no_commit,
    _several_items,
    _forbidden,
)
