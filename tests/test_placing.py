from __future__ import annotations

from pathlib import Path

import pytest

from codexlog.catalog.discover import Found
from codexlog.paths import Agent
from codexlog.placing import beside

PROJECT = Path("/h/.claude/projects/-srv-app")


@pytest.mark.parametrize(
    ("path", "home", "agent", "folder"),
    [
        (Path("/h/.codex/sessions/2026/r.jsonl"), Path("/h/.codex"), "codex", Path("/h/.codex")),
        (PROJECT / "s.jsonl", None, "claude", PROJECT),
        (PROJECT / "s/subagents/agent-a.jsonl", None, "claude", PROJECT),
        (Path("/r/.entire/metadata/s/full.jsonl"), None, "entire", Path("/r/.entire/metadata")),
        (Path("/x/a.jsonl"), None, None, Path("/x")),
        (Path("/x/a.jsonl"), None, "claude", Path("/x")),
    ],
)
def test_sessions_of_one_loop_stand_together(
    path: Path, home: Path | None, agent: Agent | None, folder: Path
) -> None:
    assert beside(Found(path, path, home, False, 1, 0.0, None, agent)) == folder
