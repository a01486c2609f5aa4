"""Whether somebody sat at the keyboard: then questions and interruptions are part of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codexlog.triage.grouping import is_headless, prompt_key

if TYPE_CHECKING:
    from codexlog.triage.trace import Trace

PEOPLE = frozenset(("cli", "vscode", "claude-desktop", "claude-vscode"))
"""Sources of sessions with a screen in front of somebody. Claude Code wrote `cli` for its print mode, too."""
SCREENS = ("codex_cli", "codex-tui", "codex_vscode", "Codex Desktop")
"""Originators of such sessions, in versions that record no source."""


def is_attended(trace: Trace) -> bool:
    """Whether a person talked to it: it says so, or it was told more than one thing."""
    if is_headless(trace.summary):
        return False
    is_claude = trace.summary.format in ("claude", "entire")
    known = PEOPLE - {"cli"} if is_claude else PEOPLE
    if trace.summary.source in known or (trace.summary.originator or "").startswith(SCREENS):
        return True
    return len({prompt_key(said.text) for said in trace.prompts}) > 1
