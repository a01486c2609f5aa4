"""How a verdict looks: a mark and a style. Every mark tells itself from the others without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codexlog.triage.findings import Severity, Verdict
    from codexlog.triage.loops import Iteration

MARKS: dict[Verdict, tuple[str, str]] = {
    "completed": ("✓", "v"),
    "converged": ("≈", "="),
    "context_overflow": ("!", "!"),
    "usage_limit": ("!", "!"),
    "auth_error": ("!", "!"),
    "stream_error": ("!", "!"),
    "aborted": ("×", "a"),
    "cut_off": ("†", "c"),
    "question": ("?", "?"),
    "blocked": ("⊘", "/"),
    "no_op": ("0", "0"),
    "failed": ("✗", "x"),
    "running": ("▶", ">"),
    "not_recorded": ("·", "."),
}
"""Mark and its ASCII twin."""
CELLS = {"fail": ("✗", "x"), "pass": ("✓", "v"), None: ("·", ".")}
SEVERITIES: dict[Severity, tuple[str, str]] = {
    "error": ("error", "bad"),
    "warning": ("warning", "warn"),
    "info": ("info", "dim"),
}
ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def mark(verdict: Verdict, *, plain: bool = False) -> str:
    """One cell."""
    return MARKS[verdict][int(plain)]


def words(verdict: Verdict) -> str:
    """A verdict as people say it."""
    return "no-op" if verdict == "no_op" else verdict.replace("_", " ")


def style(iteration: Iteration) -> str:
    """Style name of an iteration's end: bad ones, good ones, and those that only stopped."""
    if iteration.is_bad:
        return "bad"
    return "good" if iteration.verdict == "completed" else "warn"
