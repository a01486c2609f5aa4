"""One run under judgement, as detectors get it, and how they say what they found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codexlog.triage.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.settings.thresholds import Thresholds
    from codexlog.triage.ending import Ending
    from codexlog.triage.findings import Kind, Severity
    from codexlog.triage.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Case:
    """A run, how it ended, and the numbers to go by."""

    trace: Trace
    end: Ending
    limits: Thresholds
    free: bool
    """Whether somebody sat at the keyboard, outside of any loop."""

    def of_steps(
        self, kind: Kind, severity: Severity, steps: Sequence[Step], evidence: str, explanation: str
    ) -> Finding:
        """A finding that rests on calls and their outputs."""
        rows = sorted({row for step in steps for row in (step.row, step.out_row) if row is not None})
        last = steps[-1]
        name = self.trace.summary.id
        return Finding(
            kind, severity, name, None, last.turn, tuple(rows), last.call_id, evidence, explanation
        )

    def of_rows(
        self, kind: Kind, severity: Severity, rows: Iterable[int | None], evidence: str, explanation: str
    ) -> Finding:
        """A finding that rests on rows of messages or notes."""
        known = tuple(sorted({row for row in rows if row}))
        turn, call_id = self._place(known[-1]) if known else (None, None)
        name = self.trace.summary.id
        return Finding(kind, severity, name, None, turn, known, call_id, evidence, explanation)

    def under_policy(self, finding: Finding) -> Finding:
        """The same with what the run was allowed to do there, and the row that says so."""
        known = self.trace.policy_at(finding.rows[-1]) if finding.rows else None
        if known is None or known[0].words is None:
            return finding
        policy, row = known
        words = f"{finding.explanation.removesuffix('.')} ({policy.words})."
        return replace(finding, rows=tuple(sorted({*finding.rows, row})), explanation=words)

    def _place(self, row: int) -> tuple[int | None, str | None]:
        """Turn of a row, and the call whose row it is."""
        trace = self.trace
        for step in trace.steps:
            if row in (step.row, step.out_row):
                return step.turn, step.call_id
        for said in (*trace.prompts, *trace.answers):
            if row == said.row:
                return said.turn, None
        return next((mark.turn for mark in trace.marks if mark.row == row), None), None


def times(number: int, one: str, many: str) -> str:
    """`1 call was`, `2 calls were`."""
    return f"{number} {one if number == 1 else many}"
