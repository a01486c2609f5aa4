"""Shows how a session is resumed in its agent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from codexlog import paths
from codexlog.app.actions.action import Action
from codexlog.report.copied import Copied
from codexlog.report.resume import Place, Resume, resume

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from codexlog.app.options import Options
    from codexlog.catalog.discover import Found
    from codexlog.model import Summary


class Resuming(Action):
    """The agent's own command; it is shown and copied, never run."""

    @property
    def commands(self) -> Mapping[str, Callable[[], object]]:
        """Show it."""
        return {"resume": self._show}

    def _show(self) -> None:
        found, summary = self._session()
        if summary is None:
            self.screen.say("Nothing is known of this session yet.")
            return
        from codexlog.app.actions.copying import hand_over
        from codexlog.app.screens.resume import ResumeScreen

        made = self._resume(summary, found)

        def take(copies: bool | None) -> None:
            command = made.command
            if copies and command is not None:
                hand_over(self.screen, lambda: Copied(command, runs=True))

        title = summary.title or summary.first_prompt or "(no prompt)"
        look = (self.screen.colours, self.screen.glyphs)
        self.screen.app.push_screen(ResumeScreen(title, made, *look), take)

    def _session(self) -> tuple[Found | None, Summary | None]:
        if self.screen.front == "sessions":
            row = self.screen.sessions.current
            return (row.found, row.summary) if row is not None else (None, None)
        rows = self.screen.timeline.rows
        return self.screen.timeline.found, rows.outline.summary if rows is not None else None

    def _resume(self, summary: Summary, found: Found | None) -> Resume:
        """The command; for a subagent the one of the session that started it, where that is known."""
        made = resume(summary, place_of(found, summary, self.screen.options))
        above = self.screen.session_with(summary.parent_id) if summary.parent_id else None
        if above is not None and above.summary is not None and above.summary.parent_id is None:
            of_parent = self._resume(above.summary, above.found)
            return Resume(of_parent.command, (*made.notes, *of_parent.notes))
        if made.command and summary.cwd and not Path(summary.cwd).is_dir():
            return made._replace(notes=(*made.notes, "Its folder is not on this machine."))
        return made


def place_of(found: Found | None, summary: Summary, options: Options) -> Place:
    """Where a session stands, and whether its agent would look there."""
    if found is None:
        return Place(summary.path)
    path = found.path.absolute()
    home, usual = found.home, paths.codex_home(options.env, options.home)
    if summary.format == "claude":
        home = next((each.parent for each in path.parents if each.name == "projects"), None)
        usual = paths.claude_home(options.env, options.home)
    if home is None:
        return Place(str(path), archived=found.archived)
    return Place(str(path), str(home.absolute()), home.resolve() == usual.resolve(), found.archived)
