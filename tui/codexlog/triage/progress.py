"""What a trace changed: files, commits, and what of it no commit holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from codexlog.triage.texts import BOOKKEEPING

if TYPE_CHECKING:
    from codexlog.triage.trace import Commit, Step, Trace

FEW_LINES = 5


class Progress(NamedTuple):
    """Seen changes; what a script wrote on its own cannot be seen."""

    files: tuple[str, ...]
    """Paths of edits that succeeded, each once, in order."""
    added: int
    removed: int
    commits: tuple[Commit, ...]
    uncommitted: int
    """Edits after the last commit."""
    last_edit: Step | None
    writes: bool
    """Whether a shell command may have changed files without saying which."""

    @property
    def is_nothing(self) -> bool:
        """Whether no change was seen."""
        return not self.files and not self.commits and not self.writes

    @property
    def is_bookkeeping(self) -> bool:
        """Whether only plans and progress notes were changed."""
        if self.is_nothing or not self.files:
            return False
        return all(BOOKKEEPING.search(path) for path in self.files)


def progress(trace: Trace) -> Progress:
    """What was seen to change."""
    files: dict[str, None] = {}
    commits: list[Commit] = []
    added = removed = uncommitted = 0
    last_edit: Step | None = None
    writes = False
    for step in trace.steps:
        for edit in step.changed:
            files[edit.path] = None
            added, removed = added + edit.added, removed + edit.removed
        if step.changed:
            uncommitted += 1
            last_edit = step
        writes = writes or step.writes
        if step.commit is not None:
            commits.append(step.commit)
            uncommitted = 0
    return Progress(tuple(files), added, removed, tuple(commits), uncommitted, last_edit, writes)
