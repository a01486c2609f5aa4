"""The numbers that detectors go by: the section `[triage]` of the settings file, each once.

Defaults are the measured ones: 272 sessions that are no loops, and real loops; see each detector.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from codexlog.settings.table import Rule

SECTION = "triage"
"""The section of the file that holds them."""


def _number(default: float, comment: str, least: float, most: float | None = None) -> Any:
    """One threshold, as a field: whole where its default is."""
    rule = Rule(comment, kind=type(default), least=least, most=most)
    return field(default=default, metadata={"rule": rule})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a finding takes. Other numbers judge anew, see `finder.maker_of`."""

    # 2 of 272 sessions, both stuck on it
    failing_in_a_row: int = _number(3, "Equal failing commands in a row.", 2)
    # none of 272
    same_output_in_a_row: int = _number(4, "Equal calls with equal outputs in a row.", 2)
    # 1 of 272; one failed patch is normal, 8 of 100 fail
    patches_in_a_row: int = _number(3, "Failed patches of one file in a row.", 2)
    patch_share: float = _number(0.25, "Or this share of all patches failed.", 0, 1)
    patch_least: int = _number(8, "Patches from which that share counts.", 1)
    compactions: int = _number(3, "Compactions of one session that make it a spiral.", 1)
    signature_iterations: int = _number(
        2, "Iterations that end with the same check failing; in more it is an error.", 1
    )
    no_change_iterations: int = _number(3, "Iterations in a row that change nothing.", 1)
    no_op_seconds: float = _number(30.0, "Seconds below which an iteration without calls is empty.", 0)
    token_factor: float = _number(3.0, "Tokens of an iteration, in medians of its loop.", 1)
    token_spread: float = _number(
        5.0, "Or so many median distances above the median, and twice the median.", 1
    )
    token_least: int = _number(5, "Iterations from which tokens are compared.", 2)
    instruction_growth: float = _number(
        1.5, "First request of the last iteration, in first requests of the first one.", 1
    )
    pushes_in_a_row: int = _number(2, "Iterations in a row whose push fails.", 1)
    restart_similarity: float = _number(
        0.9, "How alike the last words of two iterations are that did the same work.", 0, 1
    )
    cluster_share: float = _number(
        0.05, "How near the durations of cut-off iterations are under one time limit.", 0, 1
    )


RULES: dict[str, Rule] = {each.name: each.metadata["rule"] for each in fields(Thresholds)}
"""The rule of each threshold, by its name, in the order of the file."""
