"""The numbers that detectors go by. Each can be changed in the settings file, under `[triage]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Defaults are the measured ones: see each detector for its rate of false alarms."""

    failing_in_a_row: int = 3
    """Equal failing commands in a row: 2 of 272 sessions, both stuck on it."""
    same_output_in_a_row: int = 4
    """Equal calls with equal outputs in a row: none of 272."""
    patches_in_a_row: int = 3
    """Failed patches of one file in a row: 1 of 272; one failed patch is normal, 8 of 100 fail."""
    patch_share: float = 0.25
    patch_least: int = 8
    compactions: int = 3
    signature_iterations: int = 2
    """Iterations in which one check fails before it is said; from 3 on it is an error."""
    no_change_iterations: int = 3
    no_op_seconds: float = 30.0
    token_factor: float = 3.0
    """Tokens of an iteration against the median of its loop, from 5 iterations on."""
    token_spread: float = 5.0
    """Or: how many times the median distance from the median it lies above it, and twice the median."""
    token_least: int = 5
    instruction_growth: float = 1.5
    """First request of the last iteration against that of the first one."""
    pushes_in_a_row: int = 2
    restart_similarity: float = 0.9
    cluster_share: float = 0.05
    """How close the durations of cut-off iterations must be to hint at a time limit from outside."""
