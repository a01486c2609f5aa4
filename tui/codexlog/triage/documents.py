"""Loops and findings as the documents of the `--json` contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codexlog.triage.tokens import add_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from codexlog.triage.findings import Cause, Finding, Verdict
    from codexlog.triage.loops import Iteration, Loop, Signature

LOOPS_SCHEMA = "codexlog.loops/1"
TRIAGE_SCHEMA = "codexlog.triage/1"


def loops_document(loops: Iterable[Loop]) -> dict[str, Any]:
    """`codexlog loops --json`."""
    return {"schema": LOOPS_SCHEMA, "loops": [loop_object(loop) for loop in loops]}


def loop_object(loop: Loop) -> dict[str, Any]:
    """One loop."""
    runs = loop.iterations
    return {
        "id": loop.id,
        "cwd": loop.cwd,
        "prompt": loop.prompt,
        "why": loop.why,
        "phases": list(loop.phases),
        "iterations": [iteration_object(each) for each in runs],
        "first_failure": loop.first_failure,
        "recovered_by": loop.recovered_by,
        "verdict": loop.verdict,
        "cause": loop.cause,
        "signatures": [_signature(each) for each in loop.signatures],
        "usage": add_usage(each.usage for each in runs),
        "started_at": runs[0].started_at if runs else None,
        "ended_at": runs[-1].ended_at if runs else None,
        "findings": list(loop.findings),
    }


def iteration_object(iteration: Iteration) -> dict[str, Any]:
    """One iteration."""
    done = iteration.progress
    return {
        "index": iteration.index,
        "session_id": iteration.session_id,
        "path": iteration.path,
        "phase": iteration.phase,
        "rows": list(iteration.rows) if iteration.rows is not None else None,
        "started_at": iteration.started_at,
        "ended_at": iteration.ended_at,
        "verdict": iteration.verdict,
        "bad": iteration.is_bad,
        "cause": iteration.cause,
        "counts": iteration.counts,
        "files_changed": list(done.files),
        "commits": [{"sha": each.sha, "subject": each.subject} for each in done.commits],
        "uncommitted_edits": done.uncommitted,
        "strip": iteration.strip,
        "usage": iteration.usage,
        "findings": list(dict.fromkeys(finding.kind for finding in iteration.findings)),
        "allowed": iteration.allowed or None,
        "checklist": [
            {"asked": each.asked, "seen": each.seen, "what": each.what, "row": each.row}
            for each in iteration.checklist
        ],
    }


def triage_document(
    target: str, verdict: Verdict, cause: Cause | None, findings: Sequence[Finding]
) -> dict[str, Any]:
    """`codexlog triage TARGET --json`."""
    return {
        "schema": TRIAGE_SCHEMA,
        "target": target,
        "verdict": verdict,
        "cause": cause,
        "findings": list(findings),
    }


def _signature(row: Signature) -> dict[str, Any]:
    return {
        "text": row.failure.text,
        "tool": row.failure.tool,
        "iterations": list(row.cells),
        "from_text": row.from_text,
    }
