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
    writes: bool
    """Whether a shell command may have changed files without saying which."""
    ticked: tuple[str, ...] = ()
    """Items of lists that were ticked, each once."""

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

    @property
    def is_small(self) -> bool:
        """Whether at most one file besides plans and notes was changed, and hardly."""
        others = [path for path in self.files if not BOOKKEEPING.search(path)]
        return len(others) <= 1 and self.added <= FEW_LINES


def progress(trace: Trace) -> Progress:
    """What was seen to change. Plans and notes that follow a commit are not work that it lacks."""
    files: dict[str, None] = {}
    ticked: dict[str, None] = {}
    commits: list[Commit] = []
    added = removed = uncommitted = 0
    writes = False
    for step in trace.steps:
        for edit in step.changed:
            files[edit.path] = None
            ticked |= dict.fromkeys(edit.ticked)
            added, removed = added + edit.added, removed + edit.removed
        if step.changed and not (commits and _only_notes(step)):
            uncommitted += 1
        writes = writes or step.writes
        if step.commit is not None:
            commits.append(step.commit)
            uncommitted = 0
    return Progress(tuple(files), added, removed, tuple(commits), uncommitted, writes, tuple(ticked))


def _only_notes(step: Step) -> bool:
    return all(BOOKKEEPING.search(edit.path) for edit in step.changed)
