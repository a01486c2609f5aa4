"""The matrix of a loop: failing checks down, iterations across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.triage.loops import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codexlog.triage.loops import Iteration
    from codexlog.triage.signatures import Failure


def signatures_of(iterations: Sequence[Iteration]) -> tuple[Signature, ...]:
    """The matrix: every failing thing, an iteration a cell; the most persistent first."""
    order: dict[str, Failure] = {}
    for iteration in iterations:
        for failing in iteration.failing:
            order.setdefault(failing.failure.text, failing.failure)
    rows = [
        Signature(failure, tuple(_cell(text, each) for each in iterations), _from_text(text, iterations))
        for text, failure in order.items()
    ]
    return tuple(sorted(rows, key=lambda row: -row.fails))


def _from_text(text: str, iterations: Sequence[Iteration]) -> bool:
    """Whether no exit code ever said so."""
    return all(
        each.from_text for iteration in iterations for each in iteration.failing if each.failure.text == text
    )


def _cell(text: str, iteration: Iteration) -> str | None:
    if any(each.failure.text == text for each in iteration.failing):
        return "fail"
    if text in iteration.passed:
        return "pass"
    return None
