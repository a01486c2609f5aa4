"""What can be said of one session without a reader's judgement; each fact with the row that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from codexlog.digest.changes import changed_files
from codexlog.digest.failures import (
    Check,
    Failed,
    Repeat,
    checks_of,
    failed_patches,
    last_failing,
    repeats_of,
)
from codexlog.digest.when import When, offset_of
from codexlog.triage.checks import open_failures
from codexlog.triage.plans import DONE
from codexlog.triage.reading import iterations_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from codexlog.digest.changes import ChangedFile
    from codexlog.digest.reading import Reading
    from codexlog.model import Counts, Summary
    from codexlog.model.changes import TurnSettings
    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.findings import Finding
    from codexlog.triage.loops import Iteration
    from codexlog.triage.trace import Said, Step, Trace


class PlanItem(NamedTuple):
    """A step of the last plan that is not done."""

    text: str
    state: str
    row: int


class CommitMade(NamedTuple):
    """A commit that the session made."""

    sha: str | None
    subject: str
    """Empty where no output names it."""
    row: int


class Bad(NamedTuple):
    """The earliest thing that went wrong."""

    row: int
    at: str | None
    why: str
    """The kind of the finding; of a check that fails at the end, what names it in its output."""
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """One session."""

    summary: Summary
    when: When
    settings: TurnSettings
    title: str
    """The first line of what was asked first, or the name that the session was given; "" for neither."""
    prompts: tuple[Said, ...]
    run: Iteration
    """How it ended, and what triage found; judged as a session by itself."""
    first_bad: Bad | None
    last_failing: Failed | None
    checks: tuple[Check, ...]
    """Each check once, as it last ran, in that order."""
    repeats: tuple[Repeat, ...]
    """Commands that failed twice or more, the most stubborn first."""
    files: tuple[ChangedFile, ...]
    failed_patches: tuple[Repeat, ...]
    """Patches that changed nothing, by file."""
    writes: tuple[Step, ...]
    """Commands that may have changed files without saying which."""
    commits: tuple[CommitMade, ...]
    plan: tuple[PlanItem, ...]
    """What the last plan leaves open."""
    last_message: Said | None
    steps: tuple[Step, ...]

    @property
    def counts(self) -> Counts:
        """Calls, failures, rows, compactions and so on, as every face counts them."""
        return self.summary.counts

    @property
    def docs(self) -> tuple[ChangedFile, ...]:
        """Documentation among the changed files, by name."""
        return tuple(each for each in self.files if each.is_doc)

    @property
    def uncommitted(self) -> tuple[ChangedFile, ...]:
        """Files that were edited after the last commit that was seen."""
        return tuple(each for each in self.files if each.uncommitted)

    def findings(self, *kinds: str) -> tuple[Finding, ...]:
        """Those of some kinds, e.g. `denied`, `network_blocked`, `usage_limit`."""
        return tuple(each for each in self.run.findings if each.kind in kinds)


def facts_of(reading: Reading, limits: Thresholds) -> Facts:
    """All that is known of a session that was read."""
    trace = reading.trace
    run = iterations_in(trace, limits, in_loop=False)[-1]
    summary = trace.summary
    name = summary.path.replace("\\", "/").rpartition("/")[2]
    return Facts(
        summary=summary,
        when=When(summary.started_at, summary.ended_at, offset_of(name, summary.started_at)),
        settings=reading.settings,
        title=summary.title or "",
        prompts=trace.prompts,
        run=run,
        first_bad=_first_bad(trace, run),
        last_failing=last_failing(trace.steps, trace.last_answer.text if trace.last_answer else ""),
        checks=checks_of(trace.steps),
        repeats=repeats_of(trace.steps),
        files=changed_files(reading),
        failed_patches=failed_patches(reading),
        writes=tuple(step for step in trace.steps if step.writes and not step.plan),
        commits=tuple(_commits(trace)),
        plan=tuple(_open_items(trace)),
        last_message=reading.last_message,
        steps=trace.steps,
    )


def _commits(trace: Trace) -> Iterator[CommitMade]:
    for step in trace.steps:
        if step.commit is not None:
            row = step.commit.place or step.out_row or step.row
            yield CommitMade(step.commit.sha, step.commit.subject, row)


def _open_items(trace: Trace) -> Iterator[PlanItem]:
    step = next((step for step in reversed(trace.steps) if step.plan), None)
    if step is not None:
        yield from (PlanItem(text, state, step.row) for text, state in step.plan if state not in DONE)


def _first_bad(trace: Trace, run: Iteration) -> Bad | None:
    """The earliest row of an error or warning, of a check that fails at the end, of a bad end."""
    found = [
        Bad(each.rows[0], None, each.kind.replace("_", " "))
        for each in run.findings
        if each.rows and each.severity != "info"
    ]
    still = {each.failure.text for each in open_failures(trace.steps)}
    found += [
        Bad(step.out_row or step.row, None, failure.line or failure.text, is_check=True)
        for step in trace.steps
        for failure in step.failures
        if failure.text in still
    ]
    if run.is_bad and run.cause is not None and run.cause.row is not None:
        found.append(Bad(run.cause.row, None, run.verdict.replace("_", " ")))
    first = min(found, key=lambda bad: bad.row, default=None)
    return first._replace(at=_time_at(trace, first.row)) if first is not None else None


def _time_at(trace: Trace, row: int) -> str | None:
    """The time of the last thing that is not behind a row."""
    told = [(each.row, each.at) for each in trace.steps]
    told += [(each.row, each.at) for said in (trace.prompts, trace.answers) for each in said]
    told += [(each.row, each.at) for each in trace.marks]
    return max((each for each in told if each[0] <= row and each[1]), default=(0, None))[1]
